"""The price of an order from its pieces: parcels, fees, postage and a gift card, to the cent."""

from __future__ import annotations

import decimal
from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import (
    BORDEAUX,
    FORT_DE_FRANCE,
    LIEGE,
    base,
    component,
    condition,
    destination,
    eur,
    fee,
    imparfaite,
)
from vintage_rules.errors import (
    CurrencyMismatchError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
    UnknownTermError,
)
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.orders import (
    HousePolicy,
    OrderNotQuoted,
    OrderQuote,
    OrderQuoting,
    Piece,
    quote_order,
)
from vintage_rules.places import Area, Destination
from vintage_rules.pricing import FeePolicy, Payer, Per

DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["ada", "lou", "mia"]), st.integers(1, 10**6), st.integers(1, 12_000)
    ),
    min_size=1,
    max_size=8,
)


def piece(name: str, seller: str, price: str, weight_g: int = 500) -> Piece:
    """Give a piece of an order."""
    return Piece(id=PieceId(name), seller=SellerId(seller), price=eur(price), weight_g=weight_g)


COAT = piece("coat", "ada", "90.00", 1400)
BAG = piece("bag", "lou", "55.00", 600)
SCARF = piece("scarf", "ada", "20.00", 100)


def house(*fees: FeePolicy) -> HousePolicy:
    """Give the shipped policy with other fees."""
    return attrs.evolve(imparfaite(), pricing=attrs.evolve(imparfaite().pricing, fees=fees))


def quote(
    pieces: Sequence[Piece],
    mode: str,
    *,
    to: Destination = BORDEAUX,
    policy: HousePolicy | None = None,
    card: str | None = None,
    options: Sequence[str] = (),
) -> OrderQuote:
    """Price an order that has a price."""
    found = quote_order(
        pieces,
        to,
        mode,
        policy or imparfaite(),
        gift_card_balance=None if card is None else eur(card),
        options=options,
    )
    assert isinstance(found, OrderQuote)
    return found


def amounts(found: OrderQuote) -> str:
    """Give goods, fee, shipping, total, gift card and what is left to pay, as one text."""
    price = found.price
    parts = (price.goods, price.fee("quality-control"), price.shipping)
    return " ".join(
        str(part.amount) for part in (*parts, price.total, price.gift_card, price.to_pay)
    )


class TestL2ShippingOfAnOrder:
    """A direct order has a parcel and a shipping price per seller; a grouped order has one."""

    def test_direct(self) -> None:
        """Two sellers: no fee, two parcels, each with its own price."""
        found = quote([COAT, BAG], "direct")
        assert amounts(found) == "145.00 0.00 20.48 165.48 0.00 165.48"
        parcels = [
            (parcel.plan.sender, parcel.plan.pieces, str(parcel.postage.price))
            for parcel in found.parcels
        ]
        assert parcels == [("ada", ("coat",), "11.19 EUR"), ("lou", ("bag",), "9.29 EUR")]

    def test_grouped(self) -> None:
        """One parcel of the whole weight, and the fee."""
        found = quote([COAT, BAG], "grouped")
        assert amounts(found) == "145.00 14.50 11.19 170.69 0.00 170.69"
        (parcel,) = found.parcels
        assert (parcel.plan.sender, parcel.plan.weight_g) == ("workshop", 2000)
        assert parcel.postage.up_to_g == 2000

    def test_pieces_of_one_seller_share_a_parcel(self) -> None:
        """1400 and 100 grams are 1500."""
        found = quote([COAT, SCARF], "direct")
        assert amounts(found) == "110.00 0.00 11.19 121.19 0.00 121.19"

    def test_shipping_depends_on_where_it_goes(self) -> None:
        """Overseas France is not priced as France."""
        assert amounts(quote([COAT], "direct", to=FORT_DE_FRANCE)) == (
            "90.00 0.00 25.89 115.89 0.00 115.89"
        )


