"""Whether an order can be taken as it stands, with every reason at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import attrs
import pytest

from tests.factories import eur, imparfaite
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money
from vintage_rules.orders import (
    Buyer,
    CartLine,
    Checkout,
    CheckoutAdmissible,
    CheckoutAssessment,
    CheckoutPolicy,
    CheckoutRefused,
    PriceChange,
    assess_checkout,
)
from vintage_rules.pricing import TenderAssessment, assess_tender

HOME = {
    "name": "Zoé",
    "line1": "1 rue Neuve",
    "postal_code": "33000",
    "city": "Bordeaux",
    "country": "FR",
}
COAT, BAG = PieceId("coat"), PieceId("bag")
ON_SALE = {COAT: eur("90.00"), BAG: eur("55.00")}
GUEST = Buyer(signed_in=False, has_account=False)
SIGNED_IN = Buyer(signed_in=True, has_account=True)
SIGNED_OUT = Buyer(signed_in=False, has_account=True)


def card(brand: str) -> TenderAssessment:
    """Assess a card of that brand."""
    return assess_tender("card", imparfaite().pricing.tenders, brand=brand)


def checkout(
    *cart: tuple[PieceId, str],
    buyer: Buyer = SIGNED_IN,
    shipping: Mapping[str, str] = HOME,
    billing: Mapping[str, str] = HOME,
    brand: str = "visa",
) -> Checkout:
    """Give what a buyer validates: a coat and a bag unless told otherwise."""
    lines = cart or ((COAT, "90.00"), (BAG, "55.00"))
    return Checkout(
        cart=[CartLine(piece=piece, price=eur(price)) for piece, price in lines],
        buyer=buyer,
        shipping_address=shipping,
        billing_address=billing,
        tender=card(brand),
    )


def assess(
    validated: Checkout,
    on_sale: Mapping[PieceId, Money] | None = None,
    policy: CheckoutPolicy | None = None,
) -> CheckoutAssessment:
    """Assess it by the shipped policy."""
    now = ON_SALE if on_sale is None else on_sale
    return assess_checkout(validated, now, policy or imparfaite().checkout)


def reasons(found: CheckoutAssessment) -> list[str]:
    """Give the reasons for a refusal, none where there is none."""
    match found:
        case CheckoutAdmissible():
            return []
        case CheckoutRefused():
            return [str(reason) for reason in found.reasons]


def refused(found: CheckoutAssessment) -> CheckoutRefused:
    """Give the refusal there is."""
    assert isinstance(found, CheckoutRefused)
    return found


def guests_refused() -> CheckoutPolicy:
    """Give the policy of a house that takes orders of accounts only."""
    return attrs.evolve(imparfaite().checkout, guests_may_order=False)


class TestC1ACartReservesNothing:
    """Availability and price are checked again; the loser is told which pieces, and not charged."""

    def test_what_is_still_there_is_sold(self) -> None:
        """At the price that was seen."""
        assert assess(checkout()) == CheckoutAdmissible(
            edition=imparfaite().edition, sources=("C4", "C2", "C6", "C1")
        )

    def test_a_piece_that_is_gone(self) -> None:
        """It is named; the others are not."""
        found = refused(assess(checkout(), {BAG: eur("55.00")}))
        assert (reasons(found), found.gone, found.changed) == (["piece-gone"], (COAT,), ())
        assert (found.missing, found.sources) == ((), ("C1",))
        assert found.edition == imparfaite().edition

    @pytest.mark.parametrize("now", ["89.99", "90.01", "63.00"])
    def test_a_price_that_changed(self, now: str) -> None:
        """Up or down: the buyer is told both prices."""
        found = refused(assess(checkout(), {**ON_SALE, COAT: eur(now)}))
        assert (reasons(found), found.gone) == (["price-changed"], ())
        assert found.changed == (PriceChange(piece=COAT, seen=eur("90.00"), now=eur(now)),)
        assert found.sources == ("C1",)

    def test_another_currency_is_another_price(self) -> None:
        """Though the number is the same."""
        found = assess(checkout(), {**ON_SALE, COAT: Money("90.00", "GBP")})
        assert reasons(found) == ["price-changed"]

    def test_both_at_once(self) -> None:
        """Each piece under its own reason."""
        found = refused(assess(checkout(), {BAG: eur("50.00")}))
        assert reasons(found) == ["piece-gone", "price-changed"]
        assert found.gone == (COAT,)
        assert [change.piece for change in found.changed] == [BAG]

    def test_an_empty_cart_is_no_order(self) -> None:
        """There is nothing to take."""
        found = refused(assess(attrs.evolve(checkout(), cart=[])))
        assert (reasons(found), found.sources) == (["empty-cart"], ("C2",))

    def test_a_piece_is_in_a_cart_once(self) -> None:
        """Every piece is unique."""
        twice = checkout((COAT, "90.00"), (BAG, "55.00"), (COAT, "90.00"))
        with pytest.raises(
            InvalidValueError, match="cart: must be different pieces, each given once, got 'c"
        ):
            assess(twice)


class TestC2Addresses:
    """A billing and a shipping address are given, each complete."""

    @pytest.mark.parametrize("name", sorted(HOME))
    @pytest.mark.parametrize("kind", ["billing", "shipping"])
    def test_every_field_is_needed(self, kind: str, name: str) -> None:
        """Left out or left blank, it is named with its address."""
        without = {key: value for key, value in HOME.items() if key != name}
        for address in (without, {**HOME, name: ""}, {**HOME, name: " \t"}):
            given = checkout(
                billing=address if kind == "billing" else HOME,
                shipping=address if kind == "shipping" else HOME,
            )
            found = refused(assess(given))
            assert (reasons(found), found.missing) == (["address-incomplete"], (f"{kind}.{name}",))
            assert found.sources == ("C2",)

    def test_a_field_that_holds_nothing_is_missing(self) -> None:
        """As it comes from a form in JSON."""
        address: dict[str, str] = {**HOME, "city": None}  # type: ignore[dict-item]
        assert refused(assess(checkout(shipping=address))).missing == ("shipping.city",)

    def test_all_missing_fields_are_told(self) -> None:
        """Of both addresses, in the policy's order."""
        found = refused(assess(checkout(billing={"name": "Zoé"}, shipping={})))
        assert found.missing == (
            "billing.line1",
            "billing.postal_code",
            "billing.city",
            "billing.country",
            "shipping.name",
            "shipping.line1",
            "shipping.postal_code",
            "shipping.city",
            "shipping.country",
        )

    def test_other_fields_do_not_matter(self) -> None:
        """A second line is nobody's business here."""
        assert reasons(assess(checkout(shipping={**HOME, "line2": ""}))) == []


