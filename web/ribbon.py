"""The week ribbon: a rail with seven posts, thick where a service is open, now marked.

Pure: minutes of the week in, coordinates and a drawing out. The words that say the same stand
beside it, so the drawing itself is silent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

MINUTES_A_DAY = 1440
Minutes = tuple[int, int]  # [start, end) in minutes of one day


@dataclass(frozen=True, slots=True)
class Span:
    """One open stretch of a post, in pixels from the top of the drawing; `fits` when it overlaps
    the hours somebody asked for."""

    y: float
    height: float
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One day. `unsure` is that there may be hours nobody has told, which is not closed; `busy` is
    when somebody cannot go, drawn hollow."""

    x: float
    letter: str
    today: bool
    unsure: bool
    spans: tuple[Span, ...]
    busy: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class HourLine:
    """A line across the week at one hour."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Size:
    """How large to draw: pixels of the drawing and its parts."""

    left: int
    gap: int
    top: int
    day: int
    below: int
    thick: int
    thin: int
    round: int
    rail: int
    type: int
    labels: bool


SMALL = Size(4, 29, 4, 72, 25, 13, 2, 3, 6, 15, labels=False)
LARGE = Size(84, 50, 5, 216, 34, 20, 3, 5, 8, 16, labels=True)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A week ready to draw. `now` is the centre of the mark, None when now is not in the week."""

    width: int
    height: int
    left: float
    right: float
    top: int
    bottom: float
    thick: int
    thin: int
    round: int
    rail: int
    type: int
    posts: tuple[Post, ...]
    hours: tuple[HourLine, ...]
    now: tuple[float, float] | None


def ribbon(
    week: Sequence[Sequence[Minutes]],
    letters: Sequence[str],
    now: tuple[int, int] | None,
    size: Size = SMALL,
    *,
    unsure: Sequence[bool] = (False,) * 7,
    wanted: Sequence[Sequence[Minutes]] = ((),) * 7,
    hour_words: Sequence[str] = ("", "", ""),
    busy: Sequence[Sequence[Minutes]] = ((),) * 7,
) -> Ribbon:
    """Lay out seven days, Monday first. `now` is (weekday, minute), `wanted` the hours asked for,
    `busy` those that cannot be, `unsure` which days are not known for certain.
    """
    first = size.left + size.thick / 2
    xs = [first + day * size.gap for day in range(7)]
    posts = tuple(
        Post(
            xs[day],
            letters[day],
            now is not None and now[0] == day,
            unsure[day],
            tuple(s for span in week[day] for s in _cut(span, wanted[day], size)),
            tuple(_span(*span, size, fits=False) for span in busy[day]),
        )
        for day in range(7)
    )
    hours = tuple(
        HourLine(_y(hour * 60, size), words if size.labels else "")
        for hour, words in zip((6, 12, 18), hour_words, strict=True)
    )
    right = xs[6] + size.thick / 2 + 2
    return Ribbon(
        width=round(right + size.left * (0 if size.labels else 1)) + 2,
        height=size.top + size.rail // 2 + size.day + size.below,
        left=size.left - 2,
        right=right,
        top=size.top,
        bottom=_y(MINUTES_A_DAY, size),
        thick=size.thick,
        thin=size.thin,
        round=size.round,
        rail=size.rail,
        type=size.type,
        posts=posts,
        hours=hours,
        now=(xs[now[0]], _y(now[1], size)) if now else None,
    )


def _y(minute: int, size: Size) -> float:
    """Pixels from the top; midnight is the lower edge of the rail."""
    return round(size.top + size.rail / 2 + minute * size.day / MINUTES_A_DAY, 1)


def _cut(span: Minutes, wanted: Sequence[Minutes], size: Size) -> list[Span]:
    """The span, and over it the parts somebody asked for."""
    drawn = [_span(*span, size, fits=False)]
    for start, end in wanted:
        low, high = max(span[0], start), min(span[1], end)
        if low < high:
            drawn.append(_span(low, high, size, fits=True))
    return drawn


def _span(start: int, end: int, size: Size, *, fits: bool) -> Span:
    top = _y(start, size)
    least = size.thick / 2 if fits else 2.0  # what somebody asked for must be seen
    return Span(top, round(max(least, _y(end, size) - top), 1), fits)


def drawing(view: Ribbon) -> str:
    """The ribbon as SVG. Presentation attributes stand in where there is no stylesheet."""
    size = f'width="{view.width}" height="{view.height}"'
    box = f'viewBox="0 0 {view.width} {view.height}"'
    line = f'd="M{view.left} {view.top}H{view.right}" stroke-width="{view.rail}"'
    parts = [
        f'<svg class="ribbon" {size} {box} aria-hidden="true">',
        *_hour_lines(view),
        *_posts(view),
        f'<path class="rail" {line} stroke="#000" stroke-linecap="round"/>',
        _now(view),
        "</svg>",
    ]
    return "".join(parts)


def _hour_lines(view: Ribbon) -> Iterator[str]:
    for line in view.hours:
        yield f'<path class="hour" d="M{view.left} {line.y}H{view.right}" stroke="#999"/>'
        if line.label:
            yield (
                f'<text x="{view.left - 8}" y="{line.y + 5}" font-size="14" text-anchor="end">'
                f"{escape(line.label)}</text>"
            )


def _posts(view: Ribbon) -> Iterator[str]:
    for unsure, dashes in ((False, ""), (True, ' stroke-dasharray="1 6" stroke-linecap="round"')):
        posts = [post.x for post in view.posts if post.unsure == unsure]
        lines = "".join(f"M{x} {view.top}V{view.bottom}" for x in posts)
        if lines:
            width = f'stroke-width="{view.thin}"'
            yield f'<path class="thin" d="{lines}" stroke="#777" {width}{dashes}/>'
    for post in view.posts:
        for span in post.spans:
            kind, wide = ("fits", view.thick + 4) if span.fits else ("open", view.thick)
            yield (
                f'<rect class="{kind}" x="{post.x - wide / 2}" y="{span.y}" width="{wide}"'
                f' height="{span.height}" rx="{view.round}"/>'
            )
        for span in post.busy:
            yield (
                f'<rect class="busy" x="{post.x - view.thick / 2 + 1}" y="{span.y}"'
                f' width="{view.thick - 2}" height="{span.height}" rx="{view.round}" fill="#fff"'
                ' stroke="#000" stroke-width="2" stroke-dasharray="4 3"/>'
            )
        today = ' class="today"' if post.today else ""
        yield (
            f'<text{today} x="{post.x}" y="{view.height - 3}" font-size="{view.type}"'
            f' text-anchor="middle">{escape(post.letter)}</text>'
        )


def _now(view: Ribbon) -> str:
    if view.now is None:
        return ""
    x, y = view.now
    radius = round(view.thick * 0.55, 1)
    return f'<circle class="now" cx="{x}" cy="{y}" r="{radius}" stroke-width="1.5"/>'