class TestL4FeeOfAnOrder:
    """The fee is computed on the pieces as they are sold, whatever is negotiated or paid with."""

    @pytest.mark.parametrize(
        ("price", "wanted"),
        [
            ("149.94", "149.94 14.99 11.19 176.12 0.00 176.12"),
            ("150.00", "150.00 15.00 11.19 176.19 0.00 176.19"),
            ("150.01", "150.01 15.00 11.19 176.20 0.00 176.20"),
            ("120.55", "120.55 12.06 11.19 143.80 0.00 143.80"),
        ],
    )
    def test_both_sides_of_the_cap(self, price: str, wanted: str) -> None:
        """On the sum of the pieces."""
        assert amounts(quote([piece("coat", "ada", price, 1400)], "grouped")) == wanted

    def test_is_one_for_the_order(self) -> None:
        """Rounded on the sum: three times 0.05 make 0.15 and a fee of 0.02, not three of 0.01."""
        pieces = [piece(name, "ada", "0.05") for name in ("a", "b", "c")]
        assert quote(pieces, "grouped").price.fee("quality-control") == eur("0.02")

    def test_a_negotiated_price_counts(self) -> None:
        """A piece of 200 that is sold for 140 bears a fee of 14."""
        sold = piece("coat", "ada", "140.00", 1400)
        assert quote([sold], "grouped").price.fee("quality-control") == eur("14.00")

    def test_a_gift_card_does_not_lower_it(self) -> None:
        """It pays, it does not reduce."""
        assert amounts(quote([COAT], "grouped", card="50.00")) == (
            "90.00 9.00 11.19 110.19 50.00 60.19"
        )


class TestC5GiftCardOfAnOrder:
    """A gift card pays goods, fee and shipping alike."""

    @pytest.mark.parametrize(
        ("card", "wanted"),
        [
            ("110.18", "90.00 9.00 11.19 110.19 110.18 0.01"),
            ("110.19", "90.00 9.00 11.19 110.19 110.19 0.00"),
            ("500.00", "90.00 9.00 11.19 110.19 110.19 0.00"),
        ],
    )
    def test_up_to_the_whole_order(self, card: str, wanted: str) -> None:
        """And not a cent more."""
        assert amounts(quote([COAT], "grouped", card=card)) == wanted


class TestL12OrderWithoutAPrice:
    """A parcel without a price leaves the order without one; the answer says which and why."""

    HEAVY = piece("trunk", "mia", "300.00", 30_001)

    def not_quoted(
        self, pieces: Sequence[Piece], mode: str, policy: HousePolicy | None = None
    ) -> OrderNotQuoted:
        """Try to price an order to Bordeaux."""
        found: OrderQuoting = quote_order(pieces, BORDEAUX, mode, policy or imparfaite())
        assert isinstance(found, OrderNotQuoted)
        return found

    def test_too_heavy(self) -> None:
        """Only the parcel that is."""
        found = self.not_quoted([COAT, self.HEAVY], "direct")
        ((parcel, postage),) = found.parcels
        assert (parcel.sender, parcel.pieces, postage.heaviest_g) == ("mia", ("trunk",), 30_000)
        assert [str(reason) for reason in found.reasons] == ["above-last-band"]
        assert found.edition == imparfaite().edition
        assert found.sources == imparfaite().shipping.postage.tables[0].sources

    def test_grouped_pieces_weigh_together(self) -> None:
        """Two that could go alone cannot go in one parcel."""
        pieces = [piece("a", "ada", "10.00", 20_000), piece("b", "lou", "10.00", 10_001)]
        assert self.not_quoted(pieces, "grouped").parcels[0][0].weight_g == 30_001
        assert isinstance(quote_order(pieces, BORDEAUX, "direct", imparfaite()), OrderQuote)

    def test_every_reason_once(self) -> None:
        """Of all parcels, in alphabetical order."""
        tables = imparfaite().shipping.postage.tables
        light = attrs.evolve(tables[0], modes=frozenset({"grouped"}))
        postage = attrs.evolve(imparfaite().shipping.postage, tables=(light,))
        policy = attrs.evolve(
            imparfaite(), shipping=attrs.evolve(imparfaite().shipping, postage=postage)
        )
        found = self.not_quoted([COAT, BAG], "direct", policy)
        assert len(found.parcels) == 2
        assert [str(reason) for reason in found.reasons] == ["no-rate"]
        assert found.sources == ("L12",)
        assert isinstance(quote_order([COAT], BORDEAUX, "grouped", policy), OrderQuote)