class TestC4SigningIn:
    """Who has an account must be signed in; a guest has an address that belongs to no account."""

    @pytest.mark.parametrize(
        ("buyer", "guests_may", "guests_may_not"),
        [
            (GUEST, [], ["account-needed"]),
            (SIGNED_IN, [], []),
            (SIGNED_OUT, ["not-signed-in"], ["not-signed-in"]),
            (Buyer(signed_in=True, has_account=False), [], []),
        ],
        ids=["guest", "signed-in", "signed-out", "signed-in-with-another-address"],
    )
    def test_who_may_order(
        self, buyer: Buyer, guests_may: list[str], guests_may_not: list[str]
    ) -> None:
        """In a house that takes guests, and in one that does not."""
        assert reasons(assess(checkout(buyer=buyer))) == guests_may
        assert reasons(assess(checkout(buyer=buyer), policy=guests_refused())) == guests_may_not

    @pytest.mark.parametrize("buyer", [GUEST, SIGNED_OUT], ids=["guest", "signed-out"])
    def test_says_why(self, buyer: Buyer) -> None:
        """By the clause."""
        found = refused(assess(checkout(buyer=buyer), policy=guests_refused()))
        assert found.sources == ("C4",)


class TestC6TenderOfAnOrder:
    """A brand that is not taken refuses the order."""

    @pytest.mark.parametrize(
        ("brand", "wanted"), [("amex", []), ("diners", ["brand-not-accepted"])]
    )
    def test_is_the_answer_about_the_tender(self, brand: str, wanted: list[str]) -> None:
        """With its own sources."""
        found = assess(checkout(brand=brand))
        assert reasons(found) == wanted
        assert found.sources == (("C6",) if wanted else ("C4", "C2", "C6", "C1"))


