from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    EDITION,
    FRANCE,
    ITALY,
    JAPAN,
    PAYOUTS,
    RETURNS,
    TICK,
    case_of,
    euros,
    paris,
)
from vintage_rules.dates import Duration, Roll, Window
from vintage_rules.errors import (
    CurrencyMismatchError,
    DayError,
    InvalidValueError,
    MoneyError,
)
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.places import Area, Territory
from vintage_rules.returns.deadline import ReturnDeadline, return_deadline
from vintage_rules.returns.payout import (
    PayoutAssessment,
    PayoutDue,
    PayoutHeld,
    PayoutHold,
    SellerPayout,
    SoldPiece,
    assess_payout,
    quote_seller_payouts,
)
from vintage_rules.returns.refund_policy import PayoutTerms
from vintage_rules.windows import Events

RECEIVED = date(2026, 4, 17)
LAST_DAY = date(2026, 5, 4)
CLOSES = paris("2026-05-05T00:00:00+02:00")


def payout(
    now: datetime | str,
    *,
    returns_open: bool = False,
    received: date | None = RECEIVED,
    settled_at: datetime | None = None,
) -> PayoutAssessment:
    """Assess the payout of a piece received on Friday 17 April 2026."""
    at = paris(now) if isinstance(now, str) else now
    return assess_payout(
        received, at, PAYOUTS, FRANCE, returns_open=returns_open, settled_at=settled_at
    )


def sold(piece: str, seller: str, price: str, refunded: str = "0.00") -> SoldPiece:
    """Sell a piece, and refund some of it."""
    return SoldPiece(
        piece=PieceId(piece),
        seller=SellerId(seller),
        price=euros(price),
        refunded=euros(refunded),
    )


def all_of_it(kept: Money) -> Money:
    """Give what a seller gets where sellers bear no fee."""
    return kept


