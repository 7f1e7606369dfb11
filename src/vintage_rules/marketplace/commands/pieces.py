"""Commands on a piece: listed, offered on, priced, taken down. Clauses A4, A5, N1 to N9."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import TypeAlias, assert_never

import moneyed
from attrs import evolve as changed
from attrs import field, frozen

from vintage_rules.errors import (
    InvalidValueError,
    NameTakenError,
    NotAllowedError,
    NotFoundError,
)
from vintage_rules.ids import BuyerId, PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.marketplace.actors import (
    Actor,
    Buyer,
    Courier,
    House,
    Seller,
    Visitor,
    require_actor,
    require_any_buyer,
    require_house,
    require_seller,
)
from vintage_rules.marketplace.commands.entries import LONGEST_NAME, require_name, require_text
from vintage_rules.marketplace.observing import command_name
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.piece_stream import PieceEntered, PieceEvent, PieceState
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.money import Money, exact, positive, require_currency
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    ChangeTerms,
    Command,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    Relist,
    ReturnToSale,
    ReturnToSeller,
    SendOffer,
    SetAlert,
    TakeDown,
    WithdrawOffer,
)
from vintage_rules.offers.decide import LISTING, governing_edition
from vintage_rules.offers.events import Event, OfferMade, PieceListed
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.policy import (
    ListingPolicy,
)
from vintage_rules.offers.refusals import OfferRefusal, merged, refused
from vintage_rules.offers.states import FOR_SALE, Listing, ListingState, Offer
from vintage_rules.offers.terms import OfferState, Party, SellerTerms

_LONGEST_DESCRIPTION = 10_000
_HEAVIEST_G = 10_000_000


@frozen(kw_only=True)
class PieceView:
    """A piece as an actor may see it: its price for them, and the offers they may see.

    A buyer sees their own offers; the seller of the piece and the house see all of them.
    """

    piece: PieceId
    seller: SellerId
    state: ListingState
    price: Money
    initial_price: Money
    until: datetime | None
    available: bool
    offers: tuple[Offer, ...]


def _price(price: moneyed.Money) -> Money:
    return positive(price, "price")


@frozen(kw_only=True)
class NewPiece:
    """A piece to be listed: what it is, its price and its seller's terms.

    Raises:
        MoneyError: For a price that is not above zero.
    """

    entered: PieceEntered
    price: Money = field(converter=_price)
    terms: SellerTerms


PieceAnswer: TypeAlias = PieceView | Refused[OfferRefusal]


def _now(work: UnitOfWork, piece: str) -> PieceState:
    state = known_piece(work.load(PIECES, piece), piece)
    now = LISTING.replay(LISTING.fall_due(state.listing, work.now), state.listing)
    return changed(state, listed=now)


def view_of(by: Actor, state: PieceState) -> PieceView:
    """Return a piece as an actor may see it."""
    listing, entered = state.listing, state.entered
    buyer = by.id if isinstance(by, Buyer) else None
    return PieceView(
        piece=entered.piece,
        seller=entered.seller,
        state=listing.state,
        price=listing.price_for(buyer),
        initial_price=listing.initial_price,
        until=listing.until,
        available=_may_buy(listing, buyer),
        offers=tuple(offer for offer in listing.offers if _may_see(by, state, offer)),
    )


def _may_buy(listing: Listing, buyer: BuyerId | None) -> bool:
    held = listing.state is ListingState.RESERVED and listing.holder == buyer
    return listing.state in FOR_SALE or (held and buyer is not None)


def _may_see(by: Actor, state: PieceState, offer: Offer) -> bool:
    match by:
        case House():
            return True
        case Buyer():
            return offer.buyer == by.id
        case Seller():
            return state.entered.seller == by.id
        case Courier() | Visitor():
            return False
        case _:
            assert_never(by)


def known_piece(stream: Stream[PieceState, PieceEvent], piece: str) -> PieceState:
    """Return the state of a piece.

    Raises:
        NotFoundError: For one that was never listed.
    """
    if stream.state is None:
        raise NotFoundError("piece", piece)
    return stream.state


@frozen
class Pieces:
    """Commands on pieces.

    Every command raises `NotAllowedError` for an actor who may not, `NotFoundError` for a piece
    that does not exist, and what the rules raise.
    """

    shop: Shop

    def list_piece(
        self, by: Actor, entered: PieceEntered, price: moneyed.Money, terms: SellerTerms
    ) -> PieceView:
        """List a piece for sale.

        A piece that was listed with the same facts, price and terms is given as it is.

        Raises:
            NameTakenError: For the name of another piece, or of one that was listed otherwise.
            CurrencyMismatchError: For a price in another currency than the house's.
            InvalidValueError: For a description of more than 10,000 characters, a text that
                cannot be kept, or a weight of more than ten tonnes.
        """
        new = NewPiece(entered=entered, price=price, terms=terms)
        _require_entry(by, new, at="")

        def act(work: UnitOfWork) -> PieceView:
            return view_of(by, self._listed(work, work.load(PIECES, entered.piece), new, at=""))

        return self.shop.do(by, act)

    def list_pieces(self, by: Actor, pieces: Iterable[NewPiece]) -> tuple[PieceView, ...]:
        """List many pieces for sale in one append: all of them, or none.

        It does for each what `list_piece` does, and is many times faster. A catalogue of many
        thousands is best listed some hundreds at a time.

        Raises:
            NameTakenError: As `list_piece`.
            CurrencyMismatchError: As `list_piece`.
            InvalidValueError: As `list_piece`; the field of each of these errors begins with the
                place of the piece, such as `pieces[3].price`.
        """
        listed = tuple(pieces)
        places = [f"pieces[{number}]." for number in range(len(listed))]
        for new, at in zip(listed, places, strict=True):
            _require_entry(by, new, at=at)
        attempts = count()

        def act(work: UnitOfWork) -> tuple[PieceView, ...]:
            # New pieces have new names: what is there is read only if that turns out to be wrong.
            load = work.load if next(attempts) else work.begin
            return tuple(
                view_of(by, self._listed(work, load(PIECES, new.entered.piece), new, at=at))
                for new, at in zip(listed, places, strict=True)
            )

        return self.shop.do(by, act)

    def _listed(
        self, work: UnitOfWork, stream: Stream[PieceState, PieceEvent], new: NewPiece, *, at: str
    ) -> PieceState:
        if stream.state is not None:
            _require_same(stream, new, at=at)
            return stream.state
        policy = self.shop.policy(work.now)
        require_currency(new.price, policy.currency, f"{at}price")
        offers = policy.listing.offers
        listed = list_piece(work.now, new.price, new.terms, offers, self.shop.calendar)
        events: list[PieceEvent] = [changed(new.entered, at=work.now), listed]
        return work.record(stream, events)

    def view(self, by: Actor, piece: str) -> PieceView:
        """Show a piece to an actor, as it is at this moment."""
        require_actor(by, "see a piece")
        return self.shop.do(by, lambda work: view_of(by, _now(work, piece)))

    def views(self, by: Actor, pieces: Iterable[str]) -> tuple[PieceView, ...]:
        """Show several pieces to an actor, such as those of a cart, all at one moment.

        They are read together, and are in the order in which they are named.
        """
        require_actor(by, "see pieces")
        named = tuple(pieces)

        def act(work: UnitOfWork) -> tuple[PieceView, ...]:
            work.load_together(*((PIECES, piece) for piece in named))
            return tuple(view_of(by, _now(work, piece)) for piece in named)

        return self.shop.do(by, act)

    def make_offer(
        self,
        by: Buyer,
        piece: str,
        price: moneyed.Money,
        *,
        offered_today: int = 0,
        authorised: bool = False,
        completion: Decimal | None = None,
    ) -> PieceAnswer:
        """Offer a price. Clauses N1, N2, N3, N8.

        The same price again, while it waits for the seller, is the same offer.

        The host says how many offers the buyer has made today, whether a payment is held for this
        one and what share of their deals they kept, where the policy depends on it.
        """
        require_any_buyer(by, "make an offer")
        named = exact(price, "price")
        return self._execute(
            by,
            piece,
            lambda at: MakeOffer(
                at=at,
                buyer=by.id,
                price=named,
                signed_in=by.signed_in,
                offered_today=offered_today,
                authorised=authorised,
                completion=completion,
            ),
            party=Party.BUYER,
        )

    def send_offer(
        self, by: Actor, piece: str, buyer: BuyerId, price: moneyed.Money, *, watching: bool
    ) -> PieceAnswer:
        """Offer a price to a buyer, where the house lets sellers do so.

        `watching` says whether that buyer watches the piece.
        """
        named = exact(price, "price")
        return self._execute(
            by, piece, lambda at: SendOffer(at=at, buyer=buyer, price=named, watching=watching)
        )

    def accept_offer(self, by: Actor, piece: str, buyer: BuyerId) -> PieceAnswer:
        """Accept the price of an offer. Clause N4.

        The seller accepts a buyer's offer, the buyer a counter-offer.
        """
        party = _party(by, buyer, "accept an offer")
        return self._execute(
            by, piece, lambda at: AcceptOffer(at=at, buyer=buyer, by=party), party=party
        )

    def decline_offer(self, by: Actor, piece: str, buyer: BuyerId) -> PieceAnswer:
        """Decline the price of a buyer's offer. Clause N4."""
        party = _party(by, buyer, "decline an offer")
        return self._execute(
            by, piece, lambda at: DeclineOffer(at=at, buyer=buyer, by=party), party=party
        )

    def counter_offer(
        self, by: Actor, piece: str, buyer: BuyerId, price: moneyed.Money
    ) -> PieceAnswer:
        """Answer a buyer's offer with another price. Clauses N4, N6, N8."""
        party = _party(by, buyer, "counter an offer")
        named = exact(price, "price")
        return self._execute(
            by,
            piece,
            lambda at: CounterOffer(at=at, buyer=buyer, price=named, by=party),
            party=party,
        )

    def withdraw_offer(self, by: Actor, piece: str, buyer: BuyerId) -> PieceAnswer:
        """Take back the price one has proposed in a buyer's offer."""
        party = _party(by, buyer, "withdraw an offer")
        return self._execute(
            by, piece, lambda at: WithdrawOffer(at=at, buyer=buyer, by=party), party=party
        )

    def change_price(self, by: Actor, piece: str, price: moneyed.Money) -> PieceAnswer:
        """Change the initial price."""
        named = exact(price, "price")
        return self._execute(by, piece, lambda at: ChangePrice(at=at, price=named))

    def change_terms(self, by: Actor, piece: str, terms: SellerTerms) -> PieceAnswer:
        """Change what offers the seller is open to. Clause N1."""
        return self._execute(by, piece, lambda at: ChangeTerms(at=at, terms=terms))

    def take_down(self, by: Actor, piece: str) -> PieceAnswer:
        """Take a piece off sale."""
        return self._execute(by, piece, lambda at: TakeDown(at=at))

    def relist(self, by: Actor, piece: str) -> PieceAnswer:
        """List a piece again that was taken down."""
        return self._execute(by, piece, lambda at: Relist(at=at))

    def put_back(self, by: Actor, piece: str) -> PieceAnswer:
        """List a sold piece again by a decision of the house.

        Those that came back as they were sent are listed again without it.
        """
        require_house(by, "put a sold piece back on sale")
        return self._execute(by, piece, lambda at: ReturnToSale(at=at))

    def give_back(self, by: Actor, piece: str) -> PieceAnswer:
        """Give a sold piece back to its seller, who may list it again, by a decision of the house.

        For example one that came back after a claim. Clause R9.
        """
        require_house(by, "give a sold piece back")
        return self._execute(by, piece, lambda at: ReturnToSeller(at=at))

    def set_alert(self, by: Buyer, piece: str) -> PieceAnswer:
        """Request a mail if a sold piece comes back. Clause A5."""
        require_any_buyer(by, "set an alert")
        return self._execute(
            by, piece, lambda at: SetAlert(at=at, subscriber=by.id), party=Party.BUYER
        )

    def _execute(
        self,
        by: Actor,
        piece: str,
        command: Callable[[datetime], Command],
        *,
        party: Party = Party.SELLER,
    ) -> PieceAnswer:
        def act(work: UnitOfWork) -> PieceAnswer:
            stream = work.load(PIECES, piece)
            state = known_piece(stream, piece)
            given = command(work.now)
            if party is Party.SELLER:
                require_seller(by, state.entered.seller, f"execute {given.name} on a piece")
            if isinstance(given, MakeOffer) and _is_waiting(state.listing, given):
                return view_of(by, state)
            policy = self._policy(state.listing, given, work.now)
            decided = LISTING.decide(state.listing, given, policy, self.shop.calendar)
            if isinstance(given, MakeOffer | SendOffer) and given.buyer == str(
                state.entered.seller
            ):
                return _own_piece(decided, policy)
            if isinstance(decided, Refused):
                return decided
            return view_of(by, work.record(stream, decided))

        return self.shop.do(by, act, command_name(command))

    def _policy(self, listing: Listing, command: Command, now: datetime) -> ListingPolicy:
        """An offer is answered under the edition it was opened under."""
        pinned = governing_edition(listing, command)
        policy = self.shop.policy(now) if pinned is None else self.shop.edition(pinned)
        return policy.listing


