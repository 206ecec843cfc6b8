"""Text can be read in both themes: every pair of ink and ground holds 7:1, every control edge 3:1."""

import re

import pytest

from web.assets import style_sheet

CSS = style_sheet()
TEXT = [
    ("ink", "paper"),
    ("ink", "paper-deep"),
    ("ink", "leaf"),
    ("ink-soft", "paper"),
    ("ink-soft", "paper-deep"),
    ("ink-soft", "leaf"),
    ("teal", "paper"),
    ("teal", "paper-deep"),
    ("teal", "leaf"),
    ("teal-deep", "paper"),
    ("on-teal", "teal"),
    ("on-teal", "teal-deep"),
    ("on-sign", "sign"),
    ("on-teal", "clay"),
    ("clay", "paper"),
    ("on-marigold", "marigold"),
    ("clay", "paper-deep"),
    ("clay", "clay-wash"),
    ("ink", "clay-wash"),
]
EDGES = [("edge", "paper"), ("edge", "paper-deep"), ("edge", "leaf"), ("post", "paper")]


def tokens(theme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    return (
        found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark)) if theme == "dark" else found
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_holds_seven_to_one(theme: str, ink: str, ground: str) -> None:
    found = tokens(theme)
    assert contrast(found[ink], found[ground]) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_hold_three_to_one(theme: str, edge: str, ground: str) -> None:
    found = tokens(theme)
    assert contrast(found[edge], found[ground]) >= 3


def test_both_themes_name_the_same_colours() -> None:
    assert tokens("light").keys() == tokens("dark").keys()
    assert tokens("light") != tokens("dark")
