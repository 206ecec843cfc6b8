"""Every drug and what people call it, ready to be looked up; loaded once and kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlmodel import Session, select

from core.db import table_of
from directory.prices.models import Drug, DrugAlias
from directory.prices.offers import Product
from directory.prices.reading import read_line
from directory.prices.strengths import Strength, read_strength

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A product, with its strength read."""

    product: Product
    strength: Strength


class Catalog:
    """Drugs by id and by name. A name is its words, salts left out; several drugs share one."""

    def __init__(
        self,
        drugs: Iterable[Product],
        aliases: Iterable[tuple[str, str]] = (),
    ) -> None:
        """`aliases` are pairs of a drug's id and what it is called as well."""
        self.by_id: Mapping[str, Known] = {
            drug.id: Known(drug, read_strength(drug.strength) or Strength(())) for drug in drugs
        }
        names: dict[Name, dict[str, None]] = defaultdict(dict)
        for known in self.by_id.values():
            drug = known.product
            names[_name(drug.brand or drug.ingredient)][drug.id] = None
        for drug_id, text in aliases:
            if drug_id in self.by_id:
                names[_name(text)][drug_id] = None
        self.names: Mapping[Name, tuple[str, ...]] = {
            name: tuple(ids) for name, ids in names.items() if name
        }

    @cached_property
    def words(self) -> Mapping[str, frozenset[Name]]:
        """Word → the names it is part of."""
        found: dict[str, set[Name]] = defaultdict(set)
        for name in self.names:
            for word in name:
                found[word].add(name)
        return {word: frozenset(some) for word, some in found.items()}

    @cached_property
    def by_set(self) -> Mapping[frozenset[str], tuple[Name, ...]]:
        """Names by their words in any order."""
        found: dict[frozenset[str], list[Name]] = defaultdict(list)
        for name in self.names:
            found[frozenset(name)].append(name)
        return {words: tuple(some) for words, some in found.items()}


def _name(text: str) -> Name:
    """The words of a name as those of a line are read: "Toprol XL" is "toprol", and a release."""
    return read_line(text).words


def load_catalog(session: Session) -> Catalog:
    """Read it whole: thousands of drugs at most."""
    drugs = session.exec(select(Drug).order_by(Drug.id)).all()
    aliases = session.exec(select(DrugAlias.drug_id, DrugAlias.folded).order_by(DrugAlias.id)).all()
    return Catalog(map(product_of, drugs), aliases)


def product_of(row: Drug) -> Product:
    """The drug as it is compared."""
    return Product(
        id=row.id,
        ingredient=row.ingredient,
        strength=row.strength,
        form=row.form,
        release=row.release,
        route=row.route,
        brand=row.brand,
        unit=row.unit,
        schedule=row.schedule,
        otc=row.otc,
    )


class Shelf:
    """Keeps the catalog, and reads it again when drugs or aliases came or went."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state: tuple[object, ...] = ()
        self._catalog = Catalog(())

    def catalog(self, session: Session) -> Catalog:
        """The catalog as the database has it now."""
        state = _state(session)
        with self._lock:
            if state != self._state:
                self._catalog, self._state = load_catalog(session), state
            return self._catalog


def _state(session: Session) -> tuple[object, ...]:
    """Drugs and aliases are added and removed, never changed."""
    return tuple(session.execute(_STATE).one())


_STATE = sql(
    *(
        sql(value).select_from(table).scalar_subquery()
        for table in (table_of(Drug), table_of(DrugAlias))
        for value in (func.count(), func.max(table.c.id))
    )
)
