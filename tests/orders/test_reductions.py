"""What is taken off an order, what falls of it where, and what of it comes back with a return."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import EDITION, base, component, eur, fee, imparfaite
from tests.orders.order_stories import BAG, BORDEAUX, COAT, FIRST, MONDAY, Story, days
from vintage_rules import Money, Piece, locate, quote_order
from vintage_rules.errors import (
    CurrencyMismatchError,
    InvalidValueError,
    MoneyError,
    UnknownTermError,
)
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.money import total
from vintage_rules.orders import HousePolicy, OrderPlaced, OrderQuote
from vintage_rules.orders.commands import RecordCapture
from vintage_rules.orders.placing import fee_on_kept, fees_by_terms, paid_order, place_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.pricing.fee_policy import FeePolicy, Payer, Per
from vintage_rules.pricing.reduction_policy import (
    AppliesTo,
    Bearer,
    CountsAs,
    OnReturn,
    ReductionPolicy,
)
from vintage_rules.returns.payments import Payment, ReturnedPiece
from vintage_rules.returns.refund import Refundable, quote_refund
from vintage_rules.returns.terms import RefundPart


def _written(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def reduction(
    name: str = "voucher",
    *,
    borne_by: Bearer = Bearer.HOUSE,
    applies_to: AppliesTo = AppliesTo.PIECES,
    counts_as: CountsAs = CountsAs.VOUCHER,
    least: str | None = None,
    flat: str | None = None,
    on_return: OnReturn = OnReturn.SHARE,
) -> ReductionPolicy:
    """A reduction of the pieces that the house bears, unless said otherwise."""
    return ReductionPolicy(
        edition=EDITION,
        currency="EUR",
        name=name,
        borne_by=borne_by,
        applies_to=applies_to,
        counts_as=counts_as,
        least=None if least is None else Decimal(least),
        flat=None if flat is None else Decimal(flat),
        on_return=on_return,
        sources=(f"source of {name}",),
    )


def house(*reductions: ReductionPolicy, fees: Sequence[FeePolicy] = ()) -> HousePolicy:
    """The shipped house with these reductions and fees."""
    shipped = imparfaite()
    pricing = evolve(shipped.pricing, fees=tuple(fees), reductions=reductions)
    return evolve(shipped, pricing=pricing)


def quote(
    policy: HousePolicy, prices: Sequence[str], *given_: tuple[str, str], **more: object
) -> OrderQuote:
    """Price pieces of ada's, which all travel in one parcel: postage is 7.59, 9.59 or so."""
    pieces = [
        Piece(id=PieceId(f"p{n}"), seller=SellerId("ada"), price=eur(price), weight_g=400)
        for n, price in enumerate(prices)
    ]
    found = quote_order(
        pieces,
        locate(BORDEAUX),
        "direct",
        policy,
        reductions=[Reduction(name=name, amount=eur(amount)) for name, amount in given_],
        **more,  # type: ignore[arg-type]
    )
    assert isinstance(found, OrderQuote)
    return found


def placed(policy: HousePolicy, quoted: OrderQuote) -> OrderPlaced:
    """Place an order that one card pays."""
    return place_order(
        quoted,
        policy,
        order=OrderId("o1"),
        buyer=BuyerId("zoe"),
        payments=[Payment(tender="card", amount=quoted.price.total)],
        at=MONDAY,
    )


def refunds(policy: HousePolicy, order: OrderPlaced, *steps: Sequence[int]) -> list[str]:
    """Send pieces back step by step, on terms that give back everything."""
    terms = evolve(policy.returns.undelivered.lost, parts=frozenset(RefundPart))
    before: list[ReturnedPiece] = []
    already: tuple[Payment, ...] = ()
    amounts: list[str] = []
    for step in steps:
        now = [ReturnedPiece(id=PieceId(f"p{n}"), terms=terms) for n in step]
        found = quote_refund(
            paid_order(order),
            now,
            policy.returns.refunds,
            lambda kept: fee_on_kept(order, kept, policy),
            by_terms=fees_by_terms(order, policy),
            before=before,
            already_refunded=already,
        )
        assert isinstance(found, Refundable)
        assert found.beyond == eur("0.00")
        before += now
        already += found.by_tender
        amounts.append(str(found.total.amount))
    return amounts


