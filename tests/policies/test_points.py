"""The ten points on which houses differ, each said by a document, and the decision it changes.

Each document in `points/` is a second edition of the corner shop: what the first one decides and
what the second one does are the two sides.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from tests.policies.corner_shop import POINTS, with_point
from vintage_rules.api.answering import words_for
from vintage_rules.cli.words import Words
from vintage_rules.dates import Calendar, Duration
from vintage_rules.errors import DayError, InvalidValueError, UnknownTermError
from vintage_rules.ids import BuyerId, Edition, OrderId, PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.money import Money
from vintage_rules.offers.assess import (
    OfferAdmissible,
    OfferFacts,
    OfferRefused,
    assess_offer,
)
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    ChangeTerms,
    Command,
    CounterOffer,
    MakeOffer,
    ReturnToSale,
    SellPiece,
    SendOffer,
)
from vintage_rules.offers.decide import LISTING, governing_edition
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.states import Listing, ListingState
from vintage_rules.offers.terms import OfferState, Party, SellerTerms
from vintage_rules.orders import (
    ORDER,
    CommandParcel,
    HousePolicy,
    OrderCommand,
    OrderQuote,
    Piece,
    RecordCapture,
    place_order,
    quote_fees,
    quote_listing,
    quote_order,
    quote_outcome_fees,
)
from vintage_rules.orders.payouts import quote_order_payouts
from vintage_rules.orders.placing import fee_on_kept, fees_by_terms, paid_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.places import Destination, Place
from vintage_rules.pricing import Sale
from vintage_rules.pricing.fee_policy import Outcome, Payer, Per
from vintage_rules.publishing import Publisher, publication
from vintage_rules.publishing.faq.page import Points, write_faq
from vintage_rules.returns import (
    ClaimRequest,
    NoReturn,
    Payment,
    Refundable,
    Returnable,
    ReturnDeadline,
    ReturnedFrom,
    ReturnedPiece,
    ReturnRequest,
    ReturnRoute,
    UndeliveredForfeited,
    UndeliveredRefunded,
    UndeliveredRelisted,
    Wants,
    assess_claim,
    assess_return,
    assess_undelivered,
    estimate_statement,
    quote_refund,
    return_deadline,
    route_return,
)
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.cancellations import NotCancellable, assess_cancellation
from vintage_rules.returns.policy import CustomsOutcome
from vintage_rules.returns.request.commands import RecordArrival, RequestReturn
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.returns.request.events import ReturnAccepted
from vintage_rules.returns.routing import ReturnParcel
from vintage_rules.returns.terms import Label, PostingProof
from vintage_rules.service import AnswerAwaited, NotAnswered, assess_silence
from vintage_rules.shipping import assess_import
from vintage_rules.shipping.customs import Charged, NothingAtBorder
from vintage_rules.shipping.import_facts import ImportFacts
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    HandIn,
    ReceiveBack,
    RecordScan,
)
from vintage_rules.shipping.parcel.states import SentBackCause
from vintage_rules.wording import explain
from vintage_rules.wording.phrases import Term
from vintage_rules.wording.voice import voice_of
from vintage_rules.world import import_rules, locate, mainland

TODAY = date(2026, 11, 22)
NOBODY = Calendar.without_holidays("none")
BORDEAUX = locate(Place(country="FR", postal_code="33000"))
LIEGE = locate(Place(country="BE", postal_code="4000"))
MONTREAL = locate(Place(country="CA", postal_code="H2X 1Y4"))
MANCHESTER = locate(Place(country="GB", postal_code="M1 1AE"))
MONDAY = datetime(2025, 9, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZOE, LOU = BuyerId("zoe"), BuyerId("lou")


def sides(point: str) -> tuple[HousePolicy, HousePolicy]:
    """Give both editions."""
    first, second = with_point(point).editions
    return first, second


def eur(amount: str) -> Money:
    """Write an amount of euros."""
    return Money(amount, "EUR")


def coat(price: str = "100.00", **more: object) -> Piece:
    """Give a piece."""
    plain = Piece(
        id=PieceId("coat"),
        seller=SellerId("ada"),
        price=eur(price),
        weight_g=300,
        list_price=eur(price),
    )
    return attrs.evolve(plain, **more)  # type: ignore[arg-type]


def quoted(
    house: HousePolicy, *pieces: Piece, to: Destination = BORDEAUX, **more: object
) -> OrderQuote:
    """Price an order that has a price."""
    quote = quote_order(pieces, to, "post", house, **more)  # type: ignore[arg-type]
    assert isinstance(quote, OrderQuote)
    return quote


def commission_on(piece: Piece, house: HousePolicy, zone: str = "home") -> str:
    """Give what the seller of one piece bears."""
    (paid,) = quote_order_payouts([piece.priced()], house, mode="post", zone=zone).pieces
    return str((paid.price - paid.payout).amount)


def fees(quote: OrderQuote) -> dict[str, str]:
    """Give every fee of an order by its name."""
    return {fee.policy.name: str(fee.fee.amount) for fee in quote.price.fees}


def test_each_point_has_its_document() -> None:
    """Ten points, ten documents, and six for what came later."""
    assert [path.stem[:2] for path in sorted(POINTS.glob("*.toml"))] == [
        f"{number:02}" for number in range(1, 17)
    ]


class TestEditions:
    """1. What pins an edition."""

    def test_an_offer_is_answered_under_its_own(self) -> None:
        """Made on the last evening, accepted on the first morning: the old 24 hours still hold."""
        old, new = sides("01-editions")
        evening = datetime(2024, 12, 31, 20, tzinfo=UTC)
        piece = LISTING.replay([list_piece(evening, eur("100.00"), OPEN, old.listing.offers)])
        offer = MakeOffer(at=evening, buyer=ZOE, price=eur("80.00"), signed_in=True)
        piece = happen(piece, offer, old)
        answer = AcceptOffer(at=evening + 13 * HOUR, buyer=ZOE)
        pinned = governing_edition(piece, answer)
        assert pinned == old.edition
        assert piece.offers[0].until == evening + 24 * HOUR
        with pytest.raises(InvalidValueError, match=r"corner-shop@2024-01-01, under which"):
            LISTING.decide(piece, answer, new.listing)
        under = with_point("01-editions").under(pinned)
        assert happen(piece, answer, under).price == eur("80.00")

    def test_an_offer_of_the_new_edition_stands_shorter(self) -> None:
        """The same thirteen hours later one that was made under the new edition has lapsed."""
        _, new = sides("01-editions")
        morning = datetime(2025, 1, 1, 8, tzinfo=UTC)
        piece = LISTING.replay([list_piece(morning, eur("100.00"), OPEN, new.listing.offers)])
        offer = MakeOffer(at=morning, buyer=ZOE, price=eur("80.00"), signed_in=True)
        piece = happen(piece, offer, new)
        late = AcceptOffer(at=morning + 13 * HOUR, buyer=ZOE)
        assert reasons(piece, late, new) == ["too-late"]

    def test_an_order_keeps_the_fees_of_the_offer_that_led_to_it(self) -> None:
        """Where the edition in force lets it; a plain order has the new fees."""
        old, new = sides("01-editions")
        books = with_point("01-editions")
        assert books.for_order(date(2025, 1, 2), old.edition) is old
        assert books.for_order(date(2025, 1, 2)) is new
        assert books.for_order(date(2024, 12, 31), old.edition) is old
        assert fees(quoted(old, coat())) == {}
        assert fees(quoted(new, coat())) == {"wrapping": "3.00"}

    def test_an_order_is_under_the_edition_of_its_day_elsewhere(self) -> None:
        """Where nothing is said an offer gives its order nothing but the price."""
        books = with_point("02-scope")
        assert books.for_order(date(2025, 1, 2), books.editions[0].edition) is books.editions[1]

    def test_an_edition_that_nobody_wrote_is_unknown(self) -> None:
        """An event stamped with it comes from another house."""
        with pytest.raises(UnknownTermError, match=r"corner-shop@2024-01-01, corner-shop@2025"):
            with_point("01-editions").under(Edition(name="elsewhere", since=date(2024, 1, 1)))

    def test_an_order_is_refunded_under_its_own(self) -> None:
        """Placed under the old edition without a fee, it owes none when a piece comes back."""
        old, _ = sides("01-editions")
        assert placed_by(old, coat()).edition == old.edition


OPEN = SellerTerms.only(open_to_offers=True)


def happen(piece: Listing, command: Command, house: HousePolicy) -> Listing:
    """Carry out a command that must be allowed."""
    decided = LISTING.decide(piece, command, house.listing, NOBODY)
    assert not isinstance(decided, Refused), decided
    return LISTING.replay(decided, piece)


def reasons(piece: Listing, command: Command, house: HousePolicy) -> list[str]:
    """Give why a command is refused; none where it is not."""
    decided = LISTING.decide(piece, command, house.listing, NOBODY)
    return [str(reason) for reason in decided.reasons] if isinstance(decided, Refused) else []


def placed_by(house: HousePolicy, *pieces: Piece, **more: object):  # type: ignore[no-untyped-def] # noqa: ANN201 - an event
    """Place an order that one card pays."""
    quote = quoted(house, *pieces, **more)  # type: ignore[arg-type]
    return place_order(
        quote,
        house,
        order=OrderId("1007"),
        buyer=ZOE,
        payments=[Payment(tender="card", amount=quote.price.total)],
        at=MONDAY,
    )


class TestScope:
    """2. By place, category, seller, how it is sold, mode and price; within the house's bounds."""

    @pytest.mark.parametrize(
        ("sale", "price", "to", "expected"),
        [
            (Sale(seller_kind="top"), "100.00", "home", "10.00"),
            (Sale(seller_kind="private"), "100.00", "home", "15.00"),
            (Sale(), "100.00", "home", "15.00"),
            (Sale(category="furniture", sale_kind="auction"), "100.00", "home", "25.00"),
            (Sale(category="furniture", sale_kind="auction"), "99.99", "home", "15.00"),
            (Sale(category="furniture", sale_kind="auction"), "100.00", "away", "15.00"),
            (Sale(category="furniture"), "100.00", "home", "15.00"),
            (Sale(category="clothes", sale_kind="auction"), "100.00", "home", "15.00"),
        ],
    )
    def test_a_fee_hangs_on_all_of_it(self, sale: Sale, price: str, to: str, expected: str) -> None:
        """The seller's standing, the category, the auction, the place, the price."""
        _, new = sides("02-scope")
        assert commission_on(coat(price, sale=sale), new, to) == expected

    def test_there_is_none_before(self) -> None:
        """The first edition charges sellers nothing."""
        old, _ = sides("02-scope")
        assert commission_on(coat(), old) == "0.00"

    def test_a_seller_gives_more_within_bounds(self) -> None:
        """Thirty days instead of fourteen, up to sixty; neither less nor more."""
        old, new = sides("02-scope")
        returns = new.returns.returns
        case = returns.case(BORDEAUX.territory, reason="regret")

        def last(given: Duration | None) -> date:
            found = return_deadline(date(2025, 9, 1), case, returns, NOBODY, seller_gives=given)
            assert isinstance(found, ReturnDeadline)
            assert found.last_day is not None
            return found.last_day

        assert last(None) == date(2025, 9, 15)
        assert last(Duration.of(14, "days")) == date(2025, 9, 15)
        assert last(Duration.of(60, "days")) == date(2025, 10, 31)
        for given in (Duration.of(61, "days"), Duration.of(13, "days"), Duration.of(2, "months")):
            with pytest.raises(
                InvalidValueError, match=r"seller_gives: must be from 14 days to 60"
            ):
                last(given)
        shop = old.returns.returns
        with pytest.raises(InvalidValueError, match="seller_gives"):
            return_deadline(
                MONDAY,
                shop.case(BORDEAUX.territory, reason="regret"),
                shop,
                NOBODY,
                seller_gives=Duration.of(49, "hours"),
            )

    def test_how_it_was_sold_decides_a_return(self) -> None:
        """An auction is final."""
        _, new = sides("02-scope")
        returns = new.returns.returns
        case = returns.case(BORDEAUX.territory, reason="regret", sale_kind="auction")
        assert isinstance(return_deadline(date(2025, 9, 1), case, returns, NOBODY), NoReturn)

    @pytest.mark.parametrize(
        ("amount", "allowed"),
        [("100.00", True), ("99.99", False), ("180.00", True), ("180.01", False)],
    )
    def test_a_seller_settles_amounts_within_bounds(self, amount: str, *, allowed: bool) -> None:
        """A minimum from 50 to 90 % of the price, both included."""
        old, new = sides("02-scope")
        terms = SellerTerms(
            open_to_offers=True, minimum=eur(amount), accept_at=None, decline_at=None
        )
        piece = LISTING.replay([list_piece(MONDAY, eur("200.00"), OPEN, new.listing.offers)])
        change = ChangeTerms(at=MONDAY, terms=terms)
        assert reasons(piece, change, new) == ([] if allowed else ["terms-out-of-bounds"])
        assert reasons(piece, change, old) == []
        if not allowed:
            with pytest.raises(
                InvalidValueError, match=r"must be from 0\.50 to 0\.90 of the initial price"
            ):
                list_piece(MONDAY, eur("200.00"), terms, new.listing.offers)


