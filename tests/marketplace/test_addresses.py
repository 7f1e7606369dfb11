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
from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import NotAllowedError, NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import (
    Actor,
    AddressAnswer,
    Courier,
    House,
    LabelAnswer,
    Marketplace,
    Seller,
    Visitor,
)
from vintage_rules.ports import (
    Label,
    Message,
    MessageKind,
    PostalAddress,
    Recipient,
    Role,
    ShipmentRefused,
)

FIRST, SECOND = ParcelId("o1-1"), ParcelId("o1-2")
CAP = PieceId("cap")
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


def reasons(answer: AddressAnswer | LabelAnswer) -> list[str]:
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
        with pytest.raises(NotFoundError, match=r"^order: must be one that was recorded, got 'o2'"):
            direct.market.parcels.posting_address(ADA, "o2", FIRST)
        with pytest.raises(NotFoundError, match=r"^parcel: must be one of o1-1, .*, got 'o1-3'$"):
            direct.market.parcels.posting_address(ADA, "o1", ParcelId("o1-3"))


LABELLED = ruled_otherwise(
    ('sender = "seller"', 'sender = "seller"\nlabel_provided = true'),
    ('sender = "workshop"', 'sender = "workshop"\nlabel_provided = true'),
)


def sale_mails(town: Town) -> dict[str, Message]:
    """The mail of its sale to each seller."""
    mails = (each for each in town.outbox.messages if each.kind is MessageKind.PIECES_SOLD)
    return {each.to.id: each for each in mails}


