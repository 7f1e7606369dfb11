"""Each command on a piece: what it is given, under which edition, as whose, and what is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import moneyed
import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    COAT,
    HOUSE,
    LOU,
    MAX,
    MONDAY,
    ZOE,
    Town,
    euros,
    ruled_otherwise,
)
from tests.policies.corner_shop import with_point
from vintage_rules import Money
from vintage_rules.errors import (
    CorruptHistoryError,
    CurrencyMismatchError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
    NameTakenError,
    NotAllowedError,
    NotFoundError,
)
from vintage_rules.ids import PieceId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import (
    Buyer,
    Courier,
    House,
    Marketplace,
    NewPiece,
    PieceEntered,
    PieceView,
    Seller,
)
from vintage_rules.marketplace.commands.pieces import PieceAnswer
from vintage_rules.marketplace.storage.piece_stream import SoldInOrder, evolve_piece
from vintage_rules.offers.terms import SellerTerms

WITHDRAWAL = """
[edition.listing.offers.withdrawal]
by = ["buyer"]
falls_back_to = "nothing"
source = "a letter"

[edition.listing.catalogue]
"""
OPEN = SellerTerms.only(open_to_offers=True)


@pytest.fixture
def town() -> Town:
    """A coat for 90 and a bag for 55."""
    return Town.built().stock()


@pytest.fixture
def bazaar() -> Town:
    """A house where offers bind a payment, buyers have a record, and both sides counter."""
    return Town.built().under(with_point("07-offers")).stock().wait(days=8)


def reasons(answer: PieceAnswer) -> list[str]:
    """Why it was refused; nothing where it was not."""
    return [str(reason) for reason in answer.reasons] if isinstance(answer, Refused) else []


def names(town: Town, piece: str = "coat") -> list[str]:
    """What has happened to a piece."""
    return [record.name for record in town.market.shop.store.read(f"piece/{piece}").records]


def entered(town: Town, **facts: object) -> PieceEntered:
    """A coat of ada's, as it was entered, or otherwise."""
    known: dict[str, object] = {
        "at": town.clock.now(),
        "piece": COAT,
        "seller": ADA.id,
        "weight_g": 900,
        "description": "a coat",
    }
    return PieceEntered(**{**known, **facts})  # type: ignore[arg-type]


def new(town: Town, piece: str, price: str = "90.00", **facts: object) -> NewPiece:
    """A piece of ada's to be listed."""
    known = entered(town, piece=piece, **facts)
    return NewPiece(entered=known, price=euros(price), terms=OPEN)