class TestFees:
    """3. Greater of two, a cliff by another amount, slices, listings, and outcomes."""

    @pytest.mark.parametrize(
        ("price", "check"),
        [("40.00", "2.00"), ("40.20", "2.01"), ("400.00", "20.00"), ("401.00", "20.00")],
    )
    def test_the_greater_of_two_up_to_a_cap(self, price: str, check: str) -> None:
        """Two euros or five per cent, at most twenty."""
        old, new = sides("03-fees")
        assert fees(quoted(new, coat(price)))["check"] == check
        assert fees(quoted(old, coat(price))) == {}

    @pytest.mark.parametrize(("listed", "protection"), [("499.99", "20.70"), ("500.00", "8.00")])
    def test_a_tier_chosen_by_the_list_price(self, listed: str, protection: str) -> None:
        """On a sale at 400.00 the list price chooses."""
        _, new = sides("03-fees")
        piece = coat("400.00", list_price=eur(listed))
        assert fees(quoted(new, piece))["protection"] == protection

    def test_a_list_price_is_never_guessed(self) -> None:
        """A piece of which nobody knows what it was listed at has no price."""
        _, new = sides("03-fees")
        bag = coat("60.00", id=PieceId("bag"), list_price=None)
        with pytest.raises(
            InvalidValueError, match=r"^pieces\[1\].list_price: must be given: the "
        ):
            quoted(new, coat(), bag)

    @pytest.mark.parametrize(
        ("price", "commission"), [("4.00", "1.00"), ("200.00", "40.00"), ("200.19", "40.01")]
    )
    def test_slices_with_a_floor(self, price: str, commission: str) -> None:
        """Twenty per cent, above two hundred ten, never less than one euro."""
        _, new = sides("03-fees")
        assert commission_on(coat(price), new) == commission

    def test_a_seller_who_cancels_owes_a_fee(self) -> None:
        """A tenth, at least 3.00, for all of theirs; of a sale that goes on nothing is owed."""
        old, new = sides("03-fees")
        pieces = [coat("20.00").priced(), coat("40.00", id=PieceId("bag")).priced()]
        owed = quote_outcome_fees(
            Outcome.CANCELLED, Payer.SELLER, pieces, new, mode="post", zone="home"
        )
        assert [(each.policy.name, str(each.fee.amount)) for each in owed] == [
            ("cancellation", "6.00")
        ]
        assert dict(owed[0].shares) == {"coat": eur("2.00"), "bag": eur("4.00")}
        (few,) = quote_outcome_fees(
            Outcome.CANCELLED, Payer.SELLER, pieces[:1], new, mode="post", zone="home"
        )
        assert few.fee == eur("3.00")
        for outcome, payer, policy in (
            (Outcome.LATE, Payer.SELLER, new),
            (Outcome.CANCELLED, Payer.BUYER, new),
            (Outcome.CANCELLED, Payer.SELLER, old),
        ):
            assert (
                quote_outcome_fees(outcome, payer, pieces, policy, mode="post", zone="home") == ()
            )
        assert "cancellation" not in fees(quoted(new, coat("100.00")))
        assert commission_on(coat("100.00"), new) == "20.00"

    @pytest.mark.parametrize(("price", "names"), [("99.99", []), ("100.00", ["insertion"])])
    def test_a_listing_is_charged_once(self, price: str, names: list[str]) -> None:
        """When it is put up for sale, and neither to the buyer nor when it sells."""
        old, new = sides("03-fees")
        assert [fee.policy.name for fee in quote_listing(eur(price), new)] == names
        assert quote_listing(eur(price), old) == ()
        assert "insertion" not in fees(quoted(new, coat(price)))
        listings = [fee for fee in new.pricing.fees if fee.per is Per.LISTING]
        sold = [coat(price).priced()]
        assert len(listings) == 1
        assert quote_fees(listings, sold, {}, new, mode="post", zone="home") == ()

    @pytest.mark.parametrize(
        ("terms", "check", "protection"), [("regret", "0.00", "0.00"), ("loss", "5.00", "0.00")]
    )
    def test_a_fee_is_given_back_on_one_outcome(
        self, terms: str, check: str, protection: str
    ) -> None:
        """The check with a loss alone; neither set of terms gives back fees as such."""
        _, new = sides("03-fees")
        placed = placed_by(new, coat("100.00"))
        refund_terms = (
            new.returns.undelivered.lost if terms == "loss" else new.returns.undelivered.sent_back
        )
        refund = quote_refund(
            paid_order(placed),
            [ReturnedPiece(id=PieceId("coat"), terms=refund_terms)],
            new.returns.refunds,
            lambda kept: fee_on_kept(placed, kept, new),
            by_terms=fees_by_terms(placed, new),
        )
        assert isinstance(refund, Refundable)
        assert refund.fee == eur(check) + eur(protection)
        assert str(placed.fees_by_terms["check"].amount) == "5.00"

    def test_what_is_kept_is_reckoned_again(self) -> None:
        """Of two lost pieces one: its own check comes back, the other's does not."""
        _, new = sides("03-fees")
        placed = placed_by(new, coat("100.00"), coat("60.00", id=PieceId("bag")))
        refund = quote_refund(
            paid_order(placed),
            [ReturnedPiece(id=PieceId("bag"), terms=new.returns.undelivered.lost)],
            new.returns.refunds,
            lambda kept: fee_on_kept(placed, kept, new),
            by_terms=fees_by_terms(placed, new),
        )
        assert isinstance(refund, Refundable)
        assert refund.fee == eur("3.00")


