"""Modes, parcels, and what each seller is told to post."""

from __future__ import annotations

from typing import Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import EDITION, imparfaite
from vintage_rules.dates import DayCount, Duration
from vintage_rules.errors import IdentifierError, InvalidValueError, UnknownTermError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.shipping import (
    Grouping,
    Item,
    ModePolicy,
    ParcelPlan,
    PlannedParcel,
    Posting,
    Sender,
    Transit,
    plan_parcels,
)
from vintage_rules.shipping.parcels import gives_labels

NAMES = st.sampled_from(["ada", "lou", "mia"])
ITEMS = st.lists(st.tuples(NAMES, st.integers(1, 30_000)), min_size=1, max_size=12).map(
    lambda drawn: [
        item(f"piece-{number}", seller, weight) for number, (seller, weight) in enumerate(drawn)
    ]
)


def item(piece: str, seller: str, weight_g: int = 500) -> Item:
    """Give a piece to ship."""
    return Item(piece=PieceId(piece), seller=SellerId(seller), weight_g=weight_g)


def mode(name: Literal["direct", "grouped"]) -> ModePolicy:
    """Give a mode of the shipped policy."""
    return imparfaite().shipping.mode(name)


def plan(name: Literal["direct", "grouped"], *items: Item) -> ParcelPlan:
    """Plan the parcels of an order in that mode."""
    return plan_parcels(items, mode(name), EDITION)


COAT, BAG, SCARF = item("coat", "ada", 1400), item("bag", "lou", 600), item("scarf", "ada", 100)


class TestL1Modes:
    """Two modes: direct, where each seller posts, and grouped, through the workshop."""

    def test_there_are_two(self) -> None:
        """By these names."""
        modes = imparfaite().shipping.modes
        senders = {name: (found.grouping, found.sender) for name, found in modes.items()}
        assert senders == {
            "direct": (Grouping.PER_SELLER, Sender.SELLER),
            "grouped": (Grouping.TOGETHER, Sender.WORKSHOP),
        }

    def test_another_is_refused(self) -> None:
        """The message names both."""
        with pytest.raises(UnknownTermError, match="mode: must be one of direct, grouped, got 'pr"):
            imparfaite().shipping.mode("premium")

    def test_says_why(self) -> None:
        """By the clauses of the mode, and the edition."""
        assert plan("direct", COAT).sources == ("L1", "L2")
        assert plan("grouped", COAT).sources == ("L1", "L2", "L3")
        assert plan("direct", COAT).edition == EDITION


class TestL2Parcels:
    """A direct order makes one parcel per seller; a grouped order makes one."""

    def test_direct(self) -> None:
        """In the order in which sellers and pieces were given, each parcel with its weight."""
        assert plan("direct", COAT, BAG, SCARF).parcels == (
            PlannedParcel(sender="ada", pieces=(PieceId("coat"), PieceId("scarf")), weight_g=1500),
            PlannedParcel(sender="lou", pieces=(PieceId("bag"),), weight_g=600),
        )

    def test_direct_from_one_seller(self) -> None:
        """Several pieces of one seller share a parcel."""
        assert [parcel.sender for parcel in plan("direct", COAT, SCARF).parcels] == ["ada"]

    def test_grouped(self) -> None:
        """From the workshop, in the order in which the pieces were given."""
        assert plan("grouped", COAT, BAG, SCARF).parcels == (
            PlannedParcel(
                sender="workshop",
                pieces=(PieceId("coat"), PieceId("bag"), PieceId("scarf")),
                weight_g=2100,
            ),
        )

    @given(items=ITEMS, name=st.sampled_from(["direct", "grouped"]))
    def test_loses_no_piece_and_no_gram(
        self, items: list[Item], name: Literal["direct", "grouped"]
    ) -> None:
        """Every piece is in exactly one parcel and one posting."""
        planned = plan(name, *items)
        shipped = [piece for parcel in planned.parcels for piece in parcel.pieces]
        posted = [piece for posting in planned.postings for piece in posting.pieces]
        wanted = sorted(item.piece for item in items)
        assert sorted(shipped) == sorted(posted) == wanted
        weight = sum(parcel.weight_g for parcel in planned.parcels)
        assert weight == sum(item.weight_g for item in items)
        sellers = {item.seller for item in items}
        assert len(planned.parcels) == (len(sellers) if name == "direct" else 1)