class TestTakenOff:
    """Each of what those before it have left, in the order of the policy."""

    def test_a_voucher_of_ten_on_an_order_of_a_hundred(self) -> None:
        """The total is lower by it, and its parts add up."""
        whole = quote(house(), ["100.00"]).price
        price = quote(house(reduction()), ["100.00"], ("voucher", "10.00")).price
        assert price.goods == eur("100.00")
        assert price.reductions == {"voucher": eur("10.00")}
        assert price.total == price.to_pay == whole.total - eur("10.00")

    @pytest.mark.parametrize(
        ("applies_to", "off"),
        [
            (AppliesTo.PIECES, "20.00"),
            (AppliesTo.SHIPPING, "7.59"),
            (AppliesTo.FEES, "3.00"),
            (AppliesTo.TOTAL, "30.59"),
        ],
    )
    def test_never_more_than_there_is(self, applies_to: AppliesTo, off: str) -> None:
        """Of 20.00, postage of 7.59 and a fee of 3.00, where it is worth 100.00."""
        policy = house(reduction(applies_to=applies_to), fees=[fee(component(fixed="3.00"))])
        price = quote(policy, ["20.00"], ("voucher", "100.00")).price
        assert price.reductions == {"voucher": eur(off)}
        assert price.total == eur("30.59") - eur(off)

    def test_in_the_order_of_the_policy(self) -> None:
        """The first takes 15.00 of 20.00, the second what is left of its 10.00."""
        policy = house(reduction("first"), reduction("second"))
        for given_ in permutations([("first", "15.00"), ("second", "10.00")]):
            price = quote(policy, ["20.00"], *given_).price
            assert price.reductions == {"first": eur("15.00"), "second": eur("5.00")}

    def test_a_total_falls_on_all_in_proportion(self) -> None:
        """12.00 of 36.41, 7.59 and 4.00: a quarter of each."""
        policy = house(reduction(applies_to=AppliesTo.TOTAL), fees=[fee(component(fixed="4.00"))])
        (granted,) = quote(policy, ["36.41"], ("voucher", "12.00")).reductions
        assert granted.pieces == {"p0": eur("9.10")}
        assert granted.parcels == {"ada": eur("1.90")}
        assert granted.fees == eur("1.00")
        assert granted.amount == eur("12.00")

    def test_falls_on_pieces_by_price(self) -> None:
        """1.01 on 10.00, 20.00 and 70.00, to the last cent."""
        (granted,) = quote(
            house(reduction()), ["10.00", "20.00", "70.00"], ("voucher", "1.01")
        ).reductions
        assert [str(each.amount) for each in granted.pieces.values()] == ["0.10", "0.20", "0.71"]

    @pytest.mark.parametrize(("price", "total_"), [("99.99", "107.58"), ("100.00", "100.00")])
    def test_free_postage_from_an_amount_on(self, price: str, total_: str) -> None:
        """It is granted by itself, from 100.00 on."""
        policy = house(reduction("free", applies_to=AppliesTo.SHIPPING, least="100", flat="0"))
        assert quote(policy, [price]).price.total == eur(total_)

    @pytest.mark.parametrize(("flat", "shipping"), [("2.00", "2.00"), ("9.00", "7.59")])
    def test_flat_postage(self, flat: str, shipping: str) -> None:
        """Postage of 7.59 is 2.00; it is never more than it was."""
        policy = house(reduction("flat", applies_to=AppliesTo.SHIPPING, flat=flat))
        assert quote(policy, ["10.00"]).price.total == eur("10.00") + eur(shipping)

    def test_fees_know_them(self) -> None:
        """A tenth of 100.00 less a voucher of 10.00; of 100.00 less a reduction of 5.00."""
        policy = house(
            reduction(),
            reduction("bundle", counts_as=CountsAs.REDUCTION),
            fees=[
                fee(component("0.10", of=base("pieces", "voucher")), name="first"),
                fee(component("0.10", of=base("pieces", "reduction")), name="second"),
            ],
        )
        price = quote(policy, ["100.00"], ("voucher", "10.00"), ("bundle", "5.00")).price
        assert [str(each.fee.amount) for each in price.fees] == ["9.00", "9.50"]

    def test_fees_know_what_is_taken_off(self) -> None:
        """A voucher of 100.00 takes 20.00 off a piece: a tenth of the postage of 7.59 is left."""
        of = base("pieces shipping", "voucher")
        policy = house(reduction(), fees=[fee(component("0.10", of=of))])
        found = quote(policy, ["20.00"], ("voucher", "100.00"))
        assert found.price.fee("fee") == eur("0.76")
        assert found.parts == {"voucher": eur("20.00"), "reduction": eur("0.00")}

    @pytest.mark.parametrize(
        ("counts_as", "due"), [(CountsAs.REDUCTION, "2.00"), (CountsAs.VOUCHER, "2.76")]
    )
    def test_fees_know_free_postage(self, counts_as: CountsAs, due: str) -> None:
        """A tenth of 20.00 and postage of 7.59, less that as far as it counts as a reduction."""
        policy = house(
            reduction("free", applies_to=AppliesTo.SHIPPING, counts_as=counts_as, flat="0"),
            fees=[fee(component("0.10", of=base("pieces shipping", "reduction")))],
        )
        assert quote(policy, ["20.00"]).price.fee("fee") == eur(due)

    @pytest.mark.parametrize(
        ("applies_to", "due", "off"),
        [(AppliesTo.FEES, "10.00", "10.00"), (AppliesTo.TOTAL, "8.00", "20.00")],
    )
    def test_fees_do_not_know_what_is_taken_off_them(
        self, applies_to: AppliesTo, due: str, off: str
    ) -> None:
        """A tenth of 100.00, of which nothing is taken off, or of 100.00 less 20.00."""
        policy = house(
            reduction(applies_to=applies_to),
            fees=[fee(component("0.10", of=base("pieces", "voucher")))],
        )
        price = quote(policy, ["100.00"], ("voucher", "20.00")).price
        assert price.fee("fee") == eur(due)
        assert price.reductions == {"voucher": eur(off)}

    def test_says_why(self) -> None:
        """The sources of each are among those of the quote."""
        found = quote(house(reduction()), ["100.00"], ("voucher", "10.00"))
        assert "source of voucher" in found.sources

    def test_one_worth_nothing_here_is_not_there(self) -> None:
        """Fees of a house that has none."""
        policy = house(reduction(applies_to=AppliesTo.FEES))
        assert quote(policy, ["10.00"], ("voucher", "5.00")).price.reductions == {}