class TestAllReasonsAtOnce:
    """Whoever is refused is told everything, in alphabetical order, with every source once."""

    def test_everything_wrong(self) -> None:
        """A guest where none is taken, an incomplete address, a brand, a piece and a price."""
        everything = checkout(buyer=GUEST, shipping={}, brand="diners")
        found = refused(assess(everything, {BAG: eur("50.00")}, guests_refused()))
        assert reasons(found) == [
            "account-needed",
            "address-incomplete",
            "brand-not-accepted",
            "piece-gone",
            "price-changed",
        ]
        assert found.sources == ("C4", "C2", "C6", "C1")

    def test_of_an_empty_cart_too(self) -> None:
        """Nothing hides another reason."""
        empty = attrs.evolve(checkout(buyer=SIGNED_OUT, billing={}, brand="diners"), cart=[])
        assert reasons(assess(empty)) == [
            "address-incomplete",
            "brand-not-accepted",
            "empty-cart",
            "not-signed-in",
        ]

    def test_each_reason_stands_for_itself(self) -> None:
        """Every combination of what can be wrong gives exactly the reasons that hold."""
        options: Sequence[tuple[bool, ...]] = list(product([False, True], repeat=6))
        for signed_out, blank, brand, own, gone, changed in options:
            given = attrs.evolve(
                checkout(
                    buyer=SIGNED_OUT if signed_out else SIGNED_IN,
                    shipping={} if blank else HOME,
                    brand="diners" if brand else "visa",
                ),
                own=frozenset({BAG}) if own else frozenset(),
            )
            now = {
                **({} if gone else {COAT: eur("90.00")}),
                BAG: eur("50.00") if changed else eur("55.00"),
            }
            wanted = {
                "address-incomplete": blank,
                "brand-not-accepted": brand,
                "not-signed-in": signed_out,
                "own-piece": own,
                "piece-gone": gone,
                "price-changed": changed,
            }
            assert reasons(assess(given, now)) == [name for name, holds in wanted.items() if holds]


class TestOwnPieces:
    """S16: nobody buys from themselves; what is not in the cart does not matter."""

    def test_is_named(self) -> None:
        """Each piece in the cart that the buyer sells, and no other."""
        own = frozenset({BAG, PieceId("hat")})
        found = refused(assess(attrs.evolve(checkout(), own=own)))
        assert (reasons(found), found.own, found.gone) == (["own-piece"], (BAG,), ())
        assert found.sources == ("C1",)
        assert found.concerns_pieces

    def test_another_piece(self) -> None:
        """Is none of this cart's business."""
        allowed = assess(attrs.evolve(checkout(), own=frozenset({PieceId("hat")})))
        assert isinstance(allowed, CheckoutAdmissible)


class TestL12TheAddressOfAnOrder:
    """L12: a country alone gives an estimate; an order needs the address, whatever else a house
    requires.
    """

    @pytest.mark.parametrize(
        ("address", "missing"),
        [
            ({}, ("shipping.postal_code", "shipping.country")),
            ({"country": "FR"}, ("shipping.postal_code",)),
            ({"country": "FR", "postal_code": " "}, ("shipping.postal_code",)),
            ({"country": "HK", "city": "Hong Kong"}, ()),
            ({"country": "FR", "postal_code": "33000"}, ()),
            ({"postal_code": "33000"}, ("shipping.country",)),
        ],
    )
    def test_needs_the_country_and_the_code_or_city(
        self, address: dict[str, str], missing: tuple[str, ...]
    ) -> None:
        """Also in a house that requires no field of an address."""
        policy = attrs.evolve(imparfaite().checkout, required_address_fields=())
        found = assess(checkout(shipping=address), policy=policy)
        assert getattr(found, "missing", ()) == missing

    @pytest.mark.parametrize(
        ("required", "missing"),
        [
            ((), ("shipping.postal_code", "shipping.country")),
            (("city",), ("billing.city", "shipping.city", "shipping.country")),
            (
                ("name",),
                ("billing.name", "shipping.name", "shipping.postal_code", "shipping.country"),
            ),
        ],
    )
    def test_is_found_by_what_the_house_requires(
        self, required: tuple[str, ...], missing: tuple[str, ...]
    ) -> None:
        """Where that is the city, no postal code is missing: Kuwait has none that people know."""
        policy = attrs.evolve(imparfaite().checkout, required_address_fields=required)
        found = assess(checkout(shipping={}, billing={}), policy=policy)
        assert sorted(getattr(found, "missing", ())) == sorted(missing)

    def test_says_whether_it_is_about_the_pieces(self) -> None:
        """What is gone or costs another price is; an address, an account or a brand is not."""
        address = assess(checkout(shipping={}, brand="diners"))
        gone = assess(checkout(shipping={}), on_sale={})
        assert isinstance(address, CheckoutRefused)
        assert isinstance(gone, CheckoutRefused)
        assert (address.concerns_pieces, gone.concerns_pieces) == (False, True)