def _party(by: Actor, buyer: BuyerId, act: str) -> Party:
    """Return the side an actor is on; that a seller owns the piece is checked later."""
    if not isinstance(by, Buyer):
        return Party.SELLER
    if by.id != buyer:
        raise NotAllowedError(str(by), act, "the buyer whose offer it is, or the seller")
    return Party.BUYER


def _own_piece(
    decided: tuple[Event, ...] | Refused[OfferRefusal], policy: ListingPolicy
) -> Refused[OfferRefusal]:
    """Refuse an offer to oneself, with every other reason against it."""
    own = refused([OfferRefusal.OWN_PIECE], policy.offers)
    if not isinstance(decided, Refused):
        return own
    return changed(
        own,
        reasons=tuple(sorted({*own.reasons, *decided.reasons})),
        sources=merged(own.sources, decided.sources),
    )


def _is_waiting(listing: Listing, offered: MakeOffer) -> bool:
    """Return whether a buyer has made the same offer, and it waits for the seller still."""
    now = LISTING.replay(LISTING.fall_due(listing, offered.at), listing)
    offer = now.offer_of(offered.buyer)
    return offer is not None and (offer.state, type(offer.made), offer.price) == (
        OfferState.OPEN,
        OfferMade,
        offered.price,
    )


def _require_entry(by: Actor, new: NewPiece, *, at: str) -> None:
    entered = new.entered
    require_seller(by, entered.seller, "list a piece")
    require_name(entered.piece, f"{at}piece")
    require_text(entered.description, f"{at}description", _LONGEST_DESCRIPTION)
    require_text(entered.category or "", f"{at}category", LONGEST_NAME)
    require_text(entered.seller_kind or "", f"{at}seller_kind", LONGEST_NAME)
    if entered.weight_g > _HEAVIEST_G:
        allowed = f"at most {_HEAVIEST_G} grams"
        raise InvalidValueError(f"{at}weight_g", entered.weight_g, allowed)


def _require_same(stream: Stream[PieceState, PieceEvent], new: NewPiece, *, at: str) -> None:
    """Require what a piece was first listed as, whatever its price has been changed to since."""
    known_entered, known_listed = stream.history[:2]
    same = (
        changed(known_entered, at=new.entered.at) == new.entered
        and isinstance(known_listed, PieceListed)
        and (known_listed.price, known_listed.terms) == (new.price, new.terms)
    )
    if not same:
        raise NameTakenError(f"{at}piece", new.entered.piece)