class TestRefused:
    """What is not granted is an error at its place."""

    def test_an_unknown_one(self) -> None:
        """Nor one that is granted by itself."""
        policy = house(reduction(), reduction("free", applies_to=AppliesTo.SHIPPING, flat="0"))
        for name in ("vouchr", "free"):
            with pytest.raises(UnknownTermError, match=r"^reductions\[0\]\.name: .*of voucher"):
                quote(policy, ["10.00"], (name, "5.00"))

    def test_twice(self) -> None:
        """Each name once."""
        with pytest.raises(InvalidValueError, match=r"^reductions\[1\]\.name: must be another"):
            quote(house(reduction()), ["10.00"], ("voucher", "5.00"), ("voucher", "1.00"))

    @pytest.mark.parametrize(("price", "granted"), [("49.99", False), ("50.00", True)])
    def test_below_the_least(self, price: str, *, granted: bool) -> None:
        """From pieces worth 50.00 on."""
        policy = house(reduction(least="50.00"))
        if granted:
            assert quote(policy, [price], ("voucher", "5.00")).price.reductions
            return
        with pytest.raises(InvalidValueError, match=r"^reductions\[0\]: must be for pieces"):
            quote(policy, [price], ("voucher", "5.00"))

    def test_an_amount_that_is_none(self) -> None:
        """Above zero, in the currency of the house."""
        with pytest.raises(MoneyError, match=r"^reductions\[0\]\.amount"):
            quote(house(reduction()), ["10.00"], ("voucher", "0.00"))
        pounds = Reduction(name="voucher", amount=Money("1.00", "GBP"))
        with pytest.raises(CurrencyMismatchError, match=r"^reductions\[0\]\.amount"):
            quote_order(
                quote(house(), ["10.00"]).pieces,
                locate(BORDEAUX),
                "direct",
                house(reduction()),
                reductions=[pounds],
            )

    @pytest.mark.parametrize("part", ["voucher", "reduction"])
    def test_a_part_that_lowers_nothing(self, part: str) -> None:
        """A voucher is given as one, not as a number that fees alone know."""
        with pytest.raises(InvalidValueError, match=rf"^parts\.{part}: must be given as"):
            quote(house(reduction()), ["10.00"], parts={part: eur("1.00")})


