"""Price lists and acquisition costs imported: rows in, refused by reason, and nothing twice."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from core.clock import frozen
from core.db import Database
from core.errors import Invalid
from core.outbox import OutboxMessage
from directory.importing import FileRefused
from directory.prices.importing import REASONS, Options, Result, run
from directory.prices.models import Benchmark, Drug, PriceObservation
from tests.integration.real import shared
from tests.support.pharmacies import METFORMIN, TODAY, open_town

NEW = (
    "NDC Description,NDC,NADAC Per Unit,Effective Date,Pricing Unit,Pharmacy Type Indicator,OTC,"
    "Explanation Code,Classification for Rate Setting,Corresponding Generic Drug NADAC Per Unit,"
    "Corresponding Generic Drug Effective Date,As of Date"
)
OLD = (
    "NDC Description,NDC,NADAC_Per_Unit,Effective_Date,Pricing_Unit,Pharmacy_Type_Indicator,OTC,"
    "Explanation_Code,Classification_for_Rate_Setting,Corresponding_Generic_Drug_NADAC_Per_Unit,"
    "Corresponding_Generic_Drug_Effective_Date,As of Date"
)
HEAD = "drug,quantity,price,location_id,observed_on,source,source_ref"
Importer = Callable[..., Result]


@pytest.fixture
def imports(tmp_path: Path) -> Importer:
    """Imports text as a file: `imports(database, "nadac", text)`."""

    def one(db: Database, kind: str, text: str, name: str = "list.csv", **more: Any) -> Result:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        options = Options(kind, path, tmp_path, "America/New_York", **more)
        with frozen(datetime.combine(TODAY, time(17), UTC)):
            return run(db, options, out=StringIO())

    return one


def cost(ndc: str, per_unit: str, effective: str, as_of: str, unit: str = "EA") -> str:
    said = "METFORMIN HCL 500 MG TABLET"
    return f"{said},{ndc},{per_unit},{effective},{unit},C/I,N,1,G,,,{as_of}"


def refused(found: Result) -> dict[str, int]:
    return dict(found.refused)


@pytest.mark.parametrize("header", [NEW, OLD], ids=["names with spaces", "names with underscores"])
def test_costs_are_read_in_both_spellings_and_dates(
    sqlite_database: Database, imports: Importer, header: str
) -> None:
    rows = [cost("00093104801", "0.02134", "10/21/2026", "11/18/2026"),
            cost("00093104802", "0.0213", "2026-10-21", "2026-11-18T00:00:00")]  # fmt: skip
    found = imports(sqlite_database, "nadac", "\n".join([header, *rows]) + "\n")
    assert (found.counts["created"], refused(found)) == (2, {})
    with sqlite_database.read() as session:
        kept = session.exec(select(Benchmark).order_by(Benchmark.ndc11)).all()
    assert [one.per_unit for one in kept] == [Decimal("0.02134"), Decimal("0.0213")]
    assert {one.effective_on for one in kept} == {date(2026, 10, 21)}
    assert {one.product for one in kept} == {METFORMIN.product}


def test_costs_are_kept_by_day_and_only_a_later_list_puts_one_right(
    database: Database, imports: Importer
) -> None:
    week = "\n".join([NEW, cost("00093104801", "0.02", "10/21/2026", "11/04/2026")])
    later = "\n".join(
        [
            NEW,
            cost("00093104801", "0.03", "10/21/2026", "11/11/2026"),
            cost("00093104801", "0.04", "11/18/2026", "11/18/2026"),
        ]
    )
    assert imports(database, "nadac", week).counts["created"] == 1
    found = imports(database, "nadac", later)
    assert dict(found.counts) == {"created": 1, "updated": 1, "unchanged": 0}
    for again in (week, later):
        assert dict(imports(database, "nadac", again).counts)["unchanged"] > 0
        with database.read() as session:
            kept = session.exec(select(Benchmark).order_by(col(Benchmark.effective_on))).all()
        assert [one.per_unit for one in kept] == [Decimal("0.03"), Decimal("0.04")]


def test_rows_that_hold_nothing_or_nonsense_are_refused_by_reason(
    sqlite_database: Database, imports: Importer
) -> None:
    good = ("10/21/2026", "11/18/2026")
    rows = [
        cost("00000000000", "0.02", *good),
        cost("99999999999", "0.02", *good),
        cost("", "", *good),
        cost("00093104801", "N/A", *good),
        cost("00093104801", "0.02", "12/31/9999", "11/18/2026"),
        cost("123", "0.02", *good),
        cost("0009310480X", "0.02", *good),
        cost("00093104801", "cheap", *good),
        cost("00093104801", "-1", *good),
        cost("00093104801", "0.02", "13/45/2026", "11/18/2026"),
        cost("00093104801", "0.02", *good, "BOX"),
        "too,few",
        cost("00093104801", "0.02", *good),
    ]
    found = imports(sqlite_database, "nadac", "\n".join([NEW, *rows]) + "\n")
    assert refused(found) == {
        "placeholder": 5,
        "bad_ndc": 2,
        "bad_price": 2,
        "bad_date": 1,
        "bad_unit": 1,
        "too_few_cells": 1,
    }
    assert found.counts["created"] == 1
    lines = [json.loads(line) for line in found.report.read_text().splitlines()]
    assert [line["row"] for line in lines] == list(range(2, 14))
    assert {line["reason"] for line in lines} - {"too_few_cells"} <= REASONS.keys()


def test_a_dry_run_says_the_same_and_writes_nothing(
    sqlite_database: Database, imports: Importer
) -> None:
    text = "\n".join([NEW, cost("00093104801", "0.02", "10/21/2026", "11/18/2026")])
    found = imports(sqlite_database, "nadac", text, dry_run=True)
    assert found.counts["created"] == 1
    with sqlite_database.read() as session:
        assert session.exec(select(func.count()).select_from(Benchmark)).one() == 0


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", f"{NEW}\n", '{"results": [1]}'])
def test_a_file_that_is_no_list_is_refused_whole(
    sqlite_database: Database, imports: Importer, text: str
) -> None:
    with pytest.raises(FileRefused):
        imports(sqlite_database, "nadac", text, "x.json" if text.startswith("{") else "x.csv")


def test_a_file_that_is_not_there_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    options = Options("prices", tmp_path / "none.csv", tmp_path, "America/New_York")
    with pytest.raises(Invalid, match="no file"):
        run(sqlite_database, options, out=StringIO())


@pytest.fixture
def town(database: Database) -> Database:
    with database.write() as session:
        open_town(session)
    return database


def prices(session: Session, *, current: bool = True) -> list[tuple[str, Decimal]]:
    rows = session.exec(select(PriceObservation).order_by(col(PriceObservation.observed_on)))
    return [(row.place_key, row.price) for row in rows if row.is_current or not current]


def test_a_list_of_prices_is_imported_once_and_corrected_by_its_own_names(
    town: Database, imports: Importer
) -> None:
    rows = [
        "metformin ir 500 mg,60,9.50,near,2026-11-01,phone,call-1",
        "metformin ir 500 mg,60,8.00,near,2026-11-10,phone,call-2",
        "Metformina 500 mg tableta regular,60,4,far,2026-11-12,published,",
    ]
    text = "\n".join([HEAD, *rows])
    assert imports(town, "prices", text).counts == Counter(created=3, updated=0, unchanged=0)
    assert imports(town, "prices", text).counts == Counter(created=0, updated=0, unchanged=3)
    with town.read() as session:
        assert prices(session) == [("near", Decimal(8)), ("far", Decimal(4))]
        told = session.exec(select(OutboxMessage.payload)).all()
        assert {"entity": "location", "id": "far"} in told
    mended = text.replace("8.00,near", "8.80,near")
    assert imports(town, "prices", mended).counts == Counter(created=0, updated=1, unchanged=2)
    with town.read() as session:
        assert prices(session) == [("near", Decimal("8.80")), ("far", Decimal(4))]
        assert len(prices(session, current=False)) == 4


def test_rows_of_prices_are_refused_one_by_one(
    sqlite_database: Database, imports: Importer
) -> None:
    with sqlite_database.write() as session:
        open_town(session)
    good = "2026-11-01,phone,"
    rows = {
        f"metformin ir 500 mg,60,9.50,near,{good}": None,
        f"metformin 500 mg,60,9.50,near,{good}": "unclear_drug",
        f"unobtainium,60,9.50,near,{good}": "unknown_drug",
        f"metformin ir 500 mg,0,9.50,near,{good}": "bad_quantity",
        f"metformin ir 500 mg,1000000000,9.50,near,{good}": "bad_quantity",
        f"metformin ir 500 mg,1.5,9.50,near,{good}": "bad_quantity",
        f"metformin ir 500 mg,60,-1,near,{good}": "bad_price",
        f"metformin ir 500 mg,60,nine,near,{good}": "bad_price",
        f"metformin ir 500 mg,60,9.50,nowhere,{good}": "unknown_place",
        "metformin ir 500 mg,60,9.50,near,2027-01-01,phone,": "bad_observed_on",
        "metformin ir 500 mg,60,9.50,near,2026-11-01,rumour,": "bad_source",
    }
    found = imports(sqlite_database, "prices", "\n".join([HEAD, *rows]))
    expected = [reason for reason in rows.values() if reason]
    assert refused(found) == {one: expected.count(one) for one in expected}
    assert found.counts["created"] == 1


def test_the_real_list_of_a_mail_pharmacy(sqlite_database: Database, imports: Importer) -> None:
    path = shared("data", "costplus_2022-03-23.json")
    text = path.read_text(encoding="utf-8")
    found = imports(sqlite_database, "costplus", text, path.name)
    assert (found.read, sum(found.refused.values())) == (332, 18)
    assert refused(found) == {"no_package_size": 12, "bad_strength": 5, "bad_form": 1}
    assert (found.counts["created"], found.drugs) == (613, 322)
    again = imports(sqlite_database, "costplus", text, path.name)
    assert again.counts == Counter(created=0, updated=0, unchanged=613)
    with sqlite_database.read() as session:
        assert {row.observed_on for row in session.exec(select(PriceObservation))} == {
            date(2022, 3, 23)
        }
        releases = session.exec(select(Drug.ingredient, Drug.release)).all()
    assert ("metformin", "ER") in releases and ("metformin", "IR") in releases


def test_the_real_acquisition_costs(sqlite_database: Database, imports: Importer) -> None:
    path = shared("data", "nadac_2025-12-24_top1000.json")
    text = path.read_text(encoding="utf-8")
    found = imports(sqlite_database, "nadac", text, path.name)
    assert (found.read, refused(found)) == (3_000, {})
    assert found.counts == Counter(created=2_489, updated=0, unchanged=511)
    again = imports(sqlite_database, "nadac", text, path.name)
    assert again.counts == Counter(created=0, updated=0, unchanged=3_000)
    with sqlite_database.read() as session:
        named = select(func.count()).select_from(Benchmark).where(Benchmark.product != "")
        assert session.exec(named).one() > 2_000
