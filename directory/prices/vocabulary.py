"""Words in which people say form, release, route and quantity of a medicine, English and Spanish.

Everything is folded: lower case, without accents. Order matters where one phrase holds another.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from directory.prices.kinds import DoseForm, Release, Route

Kind = TypeVar("Kind")

_RELEASE: Mapping[Release, tuple[str, ...]] = {
    Release.IMMEDIATE: (
        "immediate[ -]release", "liberacion inmediata", "inmediata", "regular", "ir",
        "not er", "no er", "non[ -]er",
    ),
    Release.DELAYED: (
        "delayed[ -]release", "enteric[ -]coated", "liberacion (?:retardada|demorada)",
        "entericas?", "gastrorresistentes?", "dr", "ec",
    ),
    Release.SUSTAINED: ("sustained[ -]rel(?:ease)?", "12[ -]?h(?:ou)?rs?", "sr"),
    Release.EXTENDED: (
        "(?:extended|controlled|slow)[ -]rel(?:ease)?", "long[ -]acting",
        "(?:de )?(?:liberacion|accion) (?:prolongada|extendida|sostenida|controlada)",
        "prolongada", "extendida", "retard",
        "er", "xr", "xl", r"la(?=\s+\d|\s*$)", "cr", "cd", "xt", "lp",
    ),
}  # fmt: skip
_FORM: Mapping[DoseForm, tuple[str, ...]] = {
    DoseForm.CHEWABLE: (
        "chewable tab(?:let)?s?", "tab(?:let)?s? chew(?:able)?", "chewables?", "chew",
        "(?:tabletas?|pastillas?) masticables?", "masticables?",
    ),
    DoseForm.DISINTEGRATING: (
        "(?:orally )?disintegrating tab(?:let)?s?", "(?:tabletas? )?(?:bucodispersables?|orodispersables?)",
        "tab(?:let)? rapdis", "rapdis", "odt",
    ),
    DoseForm.TABLET: (
        "film[ -]coated tab(?:let)?s?", "tab(?:let)?s?", "tbs?", "tabletas?", "comprimidos?",
        "caplets?", "grageas?",
    ),
    DoseForm.CAPSULE: ("sprinkles? cap(?:sule)?s?", "cap(?:sule)?s?", "capsulas?", "softgels?"),
    DoseForm.SUSPENSION: (
        "oral susp(?:ension)?", "suspensiones", "suspension(?: oral)?", "susp",
    ),
    DoseForm.SOLUTION: (
        "oral sol(?:utio)?n?", "solution", "solucion(?: oral)?", "soln", "sol", "syrup", "syrp",
        "jarabe", "elixir", "liquid", "liquido", "liq", "conc",
    ),
    DoseForm.INJECTION: (
        "pre-?filled pens?", "flexpens?", "kwikpens?", "solostar", "pens?", "vials?",
        "syringes?",
        "injections?", "inyecc?ion(?:es)?", "inyectables?", "plumas?", "ampolletas?", "frascos?", "viales",
        "amp(?:ule)?s?",
    ),
    DoseForm.CREAM: ("tube of cream", "jar of cream", "cream", "crema", "crm"),
    DoseForm.OINTMENT: ("tube of ointment", "ointment", "oint", "pomada", "unguento"),
    DoseForm.GEL: ("gel",),
    DoseForm.LOTION: ("lotion", "locion"),
    DoseForm.DROPS: ("drops?", "drps?", "gotas"),
    DoseForm.SPRAY: ("nasal spray", "spray", "spr", "aerosol nasal", "atomizador"),
    DoseForm.INHALER: ("inhalers?", "inhalador(?:es)?", "hfa", "mdi", "inhaler", "inh"),
    DoseForm.PATCH: ("patch(?:es)?", "parches?"),
    DoseForm.SUPPOSITORY: ("suppositor(?:y|ies)", "supp", "supositorios?"),
    DoseForm.POWDER: ("powder", "polvo", "powd", "packets?", "sobres?"),
    DoseForm.KIT: ("kit", "blister pack"),
}  # fmt: skip
_ROUTE: Mapping[Route, tuple[str, ...]] = {
    Route.EYE: ("ophthalmic", "ophth", "opht", "oftalmic[ao]s?", "eye", "para (?:el|los) ojos?"),
    Route.EAR: ("otic[ao]?", "ear", "para (?:el|los) oidos?"),
    Route.NOSE: ("nasal",),
    Route.VAGINAL: ("vaginal(?:es)?",),
    Route.RECTAL: ("rectal(?:es)?",),
    Route.SKIN: ("topical", "topic[ao]"),
    Route.ORAL: ("by mouth", "oral(?:es)?"),
}
PILLS = "pills?|pastillas?|pildoras?"
"""Said of tablets and capsules alike."""
COUNTED = (
    rf"{PILLS}|ct|count|ea|each|unidades|tab(?:let)?s|tabletas|comprimidos|cap(?:sule)?s|capsulas"
    "|tbs|caplets|softgels|patches|parches|inhalers?|inhalador(?:es)?|pens|plumas|vials"
    "|suppositories|supositorios|packets|sobres|masticables|chewables"
)
"""Words after a number that make it a quantity."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOISE = _words("""
    a al ambos and barata barato cash cheap cheapest con cost costo count ct cuanto cuesta de
    del disp dispense do does dose dosis ea each el en favor film-coated for generic generica
    generico how i i'm is la las los mail mas me medicamento medication medicina medicine mi
    much my necesito need of on oral otc para pastilla pastillas per pildora pildoras pill pills
    please por porfavor precio prescription price prices quiero receta refill resurtido rx
    script sig strength take the un una unidades want with y
