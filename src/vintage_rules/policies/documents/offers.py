"""The tables about a piece for sale: offers on it, its place in the catalogue, alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from vintage_rules.offers.policy import (
    Acceptance,
    AlertPolicy,
    Audience,
    AutoAccept,
    AutoDecline,
    CataloguePolicy,
    Fallback,
    Floor,
    FloorBase,
    ListingPolicy,
    LowerBound,
    NewOfferCounter,
    OfferPolicy,
    PriceEdit,
    PublicCounter,
    Quota,
    Reset,
    SaleEffect,
    SellerBounds,
    SellerOffers,
    UpperBound,
    Withdrawal,
)
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.policies.documents.common import Context, House, Table, distinct, is_less
from vintage_rules.policies.documents.reading import Finding
from vintage_rules.policies.documents.values import (
    AtLeastOne,
    Length,
    LengthThatEnds,
    Rate,
    named,
    written,
)


class QuotaDocument(Table):
    """How many offers a buyer has."""

    per_piece: AtLeastOne | None = Field(
        default=None, description="how many on one piece; no limit, if left out"
    )
    per_day: AtLeastOne | None = Field(
        default=None, description="how many in one day over all pieces; no limit, if left out"
    )
    consumed_by: Annotated[list[Annotated[OfferState, named]], Field(min_length=1), distinct()] = (
        Field(description="the states in which an offer counts against per_piece")
    )
    reset_by: Annotated[list[Annotated[Reset, named]], distinct()] = Field(
        description="what gives a buyer the offers on a piece back; [] where nothing does"
    )

    def to_policy(self) -> Quota:
        """Build the quota that the rules take."""
        return Quota(
            per_piece=self.per_piece,
            per_day=self.per_day,
            consumed_by=frozenset(self.consumed_by),
            reset_by=frozenset(self.reset_by),
            sources=self.source,
        )


class FloorDocument(Table):
    """How far a price may be cut."""

    base: Annotated[FloorBase, named] = Field(
        description="what the cut is a share of: the initial or current price, or the seller's own"
    )
    largest_cut: Rate = Field(description="the largest share that is taken off: 0.30 is 30 %")
    bound: Annotated[LowerBound, named] = Field(
        description=">= where exactly the largest cut is allowed, > where it is not"
    )

    def to_policy(self) -> Floor:
        """Build the floor that the rules take."""
        return Floor(
            base=self.base, largest_cut=self.largest_cut, bound=self.bound, sources=self.source
        )


class CounterKind(StrEnum):
    """What a counter-price is."""

    SETS_PUBLIC_PRICE = "sets-public-price"
    NEW_OFFER = "new-offer"


class CounterDocument(Table):
    """What the seller's answer with another price becomes."""

    OF_A_NEW_OFFER: ClassVar[tuple[str, ...]] = ("rounds", "by", "stands_for", "on_silence")

    kind: Annotated[CounterKind, named] = Field(
        description="whether it becomes the public price at once, or an offer to the other side"
    )
    rounds: AtLeastOne | None = Field(
        default=None, description="how many counters one negotiation may hold"
    )
    by: Annotated[list[Annotated[Party, named]], Field(min_length=1), distinct()] | None = Field(
        default=None, description="who may make them"
    )
    stands_for: Length | None = Field(default=None, description="how long one waits for an answer")
    on_silence: Annotated[Silence, named] | None = Field(
        default=None, description="what it means when nobody answers it in time"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for all that a new offer needs, and only for one."""
        kind = table.get("kind")
        for key in cls.OF_A_NEW_OFFER:
            if kind == CounterKind.NEW_OFFER.value and key not in table:
                yield Finding((key,), "given for a counter that is a new offer", None)
            if kind == CounterKind.SETS_PUBLIC_PRICE.value and key in table:
                allowed = "left out of a counter that sets the public price"
                yield Finding((key,), allowed, table[key])

    def to_policy(self) -> PublicCounter | NewOfferCounter:
        """Build the counter that the rules take."""
        if not (self.rounds and self.by and self.stands_for and self.on_silence):
            return PublicCounter(sources=self.source)
        return NewOfferCounter(
            rounds=self.rounds,
            by=frozenset(self.by),
            stands_for=self.stands_for,
            on_silence=self.on_silence,
            sources=self.source,
        )


class SellerOffersDocument(Table):
    """A seller's own offers to buyers."""

    to: Annotated[Audience, named] = Field(
        description="whom a seller may offer a price to: those who watch the piece, or anybody"
    )
    stands_for: Length = Field(description="how long one waits for an answer")
    on_silence: Annotated[Silence, named] = Field(
        description="what it means when the buyer does not answer it in time"
    )

    def to_policy(self) -> SellerOffers:
        """Build what the rules take."""
        return SellerOffers(
            to=self.to,
            stands_for=self.stands_for,
            on_silence=self.on_silence,
            sources=self.source,
        )


class SellerBoundsDocument(Table):
    """Within which bounds a seller settles a minimum and automatic answers of their own."""

    lowest: Rate = Field(description="the smallest share of the initial price, allowed itself")
    highest: Rate = Field(description="the largest share of the initial price, allowed itself")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for bounds in order."""
        if is_less(table.get("highest"), table.get("lowest")):
            least = written(table.get("lowest"))
            yield Finding(("highest",), f"at least the lowest, {least}", table.get("highest"))

    def to_policy(self) -> SellerBounds:
        """Build what the rules take."""
        return SellerBounds(lowest=self.lowest, highest=self.highest, sources=self.source)


class Payment(StrEnum):
    """Whether a payment is authorised with each offer."""

    NONE = "none"
    HELD = "held"


class AutoAcceptDocument(Table):
    """Offers that are accepted as they are made, where the seller named an amount."""

    bound: Annotated[LowerBound, named] = Field(
        description="how an accepted offer compares with the seller's amount: >= or >"
    )

    def to_policy(self) -> AutoAccept:
        """Build what the rules take."""
        return AutoAccept(bound=self.bound, sources=self.source)


class AutoDeclineDocument(Table):
    """Offers that are declined as they are made, where the seller named an amount."""

    bound: Annotated[UpperBound, named] = Field(
        description="how a declined offer compares with the seller's amount: < or <="
    )

    def to_policy(self) -> AutoDecline:
        """Build what the rules take."""
        return AutoDecline(bound=self.bound, sources=self.source)


class WithdrawalDocument(Table):
    """Taking back a price that waits for an answer."""

    by: Annotated[list[Annotated[Party, named]], Field(min_length=1), distinct()] = Field(
        description="who may take one back"
    )
    falls_back_to: Annotated[Fallback, named] = Field(
        description="what then stands: nothing, or the price before it while its own time runs"
    )

    def to_policy(self) -> Withdrawal:
        """Build what the rules take."""
        return Withdrawal(
            by=frozenset(self.by), falls_back_to=self.falls_back_to, sources=self.source
        )


class OffersDocument(Table):
    """How a price is negotiated."""

    TOPICS: ClassVar[frozenset[str]] = frozenset({"open", "price", "answers", "availability"})

    sign_in_required: bool = Field(description="whether only a signed-in buyer makes offers")
    completion_at_least: Rate | None = Field(
        default=None,
        description="the share of their deals a buyer must have kept: 0.80 is 80 %; nobody asks, "
        "if left out",
    )
    payment: Annotated[Payment, named] = Field(
        default=Payment.NONE,
        description="held where each offer comes with an authorised payment, held until it is "
        "answered; none, if left out",
    )
    opens_after: LengthThatEnds = Field(
        description="how long after its listing a piece takes no offers yet, such as 0 hours"
    )
    stands_for: Length = Field(description="how long an offer waits for an answer")
    on_silence: Annotated[Silence, named] = Field(
        description="what it means when nobody answers an offer in time"
    )
    acceptance: Annotated[Acceptance, named] = Field(
        description="whether an accepted price is everybody's, the buyer's own, or also holds the "
        "piece for them; or whether accepting makes an order, or an order charged at once"
    )
    lowered_for: Length = Field(description="how long an agreed price holds")
    price_edit: Annotated[PriceEdit, named] = Field(
        description="what a seller's new initial price meets while an offer or agreed price runs"
    )
    sale: Annotated[SaleEffect, named] = Field(
        default=SaleEffect.ENDS_OFFERS,
        description="whether a sale ends the other offers on the piece, as if left out, or keeps "
        "them waiting for it to come back",
    )
    quota: QuotaDocument = Field(description="how many offers a buyer has")
    floor: FloorDocument | None = Field(
        default=None, description="how far a price may be cut; to anything, if left out"
    )
    counter: CounterDocument | None = Field(
        default=None, description="answering with another price; left out where nobody may"
    )
    seller_offers: SellerOffersDocument | None = Field(
        default=None, description="offers that the seller makes; left out where only buyers do"
    )
    seller_bounds: SellerBoundsDocument | None = Field(
        default=None,
        description="bounds of what a seller settles about offers; left out where there is none",
    )
    auto_accept: AutoAcceptDocument | None = Field(
        default=None, description="accepting without asking the seller; left out where none is"
    )
    auto_decline: AutoDeclineDocument | None = Field(
        default=None, description="declining without asking the seller; left out where none is"
    )
    withdrawal: WithdrawalDocument | None = Field(
        default=None, description="taking a price back; left out where nobody may"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for a payment that is held where accepting charges it."""
        charges = table.get("acceptance") == Acceptance.CHARGE.value
        if charges and table.get("payment") != Payment.HELD.value:
            allowed = f"{Payment.HELD} where an accepted offer is charged"
            yield Finding(("payment",), allowed, table.get("payment"))

    def to_policy(self, house: House) -> OfferPolicy:
        """Build the policy that the rules take."""
        return OfferPolicy(
            edition=house.edition,
            zone=house.zone,
            open_sources=self.source_of("open"),
            sign_in_required=self.sign_in_required,
            sign_in_sources=self.source_of("sign_in_required"),
            completion_at_least=self.completion_at_least,
            completion_sources=self._sources_of_asked("completion_at_least"),
            held=self.payment is Payment.HELD,
            held_sources=self._sources_of_asked("payment"),
            opens_after=self.opens_after,
            opens_after_sources=self.source_of("opens_after"),
            quota=self.quota.to_policy(),
            floor=self.floor.to_policy() if self.floor else None,
            price_sources=self.source_of("price"),
            stands_for=self.stands_for,
            on_silence=self.on_silence,
            answer_sources=self.source_of("answers"),
            counter=self.counter.to_policy() if self.counter else None,
            seller_offers=self.seller_offers.to_policy() if self.seller_offers else None,
            seller_bounds=self.seller_bounds.to_policy() if self.seller_bounds else None,
            acceptance=self.acceptance,
            lowered_for=self.lowered_for,
            auto_accept=self.auto_accept.to_policy() if self.auto_accept else None,
            auto_decline=self.auto_decline.to_policy() if self.auto_decline else None,
            withdrawal=self.withdrawal.to_policy() if self.withdrawal else None,
            price_edit=self.price_edit,
            price_edit_sources=self.source_of("price_edit"),
            sale=self.sale,
            availability_sources=self.source_of("availability"),
            sources=self.source,
        )

    def _sources_of_asked(self, key: str) -> tuple[str, ...]:
        """Give the source of something that a house need not ask for; none where it does not."""
        asked = key in self.model_fields_set
        return self.source_of(key) if asked else ()


class CatalogueDocument(Table):
    """The place of a sold piece in the catalogue."""

    visible_for: Length = Field(
        description="how long it stays visible from its sale on: 336 hours are elapsed, 14 days "
        "end with a day of the house"
    )

    def to_policy(self, house: House) -> CataloguePolicy:
        """Build the policy that the rules take."""
        return CataloguePolicy(
            edition=house.edition,
            visible_for=self.visible_for,
            zone=house.zone,
            sources=self.source,
        )


class AlertsDocument(Table):
    """Alerts on pieces that are sold."""

    single_use: bool = Field(description="whether an alert is used up by the mail it brings")

    def to_policy(self, house: House) -> AlertPolicy:
        """Build the policy that the rules take."""
        return AlertPolicy(edition=house.edition, single_use=self.single_use, sources=self.source)


class ListingDocument(Context):
    """All that has to do with a piece for sale."""

    offers: OffersDocument = Field(description="how a price is negotiated")
    catalogue: CatalogueDocument = Field(description="the place of a sold piece in the catalogue")
    alerts: AlertsDocument | None = Field(
        default=None, description="alerts on sold pieces; left out where nobody can set one"
    )

    def to_policy(self, house: House) -> ListingPolicy:
        """Build the policy that the rules take."""
        return ListingPolicy(
            edition=house.edition,
            offers=self.offers.to_policy(house),
            catalogue=self.catalogue.to_policy(house),
            alerts=self.alerts.to_policy(house) if self.alerts else None,
        )
