"""What has happened to a piece.

Events are past and carry results, never policy: replaying them needs no policy.

`name` is the event's stable name. `until` is always exclusive, and None where something never ends.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.ids import BuyerId, Edition, Identifier
from vintage_rules.machine import checked
from vintage_rules.money import Money
from vintage_rules.offers.terms import Party, SellerTerms, Silence


@frozen(kw_only=True, field_transformer=checked)
class PieceListed:
    """A piece was listed for sale; offers open at `offers_from`, or never."""

    name: ClassVar[str] = "piece-listed"
    at: datetime
    price: Money
    terms: SellerTerms
    offers_from: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class OfOffer:
    """What every event of one offer has."""

    at: datetime
    buyer: BuyerId


@frozen(kw_only=True, field_transformer=checked)
class Priced(OfOffer):
    """What every event of one offer has that gives a price until a moment."""

    price: Money
    until: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class OfferMade(Priced):
    """A buyer offered a price. Clause N9.

    `edition` is the policy that will judge every answer. `silence` is what happens at `until` if
    there is none; if that is an acceptance, the agreed price applies until `accepted_until`.
    """

    name: ClassVar[str] = "offer-made"
    edition: Edition
    silence: Silence
    accepted_until: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class OfferSent(OfferMade):
    """A seller offered a price to a buyer, who now answers it."""

    name: ClassVar[str] = "offer-sent"


@frozen(kw_only=True, field_transformer=checked)
class CounterOffered(Priced):
    """The other side of an offer proposed another price, which now waits for an answer."""

    name: ClassVar[str] = "counter-offered"
    by: Party
    silence: Silence
    accepted_until: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class CounterWithdrawn(Priced):
    """A counter-offer was withdrawn.

    The price before it applies again for what is left of its time.
    """

    name: ClassVar[str] = "counter-withdrawn"


@frozen(kw_only=True, field_transformer=checked)
class OfferAccepted(Priced):
    """An offer was accepted, and its price is the public one until a moment. Clause N6."""

    name: ClassVar[str] = "offer-accepted"


@frozen(kw_only=True, field_transformer=checked)
class PriceGranted(Priced):
    """An offer was accepted, and its price is the buyer's own until a moment."""

    name: ClassVar[str] = "price-granted"


@frozen(kw_only=True, field_transformer=checked)
class PieceReserved(Priced):
    """An offer was accepted, and the piece is held for its buyer at its price until a moment."""

    name: ClassVar[str] = "piece-reserved"


@frozen(kw_only=True, field_transformer=checked)
class SoldByOffer(Priced):
    """What every event of an accepted offer has that sells the piece to its buyer at its price.

    The piece stays in the catalogue until `until`, and waits for its order until `order_until`:
    then the marketplace puts it on sale again.
    """

    order_until: datetime | None = None  # 0.2.0 did not write it


@frozen(kw_only=True, field_transformer=checked)
class PieceOrdered(SoldByOffer):
    """An offer was accepted, and the piece is sold to its buyer, who orders it."""

    name: ClassVar[str] = "piece-ordered"


@frozen(kw_only=True, field_transformer=checked)
class PieceCharged(SoldByOffer):
    """An offer was accepted, and the piece is sold to its buyer; the held payment pays it."""

    name: ClassVar[str] = "piece-charged"


@frozen(kw_only=True, field_transformer=checked)
class OfferCountered(Priced):
    """The seller answered an offer with a price that is the piece's public price until a moment.

    Clause N6.
    """

    name: ClassVar[str] = "offer-countered"


@frozen(kw_only=True, field_transformer=checked)
class OfferDeclined(OfOffer):
    """An offer was declined."""

    name: ClassVar[str] = "offer-declined"


@frozen(kw_only=True, field_transformer=checked)
class OfferLapsed(OfOffer):
    """An offer got no answer in time. Clause N7."""

    name: ClassVar[str] = "offer-lapsed"