""")
SALTS = _words("""
    acet acetate acetato axetil bes besilato besylate bromhidrato calcica calcico calcium citrate
    citrato clorhidrato dihydrate disoproxil fosfato fumarate fumarato hbr hcl hidrocloruro
    hydrobromide hydrochloride mag magn magnesico magnesium mal maleate maleato medoxomil mesilato
    mesylate mono monohydrate mono-mcr phosphate pot potasica potasico potassium propionate
    propionato sod sodica sodico sodium sulf sulfate sulfato trihydrate
""")
"""Parts of a name that nobody says and that do not tell two products here apart."""
TELLING = _words("hyclate pamoate succinate tartrate")
"""Parts of a name that people leave out although they tell products apart: ask which."""
ABBREVIATIONS = {
    "hctz": "hydrochlorothiazide", "hct": "hydrochlorothiazide", "apap": "acetaminophen",
    "acetamin": "acetaminophen", "acetaminop": "acetaminophen", "asa": "aspirin",
    "succ": "succinate", "tart": "tartrate", "amox": "amoxicillin", "clav": "clavulanate",
    "smz": "sulfamethoxazole", "smx": "sulfamethoxazole", "tmp": "trimethoprim",
    "sulfamethox": "sulfamethoxazole", "vit": "vitamin", "levothyrox": "levothyroxine",
    "succinato": "succinate", "tartrato": "tartrate", "pot-chloride": "potassium",
}  # fmt: skip
SIG = re.compile(
    r"\b(?:(?:take|tome|tomar)\s+)?[1-4]?\s*(?:tab(?:let)?s?|caps?(?:ules?)?|pills?|pastillas?|tabletas?)?\s*(?:po\s+)?"
    r"(?:qd|qid|bid|tid|qhs|prn|once (?:a day|daily)|twice (?:a day|daily)|daily"
    r"|[1-4] (?:times|veces) (?:a|al|por) (?:day|dia)|(?:una|dos|tres) ve(?:z|ces) (?:al|por) dia"
    r"|every day|cada dia|al dia|at bedtime|cada \d+ horas|every \d+ hours)\b"
)
"""Directions for use: they say nothing of what is bought."""

_MARKS = re.compile(r"[^\w%#.,/+' -]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_GLUED = re.compile(r"(?<![\w])(\d[\d.,/-]*)([a-z]{1,12})(?![\d])")


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case, plain letters, one space between words; numbers as programs write them."""
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("µ", "u"))
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = (
            text.replace("\N{EN DASH}", "-")
            .replace("\N{EM DASH}", "-")
            .replace("\N{GREEK SMALL LETTER MU}", "u")
        )
    text = _DECIMAL.sub(".", _THOUSANDS.sub("", text))
    return " ".join(_MARKS.sub(" ", text).split())


def spaced(text: str) -> str:
    """ "500mg" as "500 mg"; a letter before a number (b12) stays with it."""
    return _GLUED.sub(r"\1 \2", text)


class Words(Generic[Kind]):
    """Finds the kinds that words name, and takes the words out of a text."""

    def __init__(self, kinds: Mapping[Kind, tuple[str, ...]]) -> None:
        self._kinds = {f"k{number}": kind for number, kind in enumerate(kinds)}
        groups = (f"(?P<{name}>{'|'.join(kinds[kind])})" for name, kind in self._kinds.items())
        self._pattern = re.compile(rf"(?<![\w.-])(?:{'|'.join(groups)})(?![\w-])")

    def take(self, text: str) -> tuple[str, tuple[Kind, ...]]:
        """The text without those words, and the kinds in the order they were said."""
        found: dict[Kind, None] = {}

        def one(match: re.Match[str]) -> str:
            found[self._kinds[str(match.lastgroup)]] = None
            return " "

        return self._pattern.sub(one, text), tuple(found)


RELEASES = Words(_RELEASE)
FORMS = Words(_FORM)
ROUTES = Words(_ROUTE)
