"""Writing a measured table into docs/performance.md, between its markers."""

from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def write(name: str, text: str) -> None:
    """Replace what stands between the markers of `name`; they are added when missing."""
    start, end = f"<!-- {name}: measured -->", f"<!-- {name}: end -->"
    page = PAGE.read_text("utf-8") if PAGE.exists() else "# Performance\n"
    if start not in page:
        page = f"{page.rstrip()}\n\n{start}\n{end}\n"
    before, rest = page.split(start, 1)
    after = rest.split(end, 1)[1]
    PAGE.write_text(f"{before}{start}\n{text}\n{end}{after}", "utf-8")