class TestBases:
    """4. Named sums of parts."""

    def test_fees_wrapping_voucher_and_reduction(self) -> None:
        """Ten per cent of 100 + 5 + 2 + 1 - 10 - 8, and 50 % of handling, duties and tax."""
        old, new = sides("04-bases")
        parts = {
            "wrapping": eur("1.00"),
            "duties": eur("12.00"),
            "tax": eur("20.00"),
        }
        taken_off = [
            Reduction(name="welcome", amount=eur("10.00")),
            Reduction(name="bundle", amount=eur("8.00")),
        ]
        asked = quoted(new, coat(), parts=parts, options=["clearance"], reductions=taken_off)
        assert fees(asked) == {"wrapping": "2.00", "service": "9.00", "clearance": "17.00"}
        assert fees(quoted(old, coat(), parts=parts)) == {}

    def test_what_a_buyer_need_not_have_is_nothing(self) -> None:
        """No wrapping, no voucher, no reduction."""
        _, new = sides("04-bases")
        assert fees(quoted(new, coat())) == {"wrapping": "2.00", "service": "10.70"}

    def test_duties_are_never_taken_for_nothing(self) -> None:
        """What nobody told is unknown."""
        _, new = sides("04-bases")
        with pytest.raises(InvalidValueError, match=r"parts.duties: must be given: the fee clear"):
            quoted(new, coat(), options=["clearance"])

    def test_a_part_that_is_worked_out_cannot_be_given(self) -> None:
        """Nor can one that no base knows."""
        _, new = sides("04-bases")
        with pytest.raises(InvalidValueError, match="parts: must be one of duties, reduction, tax"):
            quoted(new, coat(), parts={"pieces": eur("1.00")})


