"""The fees of an order and of a listing: what each is computed on, and what it is not."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.factories import base, component, condition, fee, house, imparfaite
from vintage_rules.errors import (
    CurrencyMismatchError,
    InvalidValueError,
    MoneyError,
    UnknownTermError,
)
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.orders import HousePolicy, PricedPiece, quote_fees, quote_listing
from vintage_rules.orders.fees import assumed, fees_of
from vintage_rules.pricing.fee_policy import Payer, Per, Sale


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


COAT = PricedPiece(
    id=PieceId("coat"),
    parcel="ada",
    seller=SellerId("ada"),
    price=euros("90.00"),
    list_price=euros("100.00"),
)
BAG = PricedPiece(
    id=PieceId("bag"),
    parcel="lou",
    seller=SellerId("lou"),
    price=euros("55.00"),
    list_price=euros("55.00"),
)
HAT = PricedPiece(
    id=PieceId("hat"),
    parcel="ada",
    seller=SellerId("ada"),
    price=euros("30.00"),
    list_price=euros("30.00"),
)


def charged(policy: HousePolicy, **parts: str) -> list[str]:
    """Charge the fees of a house on the three pieces, posted for 12.00."""
    fees = quote_fees(
        policy.pricing.fees,
        [COAT, BAG, HAT],
        {"ada": euros("8.00"), "lou": euros("4.00")},
        policy,
        mode="direct",
        zone="europe",
        parts={name: euros(amount) for name, amount in parts.items()},
    )
    return [str(each.fee.amount) for each in fees]


class TestBases:
    """Design, section 4: the sums that a fee of 10 % is computed on, added up by hand."""

    @pytest.mark.parametrize(
        ("plus", "minus", "due"),
        [
            ("pieces", "", "17.50"),  # 90 + 55 + 30 = 175
            ("list-price", "", "18.50"),  # 100 + 55 + 30 = 185
            ("pieces shipping", "", "18.70"),  # 187
            ("pieces wrapping", "", "17.80"),  # 178
            ("pieces", "voucher", "16.50"),  # 165
            ("pieces", "reduction", "17.30"),  # 173
            ("duties tax", "", "0.90"),  # 4 + 5
        ],
    )
    def test_are_sums_of_parts(self, plus: str, minus: str, due: str) -> None:
        """With a wrapping of 3.00, a voucher of 10.00, a reduction of 2.00, duties and tax."""
        one = fee(component("0.10", of=base(plus, minus)))
        given = {
            "wrapping": "3.00",
            "voucher": "10.00",
            "reduction": "2.00",
            "duties": "4.00",
            "tax": "5.00",
        }
        assert charged(house(one), **given) == [due]

    @pytest.mark.parametrize("part", ["wrapping", "voucher", "reduction"])
    def test_count_nothing_where_none_is_given(self, part: str) -> None:
        """An order without a voucher has one of 0.00."""
        assert charged(house(fee(component("0.10", of=base(f"pieces {part}"))))) == ["17.50"]

    def test_hold_the_fees_before(self) -> None:
        """5 % of 17.50; and of both before it, 17.50 and 0.88, half a cent up."""
        first = fee(component("0.10"), name="first")
        second = fee(component("0.05", of=base("fees")), name="second")
        third = fee(component("0.10", of=base("fees")), name="third")
        assert charged(house(first, second, third)) == ["17.50", "0.88", "1.84"]

    @pytest.mark.parametrize(
        ("handling", "due"), [((), "0.00"), (("first",), "1.75"), (("first", "second"), "2.28")]
    )
    def test_hold_the_handling(self, handling: tuple[str, ...], due: str) -> None:
        """Of 17.50 and 5.25 those that customs count."""
        first = fee(component("0.10"), name="first")
        second = fee(component("0.03"), name="second")
        third = fee(component("0.10", of=base("handling")), name="third")
        assert charged(house(first, second, third, handling=handling)) == ["17.50", "5.25", due]

    @pytest.mark.parametrize("part", ["pieces", "shipping", "fees", "handling", "gift"])
    def test_are_not_told_what_is_reckoned_here(self, part: str) -> None:
        """A part that the order knows itself, or nobody does, is named with those there are."""
        with pytest.raises(InvalidValueError) as error:
            charged(house(fee(component("0.10"))), **{part: "1.00"})
        assert (error.value.field, error.value.found) == ("parts", part)
        assert str(error.value).startswith(
            "parts: must be one of duties, reduction, tax, voucher, wrapping, got"
        )


class TestPer:
    """Once for the order, for each seller, for each piece."""

    @pytest.mark.parametrize(
        ("per", "due"),
        [
            (Per.ORDER, ["10.00"]),
            (Per.SELLER, ["10.00", "5.50"]),
            (Per.PIECE, ["9.00", "5.50", "5.00"]),
            (Per.LISTING, []),
        ],
    )
    def test_is_what_it_is_charged_for(self, per: Per, due: list[str]) -> None:
        """10 %, at least 5.00 and at most 10.00: of 175; of ada's 120 and lou's 55; of each."""
        assert (
            charged(house(fee(component("0.10", minimum="5.00", maximum="10.00"), per=per))) == due
        )

    def test_may_depend_on_the_sale_of_each(self) -> None:
        """A piece of a private seller bears it; what nobody says is assumed by the house."""
        private = condition(seller_kinds=frozenset({"private"}))
        one = fee(component("0.10", when=private), per=Per.PIECE)
        policy = house(one)
        pieces = [evolve(COAT, sale=Sale(seller_kind="private")), BAG]
        fees = quote_fees([one], pieces, {}, policy, mode="direct", zone="europe")
        assert [str(each.fee.amount) for each in fees] == ["9.00"]


class TestAssumed:
    """What nobody says of a sale is as the policy assumes it, and what somebody says is not."""

    @pytest.mark.parametrize("field", ["category", "seller_kind", "sale_kind"])
    def test_keeps_what_is_said(self, field: str) -> None:
        """Each of the three by itself."""
        by_house = imparfaite().returns.returns.assumed
        told = assumed(evolve(Sale(), **{field: "own"}), imparfaite())
        expected = {
            "category": by_house.category,
            "seller_kind": by_house.seller_kind,
            "sale_kind": by_house.sale_kind,
        }
        expected[field] = "own"
        found = {name: getattr(told, name) for name in expected}
        assert found == expected


class TestListing:
    """What a seller is charged for listing a piece, by its price."""

    LISTED = fee(
        component("0.03", fixed="0.20"), name="listing", per=Per.LISTING, payer=Payer.SELLER
    )

    def test_is_reckoned_on_the_price(self) -> None:
        """3 % of 90.00 and 0.20; a fee on orders is none on listings, nor the other way."""
        policy = house(self.LISTED, fee(component("0.10"), name="order"))
        quotes = quote_listing(euros("90.00"), policy)
        assert [(each.policy.name, str(each.fee.amount)) for each in quotes] == [
            ("listing", "2.90")
        ]
        assert [each.name for each in fees_of(policy, Payer.SELLER)] == []
        assert [each.name for each in fees_of(policy, Payer.BUYER)] == ["order"]

    def test_may_be_reckoned_on_the_list_price(self) -> None:
        """Which is the same."""
        listed = fee(component("0.03", of=base("list-price")), name="listing", per=Per.LISTING)
        (quote,) = quote_listing(euros("90.00"), house(listed))
        assert quote.fee == euros("2.70")

    @pytest.mark.parametrize(("kind", "due"), [("private", ["2.90"]), ("professional", [])])
    def test_may_depend_on_the_seller(self, kind: str, due: list[str]) -> None:
        """A condition on kinds of sellers, told or assumed: the house assumes professionals."""
        private = condition(seller_kinds=frozenset({"private"}))
        listed = fee(component("0.03", fixed="0.20", when=private), name="l", per=Per.LISTING)
        quotes = quote_listing(euros("90.00"), house(listed), Sale(seller_kind=kind))
        assert [str(each.fee.amount) for each in quotes] == due
        assert quote_listing(euros("90.00"), house(listed)) == ()

    def test_an_option_is_charged_where_it_is_chosen(self) -> None:
        """Its seller may do without it; what is no option of a listing is refused by name."""
        boost = evolve(self.LISTED, name="boost", optional=True)
        policy = house(self.LISTED, boost)
        for options, charged in ([], ["listing"]), (["boost"], ["listing", "boost"]):
            quotes = quote_listing(euros("90.00"), policy, options=options)
            assert [quote.policy.name for quote in quotes] == charged
        with pytest.raises(UnknownTermError, match=r"^options: must be one of boost, got 'photo'$"):
            quote_listing(euros("90.00"), policy, options=["photo"])

    def test_needs_a_price(self) -> None:
        """Above zero, in the currency of the house."""
        with pytest.raises(MoneyError, match=r"^price: "):
            quote_listing(euros("0.00"), house(self.LISTED))
        with pytest.raises(CurrencyMismatchError, match=r"^price: "):
            quote_listing(Money("90.00", "GBP"), house(self.LISTED))
        (least,) = quote_listing(euros("0.01"), house(self.LISTED))
        assert least.fee == euros("0.20")