class TestR6Payout:
    """R6: a seller is paid for a piece once its window has closed with no request open on it."""

    def test_is_due_from_the_end_of_the_window_roll_included(self) -> None:
        """Received on 17 April, the window runs to 4 May: the fourteenth day is 1 May."""
        held = payout(CLOSES - TICK)
        assert held == PayoutHeld(
            until=CLOSES,
            last_day=LAST_DAY,
            zone="Europe/Paris",
            reasons=(PayoutHold.WINDOW_OPEN,),
            edition=EDITION,
            sources=("R6",),
        )
        due = PayoutDue(since=CLOSES, zone="Europe/Paris", edition=EDITION, sources=("R6",))
        assert payout(CLOSES) == due
        assert payout("2026-12-01T12:00:00+01:00") == due

    def test_is_held_by_an_open_return_after_the_window(self) -> None:
        """Nobody knows until when."""
        assert payout(CLOSES, returns_open=True) == PayoutHeld(
            until=None,
            last_day=None,
            zone="Europe/Paris",
            reasons=(PayoutHold.RETURN_OPEN,),
            edition=EDITION,
            sources=("R6",),
        )
        assert payout(CLOSES, received=None).sources == ("R6",)

    def test_of_hours_is_held_until_a_moment(self) -> None:
        """36 hours from 10:00 end at 22:00 the next day, which is no last day."""
        hours = Window(anchor="delivered", length=Duration.of(36, "hours"), roll=Roll.NONE)
        policy = evolve(PAYOUTS, window=hours)
        delivered = paris("2026-04-17T10:00:00+02:00")
        for now, kind in (("21:59:59", PayoutHeld), ("22:00:00", PayoutDue)):
            moment = paris(f"2026-04-18T{now}+02:00")
            held = assess_payout(delivered, moment, policy, FRANCE, returns_open=False)
            assert isinstance(held, kind)
            if isinstance(held, PayoutHeld):
                assert held.until == paris("2026-04-18T22:00:00+02:00")
                assert held.last_day is None

    def test_tells_every_reason_at_once(self) -> None:
        """A return is open in an open window: until then at least."""
        held = payout(CLOSES - TICK, returns_open=True)
        assert isinstance(held, PayoutHeld)
        assert [str(reason) for reason in held.reasons] == ["return-open", "window-open"]
        assert (held.until, held.last_day) == (CLOSES, LAST_DAY)

    def test_is_due_from_the_end_of_a_return_that_outlived_the_window(self) -> None:
        """A request refused after the window closed; one refused before changes nothing."""
        after = paris("2026-05-20T10:00:00+02:00")
        due = payout("2026-06-01T12:00:00+02:00", settled_at=after)
        assert isinstance(due, PayoutDue)
        assert due.since == after
        before = payout("2026-06-01T12:00:00+02:00", settled_at=paris("2026-04-20T10:00+02:00"))
        assert isinstance(before, PayoutDue)
        assert before.since == CLOSES

    @pytest.mark.parametrize("returns_open", [True, False])
    def test_is_held_while_the_parcel_is_not_received(self, *, returns_open: bool) -> None:
        """No window has started, so none has closed."""
        held = payout("2026-06-01T12:00:00+02:00", received=None, returns_open=returns_open)
        assert isinstance(held, PayoutHeld)
        reasons = ["not-received", "return-open"] if returns_open else ["not-received"]
        assert [str(reason) for reason in held.reasons] == reasons
        assert held.until is None

    @given(st.dates(date(2026, 1, 1), date(2027, 12, 17)))
    def test_is_never_due_while_a_return_may_still_be_asked_for(self, received: date) -> None:
        """The payout waits for the very moment the window closes."""
        deadline = return_deadline(received, case_of(), RETURNS, FRANCE)
        assert isinstance(deadline, ReturnDeadline)
        held = payout(paris(f"{deadline.last_day}T12:00:00+00:00"), received=received)
        assert isinstance(held, PayoutHeld)
        assert held.last_day == deadline.last_day
        assert held.until is not None
        assert isinstance(payout(held.until, received=received), PayoutDue)

    def test_another_house_pays_after_two_days_of_silence(self) -> None:
        """Without a roll: delivered on Friday, paid from Monday on."""
        window = Window(anchor="delivered", length=Duration.of(2, "days"), roll=Roll.NONE)
        due = assess_payout(
            RECEIVED,
            paris("2026-04-20T00:00:00+02:00"),
            evolve(PAYOUTS, window=window),
            FRANCE,
            returns_open=False,
        )
        assert isinstance(due, PayoutDue)

    @pytest.mark.parametrize(("early", "decided"), [(TICK, PayoutHeld), (TICK * 0, PayoutDue)])
    def test_a_window_of_hours_is_elapsed(self, early: timedelta, decided: type[object]) -> None:
        """Received at 10:00, it is due at 10:00 two days later, and not a microsecond before."""
        hours = Window(anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE)
        ten = datetime(2026, 9, 7, 10, tzinfo=UTC)
        now = datetime(2026, 9, 9, 10, tzinfo=UTC) - early
        policy = evolve(PAYOUTS, window=hours)
        assert type(assess_payout(ten, now, policy, FRANCE, returns_open=False)) is decided

    def test_a_window_of_hours_does_not_move_to_another_day(self) -> None:
        """It ends at a moment."""
        hours = Window(
            anchor="received", length=Duration.of(48, "hours"), roll=Roll.NEXT_WORKING_DAY
        )
        with pytest.raises(InvalidValueError, match="roll"):
            evolve(PAYOUTS, window=hours)

    @pytest.mark.parametrize(
        ("events", "reasons"),
        [({}, ["not-begun"]), ({"dispatched": date(2026, 9, 1)}, [])],
    )
    def test_counts_from_another_event(self, events: Events, reasons: list[str]) -> None:
        """Receipt is no substitute for the dispatch that the time counts from."""
        dispatched = Window(anchor="dispatched", length=Duration.of(7, "days"), roll=Roll.NONE)
        decided = assess_payout(
            date(2026, 9, 5),
            datetime(2026, 9, 8, 22, tzinfo=UTC),
            evolve(PAYOUTS, window=dispatched),
            FRANCE,
            returns_open=False,
            events=events,
        )
        held = decided.reasons if isinstance(decided, PayoutHeld) else ()
        assert [str(reason) for reason in held] == reasons

    def test_moments_have_an_offset_and_days_are_days(self) -> None:
        """Each field is named."""
        with pytest.raises(DayError, match="now"):
            payout(datetime(2026, 5, 5))  # noqa: DTZ001 - what is refused
        with pytest.raises(DayError, match="settled_at"):
            payout(CLOSES, settled_at=datetime(2026, 5, 5))  # noqa: DTZ001 - what is refused
        with pytest.raises(DayError, match="received"):
            payout(CLOSES, received="2026-04-17")  # type: ignore[arg-type]


