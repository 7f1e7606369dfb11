"""The words of parcels, postage, delivery windows and tracking."""

from __future__ import annotations

from collections.abc import Iterable

from vintage_rules.shipping.delivery import (
    BasisOrigin,
    Comfortable,
    DeliveryEstimate,
    DoorPromise,
    FromDispatchOnly,
    Possible,
    Unlikely,
)
from vintage_rules.shipping.parcels import WORKSHOP, ParcelPlan, PlannedParcel, Posting
from vintage_rules.shipping.policy import ModePolicy, Transit
from vintage_rules.shipping.postage import PostageQuoted, PostageRefused
from vintage_rules.shipping.tracking import ContactUs, Investigate, Wait
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import day_range, days, length, meaning, reasons
from vintage_rules.wording.phrases import (
    Account,
    Grams,
    Phrase,
    Term,
    account,
    counted,
    listed,
    phrase,
)


@account_of.register
def parcel_plan(decision: ParcelPlan) -> Account:
    """L1, L2, L8: which parcels there are, and what each seller posts where."""
    parcels = listed(_parcel(parcel) for parcel in decision.parcels)
    return account(
        decision,
        counted("parcels", len(decision.parcels), parcels=parcels),
        *(_posting(posting) for posting in decision.postings),
    )


def _parcel(parcel: PlannedParcel) -> Phrase:
    pieces = listed(parcel.pieces)
    if parcel.sender == WORKSHOP:
        return phrase("parcels.from-workshop", pieces=pieces)
    return phrase("parcels.from-seller", pieces=pieces, seller=parcel.sender)


def _posting(posting: Posting) -> Phrase:
    key = "posting.to-workshop" if posting.to == WORKSHOP else "posting.to-buyer"
    return phrase(key, seller=posting.seller, pieces=listed(posting.pieces))


@account_of.register
def postage_quoted(decision: PostageQuoted) -> Account:
    """L12: the price, and the band it was found in."""
    weight, up_to = Grams(decision.weight_g), Grams(decision.up_to_g)
    return account(
        decision,
        phrase("postage.quoted", price=decision.price, weight=weight),
        phrase("postage.band", up_to=up_to, zone=Term("zone", decision.table.name)),
    )


@account_of.register
def postage_refused(decision: PostageRefused) -> Account:
    """L12: why there is no price, and how heavy a parcel may be."""
    heaviest = decision.heaviest_g
    limit = () if heaviest is None else (phrase("postage.heaviest", heaviest=Grams(heaviest)),)
    return account(
        decision,
        phrase("postage.refused", weight=Grams(decision.weight_g)),
        *reasons(decision.reasons),
        *limit,
    )


@account_of.register
def delivery_estimate(decision: DeliveryEstimate) -> Account:
    """L9, L10, L11: between which days, and how they were counted."""
    return account(
        decision,
        phrase("delivery.window", window=days(decision.window)),
        *_transit(decision.transit),
        _origin(decision),
    )


def _transit(transit: Transit) -> Iterable[Phrase]:
    travel = day_range(transit.minimum, transit.maximum, transit.count)
    yield phrase("delivery.travel", travel=travel)
    yield meaning(transit.count)


def _origin(decision: DeliveryEstimate) -> Phrase:
    zone = Term("zone", decision.zone)
    match decision.origin:
        case BasisOrigin.COUNTRY:
            return phrase("delivery.from-country", zone=zone)
        case BasisOrigin.ZONE:
            return phrase("delivery.from-zone", zone=zone)


@account_of.register
def comfortable(decision: Comfortable) -> Account:
    """L7: say that even the slowest estimate is in time."""
    return _arrival("arrival.comfortable", decision)


@account_of.register
def possible(decision: Possible) -> Account:
    """L7: say that the quickest estimate is in time."""
    return _arrival("arrival.possible", decision)


@account_of.register
def unlikely(decision: Unlikely) -> Account:
    """L7: say that not even the quickest estimate is in time."""
    return _arrival("arrival.unlikely", decision)


def _arrival(key: str, decision: Comfortable | Possible | Unlikely) -> Account:
    answer = phrase(key, wanted=decision.wanted)
    estimate = account_of(decision.estimate).phrases
    return account(decision, answer, phrase("arrival.no-promise"), *estimate)


@account_of.register
def door_promise(decision: DoorPromise) -> Account:
    """L3, L9 to L11: when it leaves, when it arrives, and what takes how long."""
    return account(
        decision,
        phrase("promise.dispatch", window=days(decision.dispatch)),
        phrase("promise.door", window=days(decision.window)),
        *_workshop(decision.mode),
        *_transit(decision.transit),
    )


def _workshop(mode: ModePolicy) -> Iterable[Phrase]:
    yield phrase("promise.slowest")
    if mode.inbound is not None:
        inbound = mode.inbound
        travel = day_range(inbound.minimum, inbound.maximum, inbound.count)
        yield phrase("promise.inbound", travel=travel)
    if mode.check is not None:
        yield phrase("promise.check", check=length(mode.check))


@account_of.register
def from_dispatch_only(decision: FromDispatchOnly) -> Account:
    """L3, L9 to L11: say that no day of dispatch is promised."""
    unpromised = phrase("promise.none", mode=Term("mode", decision.mode.name))
    return account(decision, unpromised, *_transit(decision.transit))


@account_of.register
def wait(decision: Wait) -> Account:
    """S3: say that nothing is unusual yet."""
    patience = phrase("tracking.patience", patience=length(decision.policy.patience))
    return account(decision, phrase("tracking.wait", until=decision.until), patience)


@account_of.register
def contact_us(decision: ContactUs) -> Account:
    """S3: say that it has not moved for longer than is normal."""
    patience = phrase("tracking.patience", patience=length(decision.policy.patience))
    return account(decision, phrase("tracking.contact", until=decision.until), patience)


@account_of.register
def investigate(decision: Investigate) -> Account:
    """S3: say that it is later than the latest estimate."""
    return account(decision, phrase("tracking.investigate", latest=decision.latest))