class TestListMany:
    """Many pieces are listed in one append, each as `list_piece` lists it."""

    def test_each_as_alone(self, town: Town) -> None:
        """The same events and the same views, in the order of the pieces."""
        hat, cap = town.market.pieces.list_pieces(ADA, [new(town, "hat"), new(town, "cap", "5")])
        alone = town.market.pieces.list_piece(ADA, entered(town, piece="tie"), euros("5"), OPEN)
        assert (hat.piece, hat.price, cap.piece) == ("hat", euros("90.00"), "cap")
        assert evolve(cap, piece=PieceId("tie")) == alone
        assert names(town, "hat") == names(town, "cap") == ["piece-entered", "piece-listed"]

    def test_none(self, town: Town) -> None:
        """Nothing is written."""
        assert town.market.pieces.list_pieces(ADA, []) == ()

    def test_what_was_listed_before(self, town: Town) -> None:
        """It is given as it is, sold or lowered as it may be; the others are new."""
        town.market.pieces.change_price(ADA, COAT, euros("80.00"))
        coat = NewPiece(entered=entered(town), price=euros("90.00"), terms=OPEN)
        shown = town.market.pieces.list_pieces(HOUSE, [new(town, "hat"), coat, new(town, "hat")])
        assert [view.price for view in shown] == [euros("90.00"), euros("80.00"), euros("90.00")]
        assert names(town) == ["piece-entered", "piece-listed", "price-changed"]
        assert names(town, "hat") == ["piece-entered", "piece-listed"]

    @pytest.mark.parametrize(
        ("faulty", "error", "said"),
        [
            ({"piece": COAT, "weight_g": 901}, NameTakenError, r"pieces\[1\]\.piece: .* 'coat'"),
            ({"piece": "x" * 101}, IdentifierError, r"pieces\[1\]\.piece: must be 1 to 100"),
            ({"description": "a\0"}, InvalidValueError, r"pieces\[1\]\.description: "),
            ({"category": "x" * 101}, InvalidValueError, r"pieces\[1\]\.category: "),
            ({"seller_kind": "x" * 101}, InvalidValueError, r"pieces\[1\]\.seller_kind: "),
            ({"seller": LOU.id}, NotAllowedError, "list a piece"),
        ],
    )
    def test_all_or_none(
        self, town: Town, faulty: dict[str, object], error: type[Exception], said: str
    ) -> None:
        """The one that cannot be listed is named by its place, and the first is not listed."""
        second = new(town, **{"piece": "cap", **faulty})  # type: ignore[arg-type]
        with pytest.raises(error, match=said):
            town.market.pieces.list_pieces(ADA, [new(town, "hat"), second])
        assert names(town, "hat") == []

    def test_in_another_currency(self, town: Town) -> None:
        """The field of its price is named."""
        dear = evolve(new(town, "cap"), price=Money("5.00", "USD"))
        with pytest.raises(CurrencyMismatchError, match=r"pieces\[1\]\.price"):
            town.market.pieces.list_pieces(ADA, [new(town, "hat"), dear])
        assert names(town, "hat") == []

    def test_at_no_price(self, town: Town) -> None:
        """There is no such piece to be listed."""
        with pytest.raises(MoneyError, match=r"^price: must be above 0"):
            new(town, "hat", "0")


