"""Named repairs: each mends what it is for, and leaves everything else alone."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.importing import REASONS, RULES, Kind, repairs
from directory.importing.intake import Intake, Raw
from directory.importing.problems import Problem, RowRefused, Tally
from directory.importing.report import Report
from directory.importing.shapes import MAIN, Field, shapes
from directory.importing.staging import Staging
from directory.importing.values import read_value
from tests.support.repository import ROOT, read


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("html_entities", "caf&eacute; &amp; bar&#33;", "café & bar!"),
        ("html_entities", "R&D; AT&T", "R&D; AT&T"),
        ("mojibake", "cafÃ© â€œopenâ€\x9d", "cafÃ© â€œopenâ€\x9d"),
        ("mojibake", "MarÃ­a â€“ cafÃ©", "María – café"),
        ("mojibake", "SÃO PAULO", "SÃO PAULO"),
        ("mojibake", "Château â€ “", "Château â€ “"),
        ("invisible_characters", "\u200binfo\u00ad@example.org\ufeff", "info@example.org"),
        ("control_characters", "a\x07b\nc", "ab\nc"),
        ("line_ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("odd_spaces", "a\tb\u00a0c\u202fd", "a b c d"),
        ("spaces_at_the_ends", "  a b \n", "a b"),
        ("word_for_nothing", "null", ""),
        ("word_for_nothing", "Null Street", "Null Street"),
        ("word_for_nothing", "None", "None"),
        ("separators_alone", ", ,,", ""),
        ("url_without_scheme", "www.example.org/a?b=1", "http://www.example.org/a?b=1"),
        ("url_without_scheme", "example.org", "http://example.org"),
        ("url_without_scheme", "HTTPS://example.org", "HTTPS://example.org"),
        ("url_without_scheme", "see our page", "see our page"),
        ("url_scheme_twice", "http://https://example.org", "https://example.org"),
        ("date_month_first", "3/31/2024", "2024-03-31"),
        ("date_month_first", "5/5/2024", "2024-05-05"),
        ("date_month_first", "3/4/2024", "3/4/2024"),
        ("date_month_first", "31/3/2024", "31/3/2024"),
        ("date_with_time", "2024-03-31T10:00:00Z", "2024-03-31"),
        ("date_with_time", "2024-03-31 soon", "2024-03-31 soon"),
        ("quotes_around", '"+1 919 555 0100"', "+1 919 555 0100"),
        ("postal_code_marks", "27701`", "27701"),
        ("postal_code_marks", "277013262", "27701-3262"),
        ("postal_code_marks", "27701-3262", "27701-3262"),
        ("postal_code_marks", "AB1 2CD", "AB1 2CD"),
    ],
)
def test_a_text_rule(rule: str, before: str, after: str) -> None:
    groups = (repairs.TEXT, repairs.URL, repairs.DATE, repairs.PHONE, repairs.POSTAL_CODE)
    function = next(group[rule] for group in groups if rule in group)
    assert function(before) == after


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("(919) 555-0101 ext 1311", "(919) 555-0101", 1311),
        ("919-555-0101 x12", "919-555-0101", 12),
        ("919-555-0101, Ext. 7", "919-555-0101", 7),
        ("919-555-0101 extension: 7", "919-555-0101", 7),
        ("919-555-0101", "919-555-0101", None),
        ("1-800-555-HELP", "1-800-555-HELP", None),
        ("919-555-0101 or 919-555-0102", "919-555-0101 or 919-555-0102", None),
    ],
)
def test_an_extension_in_prose_is_split_off(text: str, number: str, extension: int | None) -> None:
    assert repairs.extension_in_number(text) == (number, extension)


@given(st.text(max_size=60))
def test_mending_twice_is_mending_once(text: str) -> None:
    once = repairs.mend(text, repairs.TEXT, Tally())
    tally = Tally()
    if not ("&" in once or repairs._MOJIBAKE.search(once)):  # these may be wrapped in each other
        assert repairs.mend(once, repairs.TEXT, tally) == once
        assert not tally.repairs


def test_what_a_rule_changed_is_counted_by_its_name() -> None:
    tally = Tally()
    assert repairs.mend(" caf&eacute;\r\n", repairs.TEXT, tally) == "café"
    assert tally.repairs == {"html_entities": 1, "line_ends": 1, "spaces_at_the_ends": 1}


MODULES = sorted((ROOT / "directory/importing").glob("*.py"))


def used_names(function: str) -> set[str]:
    """First arguments of calls of that name in the package, where they are plain strings."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called == function and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        found.add(part.value)
    return found