class TestOtherFees:
    """What another house charges: by seller, by piece, chosen by the buyer, borne by the seller."""

    PIECES = (COAT, BAG, SCARF)

    def total_of(self, policy: FeePolicy, *options: str, mode: str = "direct") -> str:
        """Give what one fee comes to in an order of three pieces of two sellers."""
        found = quote(self.PIECES, mode, policy=house(policy), options=options)
        assert found.price.total == found.price.goods + found.price.shipping + sum(
            charged.fee for charged in found.price.fees
        )
        return str(found.price.fee(policy.name).amount)

    @pytest.mark.parametrize(
        ("per", "wanted"), [(Per.ORDER, "15.00"), (Per.SELLER, "16.50"), (Per.PIECE, "18.50")]
    )
    def test_is_capped_for_each_thing_it_is_charged_for(self, per: Per, wanted: str) -> None:
        """A tenth of at most 15: of 165 once, of 110 and 55, of 90 and 55 and 20 — with a floor."""
        tenth = fee(component("0.10", minimum="4.00", maximum="15.00"), per=per)
        assert self.total_of(tenth) == wanted

    @pytest.mark.parametrize(
        ("per", "wanted"), [(Per.ORDER, "0.70"), (Per.SELLER, "1.40"), (Per.PIECE, "2.10")]
    )
    def test_a_fixed_fee_is_charged_once_each(self, per: Per, wanted: str) -> None:
        """0.70 once, for two sellers, for three pieces."""
        assert self.total_of(fee(component(fixed="0.70"), per=per)) == wanted

    def test_a_condition_holds_for_each_piece(self) -> None:
        """Verification of pieces of 55 and more: two of the three."""
        verified = fee(
            component(fixed="10.00", when=condition(at_least="55")),
            name="verification",
            per=Per.PIECE,
            optional=True,
        )
        assert self.total_of(verified, "verification") == "20.00"
        assert self.total_of(verified) == "0.00"

    def test_an_unknown_option_is_refused(self) -> None:
        """Nothing is silently dropped, and what is not optional is no option."""
        fees = (
            fee(component("0.1"), name="must"),
            fee(component("0.1"), name="may", optional=True),
            fee(component("0.1"), name="ad", optional=True, payer=Payer.SELLER),
        )
        for option in ("gift-wrapping", "must"):
            with pytest.raises(
                UnknownTermError, match=f"options: must be one of ad, may, got '{option}'"
            ):
                quote([COAT], "direct", policy=house(*fees), options=["may", "ad", option])

    def test_what_sellers_bear_is_left_out(self) -> None:
        """The buyer pays no commission."""
        assert self.total_of(fee(component("0.20"), payer=Payer.SELLER)) == "0.00"

    def test_shipping_may_be_part_of_the_base(self) -> None:
        """Of a fee on the whole order: a tenth of 165 and two parcels at 11.19 and 9.29."""
        assert self.total_of(fee(component("0.10", of=base("pieces shipping")))) == "18.55"

    @pytest.mark.parametrize(
        ("per", "wanted"), [(Per.ORDER, "2.05"), (Per.SELLER, "2.05"), (Per.PIECE, "2.05")]
    )
    def test_shipping_falls_on_the_pieces_of_each_parcel(self, per: Per, wanted: str) -> None:
        """A tenth of 20.48: of ada's 11.19, 9.16 on the coat and 2.03 on the scarf; lou's 9.29."""
        assert self.total_of(fee(component("0.10", of=base("shipping")), per=per)) == wanted

    def test_the_zone_of_the_destination_counts(self) -> None:
        """Europe without metropolitan France."""
        abroad = house(fee(component(fixed="3.00", when=condition(zones=frozenset({"europe"})))))
        assert quote([COAT], "direct", to=LIEGE, policy=abroad).price.fee("fee") == eur(3)
        assert quote([COAT], "direct", to=BORDEAUX, policy=abroad).price.fee("fee") == eur(0)


