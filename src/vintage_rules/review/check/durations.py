"""Checks of times that cannot be met: each is tried on every day of a sample year.

Examples count the days of the week alone: which holidays roll a last day is another question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import frozen

from vintage_rules.dates import DayCount, Duration, Window, zone
from vintage_rules.errors import UnknownTermError
from vintage_rules.findings import Path
from vintage_rules.places import Territory
from vintage_rules.policies.paths import dotted
from vintage_rules.returns.terms import (
    POSTING_EVENTS,
    RECEIVED,
    REQUESTED,
    RETURN_ACCEPTED,
    Posting,
    ReturnTerms,
)
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.review.check.returns import zones_asked
from vintage_rules.review.days import BEFORE_DISPATCH, DISPATCHED, SAMPLE, last_day
from vintage_rules.shipping.policy import Transit
from vintage_rules.windows import as_day, events_of, moment_of
from vintage_rules.wording.phrases import Phrase, phrase

_MONDAY = 60  # 2 March 2026
_MAY_CLOSE = CheckCode.WINDOW_MAY_CLOSE_BEFORE_DELIVERY


@frozen
class Times:
    """A window with the place it is written at, where parcels may have gone, and how they sold."""

    at: Path
    window: Window
    reached: Sequence[Territory]
    sold: Sequence[str]


def duration_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check windows against deliveries, against one another, and against the days of the week."""
    for times in _windows(sheet):
        yield from _no_time(times.at, times.window.length)
        yield from _before_delivery(times, sheet)
    yield from _postings(sheet)
    yield from _refunds(sheet)
    yield from _payouts(sheet)
    yield from _searches(sheet)
    yield from _cards(sheet)


def _windows(sheet: Sheet) -> Iterator[Times]:
    kinds = sheet.policy.returns.returns.domain.sale_kind
    for i, rule in enumerate(sheet.policy.returns.returns.rules):
        if rule.terms is not None:
            at: Path = ("returns", "returns", "rules", i, "terms", "window")
            sold = tuple(sorted(rule.when.sale_kind or kinds))
            yield Times(at, rule.terms.window, zones_asked(rule, sheet), sold)
    for i, claim in enumerate(sheet.policy.returns.claims.kinds.values()):
        yield Times(("returns", "claims", i, "window"), claim.window, sheet.territories, kinds)


def _no_time(at: Path, length: Duration) -> Iterator[Flaw]:
    if length.ends and not length.amount:
        yield flaw(CheckCode.NO_TIME, at, shown(str(length)), key=str(at[-1]))


def _of_days(topic: str, **days: date) -> Phrase:
    return phrase(f"lint.example.{topic}", **days)


def _before_delivery(times: Times, sheet: Sheet) -> Iterator[Flaw]:
    """Compare a window that starts before delivery with the times parcels travel."""
    window = times.window
    if window.anchor not in (*BEFORE_DISPATCH, DISPATCHED):
        return
    start = SAMPLE[_MONDAY]
    end = last_day(window, start, sheet.calendar)
    travels = list(_transits(times, sheet))
    earliest = [sheet.calendar.add(start, transit.minimum, transit.count) for transit in travels]
    latest = [sheet.calendar.add(start, transit.maximum, transit.count) for transit in travels]
    if earliest and end < max(earliest):
        example = _of_days("delivery", start=start, end=end, other=max(earliest))
        yield flaw(
            CheckCode.WINDOW_CLOSES_BEFORE_DELIVERY, times.at, example, anchor=str(window.anchor)
        )
    elif latest and end < max(latest):
        example = _of_days("delivery", start=start, end=end, other=max(latest))
        yield flaw(_MAY_CLOSE, times.at, example, anchor=str(window.anchor))


def _transits(times: Times, sheet: Sheet) -> Iterator[Transit]:
    delivery = sheet.policy.shipping.delivery
    for territory in times.reached:
        try:
            zone = delivery.zone_of(territory)
        except UnknownTermError:
            continue
        yield delivery.times.get(territory.country, zone.transit)


def _postings(sheet: Sheet) -> Iterator[Flaw]:
    for i, rule in enumerate(sheet.policy.returns.returns.rules):
        if rule.terms is not None and rule.terms.posting is not None:
            at: Path = ("returns", "returns", "rules", i, "terms", "posting", "window")
            yield from _closes_too_early(at, rule.terms, rule.terms.posting, sheet)
            yield from _no_day_to_post(at, rule.terms.posting, sheet)