def test_every_rule_and_reason_has_words_and_is_in_the_documents() -> None:
    page = read("docs/importing.md")
    groups = (repairs.TEXT, repairs.URL, repairs.DATE, repairs.PHONE, repairs.POSTAL_CODE)
    rules = used_names("repaired").union(*groups)
    assert rules - set(RULES) == set()
    package = "".join(read(f"directory/importing/{path.name}") for path in MODULES)
    assert {rule for rule in RULES if package.count(f'"{rule}"') < 2} == set()
    told = {text for text in used_names("RowRefused") if "_" in text or text in REASONS}
    assert told - set(REASONS) == set()
    assert {rule for rule in RULES if f"`{rule}`" not in page} == set()
    assert {reason for reason in REASONS if f"`{reason}`" not in page} == set()
    documented = set(re.findall(r"^\| `([a-z_]+)`", page, re.MULTILINE))
    assert documented - set(RULES) - set(REASONS) == set()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  ", None),
        ("url", "www.example.org", "http://www.example.org"),
        ("email", "info@example.org", "info@example.org"),
        ("number", "1,200.5", 1200.5),
        ("integer", "12", 12),
        ("integer", "12.0", 12),
        ("amount", "$35", "35.00"),
        ("flag", "Yes", True),
        ("flag", "0", False),
        ("date", "2024-02-29", "2024-02-29"),
        ("datetime", "2024-09-25T14:23:06.5+01:00", "2024-09-25T14:23:06.500000+01:00"),
        ("time", "10:00", "10:00:00"),
        ("time", "10:00:30", "10:00:30"),
        ("time", "9am", "09:00:00"),
        ("time", "10:00-05:00", "10:00:00"),
        ("choice", "Temporarily_Closed", "temporarily closed"),
        ("reference", uid := "38960354-E7D2-4CFA-A368-820F729D6CCF", uid.lower()),
        ("reference", "Org A", "Org A"),
    ],
)
def test_a_value_is_read(kind: str, text: str, value: object) -> None:
    field = Field("column", kind, allowed=("active", "temporarily closed"))
    assert read_value(field, text, Tally()) == value


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("url", "see our page", "bad_url"),
        ("url", "javascript:alert(1)", "bad_url"),
        ("url", "data:text/html,x", "bad_url"),
        ("email", "a@b@example.org", "bad_email"),
        ("email", "one@example.org; two@example.org", "bad_email"),
        ("number", "nan", "bad_number"),
        ("number", "1e999", "bad_number"),
        ("number", "twelve", "bad_number"),
        ("integer", "1.5", "bad_number"),
        ("integer", "99999999999", "bad_number"),
        ("amount", "-1", "bad_number"),
        ("amount", "99999999999999", "bad_number"),
        ("amount", "Infinity", "bad_number"),
        ("flag", "perhaps", "not_a_value"),
        ("date", "2024-02-30", "bad_date"),
        ("date", "3/4/2024", "bad_date"),
        ("date", "soon", "bad_date"),
        ("time", "9:00", "bad_time"),
        ("time", "25:00", "bad_time"),
        ("time", "10:00Z", "bad_time"),
        ("time", "10:00+00:00", "bad_time"),
        ("time", "570", "bad_time"),
        ("choice", "open", "not_a_value"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_its_reason(
    kind: str, text: str, reason: str
) -> None:
    with pytest.raises(RowRefused) as refused:
        read_value(Field("column", kind, allowed=("active",)), text, Tally())
    assert (refused.value.reason, refused.value.field) == (reason, "column")


def test_a_text_longer_than_its_column_is_refused() -> None:
    with pytest.raises(RowRefused, match="too_long"):
        read_value(Field("currency", "text", length=3), "dollars", Tally())


def test_a_wrong_mailbox_is_not_repeated_in_the_report() -> None:
    with pytest.raises(RowRefused) as refused:
        read_value(Field("email", "email"), "Jo Doe jo.doe(at)example.org", Tally())
    assert refused.value.detail == ""


class Lines:
    """A report that remembers."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def intake(lines: Lines) -> Intake:
    report: Report = lines  # type: ignore[assignment]
    return Intake(Staging(), report, Tally())


def taken(intake: Intake, table: str, **values: object) -> dict[str, object] | None:
    record = intake.take(Raw(table, str(values.get("id", "1")), values, f"{table}.csv", 2))
    return record.data if record else None


@pytest.mark.parametrize(
    ("said", "kept", "rule"),
    [
        (("35.99", "-78.9"), (35.99, -78.9), None),
        (("-78.9", "35.99"), (-78.9, 35.99), None),  # may be right; places.py asks the ZIP code
        (("-120.5", "35.99"), (35.99, -120.5), "coordinates_swapped"),
        (("4299245.47", "-8783107.82"), (35.99, -78.9), "coordinates_web_mercator"),
        (("0", "0.0"), (None, None), "point_at_zero"),
    ],
)
def test_a_point_is_brought_into_degrees(
    intake: Intake, said: tuple[str, str], kept: tuple[float, float], rule: str | None
) -> None:
    data = taken(intake, "location", latitude=said[0], longitude=said[1], name="x")
    assert data
    found = tuple(v if v is None else round(v, 4) for v in (data["latitude"], data["longitude"]))  # type: ignore[call-overload]
    assert found == kept
    assert intake.tally.repairs == ({rule: 1} if rule else {})


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (("200", "10"), "outside_the_world"),
        (("91", "181"), "outside_the_world"),
        (("35.99", ""), "half_a_point"),
        (("", "-78.9"), "half_a_point"),
        (("99999999999", "1"), "outside_the_world"),
    ],
)
def test_a_point_that_cannot_be_is_dropped_and_the_place_is_kept(
    intake: Intake, lines: Lines, said: tuple[str, str], reason: str
) -> None:
    data = taken(intake, "location", latitude=said[0], longitude=said[1], name="x")
    assert data and (data["latitude"], data["longitude"]) == (None, None)
    assert [(p.kind, p.reason, p.field) for p in lines.problems] == [
        (Kind.VALUE, reason, "latitude")
    ]


@pytest.mark.parametrize(
    ("status", "rule"),
    [("", "status_missing"), ("3", "status_number"), ("Verified 2023", "status_verified")],
)
def test_a_status_of_a_dialect_is_read_as_active(intake: Intake, status: str, rule: str) -> None:
    data = taken(intake, "service", name="Pantry", organization_id="o", status=status)
    assert data and data["status"] == "active"
    assert intake.tally.repairs == {rule: 1}


def test_a_status_that_nobody_knows_refuses_the_row(intake: Intake, lines: Lines) -> None:
    assert taken(intake, "service", name="Pantry", organization_id="o", status="<b>") is None
    assert [(p.kind, p.reason, p.field) for p in lines.problems] == [
        (Kind.REFUSED, "not_a_value", "status")
    ]


def test_a_name_for_the_date_of_verification_is_understood(intake: Intake) -> None:
    data = taken(intake, "service", name="P", organization_id="o", last_verified="2024-05-01")
    assert data and data["assured_date"] == "2024-05-01"


def test_ages_that_contradict_each_other_are_dropped(intake: Intake, lines: Lines) -> None:
    data = taken(
        intake, "service", name="P", organization_id="o", minimum_age="60", maximum_age="18"
    )
    assert data and (data["minimum_age"], data["maximum_age"]) == (None, None)
    assert lines.problems[0].detail == "60 to 18"


def test_an_address_gets_city_and_state_of_its_zip_and_nothing_else(intake: Intake) -> None:
    data = taken(
        intake,
        "address",
        location_id="p",
        address_1="1 Main Street",
        city="",
        state_province="",
        postal_code="27701",
        country="USA",
    )
    assert data and (data["city"], data["state_province"], data["country"]) == (
        "Durham",
        "NC",
        "US",
    )
    assert set(intake.tally.repairs) == {
        "address_without_city",
        "address_without_state",
        "country_code",
    }


def test_an_address_without_zip_is_refused_by_field(intake: Intake, lines: Lines) -> None:
    taken(
        intake,
        "address",
        location_id="p",
        address_1="1 Main Street",
        city="Durham",
        state_province="NC",
        postal_code="null",
    )
    assert [(p.reason, p.field) for p in lines.problems] == [("missing_field", "postal_code")]


def test_a_row_of_nothing_but_references_is_left_out(intake: Intake, lines: Lines) -> None:
    assert taken(intake, "phone", service_id="s", number=" ", type="") is None
    assert taken(intake, "schedule", service_id="s", description="") is None
    assert intake.tally.repairs["empty_row"] == 2
    assert lines.problems == []


def test_several_addresses_of_the_web_in_one_cell_are_all_kept(intake: Intake) -> None:
    urls = "https://example.org/a ; https://example.org/b"
    data = taken(intake, "service", id="9", name="P", organization_id="o", url=urls)
    assert data and data["url"] == "https://example.org/a"
    other = intake.staging.get("url", "9@url2")
    assert other and other.data == {"service_id": "9", "url": "https://example.org/b"}


def test_the_same_row_again_is_nothing_and_another_of_its_id_is_refused(
    intake: Intake, lines: Lines
) -> None:
    taken(intake, "phone", service_id="s", number="919-555-0101")
    taken(intake, "phone", service_id="s", number=" 919-555-0101")
    taken(intake, "phone", service_id="s", number="919-555-0102")
    record = intake.staging.get("phone", "1")
    assert record and record.data["number"] == "919-555-0101"
    assert intake.tally.repairs["identical_row"] == 1
    assert [(p.reason, p.detail) for p in lines.problems] == [
        ("duplicate_id", "first in phone.csv, row 2")
    ]


def test_lists_and_objects_where_text_belongs_are_refused(intake: Intake, lines: Lines) -> None:
    data = taken(intake, "service", name="P", organization_id="o", fees=["a"], alert={"b": "c"})
    assert data and "fees" not in data
    assert [(p.reason, p.field) for p in lines.problems] == [
        ("not_text", "fees"),
        ("not_text", "alert"),
    ]


def test_characters_no_database_stores_are_refused(intake: Intake, lines: Lines) -> None:
    taken(intake, "service", id="1", name="a\0b", organization_id="o")
    taken(intake, "service", id="2", name="a\ud800", organization_id="o")
    assert [(p.reason, p.field) for p in lines.problems] == [
        ("nul_byte", "name"),
        ("bad_encoding", "name"),
    ]


def test_every_table_of_the_standard_has_a_shape() -> None:
    known = shapes()
    assert {name for name in MAIN} <= set(known)
    order = list(known)
    for shape in known.values():
        assert all(
            order.index(table) <= order.index(shape.name) for table in shape.parents.values()
        )
    assert known["service"].fields["status"].allowed == (
        "active",
        "inactive",
        "defunct",
        "temporarily closed",
    )
    assert known["funding"].fields["source"].kind == "text"
