"""HSDS 3.x as a folder of CSV files, one for each table."""

from directory.importing.csv_file import read_rows
from directory.importing.formats import Found, table_of
from directory.importing.intake import Intake, Raw
from directory.importing.progress import Progress
from directory.importing.shapes import shapes
from directory.importing.values import known_as


def read(found: Found, intake: Intake, progress: Progress) -> None:
    """Every file, in the order of the tables."""
    files = {table_of(file.stem): file for file in found.files}
    intake.tally.ignore_files(set(found.files) - set(files.values()))
    for table in shapes():
        file = files.get(table)
        if file is None:
            continue
        for row in progress.counted(file.name, read_rows(file, intake.tally)):
            key = known_as(row.cells.get("id"))
            raw = Raw(table, key, row.cells, file.name, row.number)
            if row.fault:
                intake.refuse(raw, row.fault)
            else:
                intake.take(raw)
