"""Fields of a patient's record as they stand in forms, and back."""

from collections.abc import Iterable
from typing import Any

from patients.views import PatientRecord
from web.i18n import Language
from web.staff.reading import read_day
from web.staff.typed import Typed, typed_of

LISTS = ("insurance", "mobility", "communication", "documents_held")
LANGUAGE_ROWS = 3
Values = dict[str, Any]


def known_values(record: PatientRecord) -> Values:
    """What is known, as patients.forms.PatientForm takes it."""
    who = record.summary
    return {
        "name": who.name,
        "preferred_name": who.preferred_name,
        "pronouns": record.pronouns,
        "birth_date": who.birth_date,
        "address": record.address,
        "pin": record.pin,
        "postal_code": who.postal_code,
        "languages": list(who.languages),
        "interpreter": record.interpreter,
        "income_band": record.income_band,
        "notes": record.notes,
        **{name: list(getattr(record, name)) for name in LISTS},
    }


def as_typed(values: Values, say: Language) -> Typed:
    """The same as fields of a form."""
    fields = dict(values)
    born, pin = values["birth_date"], values["pin"]
    if born:
        days = (born.month, born.day) if say.code == "en" else (born.day, born.month)
        fields["birth_date"] = f"{days[0]}/{days[1]}/{born.year}"
    fields["pin"] = f"{pin[0]}, {pin[1]}" if pin else ""
    fields |= {f"language-{at}": tag for at, tag in enumerate(fields.pop("languages"))}
    return typed_of(fields)


def patient_values(
    typed: Typed, names: Iterable[str], say: Language
) -> tuple[Values, dict[str, str]]:
    """What was typed for these fields, and what could not be read, by field."""
    values: Values = {}
    errors: dict[str, str] = {}
    for name in names:
        if name in LISTS:
            values[name] = list(typed.all(name))
        elif name == "interpreter":
            values[name] = typed.has(name)
        elif name == "languages":
            values[name] = _languages(typed)
        elif name == "birth_date" and (text := typed.value(name).strip()):
            values[name] = _day(text, name, say, errors)
        elif name == "pin":
            values[name] = _pin(typed.value(name), say, errors)
        else:
            values[name] = typed.value(name).strip() or ("" if name == "name" else None)
    return values, errors


def _languages(typed: Typed) -> list[str]:
    """The languages chosen one after the other, the preferred one first."""
    rows = sorted(name for name in typed.fields if name.startswith("language-"))
    return list(dict.fromkeys(typed.value(name) for name in rows if typed.value(name)))


def _day(text: str, name: str, say: Language, errors: dict[str, str]) -> Any:
    found = read_day(text, say.code)
    if found is None:
        example = "4/9/1961" if say.code == "en" else "9/4/1961"
        errors[name] = say.gettext(
            "Type a day from 1900 to today, like %(example)s.", example=example
        )
    return found


def _pin(text: str, say: Language, errors: dict[str, str]) -> list[float] | None:
    if not text.strip():
        return None
    try:
        lat, lng = (float(part) for part in text.split(","))
    except ValueError:
        errors["pin"] = say.gettext("Type latitude and longitude, like 35.99, -78.90.")
        return None
    return [lat, lng]