@frozen(kw_only=True, field_transformer=checked)
class OfferWithdrawn(OfOffer):
    """An offer was taken back, and nothing of it applies."""

    name: ClassVar[str] = "offer-withdrawn"


@frozen(kw_only=True, field_transformer=checked)
class OfferEnded(OfOffer):
    """An offer ended because of what happened to its piece: sold, taken down, or priced again."""

    name: ClassVar[str] = "offer-ended"


@frozen(kw_only=True, field_transformer=checked)
class GrantEnded(OfOffer):
    """A price that was a buyer's own stood no longer."""

    name: ClassVar[str] = "grant-ended"


@frozen(kw_only=True, field_transformer=checked)
class ReservationEnded:
    """A piece held for a buyer was not bought, and is for sale at its initial price again."""

    name: ClassVar[str] = "reservation-ended"
    at: datetime
    buyer: BuyerId | None
    price: Money


@frozen(kw_only=True, field_transformer=checked)
class PriceRestored:
    """A lowered public price returned to the initial one. Clause N6."""

    name: ClassVar[str] = "price-restored"
    at: datetime
    price: Money


@frozen(kw_only=True, field_transformer=checked)
class PriceChanged:
    """The seller changed the initial price."""

    name: ClassVar[str] = "price-changed"
    at: datetime
    price: Money


@frozen(kw_only=True, field_transformer=checked)
class TermsChanged:
    """The seller changed what offers they are open to. Clause N1."""

    name: ClassVar[str] = "terms-changed"
    at: datetime
    terms: SellerTerms


@frozen(kw_only=True, field_transformer=checked)
class PieceSold:
    """A piece was sold; it stays in the catalogue, marked sold, until a moment. Clause A4."""

    name: ClassVar[str] = "piece-sold"
    at: datetime
    buyer: BuyerId | None
    price: Money
    visible_until: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class PieceHidden:
    """A sold piece left the catalogue. Clause A4."""

    name: ClassVar[str] = "piece-hidden"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class PieceReturned:
    """A sold piece came back and is for sale again at its initial price. Clauses A4, A5."""

    name: ClassVar[str] = "piece-returned"
    at: datetime
    price: Money
    offers_from: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class PieceTakenDown:
    """The seller took a piece off sale; its price is the initial one again."""

    name: ClassVar[str] = "piece-taken-down"
    at: datetime
    price: Money


@frozen(kw_only=True, field_transformer=checked)
class PieceRelisted:
    """A piece that was taken down is for sale again at its initial price."""

    name: ClassVar[str] = "piece-relisted"
    at: datetime
    price: Money
    offers_from: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class AlertSet:
    """A person subscribed to an alert if a sold piece comes back. Clause A5."""

    name: ClassVar[str] = "alert-set"
    at: datetime
    subscriber: Identifier


@frozen(kw_only=True, field_transformer=checked)
class AlertRaised:
    """A piece came back, and its subscriber is notified. Clause A5."""

    name: ClassVar[str] = "alert-raised"
    at: datetime
    subscriber: Identifier
    used_up: bool


OfOneOffer: TypeAlias = (
    CounterOffered
    | CounterWithdrawn
    | OfferAccepted
    | PriceGranted
    | PieceReserved
    | PieceOrdered
    | PieceCharged
    | OfferCountered
    | OfferDeclined
    | OfferLapsed
    | OfferWithdrawn
    | OfferEnded
    | GrantEnded
)
OfThePiece: TypeAlias = (
    PriceRestored
    | ReservationEnded
    | PriceChanged
    | TermsChanged
    | PieceSold
    | PieceHidden
    | PieceReturned
    | PieceTakenDown
    | PieceRelisted
    | AlertSet
    | AlertRaised
)
Event: TypeAlias = PieceListed | OfferMade | OfferSent | OfOneOffer | OfThePiece
"""An event of the machine `LISTING`."""