class TestReturns:
    """What comes back is what was paid, as the reduction says."""

    PRICES = ("60.00", "40.00")

    def steps(self, on_return: OnReturn, *steps: Sequence[int], least: str = "50.00") -> list[str]:
        """Buy for 60.00 and 40.00 with a voucher of 10.00, and send pieces back."""
        policy = house(reduction(on_return=on_return, least=least))
        return refunds(
            policy, placed(policy, quote(policy, self.PRICES, ("voucher", "10.00"))), *steps
        )

    def test_share(self) -> None:
        """6.00 goes with the one, 4.00 with the other; the postage of 9.59 with the last."""
        assert self.steps(OnReturn.SHARE, [0], [1]) == ["54.00", "45.59"]
        assert self.steps(OnReturn.SHARE, [1], [0]) == ["36.00", "63.59"]

    def test_kept(self) -> None:
        """The piece that is kept bears all of it."""
        assert self.steps(OnReturn.KEPT, [0], [1]) == ["60.00", "39.59"]
        assert self.steps(OnReturn.KEPT, [1], [0]) == ["40.00", "59.59"]

    def test_kept_as_far_as_it_can_be_borne(self) -> None:
        """Of a voucher of 50.00 a piece at 40.00 bears no more than that."""
        policy = house(reduction(on_return=OnReturn.KEPT))
        order = placed(policy, quote(policy, self.PRICES, ("voucher", "50.00")))
        assert refunds(policy, order, [0], [1]) == ["50.00", "9.59"]

    def test_two_kept_as_far_as_they_can_be_borne_together(self) -> None:
        """Of 80.00 off 100.00 a piece at 40.00 bears 40.00, and one at 60.00 bears 60.00."""
        policy = house(
            reduction("first", on_return=OnReturn.KEPT),
            reduction("second", on_return=OnReturn.KEPT),
        )
        order = placed(policy, quote(policy, self.PRICES, ("first", "40.00"), ("second", "40.00")))
        assert refunds(policy, order, [0], [1]) == ["20.00", "9.59"]
        assert refunds(policy, order, [1], [0]) == ["20.00", "9.59"]
        assert refunds(policy, order, [0, 1]) == ["29.59"]

    @pytest.mark.parametrize("kept_first", [False, True])
    def test_one_kept_beside_one_that_is_shared(self, *, kept_first: bool) -> None:
        """Of 90.00 off 100.00 a piece at 40.00 bears 40.00, one at 60.00 all but its 20.00."""
        both = [reduction("first"), reduction("second", on_return=OnReturn.KEPT)]
        policy = house(*(reversed(both) if kept_first else both))
        order = placed(policy, quote(policy, self.PRICES, ("first", "50.00"), ("second", "40.00")))
        assert refunds(policy, order, [0], [1]) == ["10.00", "9.59"]
        assert refunds(policy, order, [1], [0]) == ["10.00", "9.59"]

    def test_withdrawn(self) -> None:
        """60.00 is kept and above the least: its share stays; of 40.00 nothing is left of it."""
        assert self.steps(OnReturn.WITHDRAWN, [1], [0]) == ["36.00", "63.59"]
        assert self.steps(OnReturn.WITHDRAWN, [0], [1]) == ["50.00", "49.59"]
        assert self.steps(OnReturn.WITHDRAWN, [1], [0], least="60.00") == ["36.00", "63.59"]
        assert self.steps(OnReturn.WITHDRAWN, [1], [0], least="60.01") == ["30.00", "69.59"]

    def test_free_postage_is_withdrawn(self) -> None:
        """9.59 is charged on what is kept below 100.00, and comes back when all does."""
        free = reduction(
            "free",
            applies_to=AppliesTo.SHIPPING,
            least="100",
            flat="0",
            on_return=OnReturn.WITHDRAWN,
        )
        policy = house(free)
        order = placed(policy, quote(policy, self.PRICES))
        assert refunds(policy, order, [1], [0]) == ["30.41", "69.59"]
        assert refunds(policy, order, [0, 1]) == ["100.00"]
        stays = house(evolve(free, on_return=OnReturn.SHARE))
        assert refunds(stays, placed(stays, quote(stays, self.PRICES)), [1], [0]) == [
            "40.00",
            "60.00",
        ]

    def test_nothing_is_ever_taken_back(self) -> None:
        """Of a piece at 2.00, less than the postage, nothing; with the other comes back all."""
        free = reduction(
            "free",
            applies_to=AppliesTo.SHIPPING,
            least="100",
            flat="0",
            on_return=OnReturn.WITHDRAWN,
        )
        policy = house(free)
        order = placed(policy, quote(policy, ["99.00", "2.00"]))
        assert refunds(policy, order, [1], [0]) == ["0.00", "101.00"]

    def test_an_eleventh_piece_takes_nothing_back(self) -> None:
        """Nine at 1.00 bear 6.23 of the voucher and give back 2.77; the rest waits for the last.

        With the one at 31.00 back as well all of the voucher goes, which is more than they cost.
        """
        policy = house(reduction(on_return=OnReturn.WITHDRAWN, least="100.00"))
        prices = ["31.00", *["1.00"] * 10, "89.00"]
        order = placed(policy, quote(policy, prices, ("voucher", "90.00")))
        assert refunds(policy, order, range(10), [10], [11]) == ["2.77", "0.00", "54.62"]
        assert refunds(policy, order, range(10), [10, 11]) == ["2.77", "54.62"]
        assert refunds(policy, order, range(12)) == ["57.39"]

    def test_of_fees_and_postage(self) -> None:
        """A fee of a tenth at half of its price, and a parcel at half of its own."""
        tenth = fee(component("0.10"), refundable=True)
        extra = fee(component(fixed="2.00"), name="extra")
        on_loss = fee(
            component("0.10"), name="check", per=Per.PIECE, refunded_with=frozenset({"loss"})
        )
        policy = house(reduction(applies_to=AppliesTo.FEES), fees=[tenth, extra, on_loss])
        order = placed(policy, quote(policy, ["60.00", "40.00"], ("voucher", "11.00")))
        # Fees of 10.00, 2.00 and 10.00 at half: 3.00 of the first comes back with the first piece,
        # and 3.00 of the third where the terms are those of a loss, as here.
        assert refunds(policy, order, [0]) == ["66.00"]
        half = house(reduction(applies_to=AppliesTo.SHIPPING))
        paid = placed(half, quote(half, ["60.00", "40.00"], ("voucher", "4.59")))
        assert refunds(half, paid, [0], [1]) == ["60.00", "45.00"]

    @given(
        cents=st.lists(st.integers(1, 9_000), min_size=1, max_size=4),
        drawn=st.lists(
            st.tuples(
                st.integers(1, 12_000),
                st.integers(0, 9_000),
                st.sampled_from(AppliesTo),
                st.sampled_from(OnReturn),
            ),
            min_size=1,
            max_size=2,
        ),
        order_=st.randoms(use_true_random=False),
    )
    def test_splitting_returns_refunds_the_same(
        self,
        *,
        cents: list[int],
        drawn: list[tuple[int, int, AppliesTo, OnReturn]],
        order_: object,
    ) -> None:
        """Piece by piece in any order or all at once: in the end what was paid, never more."""
        policy = house(
            *(
                reduction(
                    f"voucher-{n}",
                    applies_to=applies_to,
                    on_return=on_return,
                    least=_written(min(least, sum(cents))),
                )
                for n, (_, least, applies_to, on_return) in enumerate(drawn)
            ),
            fees=[fee(component("0.07"), refundable=True)],
        )
        prices = [_written(cent) for cent in cents]
        worths = [(f"voucher-{n}", _written(worth)) for n, (worth, *_) in enumerate(drawn)]
        bought = placed(policy, quote(policy, prices, *worths))
        paid = total((payment.amount for payment in bought.payments), "EUR")
        if not paid.amount:
            return
        everything = range(len(cents))
        shuffled = sorted(everything, key=lambda _: order_.random())  # type: ignore[attr-defined]
        terms = evolve(policy.returns.undelivered.lost, parts=frozenset(RefundPart))
        back = [ReturnedPiece(id=PieceId(f"p{n}"), terms=terms) for n in shuffled]
        sums = []
        for split_at in range(len(back) + 1):
            groups = [group for group in (back[:split_at], back[split_at:]) if group]
            before: list[ReturnedPiece] = []
            already: tuple[Payment, ...] = ()
            for group in groups:
                found = quote_refund(
                    paid_order(bought),
                    group,
                    policy.returns.refunds,
                    lambda kept: fee_on_kept(bought, kept, policy),
                    before=before,
                    already_refunded=already,
                )
                if isinstance(found, Refundable):
                    assert found.beyond == eur("0.00")
                    assert found.pieces >= eur("0.00")
                    already += found.by_tender
                before += group
            sums.append(total((payment.amount for payment in already), "EUR"))
        assert set(sums) == {paid}


