"""The policy of negotiation: each value, with its kind and description."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from vintage_rules.dates import Duration, Unit
from vintage_rules.fields import (
    ENDING,
    LIMIT,
    Called,
    Count,
    FromHouseOf,
    LeftOut,
    Length,
    NotEmpty,
    NotForCustomers,
    Rate,
    ShortIfFalse,
    SourceOf,
    Sources,
    Words,
    WrittenAs,
)
from vintage_rules.findings import Finding, Written
from vintage_rules.ids import Edition
from vintage_rules.money import EXACT
from vintage_rules.offers.catalogue_policy import AlertPolicy, CataloguePolicy
from vintage_rules.offers.counter_policy import Counter, NewOfferCounter, PublicCounter
from vintage_rules.offers.seller_policy import (
    AutoAccept,
    AutoDecline,
    LowerBound,
    SellerBounds,
    SellerOffers,
)
from vintage_rules.offers.terms import OfferState, Party, Silence


class FloorBase(StrEnum):
    """The base of the largest cut.

    It is the initial price, the price of the moment, or an amount of the seller's own.
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
    """What an accepted price becomes.

    It is public, the buyer's own, the buyer's own with the piece held for them, or a sale: the
    buyer then orders the piece, or the payment that is held for the offer is charged for it.
    """

    PUBLIC = "public"
    PRIVATE = "private"
    RESERVING = "reserving"
    ORDER = "order"
    CHARGE = "charge"


class PriceEdit(StrEnum):
    """What happens to a seller's new initial price while an offer or an agreed price runs.

    It is refused, ends them, or ends those alone that could not be made at the new price.
    """

    FROZEN = "frozen"
    ENDS_OFFERS = "ends-offers"
    KEEPS_OFFERS = "keeps-offers"


class SaleEffect(StrEnum):
    """What a sale does to the offers of others: they end, or wait for the piece to come back."""

    ENDS_OFFERS = "ends-offers"
    KEEPS_OFFERS = "keeps-offers"


class Fallback(StrEnum):
    """What applies once a proposal is withdrawn.

    Nothing, or the one before it while its own time still runs.
    """

    NOTHING = "nothing"
    PREVIOUS = "previous"


@frozen(kw_only=True)
class Quota:
    """How many offers a buyer has on one piece, and in one day over all pieces.

    None is no limit. Clause N3.

    An offer counts against `per_piece` when its state is in `consumed_by`: all of them for "any
    offer counts", `declined` alone for "only a refusal counts". While one of a buyer's offers runs,
    they cannot make another on the piece in any house. `per_day` is compared with a count that the
    host gives, since no piece knows of the others.
    """

    per_piece: Annotated[
        int | None, Count(least=1), LIMIT, "how many on one piece; no limit, if left out"
    ]
    per_day: Annotated[
        int | None,
        Count(least=1),
        LIMIT,
        "how many in one day over all pieces; no limit, if left out",
    ]
    consumed_by: Annotated[
        frozenset[OfferState], NotEmpty(), "the states in which an offer counts against per_piece"
    ]
    consumed_by_sources: Annotated[tuple[str, ...], SourceOf("consumed_by")]
    reset_by: Annotated[
        frozenset[Reset], "what gives a buyer the offers on a piece back; [] where nothing does"
    ]
    sources: Sources


@frozen(kw_only=True)
class Floor:
    """How far a price may be cut: to `bound` the base less `largest_cut` of it, exactly.

    Clause N8.
    """

    base: Annotated[
        FloorBase, "what the cut is a share of: the initial or current price, or the seller's own"
    ]
    largest_cut: Annotated[
        Decimal, Rate(), LIMIT, "the largest share that is taken off: 0.30 is 30 %"
    ]
    bound: Annotated[LowerBound, ">= where exactly the largest cut is allowed, > where it is not"]
    bound_sources: Annotated[tuple[str, ...], SourceOf("bound")]
    sources: Sources
    kept: Decimal = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "kept", EXACT.subtract(Decimal(1), self.largest_cut))


