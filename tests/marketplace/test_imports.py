"""Customs in a running shop: what a buyer is shown before they pay, and what mails say of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    BORDEAUX,
    CARD,
    COAT,
    HOUSE,
    MAX,
    POST,
    ZOE,
    Town,
    address,
    euros,
    home_in,
    ruled_otherwise,
)
from vintage_rules import Money, Place
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.errors import NotAllowedError
from vintage_rules.ids import OrderId, ParcelId
from vintage_rules.marketplace.commands.carts import Cart, CartItem
from vintage_rules.marketplace.commands.imports import ParcelImport
from vintage_rules.marketplace.marketplace import Marketplace
from vintage_rules.orders import OrderQuote
from vintage_rules.orders.checkout import CheckoutRefused
from vintage_rules.ports import Contact, Recipient, Role
from vintage_rules.shipping.customs import Charged, UnknownImport

MANCHESTER = Place(country="GB", postal_code="M1 1AE", city="Manchester")
GENEVA = Place(country="CH", postal_code="1201", city="Genève")
FIRST = ParcelId("o1-1")
RATES = {("EUR", "GBP"): Decimal("0.85")}
HOMES: Mapping[str, Place] = {"ada": BORDEAUX, "lou": Place(country="GB", postal_code="M1 1AE")}
DUTIES = """
[[edition.pricing.fees]]
name = "duties"
payer = "buyer"
per = "order"
optional = false
refundable = true
source = "article 1"

[[edition.pricing.fees.components]]
when = { zones = ["europe"] }
base = ["duties"]
rate = 1
rounding = "half-up"
source = "article 1"

[edition.pricing.tenders]"""
COLLECTING = 'registrations = []\ncollected_at_checkout = ["GB"]'


def cart(*pieces: str, to: Place = MANCHESTER, parts: Mapping[str, Money] | None = None) -> Cart:
    """A cart of a coat for 90.00, or with a bag for 55.00 too, sent by each seller."""
    prices = {COAT: euros("90.00"), BAG: euros("55.00")}
    return Cart(
        order=OrderId("o1"),
        items=tuple(CartItem(piece=each, price=prices[each]) for each in prices if each in pieces),
        mode="direct",
        shipping_address=home_in(to),
        billing_address=home_in(to),
        means=None,
        parts=parts or {},
    )


def living_in(homes: Mapping[str, Place]) -> Town:
    """Build a town whose sellers live in these places; others have no address."""
    town = Town.built().stock()
    contacts = {
        Recipient(role=role, id=name): Contact(
            name=name,
            email=f"{name}@example.com",
            locale="en",
            address=address(name, homes[name]) if name in homes else None,
        )
        for role, names in {Role.SELLER: ("ada", "lou"), Role.BUYER: ("zoe",)}.items()
        for name in names
    }
    workshop = address("Atelier", Place(country="FR", postal_code="75011", city="Paris"))
    directory = MemoryDirectory(workshop, contacts)
    return evolve(town, market=Marketplace(evolve(town.market.shop, directory=directory)))


def of(imports: object) -> dict[str, str]:
    """What customs ask of each sender's parcel."""
    assert isinstance(imports, tuple)
    assert all(isinstance(each, ParcelImport) for each in imports)
    return {each.sender: type(each.assessed).__name__ for each in imports}


class TestL13BeforePaying:
    """L13: a buyer abroad reads what customs may charge before they pay."""

    def test_each_parcel_starts_where_its_sender_is(self) -> None:
        """Lou posts from Manchester to Manchester, ada from Bordeaux."""
        imports = living_in(HOMES).market.checkouts.imports(ZOE, cart(COAT, BAG), rates=RATES)
        assert of(imports) == {"ada": "NothingAtBorder", "lou": "NoImport"}

    def test_without_a_rate_it_is_unknown(self) -> None:
        """135 GBP cannot be compared with euros; the answer names what is missing."""
        imports = living_in(HOMES).market.checkouts.imports(ZOE, cart(COAT))
        assert isinstance(imports, tuple)
        (parcel,) = imports
        assert isinstance(parcel.assessed, UnknownImport)
        assert parcel.assessed.missing_rate == ("EUR", "GBP")

    @pytest.mark.parametrize("home", [None, Place(country="FR", postal_code="nowhere")])
    def test_a_sender_of_no_usable_address_is_where_the_policy_says(
        self, home: Place | None
    ) -> None:
        """In France."""
        town = living_in({} if home is None else {"ada": home})
        assert of(town.market.checkouts.imports(ZOE, cart(COAT, to=BORDEAUX))) == {
            "ada": "NoImport"
        }

    def test_a_cart_that_cannot_be_ordered_is_refused(self) -> None:
        """With the reasons it would be refused for at checkout."""
        town = living_in(HOMES)
        priced = evolve(cart(COAT), items=(CartItem(piece=COAT, price=euros("10.00")),))
        assert isinstance(town.market.checkouts.imports(ZOE, priced), CheckoutRefused)