class TestSellers:
    """A reduction that sellers bear is taken off what they earn, and comes back to them."""

    POLICY = house(
        reduction("bundle", borne_by=Bearer.SELLER),
        fees=[fee(component("0.10"), payer=Payer.SELLER, per=Per.PIECE, refundable=True)],
    )

    def story(self, borne_by: Bearer = Bearer.SELLER) -> Story:
        """Sell the coat for 90.00 and the bag for 55.00 with 14.50 off."""
        policy = evolve(
            self.POLICY,
            pricing=evolve(
                self.POLICY.pricing, reductions=(reduction("bundle", borne_by=borne_by),)
            ),
        )
        pieces = [
            Piece(id=COAT, seller=SellerId("ada"), price=eur("90.00"), weight_g=1400),
            Piece(id=BAG, seller=SellerId("lou"), price=eur("55.00"), weight_g=600),
        ]
        off = Reduction(name="bundle", amount=eur("14.50"))
        quoted = quote_order(pieces, locate(BORDEAUX), "grouped", policy, reductions=[off])
        assert isinstance(quoted, OrderQuote)
        card = Payment(tender="card", amount=quoted.price.total)
        first = place_order(
            quoted,
            policy,
            order=OrderId("o1"),
            buyer=BuyerId("zoe"),
            payments=[card],
            at=MONDAY,
        )
        return Story("grouped", policy=policy, first=first)

    def test_earn_less(self) -> None:
        """90.00 less 9.00 off and a fee of 9.00; 55.00 less 5.50 and 5.50."""
        owed = self.story().owed()
        assert (owed["seller ada"], owed["seller lou"]) == ("72.00", "44.00")

    def test_earn_as_much_where_the_house_bears_it(self) -> None:
        """90.00 less a fee of 9.00; the house has 14.50 less."""
        mine, theirs = self.story(Bearer.HOUSE).owed(), self.story().owed()
        assert (mine["seller ada"], mine["seller lou"]) == ("81.00", "49.50")
        assert Decimal(theirs["house"]) - Decimal(mine["house"]) == Decimal("14.50")

    @pytest.mark.parametrize("bearer", list(Bearer))
    def test_are_owed_nothing_of_what_comes_back(self, bearer: Bearer) -> None:
        """The buyer gets 81.00 for the coat, and ada's account is even."""
        story = self.story(bearer).tell(RecordCapture(at=days(0.02), tender="card"))
        story.deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.come_back("coat", at=12)
        assert story.owed()["buyer"] == "81.00"
        assert "seller ada" not in story.owed()