class TestDurationsAndAnchors:
    """5. Units, and events that a window starts at."""

    @staticmethod
    def claim(kind: str, at: datetime, **events: date | datetime) -> list[str]:
        """Give why a claim is refused."""
        _, new = sides("05-durations-and-anchors")
        told = {name.replace("_", "-"): when for name, when in events.items()}
        request = ClaimRequest(
            kind=kind,
            since=told["received"],
            claimed_at=at,
            pieces=(PieceId("coat"),),
            photos=0,
            in_writing=True,
            parcel_number=None,
            order_number=None,
            events=told if kind != "day-after" else {},
        )
        decided = assess_claim(request, new.returns.claims, NOBODY)
        return [str(reason) for reason in getattr(decided, "reasons", ())]

    def test_the_day_after_receipt(self) -> None:
        """Two days from the day after Monday end with Thursday."""
        received = date(2025, 9, 1)
        assert (
            self.claim("day-after", datetime(2025, 9, 4, 21, 59, tzinfo=UTC), received=received)
            == []
        )
        late = datetime(2025, 9, 4, 22, tzinfo=UTC)
        assert self.claim("day-after", late, received=received) == ["too-late"]

    def test_the_latest_of_two_counts_working_days(self) -> None:
        """Received on Monday, reported on Friday: two working days end with Tuesday."""
        told = {"received": date(2025, 9, 1), "issue_reported": date(2025, 9, 5)}
        assert self.claim("latest", datetime(2025, 9, 9, 21, 59, tzinfo=UTC), **told) == []
        assert self.claim("latest", datetime(2025, 9, 9, 22, tzinfo=UTC), **told) == ["too-late"]

    def test_the_latest_is_unknown_before_all_have_happened(self) -> None:
        """Nobody reported an issue: nothing has started."""
        with pytest.raises(UnknownTermError, match=r"events: .*latest of received, issue-reported"):
            self.claim("latest", MONDAY, received=date(2025, 9, 1))

    def test_the_earliest_of_two_counts_minutes(self) -> None:
        """Scanned at eight, told received at nine: ninety minutes from the scan."""
        told = {"delivery_scan": MONDAY, "received": MONDAY + HOUR}
        end = MONDAY + timedelta(minutes=90)
        assert self.claim("earliest", end - timedelta(microseconds=1), **told) == []
        assert self.claim("earliest", end, **told) == ["too-late"]
        assert self.claim("earliest", end, received=MONDAY + HOUR) == []

    def test_days_and_moments_are_compared_as_days(self) -> None:
        """A scan at eight and the day of receipt before it: from the end of that day."""
        told = {"delivery_scan": MONDAY, "received": date(2025, 8, 31)}
        assert self.claim("earliest", MONDAY, **told) == ["too-late"]

    def test_the_first_edition_knows_none_of_these(self) -> None:
        """Its one claim starts at dispatch."""
        old, _ = sides("05-durations-and-anchors")
        assert set(old.returns.claims.kinds) == {"not-received"}

    def test_a_time_that_never_ends(self) -> None:
        """Nothing is ever decided by silence."""
        _, new = sides("05-durations-and-anchors")
        awaited = assess_silence(
            "for-ever", {"requested": MONDAY}, MONDAY + 99_999 * HOUR, new.service, NOBODY
        )
        assert isinstance(awaited, AnswerAwaited)
        assert awaited.until is None


class TestSilence:
    """6. What silence means, question by question."""

    @pytest.mark.parametrize(
        ("question", "event", "ends", "means"),
        [
            ("dispatch", "paid", datetime(2025, 9, 8, 22, tzinfo=UTC), "refund"),
            ("problem", "delivered", datetime(2025, 9, 3, 22, tzinfo=UTC), "pay-seller"),
            ("return-request", "requested", MONDAY + 48 * HOUR, "approve"),
            ("cancellation", "requested", MONDAY + 24 * HOUR, "refuse"),
            ("appeal", "requested", datetime(2025, 10, 1, 22, tzinfo=UTC), "escalate"),
            ("alert", "reviewed", MONDAY + HOUR / 2, "lapse"),
        ],
    )
    def test_both_sides_of_each(
        self, question: str, event: str, ends: datetime, means: str
    ) -> None:
        """There is time until a moment, and from it on silence has its meaning."""
        old, new = sides("06-silence")
        told = {event: MONDAY}
        before = assess_silence(question, told, ends - HOUR / 60, new.service, NOBODY)
        assert isinstance(before, AnswerAwaited)
        assert before.until == ends
        assert (before.question.name, before.edition) == (question, new.service.edition)
        assert before.sources == ("Q",)
        after = assess_silence(question, told, ends, new.service, NOBODY)
        assert isinstance(after, NotAnswered)
        assert (str(after.question.on_silence), after.since, after.sources) == (means, ends, ("Q",))
        assert after.edition == new.service.edition
        with pytest.raises(UnknownTermError, match=f"^question: .* none, got '{question}'$"):
            assess_silence(question, told, ends, old.service, NOBODY)
        with pytest.raises(DayError, match=r"^now: "):
            assess_silence(question, told, ends.replace(tzinfo=None), new.service, NOBODY)
        with pytest.raises(UnknownTermError, match=r"^question: must be one of dispatch, "):
            assess_silence("other", told, ends, new.service, NOBODY)

    def test_a_place_may_have_its_own_time(self) -> None:
        """Canada has four days where others have two."""
        _, new = sides("06-silence")
        now = datetime(2025, 9, 4, tzinfo=UTC)
        told = {"delivered": MONDAY}
        for place, decided in ((MONTREAL, AnswerAwaited), (LIEGE, NotAnswered)):
            found = assess_silence(
                "problem", told, now, new.service, NOBODY, territory=place.territory
            )
            assert isinstance(found, decided)

    def test_nothing_runs_before_its_event(self) -> None:
        """A question that has not been asked waits for nobody."""
        _, new = sides("06-silence")
        with pytest.raises(UnknownTermError, match=r"events: .*, got 'paid'"):
            assess_silence("dispatch", {"ordered": MONDAY}, MONDAY, new.service, NOBODY)


