"""How a house lets people negotiate, show and wait for a piece: the shapes that a policy document
fills.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from vintage_rules.dates import Duration
from vintage_rules.ids import Edition
from vintage_rules.money import EXACT
from vintage_rules.offers.terms import OfferState, Party, Silence


class LowerBound(StrEnum):
    """How a price compares with a bound it must not be under: whether the bound itself is in is
    written out.
    """

    AT_LEAST = ">="
    ABOVE = ">"

    def admits(self, amount: Decimal, bound: Decimal) -> bool:
        """Compare two exact amounts.

        >>> LowerBound.AT_LEAST.admits(Decimal(140), Decimal(140))
        True
        """
        return amount > bound or (self is LowerBound.AT_LEAST and amount == bound)


class UpperBound(StrEnum):
    """How a price compares with a bound it must not be over."""

    AT_MOST = "<="
    BELOW = "<"

    def admits(self, amount: Decimal, bound: Decimal) -> bool:
        """Compare two exact amounts.

        >>> UpperBound.BELOW.admits(Decimal(140), Decimal(140))
        False
        """
        return amount < bound or (self is UpperBound.AT_MOST and amount == bound)


class FloorBase(StrEnum):
    """What the largest cut is a share of: the initial price, the price of the moment, or an amount
    of the seller's own.
    """

    INITIAL = "initial"
    CURRENT = "current"
    SELLER = "seller"


class Reset(StrEnum):
    """What gives a buyer their offers on a piece back."""

    RELISTING = "relisting"
    PRICE_EDIT = "price-edit"
    RETURN = "return"


class Acceptance(StrEnum):
    """What an accepted price becomes: everybody's, the buyer's own, the buyer's own with the piece
    held for them, an order of theirs, or an order that is charged at once.
    """

    PUBLIC = "public"
    PRIVATE = "private"
    RESERVING = "reserving"
    ORDER = "order"
    CHARGE = "charge"


class PriceEdit(StrEnum):
    """What a seller's new initial price meets while an offer or an agreed price runs: it is
    refused, ends them, or ends those alone that could not be made at the new price. A public agreed
    price ends with any edit.
    """

    FROZEN = "frozen"
    ENDS_OFFERS = "ends-offers"
    KEEPS_OFFERS = "keeps-offers"


class SaleEffect(StrEnum):
    """What a sale does to the offers of others: they end, or wait for the piece to come back."""

    ENDS_OFFERS = "ends-offers"
    KEEPS_OFFERS = "keeps-offers"


class Audience(StrEnum):
    """Whom a seller may offer a price to."""

    WATCHERS = "watchers"
    ANYBODY = "anybody"


class Fallback(StrEnum):
    """What stands when a proposal is withdrawn: nothing, or the one before it while its own time
    still runs.
    """

    NOTHING = "nothing"
    PREVIOUS = "previous"


@frozen(kw_only=True)
class Quota:
    """How many offers a buyer has on one piece, and in one day over all pieces. None is no limit.
    Clause N3.

    An offer counts against `per_piece` when its state is in `consumed_by`: all of them for "any
    offer counts", `declined` alone for "only a refusal counts". While one of a buyer's offers runs,
    they cannot make another on the piece in any house. `per_day` is compared with a count that the
    host gives, since no piece knows of the others.
    """

    per_piece: int | None
    per_day: int | None
    consumed_by: frozenset[OfferState]
    reset_by: frozenset[Reset]
    sources: tuple[str, ...]


@frozen(kw_only=True)
class Floor:
    """How far a price may be cut: it must be `bound` the base less `largest_cut` of it, compared
    exactly. Clause N8.

    With the seller's amount as base, and a cut of 0, their own minimum is the floor; where they
    gave none there is none.
    """

    base: FloorBase
    largest_cut: Decimal
    bound: LowerBound
    sources: tuple[str, ...]
    kept: Decimal = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "kept", EXACT.subtract(Decimal(1), self.largest_cut))


@frozen(kw_only=True)
class PublicCounter:
    """A counter-price becomes the piece's public price at once and needs no answer. The seller's
    alone. Clauses N4, N6.
    """

    sources: tuple[str, ...]


@frozen(kw_only=True)
class NewOfferCounter:
    """A counter-price is an offer to the other side, with its own time and its own meaning of
    silence.

    `rounds` is how many counters one negotiation may hold, `by` who may make them.
    """

    rounds: int
    by: frozenset[Party]
    stands_for: Duration
    on_silence: Silence
    sources: tuple[str, ...]


@frozen(kw_only=True)
class SellerOffers:
    """A seller may offer a price to a buyer, who answers it as they would a counter-price."""

    to: Audience
    stands_for: Duration
    on_silence: Silence
    sources: tuple[str, ...]


@frozen(kw_only=True)
class SellerBounds:
    """Between which shares of the initial price, both included, the amounts a seller settles lie:
    `minimum`, `accept_at` and `decline_at` of their terms.
    """

    lowest: Decimal
    highest: Decimal
    sources: tuple[str, ...]

    def admit(self, amount: Decimal, initial: Decimal) -> bool:
        """Compare exactly.

        >>> bounds = SellerBounds(lowest=Decimal("0.5"), highest=Decimal(1), sources=())
        >>> bounds.admit(Decimal(100), Decimal(200))
        True
        """
        lowest = EXACT.multiply(initial, self.lowest)
        return lowest <= amount <= EXACT.multiply(initial, self.highest)


@frozen(kw_only=True)
class AutoAccept:
    """An offer that is `bound` the seller's `accept_at` is accepted as it is made. Asked before
    `AutoDecline`.
    """

    bound: LowerBound
    sources: tuple[str, ...]


@frozen(kw_only=True)
class AutoDecline:
    """An offer that is `bound` the seller's `decline_at` is declined as it is made."""

    bound: UpperBound
    sources: tuple[str, ...]


