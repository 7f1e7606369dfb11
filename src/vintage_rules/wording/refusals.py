"""Why a command changes nothing about a piece, a parcel, a return, a claim, an order, a card.

The words of each reason are in the catalogues below `locale`, as `reason.<code>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from vintage_rules.machine import Refused
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.orders.refusals import AddressRefusal, OrderCommandRefusal
from vintage_rules.pricing.gift_card.decide import CardRefusal
from vintage_rules.returns.claim.decide import ClaimCommandRefusal
from vintage_rules.returns.request.decide import ReturnCommandRefusal
from vintage_rules.shipping.parcel.decide import ParcelRefusal
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import reasons
from vintage_rules.wording.phrases import Account, Phrase, phrase

OPENINGS: Mapping[type[StrEnum], Phrase] = {
    AddressRefusal: phrase("address.refused"),
    CardRefusal: phrase("gift-card.command-refused"),
    ClaimCommandRefusal: phrase("claim.command-refused"),
    OfferRefusal: phrase("listing.refused"),
    OrderCommandRefusal: phrase("order.command-refused"),
    ParcelRefusal: phrase("parcel.refused"),
    ReturnCommandRefusal: phrase("return.command-refused"),
}


@account_of.register(Refused)
def refused(decision: Refused[StrEnum]) -> Account:
    """Say why nothing changes; which thing it is about is known by its reasons."""
    phrases = (OPENINGS[type(decision.reasons[0])], *reasons(decision.reasons))
    return Account(phrases, sources=decision.sources, edition=decision.edition)