class TestL8Postings:
    """When an order is placed each seller is told what to post, and where."""

    @pytest.mark.parametrize(("name", "to"), [("direct", "buyer"), ("grouped", "workshop")])
    def test_each_seller_posts_once(self, name: Literal["direct", "grouped"], to: str) -> None:
        """To the buyer, or to the workshop."""
        assert plan(name, COAT, BAG, SCARF).postings == (
            Posting(seller=SellerId("ada"), pieces=(PieceId("coat"), PieceId("scarf")), to=to),
            Posting(seller=SellerId("lou"), pieces=(PieceId("bag"),), to=to),
        )


class TestOtherHouses:
    """Modes that this house has not."""

    def test_a_workshop_posts_one_parcel(self) -> None:
        """An order names its parcels by who sends them, so that no two have one sender."""
        allowed = "grouping: must be together where the workshop posts, got 'per-seller'$"
        with pytest.raises(InvalidValueError, match=allowed):
            attrs.evolve(mode("grouped"), grouping=Grouping.PER_SELLER)

    def test_pieces_together_need_a_workshop(self) -> None:
        """None of several sellers can post the others' pieces."""
        allowed = "sender: must be workshop for pieces put together, got 'seller'$"
        with pytest.raises(InvalidValueError, match=allowed):
            attrs.evolve(mode("direct"), grouping=Grouping.TOGETHER)

    def test_what_is_collected_is_with_each_seller(self) -> None:
        """L2: the buyer goes to every seller, so that no parcel holds the pieces of two."""
        by_hand = attrs.evolve(mode("direct"), sender=Sender.BUYER)
        parcels = plan_parcels([COAT, BAG], by_hand, EDITION).parcels
        assert [parcel.sender for parcel in parcels] == ["ada", "lou"]
        allowed = "sender: must be workshop for pieces put together, got 'buyer'$"
        with pytest.raises(InvalidValueError, match=allowed):
            attrs.evolve(by_hand, grouping=Grouping.TOGETHER)

    def test_what_is_collected_has_no_label(self) -> None:
        """What is posted may have one."""
        assert gives_labels(attrs.evolve(mode("direct"), label_provided=True))
        assert not gives_labels(mode("direct"))
        with pytest.raises(InvalidValueError, match="label_provided: must be false where"):
            attrs.evolve(mode("direct"), sender=Sender.BUYER, label_provided=True)

    def test_only_a_workshop_has_a_way_there(self) -> None:
        """A seller neither forwards nor checks."""
        inbound = Transit(minimum=1, maximum=2, count=DayCount.OUVRABLES, sources=())
        check = Duration.of(1, "ouvres")
        allowed = r"inbound: must be left out where no workshop posts, got Transit\("
        with pytest.raises(InvalidValueError, match=allowed):
            attrs.evolve(mode("direct"), inbound=inbound)
        allowed = r"check: must be left out where no workshop posts, got Duration\("
        with pytest.raises(InvalidValueError, match=allowed):
            attrs.evolve(mode("direct"), check=check)
        through = attrs.evolve(mode("grouped"), inbound=inbound, check=check)
        assert (through.inbound, through.check) == (inbound, check)


class TestWhatIsShipped:
    """Pieces with names, sellers and weights; what is none is refused by its field."""

    def test_something(self) -> None:
        """An order has at least one piece."""
        with pytest.raises(
            InvalidValueError, match=r"pieces: must be at least one piece, got \[\]"
        ):
            plan("direct")

    @pytest.mark.parametrize("name", ["direct", "grouped"])
    def test_each_piece_once(self, name: Literal["direct", "grouped"]) -> None:
        """Every piece is unique, whoever sells it."""
        allowed = "pieces: must be different pieces, each given once, got 'coat'$"
        with pytest.raises(InvalidValueError, match=allowed):
            plan(name, COAT, BAG, item("coat", "lou"))

    @pytest.mark.parametrize("weight", [0, -1, 1.5, True, "500", None], ids=repr)
    def test_a_weight(self, weight: object) -> None:
        """Whole grams above 0."""
        allowed = "weight_g: must be a whole number of grams above 0, got"
        with pytest.raises(InvalidValueError, match=allowed) as refused:
            item("coat", "ada", weight)  # type: ignore[arg-type]
        assert refused.value.found is weight
        assert item("coat", "ada", 1).weight_g == 1

    def test_names(self) -> None:
        """Both of them."""
        with pytest.raises(IdentifierError, match="piece: must be 1 to 200 printable characters"):
            item("", "ada")
        with pytest.raises(IdentifierError, match="seller: must be 1 to 200 printable characters"):
            item("coat", " ada")

    def test_no_seller_is_called_like_the_workshop(self) -> None:
        """Or nobody could tell whose parcel it is."""
        allowed = "seller: must be another name than 'workshop', .* 'to-workshop/', got 'workshop'$"
        with pytest.raises(IdentifierError, match=allowed):
            item("coat", "workshop")