class TestTheQuote:
    """It holds what it was made from, and says why."""

    def test_holds_its_facts(self) -> None:
        """As they were given."""
        found = quote([COAT, BAG], "grouped", to=LIEGE)
        assert (found.mode, found.destination, found.pieces) == ("grouped", LIEGE, (COAT, BAG))
        assert found.edition == found.plan.edition == imparfaite().edition
        assert [posting.to for posting in found.plan.postings] == ["workshop", "workshop"]

    @pytest.mark.parametrize(
        ("mode", "card", "sources"),
        [
            ("direct", None, ["L1", "L2", "L12"]),
            ("grouped", None, ["L1", "L2", "L3", "L4", "L12"]),
            ("grouped", "1.00", ["L1", "L2", "L3", "L4", "C5", "L12"]),
            ("grouped", "0.00", ["L1", "L2", "L3", "L4", "L12"]),
        ],
    )
    def test_says_why(self, mode: str, card: str | None, sources: list[str]) -> None:
        """Each source once: the mode's, the fees', the gift card's, the rate table's."""
        found = quote([COAT, BAG], mode, card=card).sources
        assert [source for source in found if not source.startswith("assumption")] == sources
        assert len(set(found)) == len(found)

    @given(drawn=DRAWN, mode=st.sampled_from(["direct", "grouped"]), card=st.integers(0, 10**6))
    def test_adds_up(self, drawn: list[tuple[str, int, int]], mode: str, card: int) -> None:
        """To the cent, however many pieces; or a parcel of it is too heavy."""
        pieces = [
            piece(f"piece-{n}", seller, f"{cents // 100}.{cents % 100:02}", weight)
            for n, (seller, cents, weight) in enumerate(drawn)
        ]
        balance = eur(f"{card // 100}.{card % 100:02}")
        found = quote_order(pieces, BORDEAUX, mode, imparfaite(), gift_card_balance=balance)
        if isinstance(found, OrderNotQuoted):
            assert all(parcel.weight_g > 30_000 for parcel, _ in found.parcels)
            return
        price = found.price
        assert price.goods == sum(one.price for one in pieces)
        assert price.shipping == sum(parcel.postage.price for parcel in found.parcels)
        control = price.fee("quality-control")
        assert price.total == price.goods + control + price.shipping
        assert price.gift_card + price.to_pay == price.total
        assert price.gift_card == min(balance, price.total)
        assert (control > eur(0)) == (mode == "grouped" and price.goods >= eur("0.05"))
        assert control <= eur(15)
        shipped = sorted(name for parcel in found.parcels for name in parcel.plan.pieces)
        assert shipped == sorted(one.id for one in pieces)

    def test_the_hosts_decimal_context_changes_nothing(self) -> None:
        """Nor makes it fail."""
        pieces = [piece("a", "ada", "12345.67"), piece("b", "lou", "0.05")]
        wanted = quote(pieces, "grouped", card="9999.99")
        for context in (decimal.Context(prec=3), decimal.Context(prec=2, traps=[decimal.Inexact])):
            with decimal.localcontext(context):
                assert quote(pieces, "grouped", card="9999.99") == wanted


class TestThePieces:
    """What cannot be a piece of an order is refused by its field."""

    def test_has_a_price_above_zero(self) -> None:
        """Nothing is given away by mistake."""
        with pytest.raises(MoneyError, match=r"price: must be above 0, got '0\.00'"):
            piece("coat", "ada", "0.00")
        with pytest.raises(MoneyError, match="price: must be money"):
            Piece(id=PieceId("a"), seller=SellerId("b"), price=90, weight_g=1)  # type: ignore[arg-type]

    @pytest.mark.parametrize("weight", [0, -1, 1.5, None])
    def test_has_a_weight(self, weight: object) -> None:
        """Already before the order is priced."""
        with pytest.raises(
            InvalidValueError, match="weight_g: must be a whole number of grams abo"
        ):
            piece("coat", "ada", "90.00", weight)  # type: ignore[arg-type]

    def test_has_names(self) -> None:
        """Its own and its seller's, who is not the workshop."""
        with pytest.raises(IdentifierError, match="piece: must be 1 to 200 printable characters"):
            piece("", "ada", "90.00")
        with pytest.raises(IdentifierError, match="seller: must be another name than 'workshop'"):
            piece("coat", "workshop", "90.00")

    def test_there_is_at_least_one(self) -> None:
        """An order of nothing has no price."""
        with pytest.raises(InvalidValueError, match="pieces: must be at least one piece"):
            quote([], "direct")

    def test_each_comes_once(self) -> None:
        """Every piece is unique."""
        with pytest.raises(
            InvalidValueError, match="pieces: must be different pieces, each given "
        ):
            quote([COAT, COAT], "grouped")

    def test_all_are_in_the_currency_of_the_house(self) -> None:
        """Nothing is converted."""
        pounds = attrs.evolve(BAG, price=Money(55, "GBP"))
        with pytest.raises(CurrencyMismatchError, match="price: must be in EUR, got GBP"):
            quote([COAT, pounds], "direct")
        with pytest.raises(CurrencyMismatchError, match="gift_card_balance: must be in EUR, got G"):
            quote_order([COAT], BORDEAUX, "direct", imparfaite(), gift_card_balance=Money(1, "GBP"))

    def test_the_mode_is_known(self) -> None:
        """The message names those there are."""
        with pytest.raises(
            UnknownTermError, match="mode: must be one of direct, grouped, got 'dron"
        ):
            quote([COAT], "drone")

    def test_the_house_delivers_there(self) -> None:
        """A rate is not enough: the place must lie in a zone."""
        delivery = imparfaite().shipping.delivery
        only_france = attrs.evolve(delivery, zones=delivery.zones[:1])
        policy = attrs.evolve(
            imparfaite(), shipping=attrs.evolve(imparfaite().shipping, delivery=only_france)
        )
        with pytest.raises(
            UnknownTermError, match="destination: must be one of metropolitan-france"
        ):
            quote([COAT], "direct", to=destination("PT", Area.EUROPE), policy=policy)
