"""Addresses: kept apart from the history, and given to who must post, while they must. S14."""

from __future__ import annotations

from contextlib import suppress

import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    BORDEAUX,
    COAT,
    HOME,
    HOUSE,
    LOU,
    MAX,
    POST,
    ZOE,
    Town,
    known,
    ruled_otherwise,
)
from vintage_rules import explain
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import NotAllowedError, NotFoundError
from vintage_rules.ids import ParcelId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import (
    Actor,
    AddressAnswer,
    Courier,
    House,
    Marketplace,
    Seller,
    Visitor,
)
from vintage_rules.ports import MessageKind, PostalAddress

FIRST, SECOND = ParcelId("o1-1"), ParcelId("o1-2")
ZOES = PostalAddress(name="Zoé", lines=("1 rue Neuve",), place=BORDEAUX)
WRITTEN = "Zoé\n1 rue Neuve\n33000 Bordeaux\nFR"
EVERYBODY: tuple[Actor, ...] = (
    ZOE,
    MAX,
    ADA,
    LOU,
    Seller("zoe"),
    POST,
    Courier("ada"),
    HOUSE,
    House("ada"),
    Visitor(),
)


class Watched(MemoryStore):
    """Shows every text it keeps but personal data."""

    def texts(self) -> str:
        """All records and messages."""
        kept = [record.data for name in self.streams("") for record in self.read(name).records]
        return "\n".join([*kept, *(one.message.data for one in self._outbox.values())])


@pytest.fixture
def direct() -> Town:
    """A coat of ada's and a bag of lou's, bought by zoe, each posted by its seller; paid."""
    town = Town.built().stock()
    town.buy(COAT, BAG, mode="direct")
    town.work()
    return town


def sold(town: Town) -> dict[str, object]:
    """Where each seller was mailed to post."""
    mails = [each for each in town.outbox.messages if each.kind is MessageKind.PIECES_SOLD]
    return {each.to.id: each.facts.get("to") for each in mails}


def reasons(answer: AddressAnswer) -> list[str]:
    """Why no address is given."""
    assert isinstance(answer, Refused)
    return [str(reason) for reason in answer.reasons]


class TestKept:
    """The shipping address of an order is kept under its name, and nowhere in its history."""

    def test_apart_from_the_history(self) -> None:
        """No event and no effect holds its name or street; the billing address is not kept."""
        store = Watched()
        town = Town.built(store).stock()
        town.buy(COAT, BAG, mode="direct")
        town.work()
        town.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        town.work()
        (address,) = store.personal("order/o1")
        assert (address.name, address.person) == ("shipping-address", "zoe")
        assert address.data.startswith('{"name":"Zoé","line1":"1 rue Neuve"')
        for text in ("rue Neuve", "Zoé"):
            assert text not in store.texts()

    def test_only_of_an_order_that_is_placed(self) -> None:
        """A cart that is refused leaves nothing."""
        town = Town.built().stock()
        town.buy(COAT, prices={COAT: "1.00"})
        assert list(town.market.shop.store.personal_of("zoe")) == []


class TestMail:
    """L8: the mail of a sale says where to post."""

    def test_direct(self, direct: Town) -> None:
        """Each seller to the buyer's address."""
        assert sold(direct) == {"ada": WRITTEN, "lou": WRITTEN}

    def test_grouped(self) -> None:
        """To the workshop, and not a word of where the buyer lives."""
        town = Town.built().stock()
        town.buy(COAT, BAG)
        town.work()
        workshop = "Atelier\n1 rue Neuve\n75011 Paris\nFR"
        assert sold(town) == {"ada": workshop, "lou": workshop}

    def test_late(self) -> None:
        """A mail that is sent after the parcel was handed in needs no address."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        market = town.market
        market.worker().handle_effects(1)  # the capture alone
        market.parcels.hand_in(ADA, "o1", FIRST, "8R1")
        town.work()
        assert sold(town) == {"ada": None}


class TestWhoPosts:
    """The address is shown to the sender of a parcel and the house, and to no other."""

    @pytest.mark.parametrize("parcel", [FIRST, SECOND])
    def test_who_sees_it(self, direct: Town, parcel: ParcelId) -> None:
        """Not the other seller, a carrier, a namesake, nor its own buyer, who has it."""
        seen = set[str]()
        for by in EVERYBODY:
            with suppress(NotAllowedError):
                assert direct.market.parcels.posting_address(by, "o1", parcel) == ZOES
                seen.add(str(by))
        sender = "seller ada" if parcel == FIRST else "seller lou"
        assert seen == {sender, "house anna", "house ada"}

    def test_through_the_workshop(self) -> None:
        """A seller sees the workshop's; the house alone sees where it goes from there."""
        town = Town.built().stock()
        town.buy(COAT, BAG)
        town.work()
        inbound = town.order().placed.inbound[0]
        answer = town.market.parcels.posting_address(ADA, "o1", inbound.id)
        assert answer == town.market.shop.directory.workshop()
        with pytest.raises(NotAllowedError, match="sender of the parcel or the house"):
            town.market.parcels.posting_address(ADA, "o1", FIRST)
        assert town.market.parcels.posting_address(HOUSE, "o1", FIRST) == ZOES

    def test_a_view_shows_none(self, direct: Town) -> None:
        """Neither that of a seller nor that of the house."""
        for by in (ADA, HOUSE):
            assert "rue Neuve" not in repr(direct.market.orders.view(by, "o1"))

    def test_unknown_names(self, direct: Town) -> None:
        """Of an order and of a parcel."""
        with pytest.raises(NotFoundError):
            direct.market.parcels.posting_address(ADA, "o2", FIRST)
        with pytest.raises(NotFoundError):
            direct.market.parcels.posting_address(ADA, "o1", ParcelId("o1-3"))


