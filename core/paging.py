"""One page of a longer list, and how far anybody may leaf."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import Invalid

PER_PAGE_DEFAULT = 20
PER_PAGE_MAX = 100
DEPTH_MAX = 10_000  # page * per_page: deeper leafing only makes the database sort for nobody

Item = TypeVar("Item")


@dataclass(frozen=True)  # without slots: Page[Thing](…) would fail with them
class Page(Generic[Item]):
    """`items` are those of page `page` (from 1); `total` counts all pages together."""

    items: tuple[Item, ...]
    total: int
    page: int = 1
    per_page: int = PER_PAGE_DEFAULT

    @property
    def pages(self) -> int:
        """How many pages there are; at least 1, so that "page 1 of 1" can be said of nothing."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Ordinal of the first item shown, from 1; 0 when the page is empty."""
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Ordinal of the last item shown; 0 when the page is empty."""
        return self.first + len(self.items) - 1 if self.items else 0


def check_paging(page: int, per_page: int) -> None:
    """Raise Invalid, naming the parameter, unless this page may be asked for."""
    if not 1 <= per_page <= PER_PAGE_MAX:
        raise Invalid(f"per_page must be from 1 to {PER_PAGE_MAX}", parameter="per_page")
    deepest = DEPTH_MAX // per_page
    if not 1 <= page <= deepest:
        raise Invalid(
            f"page must be from 1 to {deepest} with {per_page} per page", parameter="page"
        )


def offset(page: int, per_page: int) -> int:
    """Rows to skip before `page`."""
    return (page - 1) * per_page