class TestPutUp:
    """A piece is listed once, under its own name."""

    @pytest.mark.parametrize(
        "facts",
        [
            {"seller": LOU.id},
            {"weight_g": 901},
            {"description": "another coat"},
            {"category": "any"},
            {"seller_kind": "private"},
        ],
    )
    def test_another_of_that_name(self, town: Town, facts: dict[str, object]) -> None:
        """Whatever it differs in, it is refused, and named."""
        with pytest.raises(NameTakenError, match=r"^piece: must be a name .* got 'coat'$"):
            town.market.pieces.list_piece(HOUSE, entered(town, **facts), euros("90.00"), OPEN)
        assert names(town) == ["piece-entered", "piece-listed"]

    @pytest.mark.parametrize("price", ["89.99", "90.01"])
    def test_at_another_price(self, town: Town, price: str) -> None:
        """S5: a price is changed by `change_price`, not by listing again."""
        with pytest.raises(NameTakenError):
            town.market.pieces.list_piece(ADA, entered(town), euros(price), OPEN)

    def test_on_other_terms(self, town: Town) -> None:
        """S5: so are its terms."""
        closed = SellerTerms.only(open_to_offers=False)
        with pytest.raises(NameTakenError):
            town.market.pieces.list_piece(ADA, entered(town), euros("90.00"), closed)

    def test_after_its_price_was_changed(self, town: Town) -> None:
        """It is the same listing still, shown at the price of now."""
        town.market.pieces.change_price(ADA, COAT, euros("80.00"))
        view = town.market.pieces.list_piece(ADA, entered(town), euros("90"), OPEN)
        assert view.price == euros("80.00")
        with pytest.raises(NameTakenError):
            town.market.pieces.list_piece(ADA, entered(town), euros("80.00"), OPEN)

    def test_the_same_later(self, town: Town) -> None:
        """The facts are those that were entered, whenever it is told again."""
        town.clock.advance(timedelta(days=1))
        town.market.pieces.list_piece(ADA, entered(town), euros("90.00"), OPEN)
        assert names(town) == ["piece-entered", "piece-listed"]

    def test_dated_by_the_shop(self, town: Town) -> None:
        """Not by whoever entered it."""
        hat = entered(town, piece=PieceId("hat"), at=MONDAY - timedelta(days=9))
        view = town.market.pieces.list_piece(ADA, hat, euros("5.00"), OPEN)
        assert (view.price, view.initial_price, view.seller) == (
            euros("5.00"),
            euros("5.00"),
            "ada",
        )
        assert [r.at for r in town.market.shop.store.read("piece/hat").records] == [MONDAY] * 2

    def test_seen_again_as_it_is_now(self, town: Town) -> None:
        """Its seller sees their offers; the price is that of now."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        view = town.market.pieces.list_piece(ADA, entered(town), euros("90.00"), OPEN)
        assert (view.price, len(view.offers)) == (euros("90.00"), 1)

    @pytest.mark.parametrize("weight", [0, -1, 1.5, True])
    def test_a_weight_that_is_none(self, town: Town, weight: object) -> None:
        """Is named; one gram is one."""
        with pytest.raises(InvalidValueError, match="weight_g: must be a whole number of grams"):
            entered(town, weight_g=weight)
        assert entered(town, weight_g=1).weight_g == 1

    @pytest.mark.parametrize("field", ["piece", "seller"])
    def test_a_name_that_is_none(self, town: Town, field: str) -> None:
        """Is named."""
        with pytest.raises(IdentifierError, match=f"^{field}: must be 1 to 200"):
            entered(town, **{field: ""})


class TestNames:
    """Everybody has a name, and the fault says whose is none."""

    @pytest.mark.parametrize(
        ("kind", "field"),
        [(Buyer, "buyer"), (Seller, "seller"), (House, "staff"), (Courier, "carrier")],
    )
    def test_a_name_that_is_none(self, kind: Callable[[str], object], field: str) -> None:
        """An empty one."""
        with pytest.raises(IdentifierError, match=f"^{field}: must be 1 to 200"):
            kind("")

    def test_a_house_without_a_name(self) -> None:
        """Is its staff."""
        assert str(House()) == "house staff"

    def test_a_worker(self, town: Town) -> None:
        """Has one too."""
        assert town.market.worker().name == "worker"
        with pytest.raises(IdentifierError, match=r"^worker: must be 1 to 200"):
            town.market.worker("")


class TestMakeOffer:
    """N1 to N3, N8: all that a host tells of a buyer is looked at where the house cares."""

    def offered(self, town: Town, **facts: object) -> list[str]:
        """Offer 80 euros."""
        known = {"authorised": True, "completion": Decimal("0.80")}
        return reasons(
            town.market.pieces.make_offer(ZOE, COAT, euros("80.00"), **{**known, **facts})  # type: ignore[arg-type]
        )

    def test_a_payment_that_is_held(self, bazaar: Town) -> None:
        """Or is not."""
        assert self.offered(bazaar, authorised=False) == ["not-authorised"]
        assert self.offered(bazaar) == []

    @pytest.mark.parametrize(("share", "why"), [("0.79", ["completion-too-low"]), ("0.80", [])])
    def test_deals_that_were_kept(self, bazaar: Town, share: str, why: list[str]) -> None:
        """Both sides of the share."""
        assert self.offered(bazaar, completion=Decimal(share)) == why

    @pytest.mark.parametrize(("today", "why"), [(3, ["too-many-today"]), (2, [])])
    def test_offers_of_that_day(self, bazaar: Town, today: int, why: list[str]) -> None:
        """Both sides of their number."""
        assert self.offered(bazaar, offered_today=today) == why

    def test_by_default(self, bazaar: Town) -> None:
        """Nothing is held."""
        assert reasons(bazaar.market.pieces.make_offer(ZOE, COAT, euros("80.00"))) == [
            "not-authorised"
        ]

    def test_a_host_s_own_money(self, town: Town) -> None:
        """Is taken in, exactly; what is no exact price is named."""
        pieces = town.market.pieces
        answer = pieces.make_offer(ZOE, COAT, moneyed.Money("70", "EUR"))
        assert isinstance(answer, PieceView)
        assert answer.offers[0].price == euros("70.00")
        fractions = moneyed.Money("70.001", "EUR")
        asked: list[Callable[[], object]] = [
            lambda: pieces.make_offer(MAX, COAT, fractions),
            lambda: pieces.send_offer(ADA, COAT, MAX.id, fractions, watching=True),
            lambda: pieces.counter_offer(ADA, COAT, ZOE.id, fractions),
            lambda: pieces.change_price(ADA, BAG, fractions),
        ]
        for ask in asked:
            with pytest.raises(MoneyError, match=r"^price: must be at most 2 decimals"):
                ask()

    def test_one_offer_of_each_buyer(self, town: Town) -> None:
        """N3: the second of one is refused, the first of another is not."""
        pieces = town.market.pieces
        assert reasons(pieces.make_offer(ZOE, COAT, euros("70.00"))) == []
        assert reasons(pieces.make_offer(ZOE, COAT, euros("75.00"))) == ["already-offered"]
        assert reasons(pieces.make_offer(MAX, COAT, euros("75.00"))) == []


class TestWhoseTurnItIs:
    """N4: a buyer speaks as the buyer of their own offer, everybody else as the seller."""

    @pytest.fixture
    def countered(self, bazaar: Town) -> Town:
        """Zoe offered 70 and ada wants 85."""
        pieces = bazaar.market.pieces
        pieces.make_offer(ZOE, COAT, euros("70.00"), authorised=True)
        pieces.counter_offer(ADA, COAT, ZOE.id, euros("85.00"))
        return bazaar

    def test_the_sellers_turn(self, bazaar: Town) -> None:
        """The buyer cannot accept, decline or counter what they offered."""
        pieces = bazaar.market.pieces
        pieces.make_offer(ZOE, COAT, euros("70.00"), authorised=True)
        for answer in (
            pieces.accept_offer(ZOE, COAT, ZOE.id),
            pieces.decline_offer(ZOE, COAT, ZOE.id),
            pieces.counter_offer(ZOE, COAT, ZOE.id, euros("75.00")),
        ):
            assert reasons(answer) == ["not-your-turn"]

    def test_the_buyers_turn(self, countered: Town) -> None:
        """The seller cannot answer their own counter, and the house speaks for the seller."""
        pieces = countered.market.pieces
        for by in (ADA, HOUSE):
            assert reasons(pieces.accept_offer(by, COAT, ZOE.id)) == ["not-your-turn"]
        answer = pieces.counter_offer(ZOE, COAT, ZOE.id, euros("75.00"))
        assert isinstance(answer, PieceView)
        countered.work()
        assert countered.mails()[-1] == "offer-received ada"
        assert countered.outbox.messages[-1].facts["price"] == euros("75.00")

    def test_declined_by_the_buyer(self, countered: Town) -> None:
        """Is written as theirs."""
        assert reasons(countered.market.pieces.decline_offer(ZOE, COAT, ZOE.id)) == []
        assert names(countered)[-1] == "offer-declined"

    @pytest.mark.parametrize(
        ("verb", "act"),
        [
            ("accept an offer", lambda p: p.accept_offer(MAX, COAT, ZOE.id)),
            ("decline an offer", lambda p: p.decline_offer(MAX, COAT, ZOE.id)),
            ("counter an offer", lambda p: p.counter_offer(MAX, COAT, ZOE.id, euros("75.00"))),
            ("withdraw an offer", lambda p: p.withdraw_offer(MAX, COAT, ZOE.id)),
        ],
    )
    def test_another_buyers(
        self, countered: Town, verb: str, act: Callable[[object], object]
    ) -> None:
        """The fault says what was not theirs, and whose it is."""
        whose = "must be the buyer whose offer it is, or the seller"
        with pytest.raises(NotAllowedError, match=f"{whose} to {verb}, got buyer max"):
            act(countered.market.pieces)

    def test_withdrawn(self, town: Town) -> None:
        """Where the house knows it: by whoever proposed the price that stands."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        answer = town.market.pieces.withdraw_offer(ZOE, COAT, ZOE.id)
        assert reasons(answer) == ["not-withdrawable"]
        book = ruled_otherwise(("[edition.listing.catalogue]", WITHDRAWAL))
        elsewhere = Town.built().under(book).stock()
        pieces = elsewhere.market.pieces
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        theirs = reasons(pieces.withdraw_offer(ADA, COAT, ZOE.id))
        assert theirs == ["not-withdrawable", "not-your-turn"]
        assert reasons(pieces.withdraw_offer(ZOE, COAT, ZOE.id)) == []
        assert names(elsewhere)[-1] == "offer-withdrawn"