class TestWhile:
    """It is given only while it is needed."""

    def test_not_before_it_is_paid(self) -> None:
        """There is nothing to post until the money is taken."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        answer = town.market.parcels.posting_address(ADA, "o1", FIRST)
        assert reasons(answer) == ["nothing-to-post"]
        assert "nothing to post" in explain(answer, "en").text

    def test_until_it_is_handed_in(self, direct: Town) -> None:
        """Once it travels it is not; that of the other parcel still is."""
        parcels = direct.market.parcels
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        assert reasons(parcels.posting_address(ADA, "o1", FIRST)) == ["nothing-to-post"]
        assert parcels.posting_address(LOU, "o1", SECOND) == ZOES

    def test_again_where_it_is_sent_again(self, direct: Town) -> None:
        """A parcel that came back and that the buyer would rather have."""
        parcels = direct.market.parcels
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        direct.wait(days=1)
        parcels.receive_back(ADA, "o1", FIRST)
        direct.work()
        parcels.answer_refund(ZOE, "o1", FIRST, agrees=False)
        assert reasons(parcels.posting_address(ADA, "o1", FIRST)) == ["nothing-to-post"]
        parcels.send_again(HOUSE, "o1", FIRST)
        assert parcels.posting_address(ADA, "o1", FIRST) == ZOES

    def test_not_of_a_piece_that_is_cancelled(self, direct: Town) -> None:
        """Its parcel is empty."""
        direct.market.orders.cancel(ZOE, "o1", COAT)
        answer = direct.market.parcels.posting_address(ADA, "o1", FIRST)
        assert reasons(answer) == ["nothing-to-post"]

    def test_not_where_the_buyer_collects(self) -> None:
        """The seller posts nothing, and learns nothing of where the buyer lives."""
        posted = 'name = "direct"\ngrouping = "per-seller"\nsender = "seller"'
        collected = posted.replace('sender = "seller"', 'sender = "buyer"')
        book = ruled_otherwise((posted, collected))
        town = Town.built().under(book).stock()
        town.buy(COAT, mode="direct")
        town.work()
        answer = town.market.parcels.posting_address(ADA, "o1", FIRST)
        assert reasons(answer) == ["nothing-to-post"]
        assert sold(town) == {"ada": None}


class TestErased:
    """Once it is erased, the directory says where the buyer lives, if it knows."""

    def test_falls_back_to_the_directory(self, direct: Town) -> None:
        """Of an order that an earlier version placed too, which kept none."""
        store = direct.market.shop.store
        store.erase(store.personal("order/o1"))
        answer = direct.market.parcels.posting_address(ADA, "o1", FIRST)
        assert isinstance(answer, PostalAddress)
        assert answer.name == "Zoe"

    def test_is_unknown_otherwise(self, direct: Town) -> None:
        """A refusal that says so."""
        shop = evolve(direct.market.shop, directory=known())
        shop.store.erase(shop.store.personal("order/o1"))
        answer = Marketplace(shop).parcels.posting_address(ADA, "o1", FIRST)
        assert reasons(answer) == ["address-unknown"]


class TestReturns:
    """R5: a return that is accepted says where it goes, to its buyer and the house."""

    def test_who_sees_it(self, direct: Town) -> None:
        """Not its seller, who lives there, nor another buyer; until it is posted."""
        returns = direct.deliver().market.returns
        returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        for by in EVERYBODY:
            if by in (ZOE, HOUSE, House("ada")):
                answer = returns.posting_address(by, "o1", "r1")
                assert isinstance(answer, PostalAddress)
                assert answer.name == "Ada"
            else:
                with pytest.raises(NotAllowedError):
                    returns.posting_address(by, "o1", "r1")
        returns.post_return(ZOE, "o1", "r1", direct.today)
        assert reasons(returns.posting_address(ZOE, "o1", "r1")) == ["nothing-to-post"]

    def test_of_a_seller_the_directory_does_not_know(self, direct: Town) -> None:
        """A refusal that says so."""
        direct.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        market = Marketplace(evolve(direct.market.shop, directory=known()))
        assert reasons(market.returns.posting_address(ZOE, "o1", "r1")) == ["address-unknown"]

    def test_the_label_names_who_sends(self, direct: Town) -> None:
        """The buyer at the address the parcel went to, whatever the directory says."""
        direct.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        direct.work()
        (shipment,) = direct.carrier.shipments.values()
        assert (shipment.sender, HOME["line1"]) == (ZOES, "1 rue Neuve")