class TestR6PayoutsByPlace:
    """R6: a house may pay sooner or later for what was delivered to a part of the world."""

    TWO_DAYS = Window(anchor="received", length=Duration.of(2, "days"), roll=Roll.NONE)
    ABROAD = evolve(
        PAYOUTS,
        elsewhere=(
            PayoutTerms(
                areas=frozenset({Area.EUROPE}),
                codes=frozenset(),
                sale_kinds=None,
                window=TWO_DAYS,
                sources=("R6 abroad",),
            ),
        ),
    )

    @pytest.mark.parametrize(
        ("where", "closes", "source"),
        [
            (ITALY, "2026-04-20T00:00:00+02:00", "R6 abroad"),
            (JAPAN, "2026-05-05T00:00:00+02:00", "R6"),
            (None, "2026-05-05T00:00:00+02:00", "R6"),
        ],
        ids=["there", "elsewhere", "not known"],
    )
    def test_both_sides_of_each(self, where: Territory | None, closes: str, source: str) -> None:
        """Two days in Europe, the common window where no other one is said."""
        moment = paris(closes)
        held = assess_payout(
            RECEIVED, moment - TICK, self.ABROAD, FRANCE, returns_open=False, territory=where
        )
        assert isinstance(held, PayoutHeld)
        assert (held.until, held.sources) == (moment, (source,))
        due = assess_payout(
            RECEIVED, moment, self.ABROAD, FRANCE, returns_open=False, territory=where
        )
        assert due == PayoutDue(
            since=moment, zone="Europe/Paris", edition=EDITION, sources=(source,)
        )
        waiting = assess_payout(
            None, moment, self.ABROAD, FRANCE, returns_open=False, territory=where
        )
        assert (type(waiting), waiting.sources) == (PayoutHeld, (source,))


class TestR6PayoutsByKindOfSale:
    """R6: a house may pay sooner or later for what was sold in some way, and in hours too."""

    MOMENT = paris("2026-04-17T10:30:00+02:00")
    HOURS = Window(anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE)
    AUCTIONS = PayoutTerms(
        areas=frozenset(),
        codes=frozenset(),
        sale_kinds=frozenset({"auction"}),
        window=HOURS,
        sources=("R6 auctions",),
    )
    IN_EUROPE = evolve(AUCTIONS, areas=frozenset({Area.EUROPE}), sources=("R6 in Europe",))

    @pytest.mark.parametrize(
        ("terms", "where", "kind", "source"),
        [
            (AUCTIONS, ITALY, "auction", "R6 auctions"),
            (AUCTIONS, None, "auction", "R6 auctions"),
            (AUCTIONS, ITALY, "sale", "R6"),
            (AUCTIONS, ITALY, None, "R6"),
            (IN_EUROPE, ITALY, "auction", "R6 in Europe"),
            (IN_EUROPE, JAPAN, "auction", "R6"),
            (IN_EUROPE, None, "auction", "R6"),
            (IN_EUROPE, ITALY, "sale", "R6"),
        ],
    )
    def test_both_sides_of_each(
        self, terms: PayoutTerms, where: Territory | None, kind: str | None, source: str
    ) -> None:
        """48 hours to the minute for auctions; what is not known is covered by nothing."""
        closes = CLOSES if source == "R6" else self.MOMENT + timedelta(hours=48)
        for now, due in ((closes - TICK, False), (closes, True)):
            decided = assess_payout(
                self.MOMENT,
                now,
                evolve(PAYOUTS, elsewhere=(terms,)),
                FRANCE,
                returns_open=False,
                territory=where,
                sale_kind=kind,
            )
            assert (isinstance(decided, PayoutDue), decided.sources) == (due, (source,))


