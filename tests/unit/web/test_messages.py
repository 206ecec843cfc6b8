"""The pages are complete in every language."""

import ast
import re
from datetime import UTC, datetime

import pytest

from referrals import words
from referrals.errors import Stale, Standing
from referrals.states import EVENTS, ActorKind, Status
from web.i18n import LANGUAGES, SOURCE_LANGUAGE, language
from web.messages import REFUSALS, REFUSING, ROOT, catalog_path, extracted, problems, read
from web.rendering import TEMPLATES

SAYS = {"gettext", "ngettext", "N_", "NotFound", "missing"}
OTHERS = [code for code in LANGUAGES if code != SOURCE_LANGUAGE]


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_missing_fuzzy_or_left_over(code: str) -> None:
    assert list(problems(code)) == []


def test_messages_of_templates_code_and_hours_are_found() -> None:
    found = {message.id for message in extracted()}
    assert "What do you need?" in found  # a macro
    assert "Best match" in found  # code
    assert "Open until {time}" in found  # directory.hours
    assert "Presidents' Day" in found  # marked with N_
    assert "That is not your present password." in found  # a refusal


@pytest.mark.parametrize("code", OTHERS)
def test_a_gap_in_a_catalog_is_found(
    code: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("locales")
    text = catalog_path(code).read_text()
    path = folder / code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    gap = re.sub(r'(msgid "Find help"\nmsgstr) ".*"', r'\1 ""', text)
    fuzzy = gap.replace('\nmsgid "Show map"', '\n#, fuzzy\nmsgid "Show map"')
    path.write_text(fuzzy + '\nmsgid "Nobody says this"\nmsgstr "Nadie dice esto"\n')
    monkeypatch.setattr("web.messages.LOCALES", folder)
    assert set(problems(code)) == {
        "not translated: 'Find help'",
        "fuzzy: 'Show map'",
        "no longer said: 'Nobody says this'",
    }


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_are_the_same_in_the_translation(code: str) -> None:
    for message in read(code):
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = set(re.findall(r"%\(\w+\)s|\{\w+\}", sources[-1]))
        for text in texts:
            assert set(re.findall(r"%\(\w+\)s|\{\w+\}", text)) == wanted, message.id


def test_no_visible_text_in_a_template_escapes_translation() -> None:
    name = {"Handrail", "– Handrail", "English", "Español"}
    attribute = re.compile(r'.*="|-\w+"?|[a-z-]+="\w+"')
    for template in TEMPLATES.rglob("*.html"):
        if template.name == "styleguide.html":
            continue  # for developers, and marked as English
        source = template.read_text()
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\0", source, flags=re.DOTALL)
        text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]*>", "\0", text, flags=re.DOTALL)
        words = {part.strip() for part in text.split("\0") if re.search(r"[^\W\d_]{2}", part)}
        spoken = {part for part in words - name if not attribute.fullmatch(part)}
        assert spoken == set(), template.name


def test_no_sentence_in_the_code_escapes_translation() -> None:
    """Strings that look like sentences are said through gettext, or are docstrings or errors."""
    for path in sorted((ROOT / "web").rglob("*.py")):
        if path.name in {"messages.py", "maps.py"}:
            continue  # for developers and for programs
        tree = ast.parse(path.read_text())
        said = {
            id(part)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            and getattr(call.func, "attr", getattr(call.func, "id", "")) in SAYS
            for argument in call.args
            for part in ast.walk(argument)
        }
        documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                sentence = re.fullmatch(r"[A-Z][a-z]+ [a-z]+.*", node.value)
                assert not sentence or id(node) in said | documents, f"{path.name}: {node.value}"


def test_spanish_says_plurals_and_values() -> None:
    say = language("es")
    assert say.ngettext("%(num)s service", "%(num)s services", 1) == "1 servicio"
    assert say.ngettext("%(num)s service", "%(num)s services", 1234) == "1,234 servicios"
    assert say.gettext("Wait: %(wait)s", wait="2 días") == "Espera: 2 días"
    assert language("en").gettext("Wait: %(wait)s", wait="2 days") == "Wait: 2 days"


def test_a_sentence_with_something_filled_in_is_said_in_every_language() -> None:
    standing = Standing("declined", 3, "decline", "partner", datetime(2026, 3, 2, 17, tzinfo=UTC))
    refused = Stale("Somebody acted meanwhile. Load the referral again.", standing)
    spanish = language("es").gettext(refused.message)
    assert spanish == (
        "Mientras tanto alguien hizo un cambio. Vuelva a cargar la derivación. Ahora está rechazada:"
        " la organización que la recibe, rechazar, 2026-03-02 17:00 UTC."
    )
    assert language("en").gettext(refused.message) == refused.message
    assert refused.message.endswith("It is declined by the partner: the partner, decline,"
                                    " 2026-03-02 17:00 UTC.")  # fmt: skip


def test_every_state_event_and_actor_has_words() -> None:
    assert set(words.STATES) == {status.value for status in Status}
    assert set(words.EVENTS) == {*EVENTS, "draft"}
    assert set(words.WHO) == {kind.value for kind in ActorKind}


def test_no_refusal_that_people_read_is_put_together_beyond_translation() -> None:
    """A text filled in before it is raised is in no catalog: core/saying.py fills it in later."""
    mended = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in REFUSING
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and _called(node) in {*REFUSALS, "N_", "Saying"}
        and any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args)
    ]
    assert mended == []


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""
