"""The words of offers, of what happened on a piece, and of its place in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from vintage_rules.offers.alerts import AlertAdmitted
from vintage_rules.offers.assess import (
    CounterAdmissible,
    CounterRefused,
    OfferAdmissible,
    OfferRefused,
)
from vintage_rules.offers.catalogue import Hidden, OnSale, SoldVisible
from vintage_rules.offers.negotiation import NegotiationHistory
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import reasons
from vintage_rules.wording.phrases import (
    Account,
    Moment,
    Phrase,
    Term,
    account,
    counted,
    listed,
    phrase,
)


@account_of.register
def offer_admissible(decision: OfferAdmissible) -> Account:
    """N1, N2, N3, N8: say that the offer may be made."""
    return account(decision, phrase("offer.admissible"))


@account_of.register
def offer_refused(decision: OfferRefused) -> Account:
    """N1, N2, N3, N8: why the offer may not be made."""
    return account(decision, phrase("offer.refused"), *reasons(decision.reasons))


@account_of.register
def counter_admissible(decision: CounterAdmissible) -> Account:
    """N4, N8: say that the counter-price may be named."""
    return account(decision, phrase("counter.admissible"))


@account_of.register
def counter_refused(decision: CounterRefused) -> Account:
    """N4, N8: why the counter-price may not be named."""
    return account(decision, phrase("counter.refused"), *reasons(decision.reasons))


@account_of.register
def alert_admitted(decision: AlertAdmitted) -> Account:
    """A5: say that the alert can be set, and whether its mail uses it up."""
    once = [phrase("faq.alert.once")] if decision.used_up else []
    return account(decision, phrase("faq.alert.answer"), *once)


@account_of.register
def negotiation_history(decision: NegotiationHistory) -> Account:
    """N1 to N9: where a negotiation has led."""
    key = "negotiation.for-sale" if decision.available else "negotiation.not-for-sale"
    return account(decision, phrase(key, price=decision.price), *_happened(decision))


def _happened(decision: NegotiationHistory) -> Iterable[Phrase]:
    if decision.events:
        events = listed(Term("event", event.name) for event in decision.events)
        yield counted("negotiation.events", len(decision.events), events=events)
    if decision.refusals:
        codes = {code for each in decision.refusals for code in each.refused.reasons}
        yield counted("negotiation.refusals", len(decision.refusals))
        yield from reasons(sorted(codes))


@account_of.register
def on_sale(decision: OnSale) -> Account:
    """A4: say that the piece may be bought."""
    return account(decision, phrase("catalogue.on-sale"))


@account_of.register
def sold_visible(decision: SoldVisible) -> Account:
    """A4: until when a sold piece is shown."""
    if decision.until is None:
        return account(decision, phrase("catalogue.sold-visible.for-ever"))
    until = Moment(decision.until, decision.zone)
    return account(decision, phrase("catalogue.sold-visible", until=until))


@account_of.register
def hidden(decision: Hidden) -> Account:
    """A4: say that a sold piece is no longer shown."""
    return account(decision, phrase("catalogue.hidden"))