@frozen(kw_only=True)
class Withdrawal:
    """Who may take back a price that waits for an answer, and what then applies."""

    by: Annotated[frozenset[Party], NotEmpty(), "who may take one back"]
    falls_back_to: Annotated[
        Fallback, "what then applies: nothing, or the price before it while its own time runs"
    ]
    sources: Sources


@frozen(kw_only=True)
class OfferPolicy:
    """How a price is negotiated. Clauses N1 to N9.

    Where offers are not `taken`, every one is refused and no other value matters. Offers open
    `opens_after` the piece was listed, stand for `stands_for`, and an agreed price, and a piece
    that it sold, for `lowered_for`; a duration of dates is counted in `zone`. `completion_at_least`
    is the share of their deals a buyer must have kept, `held` whether each offer comes with an
    authorised payment. The sources beside each topic are those of its refusals.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    taken: Annotated[
        bool,
        LeftOut(means=True),
        "false, beside its source alone, where the house takes no offers; true, if left out",
    ]
    open_sources: Annotated[tuple[str, ...], SourceOf("open")]
    sign_in_required: Annotated[bool, "whether only a signed-in buyer makes offers"]
    sign_in_sources: Annotated[tuple[str, ...], SourceOf("sign_in_required")]
    completion_at_least: Annotated[
        Decimal | None,
        Rate(),
        LIMIT,
        "the share of their deals a buyer must have kept: 0.80 is 80 %; none is required, if left "
        "out",
    ]
    completion_sources: Annotated[tuple[str, ...], SourceOf("completion_at_least")]
    held: Annotated[
        bool,
        Called("payment"),
        Words({"none": False, "held": True}),
        LeftOut(means=False),
        "held where each offer comes with an authorised payment, held until it is answered; none, "
        "if left out",
        NotForCustomers("not published yet: whether an offer is made with a payment (N1)"),
    ]
    held_sources: Annotated[tuple[str, ...], SourceOf("payment")]
    opens_after: Annotated[
        Duration,
        Length(units=ENDING),
        LIMIT,
        "how long after its listing a piece takes no offers yet, such as 0 hours",
    ]
    opens_after_sources: Annotated[tuple[str, ...], SourceOf("opens_after")]
    stands_for: Annotated[Duration, Length(), LIMIT, "how long an offer waits for an answer"]
    stands_for_sources: Annotated[tuple[str, ...], SourceOf("stands_for")]
    on_silence: Annotated[Silence, "what it means when an offer is not answered in time"]
    silence_sources: Annotated[tuple[str, ...], SourceOf("on_silence")]
    answer_sources: Annotated[tuple[str, ...], SourceOf("answers")]
    mail_sources: Annotated[tuple[str, ...], SourceOf("mails")]
    acceptance: Annotated[
        Acceptance,
        "whether an accepted price is everybody's, the buyer's own, or also holds the piece for "
        "them; or sells it, and the buyer orders it (order) or the held payment pays it (charge)",
    ]
    acceptance_sources: Annotated[tuple[str, ...], SourceOf("acceptance")]
    lowered_for: Annotated[Duration, Length(), LIMIT, "how long an agreed price or sale holds"]
    lowered_for_sources: Annotated[tuple[str, ...], SourceOf("lowered_for")]
    price_edit: Annotated[
        PriceEdit,
        "what a seller's new initial price meets while an offer or agreed price runs",
        NotForCustomers("sellers alone change prices; the refusal says it to them"),
    ]
    price_edit_sources: Annotated[tuple[str, ...], SourceOf("price_edit")]
    sale: Annotated[
        SaleEffect,
        LeftOut(means=SaleEffect.ENDS_OFFERS),
        "whether a sale ends the other offers on the piece, as if left out, or keeps them waiting "
        "for it to come back",
        NotForCustomers("not published yet: what a sale means for other offers (N1)"),
    ]
    availability_sources: Annotated[tuple[str, ...], SourceOf("availability")]
    quota: Annotated[
        Quota,
        "how many offers a buyer has",
        NotForCustomers(
            "not published yet: which offers count, and what gives them back (N3)",
            of=("consumed_by", "reset_by"),
        ),
    ]
    floor: Annotated[Floor | None, "how far a price may be cut; to anything, if left out"]
    price_sources: Annotated[tuple[str, ...], SourceOf("price")]
    counter: Annotated[
        PublicCounter | NewOfferCounter | None,
        WrittenAs(Counter),
        "answering with another price; left out if no actor may",
        NotForCustomers(
            "not published yet: what a counter-price becomes, and how many (N4)",
            of=("kind", "rounds", "on_silence"),
        ),
    ]
    seller_offers: Annotated[
        SellerOffers | None,
        "offers that the seller makes; left out where only buyers do",
        NotForCustomers("not published yet: the offers that sellers make (N4)"),
    ]
    seller_bounds: Annotated[
        SellerBounds | None,
        "bounds of what a seller settles about offers; left out where there is none",
        NotForCustomers("sellers alone settle it; the refusal says it to them"),
    ]
    auto_accept: Annotated[
        AutoAccept | None, "accepting without the seller; left out where none is"
    ]
    auto_decline: Annotated[
        AutoDecline | None, "declining without the seller; left out where none is"
    ]
    withdrawal: Annotated[
        Withdrawal | None,
        "taking a price back; left out if no actor may",
        NotForCustomers("not published yet: who may take a price back (N4)"),
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a held payment where it is charged, and an end of waiting for an order."""
        acceptance = table.get("acceptance")
        if acceptance == Acceptance.CHARGE.value and table.get("payment") != "held":
            yield Finding(("payment",), "held where an offer is charged", table.get("payment"))
        if str(acceptance) in {"order", "charge"} and table.get("lowered_for") == "never":
            yield Finding(("lowered_for",), "a time that ends, where an offer sells", "never")