class TestSendOffer:
    """A seller offers to those who watch a piece, where the house lets them."""

    def test_who_watches(self, bazaar: Town) -> None:
        """And who does not."""
        pieces = bazaar.market.pieces
        refused = pieces.send_offer(ADA, COAT, ZOE.id, euros("80.00"), watching=False)
        assert reasons(refused) == ["not-watching"]
        sent = pieces.send_offer(ADA, COAT, ZOE.id, euros("80.00"), watching=True)
        assert isinstance(sent, PieceView)
        assert (sent.offers[0].buyer, sent.offers[0].price) == ("zoe", euros("80.00"))

    def test_accepted_by_its_buyer(self, bazaar: Town) -> None:
        """The piece is theirs at once, in this house; the seller sees it sold."""
        pieces = bazaar.market.pieces
        pieces.send_offer(ADA, COAT, ZOE.id, euros("80.00"), watching=True)
        assert reasons(pieces.accept_offer(ZOE, COAT, ZOE.id)) == []
        assert pieces.view(ADA, COAT).state == "sold"


class TestUpkeep:
    """Price, terms, off sale, on sale again, back from a buyer."""

    def test_each_does_what_it_says(self, town: Town) -> None:
        """And is refused where it does not fit."""
        pieces = town.market.pieces
        assert reasons(pieces.relist(ADA, COAT)) == ["not-taken-down"]
        assert reasons(pieces.put_back(HOUSE, COAT)) == ["not-sold"]
        assert reasons(pieces.set_alert(MAX, COAT)) == ["not-sold"]
        pieces.take_down(ADA, COAT)
        assert reasons(pieces.take_down(ADA, COAT)) == ["not-available"]
        pieces.relist(HOUSE, COAT)
        closed = SellerTerms.only(open_to_offers=False)
        pieces.change_terms(ADA, COAT, closed)
        assert reasons(pieces.make_offer(ZOE, COAT, euros("80.00"))) == ["not-open-to-offers"]
        view = pieces.change_price(ADA, COAT, euros("100.00"))
        assert isinstance(view, PieceView)
        assert view.initial_price == euros("100.00")

    def test_frozen_while_an_offer_runs(self, town: Town) -> None:
        """N9: and not a moment longer, though no worker has come by."""
        pieces = town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        assert reasons(pieces.change_price(ADA, COAT, euros("95.00"))) == ["price-frozen"]
        town.clock.advance(timedelta(hours=24))
        assert reasons(pieces.change_price(ADA, COAT, euros("95.00"))) == []
        assert names(town) == [
            "piece-entered",
            "piece-listed",
            "offer-made",
            "offer-lapsed",
            "price-changed",
        ]

    def test_an_alert_of_each_buyer(self, town: Town) -> None:
        """A5: once each, and each is mailed."""
        town.buy(COAT)
        pieces = town.market.pieces
        assert reasons(pieces.set_alert(MAX, COAT)) == []
        assert reasons(pieces.set_alert(MAX, COAT)) == ["alert-already-set"]
        assert reasons(pieces.set_alert(Buyer("ada"), COAT)) == []
        pieces.put_back(HOUSE, COAT)
        town.work()
        back = [mail for mail in town.mails() if mail.startswith("piece-back")]
        assert sorted(back) == ["piece-back ada", "piece-back max"]

    def test_a_piece_that_nobody_listed(self, town: Town) -> None:
        """Is named, whatever is requested of it."""
        pieces = town.market.pieces
        asked: list[Callable[[], object]] = [
            lambda: pieces.view(ZOE, "hat"),
            lambda: pieces.take_down(ADA, "hat"),
            lambda: pieces.set_alert(MAX, "hat"),
        ]
        for ask in asked:
            with pytest.raises(NotFoundError, match=r"^piece: must be one that was recorded"):
                ask()