class TestOffers:
    """7. Who offers, on what conditions, and what becomes of an offer."""

    def long_listed(self, terms: SellerTerms = OPEN) -> tuple[Listing, HousePolicy]:
        """Give a piece whose offers have long been open."""
        _, new = sides("07-offers")
        listed = MONDAY - timedelta(days=30)
        return LISTING.replay(
            [list_piece(listed, eur("100.00"), terms, new.listing.offers, NOBODY)]
        ), new

    def offer(self, hours: int = 0, price: str = "80.00", **more: object) -> MakeOffer:
        """Offer a price with all that the house asks for."""
        plain = MakeOffer(
            at=MONDAY + hours * HOUR,
            buyer=ZOE,
            price=eur(price),
            signed_in=True,
            authorised=True,
            completion=Decimal("0.80"),
        )
        return attrs.evolve(plain, **more)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ({}, []),
            ({"completion": None}, []),
            ({"completion": Decimal("0.79")}, ["completion-too-low"]),
            ({"authorised": False}, ["not-authorised"]),
            ({"offered_today": 2}, []),
            ({"offered_today": 3}, ["too-many-today"]),
        ],
    )
    def test_who_may_offer(self, more: dict[str, object], expected: list[str]) -> None:
        """A record of four deals kept in five, a payment held, three offers a day."""
        piece, new = self.long_listed()
        assert reasons(piece, self.offer(**more), new) == expected  # type: ignore[arg-type]

    def test_the_first_edition_asks_for_neither(self) -> None:
        """Both sides of the same question, without a history."""
        old, new = sides("07-offers")
        facts = OfferFacts(
            price=eur("80.00"),
            initial_price=eur("100.00"),
            open_to_offers=True,
            signed_in=True,
            available=True,
            offers_made=0,
            completion=Decimal("0.5"),
        )
        assert not isinstance(assess_offer(facts, old.listing.offers), OfferRefused)
        refused = assess_offer(facts, new.listing.offers)
        assert isinstance(refused, OfferRefused)
        assert [str(reason) for reason in refused.reasons] == [
            "completion-too-low",
            "not-authorised",
        ]
        assert refused.sources == ("N2", "N3")
        with pytest.raises(InvalidValueError, match="completion: must be between 0 and 1"):
            attrs.evolve(facts, completion=Decimal("1.1"))

    def test_an_acceptance_charges_and_sells(self) -> None:
        """The piece is its buyer's at the price offered, and nobody else may buy it."""
        piece, new = self.long_listed()
        piece = happen(piece, self.offer(), new)
        piece = happen(piece, AcceptOffer(at=MONDAY + HOUR, buyer=ZOE), new)
        assert (piece.state, piece.holder, piece.price) == (ListingState.SOLD, ZOE, eur("80.00"))
        assert piece.offers[0].state is OfferState.ACCEPTED
        buy = SellPiece(at=MONDAY + 2 * HOUR, buyer=LOU)
        assert reasons(piece, buy, new) == ["not-available"]

    def test_a_sale_keeps_the_others_waiting(self) -> None:
        """Lou's offer waits; if the piece comes back in time it can be accepted."""
        piece, new = self.long_listed()
        piece = happen(piece, self.offer(), new)
        piece = happen(piece, self.offer(buyer=LOU), new)
        piece = happen(piece, AcceptOffer(at=MONDAY + HOUR, buyer=ZOE), new)
        assert piece.offers[1].state is OfferState.OPEN
        early = AcceptOffer(at=MONDAY + 2 * HOUR, buyer=LOU)
        assert reasons(piece, early, new) == ["not-available"]
        piece = happen(piece, ReturnToSale(at=MONDAY + 3 * HOUR), new)
        piece = happen(piece, AcceptOffer(at=MONDAY + 4 * HOUR, buyer=LOU), new)
        assert (piece.state, piece.holder) == (ListingState.SOLD, LOU)

    def test_what_waits_on_a_sold_piece_ends_in_time(self) -> None:
        """Declined by silence, as on any other day."""
        piece, new = self.long_listed()
        piece = happen(piece, self.offer(buyer=LOU), new)
        piece = happen(piece, SellPiece(at=MONDAY + HOUR, buyer=ZOE), new)
        piece = happen(piece, ReturnToSale(at=MONDAY + 30 * HOUR), new)
        assert piece.offers[0].state is OfferState.DECLINED

    def test_a_new_price_keeps_offers_and_gives_them_back(self) -> None:
        """An offer that runs goes on, and those that were declined no longer count."""
        piece, new = self.long_listed()
        piece = happen(piece, self.offer(), new)
        piece = happen(piece, ChangePrice(at=MONDAY + HOUR, price=eur("90.00")), new)
        assert piece.offers[0].state is OfferState.OPEN
        old, _ = sides("07-offers")
        plain = LISTING.replay([list_piece(MONDAY, eur("100.00"), OPEN, old.listing.offers)])
        plain = happen(plain, self.offer(), old)
        change = ChangePrice(at=MONDAY + HOUR, price=eur("90.00"))
        assert reasons(plain, change, old) == ["price-frozen"]

    def test_a_seller_offers_to_who_watches(self) -> None:
        """The buyer accepts; it counts against nobody's quota."""
        piece, new = self.long_listed()
        sent = SendOffer(at=MONDAY, buyer=ZOE, price=eur("85.00"), watching=True)
        assert reasons(piece, attrs.evolve(sent, watching=False), new) == ["not-watching"]
        old, _ = sides("07-offers")
        plain = LISTING.replay([list_piece(MONDAY, eur("100.00"), OPEN, old.listing.offers)])
        assert reasons(plain, sent, old) == ["no-seller-offers"]
        piece = happen(piece, sent, new)
        assert piece.offers[0].state is OfferState.COUNTER_OPEN
        assert piece.offers[0].until == MONDAY + 48 * HOUR
        assert reasons(piece, attrs.evolve(sent, price=eur("80.00")), new) == ["already-offered"]
        own = AcceptOffer(at=MONDAY + HOUR, buyer=ZOE)
        assert reasons(piece, own, new) == ["not-your-turn"]
        answer = AcceptOffer(at=MONDAY + HOUR, buyer=ZOE, by=Party.BUYER)
        assert happen(piece, answer, new).price == eur("85.00")

    @pytest.mark.parametrize(
        ("price", "expected"),
        [
            ("84.99", []),
            ("85.00", ["counter-out-of-range"]),
            ("0.01", []),
            ("0.00", ["counter-out-of-range", "not-positive"]),
        ],
    )
    def test_a_buyer_answers_it_with_less(self, price: str, expected: list[str]) -> None:
        """Between nothing and what was asked."""
        piece, new = self.long_listed()
        sent = SendOffer(at=MONDAY, buyer=ZOE, price=eur("85.00"), watching=True)
        piece = happen(piece, sent, new)
        answer = CounterOffer(at=MONDAY, buyer=ZOE, price=eur(price), by=Party.BUYER)
        assert reasons(piece, answer, new) == expected

    def test_a_public_counter_is_the_sellers_alone(self) -> None:
        """Where a counter sets the public price a buyer has none."""
        _, new = sides("07-offers")
        old, _ = sides("07-offers")
        offers = attrs.evolve(old.listing.offers, seller_offers=new.listing.offers.seller_offers)
        house = attrs.evolve(old, listing=attrs.evolve(old.listing, offers=offers))
        piece = LISTING.replay([list_piece(MONDAY, eur("100.00"), OPEN, offers)])
        sent = SendOffer(at=MONDAY, buyer=ZOE, price=eur("85.00"), watching=True)
        piece = happen(piece, sent, house)
        answer = CounterOffer(at=MONDAY, buyer=ZOE, price=eur("80.00"), by=Party.BUYER)
        assert reasons(piece, answer, house) == ["no-counters"]

    def test_an_offer_under_the_sellers_amount_is_declined_at_once(self) -> None:
        """The exact operator: under it, not at it."""
        terms = SellerTerms(
            open_to_offers=True, minimum=None, accept_at=None, decline_at=eur("70.00")
        )
        for price, state in (("69.99", OfferState.DECLINED), ("70.00", OfferState.OPEN)):
            piece, new = self.long_listed(terms)
            assert happen(piece, self.offer(price=price), new).offers[0].state is state


