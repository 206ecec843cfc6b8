"""Write the generated pages of docs/, or with --check say which are out of date.

python docs/generate.py [--check]
"""

import sys
import tomllib
from itertools import pairwise
from pathlib import Path

from sqlalchemy import ForeignKeyConstraint, Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.tables import metadata
from referrals.states import TABLE, Limit
from search.parameters import PARAMETERS

NOTE = "<!-- Written by docs/generate.py; `make fix` writes it again. -->\n\n"


def tables() -> str:
    """Every table with its columns and references, as a Mermaid entity diagram."""
    shown = sorted(metadata.tables.values(), key=lambda table: table.name)
    lines = [NOTE, "# Tables\n\n", "```mermaid\nerDiagram\n"]
    lines += [link for table in shown for link in _links(table)]
    lines += [_columns(table) for table in shown]
    return "".join([*lines, "```\n"])


def layers() -> str:
    """Which package may import which, as import-linter enforces it."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    ordered = next(c["layers"] for c in contracts if c["type"] == "layers")
    lines = [NOTE, "# Layers\n\n", "```mermaid\nflowchart TD\n"]
    for upper, lower in pairwise(ordered):
        lines.append(f'    {_key(upper)}["{_names(upper)}"] --> {_key(lower)}["{_names(lower)}"]\n')
    return "".join([*lines, "```\n"])


def search_parameters() -> str:
    """Every search parameter, from the table that searches are read by."""
    lines = [
        NOTE,
        "# Search parameters\n\n| Parameter | | Must be | Example |\n|---|---|---|---|\n",
    ]
    for found in PARAMETERS:
        several = " May be repeated" + (" or have commas." if found.comma else ".")
        about = found.about + (several if found.many else "")
        example = found.example.replace("|", "\\|")
        lines.append(f"| `{found.name}` | {about} | {found.allowed} | `{example}` |\n")
    return "".join(lines)


def referral_states() -> str:
    """The workflow of a referral as a diagram, and every transition as a row."""
    shown = [t for t in TABLE.transitions if t.event != "mark_error"]
    lines = [NOTE, "# States of a referral\n\n", "```mermaid\nstateDiagram-v2\n    [*] --> draft\n"]
    lines += [f"    {t.source} --> {t.target} : {t.event}\n" for t in shown]
    lines += [f"    {status} --> [*]\n" for status, state in TABLE.states.items() if state.terminal]
    lines.append("```\n\n`mark_error` leads from every other state to `entered_in_error`.\n\n")
    lines.append(
        "| State | FHIR Task | Routine limit | Urgent limit | Then |\n|---|---|---|---|---|\n"
    )
    for status, state in TABLE.states.items():
        rule = TABLE.clocks[state.clock] if state.clock else None
        spans = f"{_span(rule.routine)} | {_span(rule.urgent)}" if rule else " | "
        lines.append(f"| {status} | {state.fhir} | {spans} | {state.due_event or ''} |\n")
    lines.append(
        "\n| From | Event | To | Who | Guards | Reason | Effects |\n|---|---|---|---|---|---|---|\n"
    )
    for t in TABLE.transitions:
        cells = (t.source, t.event, t.target, ", ".join(sorted(t.actors)), ", ".join(t.guard),
                 t.reason or t.fixed_reason or "", ", ".join(t.effects))  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _span(limit: Limit) -> str:
    return f"{limit.amount} {limit.unit.replace('_', ' ')}"


def _links(table: Table) -> list[str]:
    found = []
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            column = constraint.columns[0]
            many = "o{" if column.nullable else "|{"
            found.append(
                f"    {constraint.referred_table.name} ||--{many} {table.name} : {column.name}\n"
            )
    return sorted(found)


def _columns(table: Table) -> str:
    rows = []
    for column in table.columns:
        key = " PK" if column.primary_key else " FK" if column.foreign_keys else ""
        kind = type(column.type).__name__.lower()
        rows.append(f"        {kind} {column.name}{key}\n")
    return f"    {table.name} {{\n{''.join(rows)}    }}\n"


def _names(layer: str) -> str:
    return " · ".join(part.strip(" ()") for part in layer.split("|"))


def _key(layer: str) -> str:
    return "".join(character for character in layer if character.isalnum())


PAGES = {
    "diagrams/tables.md": tables,
    "diagrams/layers.md": layers,
    "diagrams/referral-states.md": referral_states,
    "search-parameters.md": search_parameters,
}


def main(arguments: list[str]) -> int:
    """Exit status 1 when --check finds a page that is out of date."""
    stale = []
    for name, write in PAGES.items():
        path, text = ROOT / "docs" / name, write()
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in arguments:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    if stale and "--check" in arguments:
        print(f"Out of date: {', '.join(stale)}. Run: make fix", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