@frozen(kw_only=True)
class NoOffersPolicy:
    """What a house writes that takes no offers: its price is the price. Clause N1."""

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    taken: Annotated[bool, "false: the house takes no offers"]
    sources: Sources

    def to_rule(self) -> OfferPolicy:
        """Return a policy that refuses every offer; its other values then decide nothing."""
        return OfferPolicy(
            edition=self.edition,
            zone=self.zone,
            taken=False,
            open_sources=self.sources,
            sign_in_required=False,
            sign_in_sources=(),
            completion_at_least=None,
            completion_sources=(),
            held=False,
            held_sources=(),
            opens_after=Duration.of(0, Unit.HOURS),
            opens_after_sources=(),
            stands_for=Duration.of(0, Unit.NEVER),
            stands_for_sources=(),
            on_silence=Silence.LAPSE,
            silence_sources=(),
            answer_sources=self.sources,
            mail_sources=(),
            acceptance=Acceptance.PRIVATE,
            acceptance_sources=(),
            lowered_for=Duration.of(0, Unit.NEVER),
            lowered_for_sources=(),
            price_edit=PriceEdit.ENDS_OFFERS,
            price_edit_sources=(),
            sale=SaleEffect.ENDS_OFFERS,
            availability_sources=self.sources,
            quota=Quota(
                per_piece=None,
                per_day=None,
                consumed_by=frozenset(OfferState),
                consumed_by_sources=(),
                reset_by=frozenset(),
                sources=(),
            ),
            floor=None,
            price_sources=self.sources,
            counter=None,
            seller_offers=None,
            seller_bounds=None,
            auto_accept=None,
            auto_decline=None,
            withdrawal=None,
            sources=self.sources,
        )


@frozen(kw_only=True)
class ListingPolicy:
    """All that has to do with a piece for sale."""

    edition: FromHouseOf[Edition]
    offers: Annotated[
        OfferPolicy,
        ShortIfFalse(flag="taken", page=NoOffersPolicy),
        "how a price is negotiated, or that the house takes no offers",
    ]
    catalogue: Annotated[CataloguePolicy, "the place of a sold piece in the catalogue"]
    alerts: Annotated[AlertPolicy | None, "alerts on sold pieces; left out if none can be set"]