class TestReturns:
    """8. Where to, until when it arrives, what is kept, and when nothing comes back."""

    @pytest.mark.parametrize(("place", "warehouse"), [(BORDEAUX, "roubaix"), (LIEGE, "liege")])
    def test_to_the_nearest_warehouse(self, place: Destination, warehouse: str) -> None:
        """All pieces in one parcel, whoever sold them."""
        old, new = sides("08-returns")
        pieces = [
            ReturnedFrom(piece=PieceId("coat"), seller=SellerId("ada")),
            ReturnedFrom(piece=PieceId("bag"), seller=SellerId("lou")),
        ]
        returns = new.returns.returns
        route = route_return(returns.case(place.territory, reason="regret"), pieces, returns)
        assert isinstance(route, ReturnRoute)
        assert [(parcel.to, parcel.pieces) for parcel in route.parcels] == [
            (warehouse, ("coat", "bag"))
        ]
        assert route.warehouse == warehouse
        shop = old.returns.returns
        before = route_return(shop.case(place.territory, reason="regret"), pieces, shop)
        assert isinstance(before, ReturnRoute)
        assert (before.warehouse, [parcel.to for parcel in before.parcels]) == (
            None,
            ["ada", "lou"],
        )

    def test_a_fixed_part_is_kept_and_a_counterfeit_is_not_sent(self) -> None:
        """Five euros of a changed mind; nothing has to come back of a counterfeit."""
        _, new = sides("08-returns")
        returns = new.returns.returns
        regret = returns.rule_for(returns.case(BORDEAUX.territory, reason="regret")).terms
        assert regret is not None
        placed = placed_by(new, coat("100.00"))
        refund = quote_refund(
            paid_order(placed),
            [ReturnedPiece(id=PieceId("coat"), terms=regret.refund)],
            new.returns.refunds,
            lambda kept: fee_on_kept(placed, kept, new),
        )
        assert isinstance(refund, Refundable)
        assert refund.pieces == eur("95.00")
        case = returns.case(BORDEAUX.territory, reason="counterfeit")
        piece = ReturnedFrom(piece=PieceId("coat"), seller=SellerId("ada"))
        route = route_return(case, [piece], returns)
        assert isinstance(route, ReturnRoute)
        assert route.parcels == ()

    def test_what_counts_is_the_arrival(self) -> None:
        """A postmark in time does not help a parcel that arrives on the eleventh day."""
        _, new = sides("08-returns")
        late = self.arrived_late(new)
        assert late == "ReturnReceivedLate"
        returns = new.returns.returns
        rules = [
            rule
            if rule.terms is None or rule.terms.posting is None
            else attrs.evolve(
                rule,
                terms=attrs.evolve(
                    rule.terms,
                    posting=attrs.evolve(rule.terms.posting, proof=PostingProof.POSTMARK),
                ),
            )
            for rule in returns.rules
        ]
        by_postmark = attrs.evolve(returns, rules=tuple(rules))
        house = attrs.evolve(new, returns=attrs.evolve(new.returns, returns=by_postmark))
        assert self.arrived_late(house) == "ReturnReceived"

    @staticmethod
    def arrived_late(house: HousePolicy) -> str:
        """Tell what is made of a parcel posted on the second and there on the twelfth."""
        returns = house.returns.returns
        request = ReturnRequest(
            case=returns.case(BORDEAUX.territory, reason="regret"),
            received=date(2025, 9, 1),
            requested_at=MONDAY,
            pieces=(PieceId("coat"),),
            parcel_number=None,
            in_writing=False,
            photos=0,
            wants=Wants.REFUND,
        )
        parcel = ReturnParcel(to="roubaix", pieces=(PieceId("coat"),), label=Label.PREPAID)
        asked = RequestReturn(at=MONDAY, request=request, parcel=parcel)
        opened = RETURN.decide(None, asked, house.returns, NOBODY)
        assert isinstance(opened, tuple)
        state = RETURN.replay(
            [
                attrs.evolve(e, lapses_at=None) if isinstance(e, ReturnAccepted) else e
                for e in opened
            ]
        )
        twelfth = datetime(2025, 9, 12, 8, tzinfo=UTC)
        command = RecordArrival(at=twelfth, arrived=twelfth.date(), postmark=date(2025, 9, 2))
        events = RETURN.decide(state, command, house.returns, NOBODY)
        assert isinstance(events, tuple), events
        return type(events[0]).__name__

    def test_the_second_clock(self) -> None:
        """Ten days to be back, told with the acceptance."""
        _, new = sides("08-returns")
        returns = new.returns.returns
        request = ReturnRequest(
            case=returns.case(BORDEAUX.territory, reason="regret"),
            received=date(2025, 9, 1),
            requested_at=MONDAY,
            pieces=(PieceId("coat"),),
            parcel_number=None,
            in_writing=False,
            photos=0,
            wants=Wants.REFUND,
        )
        taken = assess_return(request, returns, NOBODY)
        assert isinstance(taken, Returnable)
        assert taken.post_by == date(2025, 9, 11)
        final = attrs.evolve(request, case=attrs.evolve(request.case, sale_kind="final-sale"))
        assert not isinstance(assess_return(final, returns, NOBODY), Returnable)