@frozen(kw_only=True)
class Withdrawal:
    """Who may take back a price that waits for an answer, and what then stands."""

    by: frozenset[Party]
    falls_back_to: Fallback
    sources: tuple[str, ...]


@frozen(kw_only=True)
class OfferPolicy:
    """How a price is negotiated. Clauses N1 to N9.

    Offers open `opens_after` the piece was listed, stand for `stands_for`, and an agreed price for
    `lowered_for`; a duration of dates is counted in `zone`. `completion_at_least` is the share of
    their deals a buyer must have kept, `held` whether each offer comes with an authorised payment.
    The sources beside each topic are those of its refusals.
    """

    edition: Edition
    zone: str
    open_sources: tuple[str, ...]
    sign_in_required: bool
    sign_in_sources: tuple[str, ...]
    completion_at_least: Decimal | None
    completion_sources: tuple[str, ...]
    held: bool
    held_sources: tuple[str, ...]
    opens_after: Duration
    opens_after_sources: tuple[str, ...]
    quota: Quota
    floor: Floor | None
    price_sources: tuple[str, ...]
    stands_for: Duration
    on_silence: Silence
    answer_sources: tuple[str, ...]
    counter: PublicCounter | NewOfferCounter | None
    seller_offers: SellerOffers | None
    seller_bounds: SellerBounds | None
    acceptance: Acceptance
    lowered_for: Duration
    auto_accept: AutoAccept | None
    auto_decline: AutoDecline | None
    withdrawal: Withdrawal | None
    price_edit: PriceEdit
    price_edit_sources: tuple[str, ...]
    sale: SaleEffect
    availability_sources: tuple[str, ...]
    sources: tuple[str, ...]


@frozen(kw_only=True)
class CataloguePolicy:
    """How long a sold piece stays visible, from the moment of its sale. Clause A4.

    Fourteen elapsed days are 336 hours; 14 days would end with a day of the zone.
    """

    edition: Edition
    visible_for: Duration
    zone: str
    sources: tuple[str, ...]


@frozen(kw_only=True)
class AlertPolicy:
    """Whether an alert is used up by the mail it brings. Clause A5."""

    edition: Edition
    single_use: bool
    sources: tuple[str, ...]


@frozen(kw_only=True)
class ListingPolicy:
    """All a house's rules about a piece for sale. Without `alerts` nobody can set one."""

    edition: Edition
    offers: OfferPolicy
    catalogue: CataloguePolicy
    alerts: AlertPolicy | None
