"""`handrail import`, as somebody at a terminal meets it."""

from pathlib import Path

import pytest

from app import cli, home, migrating
from core.settings import Settings
from tests.support.import_files import county3, write

Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A county in files, and a migrated database to put it in."""
    monkeypatch.setattr(cli, "get_settings", lambda: settings)
    home.prepare(settings)
    migrating.upgrade(settings.database_url, "head")
    county = county3()
    county["phones"].append({**county["phones"][0], "id": "wrong", "number": ""})
    county["phones"][1]["extension"] = "12"
    return write(tmp_path / "county" / "2024", county)


def test_it_says_what_it_did_and_the_second_time_that_nothing_changed(
    folder: Path, capsys: Output, tmp_path: Path
) -> None:
    assert cli.main(["import", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "rows of county (hsds3-csv)" in out
    assert "Rows refused: 1" in out and "missing_field: a field the standard requires" in out
    assert "url_without_scheme" not in out and "category_from_terms" in out
    assert "rows changed." in out
    (report,) = (tmp_path / "imports").glob("county-*.jsonl")
    assert str(report) in out and '"field": "number"' in report.read_text()
    assert cli.main(["import", str(folder)]) == 0
    assert "0 rows changed." in capsys.readouterr().out


def test_a_dry_run_says_so(folder: Path, capsys: Output, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    assert cli.main(["import", str(folder), "--dry-run", "--report", str(report)]) == 0
    assert "This was a dry run: nothing was written." in capsys.readouterr().out
    assert report.read_text().startswith("kind,file,row")


def test_a_wrong_path_is_one_line_and_a_status(folder: Path, capsys: Output) -> None:
    assert cli.main(["import", str(folder / "missing")]) == 1
    assert capsys.readouterr().err.strip() == f"handrail: There is no {folder / 'missing'}."


def test_a_database_that_is_not_migrated_is_said_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "get_settings", lambda: settings)
    assert cli.main(["import", str(tmp_path)]) == 1
    assert "handrail migrate" in capsys.readouterr().err


def test_an_unknown_format_is_refused_with_those_there_are(capsys: Output) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["import", "x", "--format", "xml"])
    assert stopped.value.code == 2
    assert "hsds2-csv" in capsys.readouterr().err