class TestRefundDelays:
    """9. Each means of payment after its own time, in proportion or in turn."""

    def test_in_proportion_and_in_turn(self) -> None:
        """Of 105.00 paid with a card and a gift card, the price of the coat goes back."""
        old, new = sides("09-refund-delays")
        quote = quoted(new, coat("100.00"))
        payments = [
            Payment(tender="gift-card", amount=eur("42.00")),
            Payment(tender="card", amount=eur("63.00")),
        ]
        placed = place_order(
            quote, new, order=OrderId("1"), buyer=ZOE, payments=payments, at=MONDAY
        )
        back = [ReturnedPiece(id=PieceId("coat"), terms=new.returns.undelivered.lost)]

        def spread(house: HousePolicy) -> dict[str, str]:
            refund = quote_refund(
                paid_order(placed),
                back,
                house.returns.refunds,
                lambda kept: fee_on_kept(placed, kept, new),
            )
            assert isinstance(refund, Refundable)
            return {payment.tender: str(payment.amount.amount) for payment in refund.by_tender}

        assert spread(new) == {"gift-card": "40.00", "card": "60.00"}
        assert spread(old) == {"card": "63.00", "gift-card": "37.00"}

    def test_each_shows_after_its_own_time(self) -> None:
        """Up to thirty days on a card, a day on an account."""
        old, new = sides("09-refund-delays")
        at = datetime(2025, 9, 1, 8, tzinfo=UTC)

        def latest(house: HousePolicy, tender: str) -> date:
            return estimate_statement(at, tender, house.returns.refunds, NOBODY).window.latest

        assert latest(new, "card") == date(2025, 10, 1)
        assert latest(new, "paypal") == date(2025, 9, 2)
        assert latest(old, "card") == date(2025, 9, 15)
        assert latest(old, "paypal") == date(2025, 9, 1)


class TestCustoms:
    """10. What is compared, how the threshold is read, what it costs, and what refusal leads to."""

    @pytest.mark.parametrize(
        ("goods", "before", "after"),
        [
            ("120.00", NothingAtBorder, NothingAtBorder),
            ("125.00", NothingAtBorder, Charged),
            ("135.00", NothingAtBorder, Charged),
            ("135.01", Charged, Charged),
        ],
    )
    def test_another_base_and_another_operator(self, goods: str, before: type, after: type) -> None:
        """With ten pounds of shipping 125.00 is exactly the threshold."""
        facts = ImportFacts(
            origin=mainland("FR"),
            goods=Money(goods, "GBP"),
            shipping=Money("10.00", "GBP"),
            handling=Money("0.00", "GBP"),
            rates={},
            dispatched=date(2025, 9, 1),
        )
        rules = import_rules(MANCHESTER, date(2025, 9, 1), mainland("FR"))
        for house, expected in zip(sides("10-customs"), (before, after), strict=True):
            found = assess_import(facts, MANCHESTER, rules, house.shipping.customs)
            assert type(found) is expected

    def test_a_handling_fee_abroad(self) -> None:
        """Four euros for the papers, counted as handling."""
        old, new = sides("10-customs")
        assert fees(quoted(new, coat(), to=LIEGE)) == {"clearance": "4.00"}
        assert fees(quoted(new, coat())) == fees(quoted(old, coat(), to=LIEGE)) == {}
        assert new.checkout.handling_fees == ("clearance",)

    def test_an_order_follows_it(self) -> None:
        """Of a parcel that came back for unpaid customs the order owes a refund, or none."""
        for house, owed in zip(sides("10-customs"), (1, 0), strict=True):
            placed = placed_by(house, coat(), to=LIEGE)
            parcel = (
                HandIn(at=MONDAY, tracking_number="8R1"),
                RecordScan(
                    at=MONDAY + HOUR, status="going-back", cause=SentBackCause.UNPAID_DUTIES
                ),
                ReceiveBack(at=MONDAY + 2 * HOUR),
                AskBuyer(at=MONDAY + 3 * HOUR),
                AnswerRefund(at=MONDAY + 4 * HOUR, agrees=True),
            )
            told = [CommandParcel(parcel=placed.parcels[0].id, command=each) for each in parcel]
            commands: tuple[OrderCommand, ...] = (RecordCapture(at=MONDAY, tender="card"), *told)
            order = ORDER.evolve(None, placed)
            for command in commands:
                events = ORDER.decide(order, command, house, NOBODY)
                assert isinstance(events, tuple), events
                for event in events:
                    order = ORDER.evolve(order, event)
            assert len(order.owed) == owed

    def test_what_refusal_leads_to(self) -> None:
        """Refunded as anything sent back, sold again for the buyer, or nothing."""
        old, new = sides("10-customs")
        refunded = assess_undelivered(old.returns, unpaid_customs=True)
        assert refunded == UndeliveredRefunded(
            terms=old.returns.undelivered.sent_back,
            edition=old.edition,
            sources=old.returns.undelivered.sent_back.sources,
        )
        relisted = assess_undelivered(new.returns, unpaid_customs=True)
        assert relisted == UndeliveredRelisted(edition=new.edition, sources=("C3",))
        other = assess_undelivered(new.returns, unpaid_customs=False)
        assert other == UndeliveredRefunded(
            terms=new.returns.undelivered.sent_back,
            edition=new.edition,
            sources=new.returns.undelivered.sent_back.sources,
        )
        unpaid = new.returns.undelivered.unpaid_customs
        assert unpaid is not None
        gone = attrs.evolve(unpaid, outcome=CustomsOutcome.NOTHING)
        nothing = attrs.evolve(
            new.returns,
            undelivered=attrs.evolve(new.returns.undelivered, unpaid_customs=gone),
        )
        found = assess_undelivered(nothing, unpaid_customs=True)
        assert found == UndeliveredForfeited(edition=new.edition, sources=("C3",))
        terms = attrs.evolve(old.returns.undelivered.sent_back, sources=("C4",))
        back = attrs.evolve(gone, outcome=CustomsOutcome.REFUND, refund=terms)
        owed = assess_undelivered(
            attrs.evolve(
                new.returns,
                undelivered=attrs.evolve(new.returns.undelivered, unpaid_customs=back),
            ),
            unpaid_customs=True,
        )
        assert owed == UndeliveredRefunded(terms=terms, edition=new.edition, sources=("C3",))


