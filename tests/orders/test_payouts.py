"""What sellers are paid for pieces that are sold together, and what falls on each of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import base, component, condition, eur, fee, house, imparfaite, tier
from tests.orders.order_stories import MONDAY
from vintage_rules import Money, Place, locate
from vintage_rules.errors import CurrencyMismatchError, InvalidValueError, UnknownTermError
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.money import total
from vintage_rules.orders import (
    HousePolicy,
    OrderPayouts,
    OrderQuote,
    Piece,
    PricedPiece,
    place_order,
    quote_order,
    quote_order_payouts,
)
from vintage_rules.orders.events import OrderLine
from vintage_rules.orders.fees import within_prices
from vintage_rules.orders.placing import seller_fee_back
from vintage_rules.pricing.fee_policy import FeePolicy, Payer, Per
from vintage_rules.returns.payments import Payment


def sellers_pay(*parts: object, per: Per = Per.PIECE, **more: object) -> FeePolicy:
    """A fee that sellers bear."""
    return fee(*parts, payer=Payer.SELLER, per=per, **more)  # type: ignore[arg-type]


def sold(name: str, price: str, seller: str = "ada", listed: str | None = None) -> PricedPiece:
    """A piece that is sold."""
    return PricedPiece(
        id=PieceId(name),
        seller=SellerId(seller),
        price=eur(price),
        list_price=None if listed is None else eur(listed),
    )


def paid(
    policy: HousePolicy,
    *pieces: PricedPiece,
    parts: Mapping[str, str] | None = None,
    mode: str = "direct",
    **more: object,
) -> OrderPayouts:
    """Pay the sellers of some pieces."""
    given_parts = {name: eur(amount) for name, amount in (parts or {}).items()}
    return quote_order_payouts(
        pieces,
        policy,
        mode=mode,
        zone="europe",
        parts=given_parts,
        **more,  # type: ignore[arg-type]
    )


def payouts(found: OrderPayouts) -> dict[str, str]:
    """Give what is paid for each piece."""
    return {each.piece: str(each.payout.amount) for each in found.pieces}


BUNDLE = (
    component(fixed="2.95", when=condition(below="15.00")),
    component("0.20", when=condition(at_least="15.00")),
)


class TestPer:
    """Once for the order, for each seller, for each piece; shared over the pieces by price."""

    @pytest.mark.parametrize(
        ("per", "first", "second"),
        [(Per.SELLER, "6.40", "6.40"), (Per.ORDER, "6.40", "6.40"), (Per.PIECE, "5.05", "5.05")],
    )
    def test_a_bundle_of_one_seller(self, per: Per, first: str, second: str) -> None:
        """2.95 below 15.00, a fifth from there on: 3.20 of 16.00, or 2.95 of each 8.00."""
        found = paid(house(sellers_pay(*BUNDLE, per=per)), sold("a", "8.00"), sold("b", "8.00"))
        assert payouts(found) == {"a": first, "b": second}
        assert found.sellers == {"ada": eur(first) + eur(second)}

    @pytest.mark.parametrize(("price", "payout"), [("14.99", "12.04"), ("15.00", "12.00")])
    def test_both_sides_of_the_limit(self, price: str, payout: str) -> None:
        """2.95 of 14.99, and 3.00 of 15.00."""
        found = paid(house(sellers_pay(*BUNDLE, per=Per.SELLER)), sold("a", price))
        assert payouts(found) == {"a": payout}

    def test_each_seller_bears_their_own(self) -> None:
        """Ada a fifth of 16.00, lou 2.95 of 8.00; of the whole order it would be a fifth of 24."""
        pieces = (sold("a", "8.00"), sold("b", "8.00"), sold("c", "8.00", "lou"))
        by_seller = paid(house(sellers_pay(*BUNDLE, per=Per.SELLER)), *pieces)
        assert by_seller.sellers == {"ada": eur("12.80"), "lou": eur("5.05")}
        by_order = paid(house(sellers_pay(*BUNDLE, per=Per.ORDER)), *pieces)
        assert by_order.sellers == {"ada": eur("12.80"), "lou": eur("6.40")}

    def test_the_last_cent_falls_on_the_largest_remainder(self) -> None:
        """1.00 over three at 1.00: 0.34, 0.33, 0.33; with one at 7.00, 0.10 each and 0.70."""
        policy = house(sellers_pay(component(fixed="1.00"), per=Per.ORDER))
        three = [sold(name, "1.00") for name in "abc"]
        assert payouts(paid(policy, *three)) == {"a": "0.66", "b": "0.67", "c": "0.67"}
        found = paid(policy, *three, sold("d", "7.00"))
        assert payouts(found) == {"a": "0.90", "b": "0.90", "c": "0.90", "d": "6.30"}


class TestBases:
    """Any named part, given with the payout."""

    @pytest.mark.parametrize("per", [Per.ORDER, Per.SELLER, Per.PIECE])
    @pytest.mark.parametrize(
        ("part", "sign", "due"),
        [
            ("shipping", "", "4.50"),
            ("tax", "", "4.50"),
            ("duties", "", "4.50"),
            ("wrapping", "", "4.50"),
            ("handling", "", "4.50"),
            ("fees", "", "4.50"),
            ("voucher", "-", "3.50"),
            ("reduction", "-", "3.50"),
        ],
    )
    def test_a_tenth_of_the_price_and_a_part(
        self, per: Per, part: str, sign: str, due: str
    ) -> None:
        """40.00 and 5.00, or 40.00 less 5.00: added up, and an error where it is not given."""
        of = base("pieces", part) if sign else base(f"pieces {part}")
        policy = house(sellers_pay(component("0.10", of=of), per=per), fee(component("0.01")))
        found = paid(policy, sold("a", "40.00"), parts={part: "5.00"})
        assert str(found.fees[0].fee.amount) == due
        with pytest.raises(InvalidValueError, match=rf"^parts\.{part}: must be given: the fee fee"):
            paid(policy, sold("a", "40.00"))

    def test_fall_on_the_pieces_by_price(self) -> None:
        """10.00 of shipping, 7.50 on a coat at 60.00 and 2.50 on a hat at 20.00."""
        policy = house(sellers_pay(component("1", of=base("shipping"))))
        found = paid(
            policy, sold("coat", "60.00"), sold("hat", "20.00"), parts={"shipping": "10.00"}
        )
        assert [str(each.fee.amount) for each in found.fees] == ["7.50", "2.50"]

    def test_hold_the_fees_before(self) -> None:
        """A tenth of each price, and a fifth of that: in the order in which they are written."""
        first = sellers_pay(component("0.10"), name="commission")
        tax = sellers_pay(component("0.20", of=base("fees")), name="tax-on-it")
        found = paid(house(first, tax), sold("a", "50.00"), sold("b", "10.00"))
        assert {each.piece: each.fees for each in found.pieces} == {
            "a": {"commission": eur("5.00"), "tax-on-it": eur("1.00")},
            "b": {"commission": eur("1.00"), "tax-on-it": eur("0.20")},
        }

    def test_handling_is_part_of_the_fees_before(self) -> None:
        """Of those that sellers bear the one that customs count."""
        first = sellers_pay(component("0.10"), name="first")
        second = sellers_pay(component("0.30"), name="second")
        third = sellers_pay(component("0.50", of=base("handling")), name="third")
        found = paid(house(first, second, third, handling=("first",)), sold("a", "50.00"))
        assert [str(each.fee.amount) for each in found.fees] == ["5.00", "15.00", "2.50"]

    @pytest.mark.parametrize(("listed", "due"), [("499.99", "20.70"), ("500.00", "8.00")])
    def test_a_tier_chosen_by_the_list_price(self, listed: str, due: str) -> None:
        """0.70 and 5 % of the price, or 2 % of it from a list price of 500.00 on."""
        cliff = component(
            tiers=(tier("0", rate="0.05", fixed="0.70"), tier("500", rate="0.02")),
            chosen_by=base("list-price"),
        )
        policy = house(sellers_pay(cliff))
        (found,) = paid(policy, sold("a", "400.00", listed=listed)).fees
        assert str(found.fee.amount) == due
        with pytest.raises(InvalidValueError, match=r"^pieces\[1\]\.list_price: must be given"):
            paid(policy, sold("a", "400.00", listed=listed), sold("b", "1.00"))

    def test_are_not_more_than_there_are(self) -> None:
        """A part that nobody knows, or that is computed here, is refused."""
        with pytest.raises(
            InvalidValueError, match=r"^parts: must be one of duties, fees, handling, "
        ):
            paid(house(), sold("a", "1.00"), parts={"pieces": "1.00"})


class TestOptions:
    """A fee that need not be borne is, once it is chosen."""

    POLICY = house(sellers_pay(component(fixed="3.00"), name="ad", optional=True))

    def test_is_taken_when_chosen(self) -> None:
        """3.00 of 10.00, or nothing."""
        assert payouts(paid(self.POLICY, sold("a", "10.00"))) == {"a": "10.00"}
        assert payouts(paid(self.POLICY, sold("a", "10.00"), options=["ad"])) == {"a": "7.00"}

    def test_is_one_of_the_sellers(self) -> None:
        """No other name, and no option of buyers."""
        policy = house(*self.POLICY.pricing.fees, fee(component("0.1"), name="b", optional=True))
        for option in ("b", "add"):
            with pytest.raises(UnknownTermError, match=r"^options: must be one of ad"):
                paid(policy, sold("a", "10.00"), options=[option])


class TestPrices:
    """Fees never take more of a piece than it was sold for."""

    def test_are_all_that_fees_take(self) -> None:
        """12.00 of two pieces at 4.00 and 6.00: 10.00, and of a fee after it nothing."""
        first = sellers_pay(component(fixed="12.00"), per=Per.ORDER, name="first")
        second = sellers_pay(component(fixed="1.00"), per=Per.ORDER, name="second")
        found = paid(house(first, second), sold("a", "4.00"), sold("b", "6.00"))
        assert payouts(found) == {"a": "0.00", "b": "0.00"}
        assert [str(each.fee.amount) for each in found.fees] == ["10.00", "0.00"]

    def test_what_a_piece_cannot_bear_falls_on_the_others(self) -> None:
        """9.00 on one of two pieces at 10.00; 4.00 on both, of which 1.00 and 10.00 are left."""
        all_but_one = sellers_pay(
            component("0.90", when=condition(seller_kinds=frozenset({"private"}))), name="first"
        )
        both = sellers_pay(component(fixed="4.00"), per=Per.ORDER, name="both")
        policy = house(all_but_one, both)
        private = evolve(
            sold("a", "10.00"), sale=evolve(sold("a", "1").sale, seller_kind="private")
        )
        found = paid(policy, private, sold("b", "10.00"))
        assert payouts(found) == {"a": "0.64", "b": "6.36"}

    @given(
        prices=st.lists(st.integers(1, 5_000), min_size=1, max_size=6),
        fixed=st.integers(0, 3_000),
        per=st.sampled_from([Per.ORDER, Per.SELLER, Per.PIECE]),
    )
    def test_add_up(self, prices: list[int], fixed: int, per: Per) -> None:
        """Price = payout + shares, each share at most the price, and the shares are the fee."""
        pieces = [
            sold(f"p{n}", f"{cents // 100}.{cents % 100:02}", f"s{n % 2}")
            for n, cents in enumerate(prices)
        ]
        policy = house(
            sellers_pay(component("0.2", minimum=f"{fixed // 100}.{fixed % 100:02}"), per=per),
            sellers_pay(component("0.5", of=base("pieces fees")), per=Per.ORDER, name="second"),
        )
        found = paid(policy, *pieces)
        for each in found.pieces:
            assert each.payout + total(each.fees.values(), "EUR") == each.price
            assert each.payout >= eur("0.00")
        for charged in found.fees:
            assert total(charged.shares.values(), "EUR") == charged.fee
        assert total(found.sellers.values(), "EUR") == total(
            (each.payout for each in found.pieces), "EUR"
        )

    @given(
        prices=st.lists(st.integers(100, 5_000), min_size=2, max_size=5),
        names=st.permutations(["ada", "lou", "zoe"]),
    )
    def test_names_of_sellers_change_nothing(self, prices: list[int], names: list[str]) -> None:
        """Whatever sellers are called, each piece earns the same."""
        policy = house(sellers_pay(*BUNDLE, per=Per.SELLER))

        def earned(called: list[str]) -> dict[str, str]:
            pieces = [
                sold(f"p{n}", f"{cents // 100}.{cents % 100:02}", called[n % 3])
                for n, cents in enumerate(prices)
            ]
            return payouts(paid(policy, *pieces))

        assert earned(names) == earned(["s1", "s2", "s3"])

    @given(prices=st.lists(st.integers(1, 5_000), min_size=1, max_size=5))
    def test_a_policy_whose_figures_double_doubles_the_fees(self, prices: list[int]) -> None:
        """Fees of twice the rate and the fixed part take twice as much, to the cent of rounding."""
        pieces = [sold(f"p{n}", f"{cents}.00") for n, cents in enumerate(prices)]
        once = paid(house(sellers_pay(component("0.1", fixed="0.10"), per=Per.SELLER)), *pieces)
        twice = paid(house(sellers_pay(component("0.2", fixed="0.20"), per=Per.SELLER)), *pieces)
        assert twice.fees[0].fee == once.fees[0].fee * 2


class TestWhatIsRefused:
    """No piece, one twice, and another currency."""

    def test_no_piece(self) -> None:
        """Nothing is sold."""
        with pytest.raises(InvalidValueError, match=r"^pieces: must be at least one piece"):
            paid(house())

    def test_a_piece_twice(self) -> None:
        """It is sold once."""
        with pytest.raises(InvalidValueError, match=r"^pieces: must be distinct pieces"):
            paid(house(), sold("a", "1.00"), sold("b", "1.00"), sold("a", "2.00"))

    def test_another_currency(self) -> None:
        """Prices are in that of the house."""
        pounds = evolve(sold("a", "1.00"), price=Money("1.00", "GBP"))
        with pytest.raises(CurrencyMismatchError, match=r"^price: must be in EUR"):
            paid(house(), pounds)

    def test_the_sources_are_the_fees(self) -> None:
        """Each once."""
        found = paid(house(sellers_pay(component("0.1"))), sold("a", "1.00"), sold("b", "1.00"))
        assert found.sources == ("fee", "component")
        assert found.edition == imparfaite().edition


class TestInAnOrder:
    """The parts come from the order, and each line holds what falls on it."""

    PIECES = tuple(
        Piece(id=PieceId(name), seller=SellerId(seller), price=eur(price), weight_g=400)
        for name, seller, price in [("a", "ada", "8.00"), ("b", "ada", "8.00"), ("c", "lou", "24")]
    )
    BORDEAUX = locate(Place(country="FR", postal_code="33000"))

    def quote(self, *fees: FeePolicy, mode: str = "direct", **more: object) -> OrderQuote:
        """Price the three pieces."""
        policy = house(*fees)
        found = quote_order(self.PIECES, self.BORDEAUX, mode, policy, **more)  # type: ignore[arg-type]
        assert isinstance(found, OrderQuote)
        return found

    def lines(self, *fees: FeePolicy, mode: str = "direct", **more: object) -> dict[str, str]:
        """Place the order, and give what the seller of each piece bears."""
        quote = self.quote(*fees, mode=mode, **more)
        placed = place_order(
            quote,
            house(*fees),
            order=OrderId("o1"),
            buyer=BuyerId("zoe"),
            payments=[Payment(tender="card", amount=quote.price.total)],
            at=MONDAY,
        )
        return {line.piece: str(line.seller_fee.amount) for line in placed.lines}

    def test_a_fee_for_each_seller_is_shared(self) -> None:
        """Ada bears 3.20 for both, lou 4.80."""
        bundle = sellers_pay(*BUNDLE, per=Per.SELLER)
        assert self.lines(bundle) == {"a": "1.60", "b": "1.60", "c": "4.80"}

    @pytest.mark.parametrize("per", [Per.SELLER, Per.PIECE])
    def test_the_sum_of_several_parcels_is_that_of_none(self, per: Per) -> None:
        """10.00 of shipping may be 5.00 and 5.00, or 8.00 and 2.00: it is not shared by price."""
        policy = house(sellers_pay(component("1", of=base("shipping")), per=per))
        both = (sold("a", "100.00"), sold("b", "50.00", "lou"))
        with pytest.raises(InvalidValueError, match="quote the pieces of each seller alone"):
            paid(policy, *both, parts={"shipping": "10.00"})
        for piece, payout in zip(both, ("95.00", "45.00"), strict=True):
            assert payouts(paid(policy, piece, parts={"shipping": "5.00"})) == {piece.id: payout}

    def test_one_parcel_of_several_sellers(self) -> None:
        """Grouped, they post to the workshop: the sum is that of the one parcel to the buyer."""
        policy = house(sellers_pay(component("1", of=base("shipping"))))
        both = sold("coat", "60.00"), sold("hat", "20.00", "lou")
        found = paid(policy, *both, parts={"shipping": "10.00"}, mode="grouped")
        assert payouts(found) == {"coat": "52.50", "hat": "17.50"}

    def test_a_fee_on_the_order_needs_no_parcel(self) -> None:
        """All the shipping is that of the order, whoever posts what."""
        policy = house(sellers_pay(component("1", of=base("shipping")), per=Per.ORDER))
        found = paid(
            policy, sold("a", "100.00"), sold("b", "50.00", "lou"), parts={"shipping": "15.00"}
        )
        assert payouts(found) == {"a": "90.00", "b": "45.00"}

    def test_the_shipping_is_that_of_the_parcel(self) -> None:
        """All of it: in one parcel of the workshop it falls on the three by their prices."""
        postage = sellers_pay(component("0.5", of=base("shipping")), per=Per.SELLER)
        direct = self.quote(postage)
        ada, lou = (parcel.postage.price for parcel in direct.parcels)
        assert (ada, lou) == (eur("9.59"), eur("7.59"))
        assert self.lines(postage) == {"a": "2.40", "b": "2.40", "c": "3.80"}
        (grouped,) = (
            parcel.postage.price for parcel in self.quote(postage, mode="grouped").parcels
        )
        assert grouped == eur("11.19")
        assert self.lines(postage, mode="grouped") == {"a": "1.12", "b": "1.12", "c": "3.36"}

    def test_fees_before_are_those_of_buyers_too(self) -> None:
        """A tenth of each buyer's fee, and all of 2.00 that customs count as handling."""
        check = fee(component(fixed="2.00"), per=Per.PIECE, name="check")
        borne = sellers_pay(component("0.10", of=base("fees")), name="on-fees")
        assert self.lines(check, borne) == {"a": "0.20", "b": "0.20", "c": "0.20"}

    def test_an_option_is_taken_when_chosen(self) -> None:
        """Of each piece, or not at all."""
        ad = sellers_pay(component(fixed="1.00"), optional=True, name="ad")
        assert self.lines(ad) == {"a": "0.00", "b": "0.00", "c": "0.00"}
        assert self.lines(ad, options=["ad"]) == {"a": "1.00", "b": "1.00", "c": "1.00"}

    def test_the_quote_says_what_a_payout_does(self) -> None:
        """The same parts, given by hand for one seller."""
        policy = house(sellers_pay(component("0.3", of=base("pieces shipping")), per=Per.SELLER))
        (ada, _lou) = self.quote(*policy.pricing.fees).seller_fees
        alone = paid(policy, sold("a", "8.00"), sold("b", "8.00"), parts={"shipping": "9.59"})
        assert dict(ada.shares) == {each.piece: each.fees["fee"] for each in alone.pieces}


