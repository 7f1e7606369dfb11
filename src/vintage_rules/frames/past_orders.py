"""Orders that a house might have had in a year, drawn from a seed, as a frame: a row a piece.

What is drawn has the shape of real orders: many low prices and a long tail, prices that end as
sellers write them, busy Sundays and weeks before Christmas, few sellers of much and many of little,
territories that customs treat apart, offers and returns.

Theory. A number is no next one of a stream but a hash (splitmix64) of the seed, of what is drawn
and of the row: integers alone, so that a seed gives the same rows on every Python and machine, and
few orders are the first of many. The weights and prices below are assumptions, chosen by eye; they
are whole numbers because sums of floats differ from machine to machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate

import polars as pl
from attrs import frozen

from vintage_rules.orders.policy import HousePolicy

MOST_PIECES = 6
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_RANGE = 1 << 32
"""Numbers are drawn from 0 up to this, exclusive."""

# How many of 1000 orders have one piece, two, three …
_SIZES = (700, 185, 70, 28, 12, 5)
# Prices of 0 %, 5 %, 15 %, 35 %, 60 %, 80 %, 92 %, 98 %, 99.8 % and 100 % of all pieces, in cents.
_SHARES = (0, 50, 150, 350, 600, 800, 920, 980, 998, 1000)
_PRICES = (500, 900, 1_500, 2_900, 5_500, 9_900, 18_000, 36_000, 120_000, 350_000)
_WEIGHTS_G = (80, 150, 250, 350, 500, 800, 1_200, 1_700, 2_600, 6_500)
# Orders of a Monday to Sunday, and of a month, compared with one another.
_WEEKDAYS = (10, 9, 9, 10, 9, 12, 15)
_MONTHS = (11, 9, 10, 10, 9, 8, 7, 6, 10, 12, 14, 15)

# Prices in fives, whole, ending in 90 and 99 cents, and any other.
_ENDINGS = (45, 30, 15, 5, 5)
# How many of 100 pieces are sold for less than they were listed at, and come back.
_NEGOTIATED = 22
_RETURNED = 6
_SELLERS = 50_000

_COUNTRIES = (
    ("FR", 6200), ("BE", 800), ("DE", 560), ("IT", 480), ("ES", 430), ("GB", 420), ("NL", 260),
    ("CH", 190), ("US", 150), ("LU", 80), ("AT", 70), ("PT", 70), ("IE", 40), ("PL", 40),
    ("SE", 40), ("DK", 40), ("CA", 30), ("JP", 20), ("AU", 20), ("MC", 20), ("GR", 10), ("FI", 10),
    ("NO", 10), ("AD", 5), ("SM", 5),
)  # fmt: skip
_TOWNS: dict[str, str] = {
    "BE": "1000 1050 1180 2000 2018 3000 4000 5000 6000 7000 8000 9000",
    "DE": "10115 10435 20095 20357 27498 28195 30159 40213 50667 60311 70173 78266 80331 90402",
    "IT": "00184 10121 16121 20121 22061 23041 34121 40121 50122 70121 80121 90133",
    "ES": "08001 28001 28013 35001 38001 41001 46001 48001 51001 52001 07001",
    "GB": "SW1A 1AA|E8 3PN|M1 1AE|B1 1AA|EH1 1YZ|G1 1XQ|L1 8JQ|BS1 4DJ|BT7 1NN|BT1 5GS|CF10 1EP",
    "NL": "1012 AB|3011 AA|3511 AA|2511 AA|5611 AA",
    "CH": "8001 1201 1003 3011 4051 6900 8400",
    "US": "10001 11211 60601 90012 94103 98101 02108 33101",
    "LU": "L-1009 L-2010 L-4001",
    "AT": "1010 1070 5020 6020 8010 6691",
    "PT": "1000-001 4000-001 9000-018 9500-150",
    "IE": "D02 X285|T12 X285",
    "PL": "00-950 30-001 80-001",
    "SE": "111 22|411 01",
    "DK": "1050 8000",
    "CA": "M5V 3L9|H2Y 1C6",
    "JP": "100-0001 530-0001",
    "AU": "2000 3000",
    "MC": "98000",
    "GR": "10431 54621 63086",
    "FI": "00100 22100",
    "NO": "0150 5003",
    "AD": "AD500",
    "SM": "47890",
}
_BUSY_DEPARTMENTS = frozenset({13, 31, 33, 34, 35, 44, 59, 67, 69, 75, 76, 78, 91, 92, 93, 94})
_OVERSEAS = ("97110", "97133", "97200", "97300", "97400", "97600", "98714", "98800")


def past_orders(
    policy: HousePolicy,
    *,
    orders: int,
    seed: int = 1,
    since: date = date(2025, 1, 1),
    days: int = 365,
) -> pl.DataFrame:
    """Draw orders of a house, a row for each piece, in the columns that the rules read.

    `orders` is how many, `since` the first of the `days` on which they are placed. Modes, kinds of
    sellers and sales, and categories are those that the policy knows. Amounts are in the smallest
    unit of its currency; pieces sold for an offer have a `list_price` above their `price`, those
    that come back a `reason` and the day `requested`.

    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> drawn = past_orders(house, orders=1_000, seed=7)
    >>> drawn["order"].n_unique(), drawn.height
    (1000, 1458)
    >>> drawn.select("price", "country", "postal_code", "ordered").row(3)
    (4490, 'DE', '90402', datetime.date(2025, 5, 13))
    """
    by_order = _Draws(seed, pl.int_range(orders, dtype=pl.UInt64, eager=True))
    sizes = by_order.chosen("size", _SIZES) + 1
    rows = pl.select(by_order.rows.cast(pl.Int64).repeat_by(sizes).explode()).to_series()
    before = sizes.cum_sum() - sizes
    nth = pl.int_range(rows.len(), dtype=pl.Int64, eager=True) - before.gather(rows)
    by_piece = _Draws(seed, (rows * MOST_PIECES + nth).cast(pl.UInt64))
    placed = _orders(by_order, policy, since, days)[rows]
    return placed.hstack(_pieces(by_piece, placed["received"], policy))


def _orders(draws: _Draws, policy: HousePolicy, since: date, days: int) -> pl.DataFrame:
    calendar = [since + timedelta(days=nth) for nth in range(days)]
    busy = [_WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1] for day in calendar]
    ordered = pl.Series(calendar).gather(draws.chosen("day", busy))
    dispatched = ordered + _days(draws.below("dispatched", 5) + 1)
    places = pl.DataFrame([*_places()], schema=["country", "postal_code", "weight"], orient="row")
    drawn = places.drop("weight")[draws.chosen("place", places["weight"].to_list())]
    return pl.DataFrame(
        {
            "order": _names("order", draws.rows),
            "ordered": ordered,
            "mode": _of(draws, "mode", policy.shipping.modes),
            **drawn.to_dict(),
            "dispatched": dispatched,
            "received": dispatched + _days(draws.below("received", 9) + 2),
        }
    )


def _pieces(draws: _Draws, received: pl.Series, policy: HousePolicy) -> list[pl.Series]:
    kinds = policy.returns.returns.domain
    seller = draws.rank("seller", _SELLERS)
    sellers = _Draws(draws.seed, seller.cast(pl.UInt64))
    listed = _ended(draws.curve("price", _PRICES), draws.chosen("ending", _ENDINGS))
    agreed = listed * (100 - draws.below("discount", 31)) // 10_000 * 100
    negotiated = (draws.below("negotiated", 100) < _NEGOTIATED) & (agreed > 0)
    returned = draws.below("returned", 100) < _RETURNED
    requested = received + _days(draws.below("requested", 21))
    reasons = _of(draws, "reason", kinds.reason)
    return [
        _names("piece", draws.rows),
        _names("seller", seller),
        _of(sellers, "seller_kind", [*reversed(kinds.seller_kind)]),
        _of(draws, "sale_kind", kinds.sale_kind),
        _of(draws, "category", kinds.category),
        listed.alias("list_price"),
        agreed.zip_with(negotiated, listed).alias("price"),
        pl.repeat(policy.currency, listed.len(), eager=True).alias("currency"),
        draws.curve("weight", _WEIGHTS_G).alias("weight_g"),
        reasons.set(~returned, None).alias("reason"),
        requested.set(~returned, None).alias("requested"),
    ]


def _ended(prices: pl.Series, ending: pl.Series) -> pl.Series:
    """Write prices as sellers do: in fives or whole, or ending in 90 or 99 cents."""
    whole = (prices // 100).clip(1)
    fives = (prices // 500).clip(1) * 500
    written = [fives, whole * 100, whole * 100 + 90, whole * 100 + 99, prices]
    return pl.select(
        pl.coalesce(*(pl.when(ending == nth).then(each) for nth, each in enumerate(written)))
    ).to_series()


def _of(draws: _Draws, name: str, known: Iterable[str]) -> pl.Series:
    """Draw one of the names that a policy knows; each is half as frequent as the one before."""
    names = [*known]
    weights = [1 << (len(names) - nth) for nth, _ in enumerate(names)]
    return pl.Series(name, names).gather(draws.chosen(name, weights))


def _names(what: str, numbers: pl.Series) -> pl.Series:
    return pl.select(pl.format("{}-{}", pl.lit(what), numbers).alias(what)).to_series()


def _days(numbers: pl.Series) -> pl.Series:
    return numbers.to_frame("days").select(pl.duration(days="days")).to_series()


@frozen
class _Draws:
    """The numbers of one seed, for some rows."""

    seed: int
    rows: pl.Series

    def of(self, name: str) -> pl.Series:
        """Draw a number below `_RANGE` for each row; each name has numbers of its own."""
        start = int.from_bytes(sha256(f"{self.seed} {name}".encode()).digest()[:8], "big")
        mixed = self.rows * _u64(_GOLDEN) + _u64(start)
        mixed = (mixed ^ mixed // _u64(1 << 30)) * _u64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed // _u64(1 << 27)) * _u64(0x94D049BB133111EB)
        return (mixed ^ mixed // _u64(1 << 31)) // _u64(_RANGE)

    def below(self, name: str, limit: int) -> pl.Series:
        """Draw whole numbers from 0 up to a limit, exclusive."""
        return (self.of(name) * _u64(limit) // _u64(_RANGE)).cast(pl.Int64)

    def chosen(self, name: str, weights: Sequence[int]) -> pl.Series:
        """Draw places in a sequence of weights."""
        *ends, whole = accumulate(weights)
        limits = pl.Series([end * _RANGE // whole for end in ends], dtype=pl.UInt64)
        return limits.search_sorted(self.of(name), side="right")

    def rank(self, name: str, limit: int) -> pl.Series:
        """Draw whole numbers from 0 up to a limit, exclusive, of which low ones are frequent."""
        drawn = self.of(name)
        return (drawn * drawn // _u64(_RANGE) * _u64(limit) // _u64(_RANGE)).cast(pl.Int64)

    def curve(self, name: str, values: Sequence[int]) -> pl.Series:
        """Draw whole numbers of which the shares of `_SHARES` are at most each of `values`."""
        drawn = self.below(name, 1_000_000)
        limits = pl.Series([share * 1_000 for share in _SHARES])
        after = limits.search_sorted(drawn, side="right")
        table = pl.Series(values, dtype=pl.Int64)
        low, high = table.gather(after - 1), table.gather(after)
        start, end = limits.gather(after - 1), limits.gather(after)
        return low + (high - low) * (drawn - start) // (end - start)


def _u64(value: int) -> pl.Series:
    return pl.Series([value & _MASK], dtype=pl.UInt64)


def _places() -> Iterator[tuple[str, str, int]]:
    """Give the places that orders go to, each with its country, code and weight."""
    for country, weight in _COUNTRIES:
        codes = [*_french()] if country == "FR" else [(code, 1) for code in _codes(country)]
        whole = sum(share for _, share in codes)
        for code, share in codes:
            yield country, code, weight * share * 10_000 // whole


def _codes(country: str) -> list[str]:
    written = _TOWNS[country]
    return written.split("|" if "|" in written else None)


def _french() -> Iterator[tuple[str, int]]:
    for department in range(1, 96):
        for town in range(0, 1_000, 100):
            yield f"{department * 1_000 + town:05}", 6 if department in _BUSY_DEPARTMENTS else 1
    for code in _OVERSEAS:
        yield code, 3