class TestLabels:
    """L8: where the policy says so, who posts is given the label, with the address on it."""

    @pytest.fixture
    def labelled(self) -> Town:
        """The coat and the bag bought by zoe from a house that gives labels; paid."""
        town = Town.built().under(LABELLED).stock()
        town.buy(COAT, BAG, mode="direct")
        town.work()
        return town

    def test_with_the_mail_of_the_sale(self, labelled: Town) -> None:
        """Each seller's own, from where they live, to the buyer, for what they post."""
        for seller, parcel, mail in zip(
            ("ada", "lou"), (FIRST, SECOND), sale_mails(labelled).values(), strict=True
        ):
            (attached,) = mail.attachments
            number = str(mail.facts["tracking_number"])
            shipment = labelled.carrier.shipments[number]
            assert (mail.to.id, attached.name) == (seller, f"{number}.txt")
            assert (shipment.reference, shipment.recipient) == (parcel, ZOES)
            assert (shipment.sender.name, shipment.weight_g) == (seller.title(), 900)
            assert mail.facts["prepaid"] is True

    def test_the_same_again(self, labelled: Town) -> None:
        """Whoever wants it, however often and whenever: it is bought once."""
        mailed = sale_mails(labelled)["ada"].facts["tracking_number"]
        for by in (ADA, HOUSE, ADA):
            labelled.wait(hours=7)
            label = labelled.market.parcels.label(by, "o1", FIRST)
            assert isinstance(label, Label)
            assert label.tracking_number == mailed
        assert len(labelled.carrier.labels) == 2

    def test_another_for_another_journey(self, labelled: Town) -> None:
        """The label of a parcel that came back is used up."""
        parcels = labelled.market.parcels
        first = parcels.label(ADA, "o1", FIRST)
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        assert reasons(parcels.label(ADA, "o1", FIRST)) == ["nothing-to-post"]
        labelled.wait(days=1)
        parcels.receive_back(ADA, "o1", FIRST)
        labelled.work()
        parcels.answer_refund(ZOE, "o1", FIRST, agrees=False)
        parcels.send_again(HOUSE, "o1", FIRST)
        again = parcels.label(ADA, "o1", FIRST)
        assert isinstance(first, Label)
        assert isinstance(again, Label)
        assert again.tracking_number != first.tracking_number

    def test_through_the_workshop(self) -> None:
        """The seller's is to the workshop; the house has that of the parcel that leaves there."""
        town = Town.built().under(LABELLED).stock()
        town.buy(COAT)
        town.work()
        workshop = town.market.shop.directory.workshop()
        number = str(sale_mails(town)["ada"].facts["tracking_number"])
        assert town.carrier.shipments[number].recipient == workshop
        town.arrive()
        onward = town.market.parcels.label(HOUSE, "o1", FIRST)
        assert isinstance(onward, Label)
        shipment = town.carrier.shipments[onward.tracking_number]
        assert (shipment.sender, shipment.recipient) == (workshop, ZOES)

    def test_not_for_a_piece_that_is_cancelled(self) -> None:
        """The label is for what is left in the parcel."""
        town = Town.built().under(LABELLED).stock()
        town.list_piece(ADA, CAP, "30.00")
        town.buy(COAT, CAP, prices={CAP: "30.00"}, mode="direct")
        town.market.worker().handle_effects(1)  # the capture alone
        town.market.orders.cancel(HOUSE, "o1", COAT)
        town.work()
        (shipment,) = town.carrier.shipments.values()
        assert (shipment.description, shipment.weight_g) == ("cap", 900)

    def test_of_a_house_that_gives_none(self, direct: Town) -> None:
        """Nothing is bought, attached or said."""
        answer = direct.market.parcels.label(ADA, "o1", FIRST)
        assert isinstance(answer, Refused)
        assert [str(reason) for reason in answer.reasons] == ["no-label"]
        assert "no label" in explain(answer, "en").text
        mail = sale_mails(direct)["ada"]
        assert (mail.attachments, direct.carrier.labels) == ((), {})
        assert not {"prepaid", "tracking_number"} & mail.facts.keys()

    def test_without_a_carrier(self) -> None:
        """The policy has the house give it: the mail says that it follows."""
        town = Town.built().under(LABELLED).stock()
        market = Marketplace(evolve(town.market.shop, carrier=None))
        town = evolve(town, market=market)
        town.buy(COAT, mode="direct")
        town.work()
        mail = sale_mails(town)["ada"]
        assert (mail.facts["prepaid"], mail.attachments) == (True, ())
        assert "tracking_number" not in mail.facts
        assert isinstance(market.parcels.label(ADA, "o1", FIRST), Refused)

    def test_a_parcel_that_the_carrier_refuses(self) -> None:
        """A person looks; once the carrier takes it, the mail goes out with the label."""
        town = Town.built().under(LABELLED).stock()
        shop = town.market.shop
        light = Marketplace(evolve(shop, carrier=MemoryCarrier(heaviest_g=899)))
        town.buy(COAT, mode="direct")
        evolve(town, market=light).work()
        (letter,) = light.dead_letters.list(HOUSE)
        assert letter.reason.startswith("no label: too-heavy")
        assert isinstance(light.parcels.label(ADA, "o1", FIRST), ShipmentRefused)
        light.dead_letters.retry(HOUSE, letter.message.key)
        town.work()
        assert sale_mails(town)["ada"].attachments

    @pytest.mark.parametrize("stranger", ["ada", "zoe"])
    def test_of_people_the_directory_does_not_know(self, stranger: str) -> None:
        """The seller has no address to send from; or the buyer's was erased and none is known."""
        town = Town.built().under(LABELLED).stock()
        others = [
            Recipient(role=role, id=name)
            for role, name in ((Role.SELLER, "ada"), (Role.BUYER, "zoe"))
            if name != stranger
        ]
        town = evolve(town, market=Marketplace(evolve(town.market.shop, directory=known(*others))))
        town.buy(COAT, mode="direct")
        store = town.market.shop.store
        store.erase(store.personal_of("zoe"))
        town.work()
        (letter,) = (
            each
            for each in town.market.dead_letters.list(HOUSE)
            if "no address is known" in each.reason
        )
        assert "ada or of the buyer" in letter.reason
        assert reasons(town.market.parcels.label(HOUSE, "o1", FIRST)) == ["address-unknown"]

    def test_nothing_of_it_is_kept(self) -> None:
        """The address is on the label alone, and is erased as that of any order."""
        store = Watched()
        town = Town.built(store).under(LABELLED).stock()
        town.buy(COAT, mode="direct")
        town.work()
        assert town.carrier.labels
        assert "rue Neuve" not in store.texts()


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