def test_a_fee_within_prices_is_the_same_in_any_order_of_pieces() -> None:
    """Shares are by price, whichever piece comes first, but for who bears the last cent."""
    policy = house(sellers_pay(component(fixed="5.00"), per=Per.ORDER))
    pieces = [sold("a", "3.00"), sold("b", "30.00"), sold("c", "17.00")]
    for order in permutations(pieces):
        found = within_prices(paid(policy, *order).fees, order)
        assert {piece: str(share.amount) for piece, share in found[0].shares.items()} == {
            "a": "0.30",
            "b": "3.00",
            "c": "1.70",
        }


class TestRefunds:
    """What comes back of a seller's fees with a piece: its share, as the fee says."""

    TERMS = imparfaite().returns.undelivered.lost
    LINE_FEES = (
        sellers_pay(component("0.10"), name="commission", per=Per.ORDER, refundable=True),
        sellers_pay(component(fixed="1.00"), name="kept"),
        sellers_pay(component("0.05"), name="on-loss", refunded_with=frozenset({TERMS.name})),
    )

    def line(self) -> OrderLine:
        """Of two pieces at 30.00 the first, of which 3.00, 1.00 and 1.50 are borne."""
        policy = house(*self.LINE_FEES)
        pieces = [
            Piece(id=PieceId(name), seller=SellerId("ada"), price=eur("30.00"), weight_g=400)
            for name in "ab"
        ]
        quote = quote_order(pieces, TestInAnOrder.BORDEAUX, "direct", policy)
        assert isinstance(quote, OrderQuote)
        placed = place_order(
            quote,
            policy,
            order=OrderId("o1"),
            buyer=BuyerId("zoe"),
            payments=[Payment(tender="card", amount=quote.price.total)],
            at=MONDAY,
        )
        return placed.lines[0]

    def test_the_line_names_those_that_stay(self) -> None:
        """All but the one that every refund gives back."""
        line = self.line()
        assert line.seller_fee == eur("5.50")
        assert line.kept_seller_fees == {"kept": eur("1.00"), "on-loss": eur("1.50")}

    @pytest.mark.parametrize(
        ("terms", "refunded", "back"),
        [
            ("on-loss", "30.00", "4.50"),
            ("on-loss", "10.00", "1.50"),
            ("on-loss", "0.00", "0.00"),
            ("other", "30.00", "3.00"),
            ("other", "10.00", "1.00"),
        ],
    )
    def test_come_back_as_the_price_does(self, terms: str, refunded: str, back: str) -> None:
        """3.00 always, 1.50 with a loss alone, 1.00 never; of a third of the price a third."""
        named = self.TERMS if terms == "on-loss" else evolve(self.TERMS, name="other")
        policy = house(*self.LINE_FEES)
        assert seller_fee_back(self.line(), named, eur(refunded), policy) == eur(back)