class TestL13OrderPlaced:
    """L13: the same is asked of an order, with what each of its parcels carries."""

    def ordered(self, place: Place = MANCHESTER, mode: str = "grouped") -> Town:
        """A coat for 130.00 and a bag for 55.00 are ordered from Manchester."""
        town = living_in({"ada": BORDEAUX, "lou": BORDEAUX, "zoe": place})
        town.buy(COAT, BAG, place=place, mode=mode)
        town.work()
        return town

    def test_by_what_is_left_in_the_parcel(self) -> None:
        """145.00 EUR at parity are above 135.00 GBP, 90.00 once the bag is cancelled are not."""
        town, rates = self.ordered(), {("EUR", "GBP"): Decimal(1)}
        imports = town.market.orders.imports
        (parcel,) = imports(ZOE, "o1", rates=rates)
        assert isinstance(parcel.assessed, Charged)
        town.market.orders.cancel(ZOE, "o1", BAG)
        assert of(imports(ZOE, "o1", rates=rates)) == {"workshop": "NothingAtBorder"}

    def test_of_what_comes_to_the_workshop_for_the_house(self) -> None:
        """L8: the house imports what a seller posts to it from Manchester; the buyer does not."""
        town = living_in({"ada": BORDEAUX, "lou": MANCHESTER, "zoe": BORDEAUX})
        town.buy(COAT, BAG, place=BORDEAUX, mode="grouped")
        town.work()
        imports = town.market.orders.imports
        assert of(imports(ZOE, "o1")) == {"workshop": "NoImport"}
        assert of(imports(HOUSE, "o1")) == {
            "workshop": "NoImport",
            "to-workshop/ada": "NoImport",
            "to-workshop/lou": "UnknownImport",
        }

    def test_for_its_buyer_and_the_house(self) -> None:
        """And for no one else."""
        with pytest.raises(NotAllowedError):
            self.ordered().market.orders.imports(MAX, "o1")

    @pytest.mark.parametrize(("place", "said"), [(MANCHESTER, "may-charge"), (BORDEAUX, None)])
    def test_is_said_when_a_parcel_leaves(self, place: Place, said: str | None) -> None:
        """The mail says that customs may ask, where there is a border."""
        town = self.ordered(place)
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.work()
        mail = town.outbox.messages[-1]
        assert (str(mail.kind), mail.facts.get("customs")) == ("parcel-handed-in", said)

    @pytest.mark.parametrize(("place", "said"), [(GENEVA, True), (BORDEAUX, False)])
    def test_and_of_the_way_back(self, *, place: Place, said: bool) -> None:
        """R5: a return that passes customs is declared as one."""
        town = self.ordered(place)
        town.deliver()
        town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        town.work()
        (mail,) = (each for each in town.outbox.messages if each.kind == "return-accepted")
        assert mail.facts["past_customs"] is said


class TestL13DutiesInThePrice:
    """L13: duties that the house takes with the price are not asked for again."""

    def test_are_paid_at_checkout_and_not_at_the_border(self) -> None:
        """The price has them, customs ask nothing, and the mail says so."""
        book = ruled_otherwise(
            ("[edition.pricing.tenders]", DUTIES), ("registrations = []", COLLECTING)
        )
        town = living_in({}).under(book)
        parts = {"duties": euros("12.00")}
        sold = evolve(cart(COAT, parts=parts), means=CARD)
        quote = town.market.checkouts.quote(ZOE, sold)
        assert isinstance(quote, OrderQuote)
        assert quote.price.fee("duties") == euros("12.00")
        assert of(town.market.checkouts.imports(ZOE, sold)) == {"ada": "NothingAtBorder"}
        town.market.checkouts.check_out(ZOE, sold)
        town.work()
        town.market.parcels.hand_in(ADA, "o1", FIRST, "8R1")
        town.work()
        assert town.outbox.messages[-1].facts["customs"] == "paid"