class TestNoOffers:
    """13. A house whose prices are its prices: every offer is refused, and the rest goes on."""

    def test_every_offer_is_refused_with_every_reason(self) -> None:
        """Whatever the seller would take; in the edition before, the same offer is made."""
        old, new = sides("13-no-offers")
        facts = OfferFacts(
            price=eur("90.00"),
            initial_price=eur("100.00"),
            open_to_offers=True,
            signed_in=True,
            available=False,
            offers_made=0,
        )
        found = assess_offer(facts, new.listing.offers)
        assert isinstance(found, OfferRefused)
        assert found.reasons == ("not-available", "not-open-to-offers")
        assert found.sources == ("N1",)
        available = attrs.evolve(facts, available=True)
        assert isinstance(assess_offer(available, old.listing.offers), OfferAdmissible)
        closed = assess_offer(available, new.listing.offers)
        assert isinstance(closed, OfferRefused)
        assert closed.reasons == ("not-open-to-offers",)

    def test_a_piece_is_priced_and_sold_all_the_same(self) -> None:
        """An offer opened before is ended by a new price, and answered under its own edition."""
        old, new = sides("13-no-offers")
        offer = MakeOffer(at=MONDAY, buyer=BuyerId("zoe"), price=eur("90.00"), signed_in=True)
        coat = LISTING.replay([list_piece(MONDAY, eur("100.00"), OPEN, new.listing.offers, NOBODY)])
        refused = LISTING.decide(coat, offer, new.listing, NOBODY)
        assert isinstance(refused, Refused)
        assert refused.reasons == ("not-open-to-offers",)
        sent = SendOffer(at=MONDAY, buyer=BuyerId("zoe"), price=eur("90.00"), watching=True)
        unsent = LISTING.decide(coat, sent, new.listing, NOBODY)
        assert isinstance(unsent, Refused)
        assert unsent.reasons == ("no-seller-offers",)
        offered = happen(coat, offer, old)
        assert offered.offers[0].state is OfferState.OPEN
        later = MONDAY + HOUR
        edited = happen(offered, ChangePrice(at=later, price=eur("95.00")), new)
        assert (edited.initial_price, edited.offers[0].state) == (eur("95.00"), OfferState.ENDED)
        sale = SellPiece(at=later, buyer=BuyerId("abe"), price=eur("100.00"))
        sold = happen(offered, sale, new)
        assert (sold.state, sold.offers[0].state) == (ListingState.SOLD, OfferState.ENDED)


class TestLabels:
    """14. What people call the fees, ways of shipping, zones and other names of a house."""

    def test_are_shown_in_their_language(self) -> None:
        """In a language without one, a name is written as without any label."""
        old, new = sides("14-labels")
        terms = {
            "fee": "wrapping",
            "reduction": "welcome",
            "mode": "post",
            "zone": "home",
            "reason": "regret",
            "category": "any",
            "seller-kind": "any",
            "bought-from": "any",
            "sale-kind": "sale",
            "return-zone": "home",
            "warehouse": "lyon",
            "claim": "broken",
            "question": "dispatch",
            "request": "collection",
            "message": "question",
            "channel": "mail",
            "tender": "card",
            "brand": "visa",
        }
        said = {
            language: [
                voice_of(language).of_house(new.labels).show(Term(kind, name))
                for kind, name in terms.items()
            ]
            for language in ("en", "fr", "de")
        }
        assert said["en"] == [
            "Gift wrapping & ribbon",
            "Welcome voucher",
            "Parcel post",
            "The mainland",
            "A change of heart",
            "All pieces",
            "Everybody who sells",
            "Everybody who sells",
            "A plain sale",
            "The country",
            "The depot of Lyon",
            "It came broken",
            "Time to post",
            "Collecting it oneself",
            "A word to the seller",
            "A letter",
            "Bank card",
            "Visa cards",
        ]
        assert said["fr"][0] == "Papier et ruban"
        assert said["de"] == [voice_of("de").show(Term(*term)) for term in terms.items()]
        assert voice_of("en").of_house(old.labels).show(Term("fee", "wrapping")) == "“wrapping”"

    def test_name_nothing_of_another_kind(self) -> None:
        """A tender or a warehouse of the same name keeps its own words."""
        _, new = sides("14-labels")
        assert new.labels.of("tender", "wrapping", "en") is None
        assert new.labels.of("fee", "post", "en") is None

    def test_are_published(self) -> None:
        """Questions, answers and tables name things so."""
        _, new = sides("14-labels")
        page = write_faq(new, Publisher(name="Corner"), "en", TODAY)
        questions = [each.text for section in page.sections for each in section.questions]
        assert "Gift wrapping & ribbon: how much is it?" in questions
        html = publication(new, Publisher(name="Corner"), ["en"], TODAY)["faq.en.html"]
        assert "Gift wrapping &amp; ribbon: how much is it?" in html
        assert "“wrapping”" not in html

    def test_are_used_in_explanations(self) -> None:
        """Whoever explains a decision of the house gives them along."""
        _, new = sides("14-labels")
        quote = quoted(new, coat("20.00"), options=["wrapping"])
        text = explain(quote, "en", new.labels).text
        assert "Gift wrapping & ribbon" in text
        assert "“wrapping”" in explain(quote, "en").text
        assert words_for(quote, "en", new.labels) == text
        on_screen = Words.of("en", new.labels)
        assert on_screen.named("fee", "wrapping") == "Gift wrapping & ribbon"
        assert " ".join(on_screen.in_words(quote)) in text


class TestCancelling:
    """12 and 15. Who may cancel before it is posted, until when, and what is refunded."""

    def answers(self, point: str) -> list[str]:
        """Give what the page says about cancelling, a line for each case."""
        _, new = sides(point)
        page = write_faq(new, Publisher(name="Corner"), "en", TODAY)
        (asked,) = [q for section in page.sections for q in section.questions if q.name == "cancel"]
        (points,) = asked.answer
        assert isinstance(points, Points)
        return [each.text for each in points.items]

    def test_within_a_time(self) -> None:
        """For each side its own, and what the house keeps of what a buyer cancels."""
        buyer, seller, house, otherwise = self.answers("12-before-posting")
        assert buyer.startswith(
            "You may cancel a piece within 24 hours of the order, as long as its parcel has not "
            "been handed in. We refund the price of the pieces and standard shipping."
        )
        assert "10%" in buyer
        assert seller.startswith("The seller may cancel within 2 days of the order")
        assert house.startswith("We may cancel within 10 days of the order")
        assert "10%" not in otherwise

    def test_never(self) -> None:
        """Nothing is refunded where nothing is cancelled."""
        buyer, seller, house, _ = self.answers("15-cancelling")
        assert buyer == "You cannot cancel what you have ordered."
        assert seller.startswith(
            "The seller may cancel as long as they have not posted the piece. We refund"
        )
        assert house.startswith("We may cancel as long as the parcel has not been handed in.")
        _, new = sides("15-cancelling")
        found = assess_cancellation(
            Canceller.BUYER,
            ordered_at=MONDAY,
            now=MONDAY,
            posted=False,
            policy=new.returns,
            calendar=NOBODY,
        )
        assert isinstance(found, NotCancellable)
        assert (found.reasons, found.sources) == (("may-not-cancel",), ("P2",))
