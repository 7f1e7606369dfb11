"""What else a seller owes consumers: conformity, information, prices, delivery, gift cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vintage_rules.dates import Duration, Window
from vintage_rules.errors import UnknownTermError
from vintage_rules.findings import Path
from vintage_rules.review.days import BEFORE_DISPATCH, DISPATCHED, SAMPLE, last_day
from vintage_rules.review.law.findings import RULES, Brief, Ruling, Verdict, below, met, silent
from vintage_rules.review.law.withdrawal import information_on
from vintage_rules.service.policy import Topic
from vintage_rules.shipping.delivery import DoorPromise, estimate_promise
from vintage_rules.shipping.policy import ModePolicy
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import Phrase, counted, phrase

_NOT_ARRIVED = (*BEFORE_DISPATCH, DISPATCHED, "latest-estimate")
_WITHDRAWAL, _PRIVATE = "withdrawal", "private"


def conformity(brief: Brief) -> Iterator[Ruling]:
    """Second-hand goods are guaranteed too: a shorter claim of the house must not hide that."""
    claims = list(_claims(brief))
    if not claims:
        yield _unless_informed(brief, ("returns", "claims"), phrase("law.says.no-claims"))
        return
    name, at, window = max(claims, key=lambda claim: _end(claim[2], brief))
    says = phrase("law.says.claim", length=length(window.length), claim=name)
    if _end(window, brief) >= brief.floor.after_day(SAMPLE[0], brief.calendar):
        yield met(at, says)
    else:
        yield _unless_informed(brief, at, says)


def _claims(brief: Brief) -> Iterator[tuple[str, Path, Window]]:
    """Return every claim about what arrived.

    Of its own kind, or a row for another reason than a withdrawal; the guarantee is of
    professionals, so not one for private sellers alone.
    """
    for i, (name, claim) in enumerate(brief.policy.returns.claims.kinds.items()):
        if claim.window.anchor not in _NOT_ARRIVED:
            yield name, ("returns", "claims", i, "window"), claim.window
    for i, row in enumerate(brief.policy.returns.returns.rules):
        asked = row.when.reason
        if row.when.seller_kind == frozenset({_PRIVATE}):
            continue
        if row.terms is not None and asked is not None and _WITHDRAWAL not in asked:
            yield row.name, (*RULES, i, "terms", "window"), row.terms.window


def _end(window: Window, brief: Brief) -> date:
    return last_day(window, SAMPLE[0], brief.calendar)


def _unless_informed(brief: Brief, at: Path, says: Phrase) -> Ruling:
    ruling = information_on(Topic.CONFORMITY, brief)
    if ruling.verdict is Verdict.MET:
        return ruling
    return Ruling(verdict=ruling.verdict, at=at, says=says)


def seller_kind(brief: Brief) -> Iterator[Ruling]:
    """Buyers know whether a seller is a professional."""
    yield information_on(Topic.SELLER_KIND, brief)


def private_sellers(brief: Brief) -> Iterator[Ruling]:
    """Between private people nothing is owed; whatever a house grants is its own promise."""
    table = brief.policy.returns.returns
    at: Path = ("returns", "returns", "domain", "seller_kinds")
    known = _PRIVATE in table.domain.seller_kind and _WITHDRAWAL in table.domain.reason
    if not known:
        yield met(at, phrase("law.says.no-private-sellers"))
        return
    case = table.case(brief.consumer.territory, reason=_WITHDRAWAL, seller_kind=_PRIVATE)
    granted = table.rule_for(case).terms is not None
    kind = "private-granted" if granted else "private-refused"
    yield met(at, phrase(f"law.says.{kind}"))


def price_reduction(brief: Brief) -> Iterator[Ruling]:
    """An announced reduction refers to the lowest price of so many days."""
    policy = brief.policy.pricing.price_reduction
    at: Path = ("pricing", "price_reduction", "look_back")
    says = phrase("law.says.look-back", length=length(policy.look_back))
    yield (below if policy.look_back.amount < brief.floor.amount else met)(at, says)


def delivery_time(brief: Brief) -> Iterator[Ruling]:
    """Without another agreement goods are there within so many days of the order."""
    for i, mode in enumerate(brief.policy.shipping.modes.values()):
        at: Path = ("shipping", "modes", i)
        longest = _longest(mode, brief)
        if longest is None:
            yield silent(at, phrase("law.says.no-dispatch-time", mode=mode.name))
        else:
            says = counted("law.says.delivery", longest, mode=mode.name)
            yield (below if _is_beyond(longest, brief.floor) else met)(at, says)


def _is_beyond(days: int, floor: Duration) -> bool:
    return days > floor.amount


def _longest(mode: ModePolicy, brief: Brief) -> int | None:
    """Return the most days from an order to the door, tried on every day of a year."""
    longest: int | None = None
    for ordered in SAMPLE:
        try:
            promise = estimate_promise(
                brief.consumer,
                ordered,
                mode,
                brief.policy.shipping.delivery,
                at_sellers=brief.calendar,
                at_destination=brief.calendar,
            )
        except UnknownTermError:
            return None
        if not isinstance(promise, DoorPromise):
            return None
        longest = max(longest or 0, (promise.window.latest - ordered).days)
    return longest


def gift_card(brief: Brief) -> Iterator[Ruling]:
    """A card that is bought online may be given back; a policy has no place to say so."""
    if brief.policy.pricing.gift_card is not None:
        yield silent(("pricing", "gift_card"), phrase("law.says.card"))