def _closes_too_early(
    at: Path, terms: ReturnTerms, posting: Posting, sheet: Sheet
) -> Iterator[Flaw]:
    """A return that is requested on its last day must still be in time to be posted."""
    if terms.window.anchor != RECEIVED or not terms.window.length.ends:
        return
    for received in SAMPLE:
        asked = last_day(terms.window, received, sheet.calendar)
        post_by = last_day(posting.window, _posting_start(posting, received, asked), sheet.calendar)
        if post_by < asked:
            example = _of_days("posting", start=received, end=post_by, other=asked)
            yield flaw(CheckCode.POSTING_CLOSES_BEFORE_WINDOW, at, example)
            return


def _posting_start(posting: Posting, received: date, asked: date) -> date:
    """Return the last day the time for posting may start, of what was received and requested so.

    It never starts before the receipt.
    """
    later = (REQUESTED, RETURN_ACCEPTED, "issue-reported", "latest-estimate")
    days = {event: asked if event in later else received for event in POSTING_EVENTS}
    days.pop("day-after-received")  # it is known by its own event
    start = moment_of(posting.window.anchor, days, zone("UTC"))
    return received if start is None else as_day(start, zone("UTC"))


def _no_day_to_post(at: Path, posting: Posting, sheet: Sheet) -> Iterator[Flaw]:
    """Require a day with open post offices between the request and the last day to post."""
    if not {REQUESTED, RETURN_ACCEPTED}.issuperset(events_of(posting.window.anchor)):
        return
    for asked in SAMPLE:
        post_by = last_day(posting.window, asked, sheet.calendar)
        if not sheet.calendar.between(asked, post_by, DayCount.OUVRABLES):
            opens = sheet.calendar.add(asked, 1, DayCount.OUVRABLES)
            example = _of_days("no-post", start=asked, end=post_by, other=opens)
            yield flaw(CheckCode.NO_DAY_TO_POST, at, example)
            return


def _refunds(sheet: Sheet) -> Iterator[Flaw]:
    """A refund that waits for the receipt alone is due so long after it; it is overdue later."""
    refunds = sheet.policy.returns.refunds
    for received in SAMPLE:
        due = refunds.due.after_day(received, sheet.calendar)
        overdue = last_day(refunds.overdue, received, sheet.calendar)
        if overdue < due:
            example = _of_days("overdue", start=received, end=overdue, other=due)
            yield flaw(CheckCode.OVERDUE_BEFORE_DUE, ("returns", "refunds", "overdue"), example)
            return


def _payouts(sheet: Sheet) -> Iterator[Flaw]:
    """A seller must not be paid while a return or a claim from the same day on may still come."""
    payouts = sheet.policy.returns.payouts
    pairs = [
        (payout, times)
        for times in _windows(sheet)
        for payout in dict.fromkeys(
            payouts.at(place, kind)[0] for place in times.reached for kind in times.sold
        )
        if times.window.anchor == payout.anchor and times.window.length.ends
    ]
    for received in SAMPLE:
        for payout, times in pairs:
            paid = last_day(payout, received, sheet.calendar)
            closes = last_day(times.window, received, sheet.calendar)
            if paid < closes:
                example = _of_days("payout", start=received, end=paid, other=closes)
                key = "window" if payout == payouts.window else "elsewhere"
                at: Path = ("returns", "payouts", key)
                yield flaw(CheckCode.PAID_BEFORE_WINDOW_CLOSES, at, example, path=dotted(times.at))
                return


def _searches(sheet: Sheet) -> Iterator[Flaw]:
    """What is looked for did not arrive: a time that starts when it is received never starts."""
    for i, claim in enumerate(sheet.policy.returns.claims.kinds.values()):
        if claim.investigation is not None and claim.window.anchor == RECEIVED:
            at: Path = ("returns", "claims", i, "window")
            yield flaw(CheckCode.WINDOW_NEVER_OPENS, at, shown(claim.name), name=claim.name)


def _cards(sheet: Sheet) -> Iterator[Flaw]:
    card = sheet.policy.pricing.gift_card
    if card is not None and card.validity.ends and not card.validity.amount:
        at: Path = ("pricing", "gift_card", "validity")
        yield flaw(CheckCode.CARD_EXPIRES_AT_ONCE, at, shown(str(card.validity)))