class TestViews:
    """What each sees of a piece, and whether it is for sale to them."""

    def test_a_reserved_piece(self) -> None:
        """For sale to the buyer it is held for, at their price; to nobody else."""
        book = ruled_otherwise(('acceptance = "public"', 'acceptance = "reserving"'))
        town = Town.built().under(book).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        seen = {str(by): town.market.pieces.view(by, COAT) for by in (ZOE, MAX, ADA, HOUSE)}
        assert {who: view.available for who, view in seen.items()} == {
            "buyer zoe": True,
            "buyer max": False,
            "seller ada": False,
            "house anna": False,
        }
        assert seen["buyer zoe"].price == euros("70.00")
        assert {view.state for view in seen.values()} == {"reserved"}

    def test_until(self, town: Town) -> None:
        """A lowered price says until when; the initial one is kept beside it."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        view = town.market.pieces.view(MAX, COAT)
        assert (view.piece, view.price, view.initial_price, view.until) == (
            COAT,
            euros("70.00"),
            euros("90.00"),
            MONDAY + timedelta(hours=24),
        )

    @pytest.mark.parametrize(("hours", "price"), [(23.99, "70.00"), (24, "90.00")])
    def test_as_it_is_now(self, town: Town, hours: float, price: str) -> None:
        """Though no worker has come by, and nothing is written by looking."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        before = names(town)
        town.clock.advance(timedelta(hours=hours))
        assert town.market.pieces.view(MAX, COAT).price == euros(price)
        assert names(town) == before

    def test_sold(self, town: Town) -> None:
        """To nobody; to whoever bought it neither."""
        town.buy(COAT)
        for by in (ZOE, MAX, HOUSE):
            assert not town.market.pieces.view(by, COAT).available