class TestR6Amounts:
    """R6: what a seller is paid, piece by piece, less what was refunded."""

    def test_by_seller_and_piece(self) -> None:
        """Sellers in the order of their first piece, each with a total."""
        pieces = [
            sold("coat", "ada", "90.00"),
            sold("bag", "lou", "50.00", "50.00"),
            sold("hat", "ada", "20.00", "5.00"),
        ]
        assert quote_seller_payouts(pieces, all_of_it) == (
            SellerPayout(
                seller=SellerId("ada"),
                pieces={PieceId("coat"): euros("90.00"), PieceId("hat"): euros("15.00")},
                total=euros("105.00"),
            ),
            SellerPayout(
                seller=SellerId("lou"),
                pieces={PieceId("bag"): euros("0.00")},
                total=euros("0.00"),
            ),
        )

    def test_after_the_fees_that_sellers_bear(self) -> None:
        """They are worked out on what the piece still earns, and not asked of one refunded."""

        def less_five(kept: Money) -> Money:
            return kept - euros("5.00")

        pieces = [sold("coat", "ada", "90.00", "30.00"), sold("hat", "ada", "20.00", "20.00")]
        (ada,) = quote_seller_payouts(pieces, less_five)
        assert ada.total == euros("55.00")

    def test_of_one_piece(self) -> None:
        """One seller, one sum."""
        (ada,) = quote_seller_payouts([sold("coat", "ada", "90.00")], all_of_it)
        assert ada.total == euros("90.00")

    def test_of_nothing_sold_nobody_is_paid(self) -> None:
        """No piece, no seller."""
        assert quote_seller_payouts([], all_of_it) == ()

    def test_a_piece_is_paid_once(self) -> None:
        """To whichever seller."""
        twice = [sold("coat", "ada", "90.00"), sold("coat", "lou", "90.00")]
        with pytest.raises(InvalidValueError, match="pieces"):
            quote_seller_payouts(twice, all_of_it)

    @pytest.mark.parametrize(
        ("field", "piece"),
        [
            ("price", sold("coat", "ada", "-1.00")),
            ("refunded", sold("coat", "ada", "1.00", "-1.00")),
            ("refunded", sold("coat", "ada", "1.00", "1.01")),
        ],
    )
    def test_amounts_that_cannot_be(self, field: str, piece: SoldPiece) -> None:
        """Below zero, or more back than it cost."""
        with pytest.raises(MoneyError, match=field):
            quote_seller_payouts([piece], all_of_it)

    def test_one_currency(self) -> None:
        """A refund in pounds of a price in euros is refused; so is a payout, or a second piece."""
        pounds = evolve(sold("coat", "ada", "1.00"), refunded=Money(1, "GBP"))
        with pytest.raises(CurrencyMismatchError, match="refunded"):
            quote_seller_payouts([pounds], all_of_it)
        with pytest.raises(CurrencyMismatchError, match="payout_on"):
            quote_seller_payouts([sold("coat", "ada", "1.00")], lambda _: Money(1, "GBP"))
        other = evolve(sold("hat", "ada", "1.00"), price=Money(1, "GBP"), refunded=Money(0, "GBP"))
        with pytest.raises(CurrencyMismatchError, match="price"):
            quote_seller_payouts([sold("coat", "ada", "1.00"), other], all_of_it)

    @pytest.mark.parametrize("amount", ["-0.01", "90.01"])
    def test_a_payout_lies_between_nothing_and_what_is_kept(self, amount: str) -> None:
        """What works it out is held to that."""
        with pytest.raises(MoneyError, match="payout_on"):
            quote_seller_payouts([sold("coat", "ada", "90.00")], lambda _: euros(amount))
