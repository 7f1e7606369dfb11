"""Reading a list by pages: each begins after the last row of the one before."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Generic, TypeVar

from attrs import frozen

from vintage_rules.errors import InvalidValueError, VintageRulesError
from vintage_rules.marketplace.actors import CLOCK
from vintage_rules.marketplace.effects.timers import record_due
from vintage_rules.marketplace.queries.views import View
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import decode_view
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.ports.store import ListedRow, Row, RowKey

T = TypeVar("T")
V = TypeVar("V", bound=View)

PAGE = 50
LONGEST_PAGE = 1_000


@frozen(kw_only=True)
class Page(Generic[T]):
    """Rows of a list, and what the next page begins after; None where this is the last one.

    A page holds fewer rows than were requested where time has changed some that no worker has
    recorded yet.
    """

    rows: tuple[T, ...]
    after: str | None


def cursor_of(key: RowKey) -> str:
    """Return a place in a list as a text for a URL.

    >>> cursor_of(RowKey(sort="1", stream="piece/coat", name="piece"))
    'WyIxIiwicGllY2UvY29hdCIsInBpZWNlIl0='
    """
    place = json.dumps([key.sort, key.stream, key.name], separators=(",", ":"))
    return urlsafe_b64encode(place.encode()).decode()


def place_of(cursor: str | None) -> RowKey | None:
    """Return the place in a list that a text names.

    Raises:
        InvalidValueError: For what is not `Page.after` of some page.

    >>> place_of("WyIxIiwicGllY2UvY29hdCIsInBpZWNlIl0=").stream
    'piece/coat'
    """
    if cursor is None:
        return None
    try:
        sort, stream, name = json.loads(urlsafe_b64decode(cursor))
        return RowKey(sort=sort, stream=stream, name=name)
    except (ValueError, TypeError, VintageRulesError):
        raise InvalidValueError("after", cursor, "`Page.after` of the page before") from None


def require_page(limit: int) -> int:
    """Require a number of rows that a page may hold.

    Raises:
        InvalidValueError: Below 1 or above 1,000.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidValueError("limit", limit, f"a number of rows from 1 to {LONGEST_PAGE}")
    return limit


def read_page(
    shop: Shop,
    name: str,
    kind: type[V],
    *,
    limit: int,
    after: str | None,
    descending: bool = False,
) -> Page[V]:
    """Return a page of a list, each row as it is at this moment.

    Raises:
        InvalidValueError: For another limit than 1 to 1,000, or an `after` of no page.
    """
    place, most = place_of(after), require_page(limit)
    listed = shop.store.page(name, most, after=place, descending=descending)
    now = _Now(shop)
    shown = (now.shown(name, decode_view(each.data, kind), each, kind) for each in listed)
    return Page(
        rows=tuple(each for each in shown if each is not None),
        after=next_after(listed, most),
    )


def next_after(listed: tuple[ListedRow, ...], limit: int) -> str | None:
    """Return what the next page begins after; None where the list has ended."""
    return cursor_of(listed[-1].key) if len(listed) == limit else None


class _Now:
    """Streams as they are now, each computed once: for rows that time has changed."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._moment = shop.clock.now()
        self._streams: dict[str, dict[str, Row]] = {}

    def shown(self, name: str, view: V, listed: ListedRow, kind: type[V]) -> V | None:
        """Return what a row shows now; None where it is not in the list any more."""
        if view.due is None or view.due > self._moment:
            return view
        row = self._rows(listed.key.stream).get(listed.key.name)
        return None if row is None or name not in row.lists else decode_view(row.data, kind)

    def _rows(self, stream: str) -> dict[str, Row]:
        if stream not in self._streams:
            work = UnitOfWork(self._shop.store, self._moment, CLOCK)
            record_due(self._shop, work, stream)  # and never commit it: a worker does
            self._streams[stream] = {row.name: row for row in work.rows(stream)}
        return self._streams[stream]