class TestEditions:
    """An offer is answered under the edition it was opened under."""

    def test_answered_in_the_year_after(self) -> None:
        """Offered before the house let a price be given to one buyer alone: it becomes public."""
        later = """
[[edition]]
since = 2026-09-08
extends = "previous"
source = "a letter"

[edition.listing.offers]
sign_in_required = true
opens_after = "0 hours"
stands_for = "24 hours"
on_silence = "lapse"
acceptance = "private"
lowered_for = "24 hours"
price_edit = "frozen"
source = "a letter"

[edition.listing.offers.quota]
consumed_by = ["open"]
reset_by = []
source = "a letter"
"""
        town = Town.built().under(ruled_otherwise(later=later)).stock()
        pieces = town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.clock.advance(timedelta(hours=20))
        pieces.make_offer(ZOE, BAG, euros("50.00"))
        pieces.accept_offer(ADA, COAT, ZOE.id)
        pieces.accept_offer(LOU, BAG, ZOE.id)
        assert (pieces.view(MAX, COAT).price, pieces.view(MAX, BAG).price) == (
            euros("70.00"),
            euros("55.00"),
        )
        assert (names(town)[-1], names(town, "bag")[-1]) == ("offer-accepted", "price-granted")


class TestPieceFiles:
    """What cannot follow in the history of a piece."""

    def test_what_cannot_follow(self, town: Town) -> None:
        """Nothing before it is entered, and nothing enters it twice."""
        first = entered(town)
        sold = SoldInOrder(at=MONDAY, order="o1")  # type: ignore[arg-type]
        with pytest.raises(CorruptHistoryError):
            evolve_piece(None, sold)
        file = evolve_piece(None, first)
        with pytest.raises(CorruptHistoryError):
            evolve_piece(file, first)
        with pytest.raises(CorruptHistoryError):
            _ = file.listing
        assert evolve_piece(file, sold).sold_in == "o1"

    def test_sold_in_until_it_comes_back(self, town: Town) -> None:
        """Then another order may hold it; `Marketplace` says the same."""
        town.buy(COAT)
        town.market.pieces.put_back(HOUSE, COAT)
        placed = Marketplace(town.market.shop).checkouts
        assert placed.shop == town.market.shop
        assert town.buy(COAT, order="o2", by=MAX) is not None
        assert town.order("o2").placed.buyer == "max"
