"""The trade-off curve and the history of a price, as SVG. Pure; a table says the same beside each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

WIDTH, HEIGHT = 460, 320
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 36, 52
MAIL_BAND = 84
"""Pixels at the right for what comes by mail: it has no distance."""
DOT, FRONT_DOT = 9, 13
STEPS = (1, 2, 5)
TICKS = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """One price to draw. `far` is miles, None by mail or unknown; `label` stands in the dot."""

    label: str
    cost: float
    far: float | None
    front: bool
    mail: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """One price of a history. `kind` is "now", "past" or "wrong" (corrected)."""

    on: date
    cost: float
    kind: str


def curve(spots: Sequence[Spot], axes: tuple[str, str, str], money: Callable[[float], str]) -> str:
    """Total against distance: the front joined by a line, mail in a band of its own.

    `axes` names distance, total and mail.
    """
    has_mail = any(spot.mail for spot in spots)
    right = WIDTH - RIGHT - (MAIL_BAND if has_mail else 0)
    top_cost = _rounded(max((spot.cost for spot in spots), default=1))
    top_far = _rounded(max((spot.far or 0 for spot in spots), default=1))
    x = _scale(0, top_far, LEFT, right - DOT)
    y = _scale(0, top_cost, HEIGHT - BOTTOM, TOP)
    points = [(spot, *_at(spot, x, y, right)) for spot in spots]
    parts = [
        _open("tradeoff"),
        *_cost_lines(top_cost, y, right if not has_mail else WIDTH - RIGHT, money),
        *_far_ticks(top_far, x),
        _text(LEFT, HEIGHT - 8, axes[0], "start"),
        _text(0, 14, axes[1], "start"),
    ]
    if has_mail:
        middle = right + MAIL_BAND / 2
        parts.append(f'<path class="divide" d="M{right + 8} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(_text(middle + 8, HEIGHT - 8, axes[2], "middle"))
    parts += _front_line(points)
    parts += _dots(points)
    return "".join([*parts, "</svg>"])


Point = tuple[Spot, float, float]


def _at(
    spot: Spot, x: Callable[[float], float], y: Callable[[float], float], right: float
) -> tuple[float, float]:
    if spot.mail:
        return right + 8 + MAIL_BAND / 2, y(spot.cost)
    return x(spot.far) if spot.far is not None else right - DOT, y(spot.cost)


def _front_line(points: Iterable[Point]) -> Iterator[str]:
    """Steps from the nearest to the cheapest of the front."""
    front = sorted((x, y) for spot, x, y in points if spot.front and not spot.mail)
    if len(front) > 1:
        steps = "".join(f"H{x:.1f}V{y:.1f}" for x, y in front[1:])
        yield f'<path class="frontier" d="M{front[0][0]:.1f} {front[0][1]:.1f}{steps}"/>'


def _dots(points: Sequence[Point]) -> Iterator[str]:
    """Those on the front last, so that nothing hides them; they alone carry their number."""
    for spot, x, y in sorted(points, key=lambda point: point[0].front):
        kind, radius = ("best", FRONT_DOT) if spot.front else ("other", DOT - 4)
        shape = f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'
        if spot.mail and not spot.front:
            shape = f'<rect class="{kind}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
        yield shape
        if spot.front:
            yield _text(x, y + 5, spot.label, "middle", "number")


def timeline(
    dated: Sequence[Dated], today: date, money: Callable[[float], str], day: Callable[[date], str]
) -> str:
    """Prices over the last year, each a dot at its day."""
    first = today - timedelta(365)
    top_cost = _rounded(max((one.cost for one in dated), default=1))
    x = _scale(0, 365, LEFT, WIDTH - RIGHT)
    y = _scale(0, top_cost, HEIGHT - BOTTOM, TOP)
    parts = [_open("history-plot"), *_cost_lines(top_cost, y, WIDTH - RIGHT, money)]
    for days in (0, 122, 244, 365):
        anchor = {0: "start", 365: "end"}.get(days, "middle")
        parts.append(_text(x(days), HEIGHT - 20, day(first + timedelta(days)), anchor))
    order = {"past": 0, "wrong": 1, "now": 2}
    for one in sorted(dated, key=lambda one: order[one.kind]):
        at, high = x((one.on - first).days), y(one.cost)
        if one.kind == "wrong":
            cross = f"M{at - 4:.1f} {high - 4:.1f}l8 8m0 -8l-8 8"
            parts.append(f'<path class="wrong-price" d="{cross}"/>')
        else:
            kind, radius = ("best", 6) if one.kind == "now" else ("other", 4)
            parts.append(f'<circle class="{kind}" cx="{at:.1f}" cy="{high:.1f}" r="{radius}"/>')
    return "".join([*parts, "</svg>"])


def _open(kind: str) -> str:
    return (
        f'<svg class="plot {kind}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" aria-hidden="true">'
    )


def _cost_lines(
    top: float, y: Callable[[float], float], right: float, money: Callable[[float], str]
) -> Iterator[str]:
    step = top / TICKS
    for tick in range(TICKS + 1):
        height = y(step * tick)
        yield f'<path class="grid" d="M{LEFT} {height:.1f}H{right}"/>'
        yield _text(LEFT - 8, height + 5, money(step * tick), "end")


def _far_ticks(top: float, x: Callable[[float], float]) -> Iterator[str]:
    step = top / TICKS
    for tick in range(TICKS + 1):
        value = step * tick
        words = f"{value:.0f}" if step >= 1 else f"{value:.1f}"
        yield _text(x(value), HEIGHT - BOTTOM + 20, words, "middle")


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return (
        f'<text{named} x="{x:.1f}" y="{y:.1f}" font-size="14" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    span = (high - low) or 1
    return lambda value: start + (value - low) / span * (end - start)


def _rounded(value: float) -> float:
    """The next number up that five ticks divide well."""
    if value <= 0:
        return 1.0
    unit = 1.0
    while unit * 10 < value:
        unit *= 10
    while unit > value:
        unit /= 10
    return next(unit * step for step in (*STEPS, 10) if unit * step >= value)
