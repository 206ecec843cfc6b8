"""handrail doctor"""

from argparse import ArgumentParser, Namespace

from app import checks
from core.settings import Settings

HELP = "check this installation and say what to do"
MARKS = {"ok": "✓", "warning": "!", "failed": "✗"}


def arguments(_parser: ArgumentParser) -> None:
    pass


def run(settings: Settings, _options: Namespace) -> int:
    failed = False
    for finding in checks.findings(settings):
        failed = failed or finding.verdict == "failed"
        print(f"{MARKS[finding.verdict]} {finding.name}: {finding.found}")
        if finding.advice:
            print(f"    {finding.advice}")
    return 1 if failed else 0
