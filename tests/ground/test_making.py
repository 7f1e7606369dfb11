"""A faster way to make frozen objects, that makes the same ones."""

from __future__ import annotations

import copy
import pickle

import pytest
from attrs import evolve, fields, frozen
from attrs.exceptions import FrozenInstanceError

from tests.offers.house import MONDAY, eur, listed
from vintage_rules._making import maker
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId
from vintage_rules.offers.events import OfferCountered, OfferMade, PieceListed
from vintage_rules.offers.states import Listing, Offer, Particulars

ZOE = BuyerId("zoe")
KINDS = (Listing, Offer, Particulars, OfferMade, OfferCountered, PieceListed)
COUNTERED = OfferCountered(MONDAY, ZOE, eur(180), MONDAY)


@frozen
class _Awkward:
    """Named as the words the faster way is written with, one field private."""

    kind: int
    new: int
    _draft: int
    make: int


class TestMaker:
    """`maker`."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_makes_what_the_class_makes(self, kind: type) -> None:
        """The same class, the same values in the same fields, the same hash."""
        values = range(len(fields(kind)))
        made = maker(kind)(*values)
        assert type(made) is kind
        assert made == kind(*values)
        assert hash(made) == hash(kind(*values))
        assert [getattr(made, each.name) for each in fields(kind)] == list(values)

    def test_what_it_makes_cannot_be_changed(self) -> None:
        """Neither set nor deleted, nor given anything new."""
        made = maker(OfferCountered)(MONDAY, ZOE, eur(180), MONDAY)
        with pytest.raises(FrozenInstanceError):
            made.price = eur(1)  # type: ignore[misc]
        with pytest.raises(FrozenInstanceError):
            del made.price
        with pytest.raises(FrozenInstanceError):
            made.note = "cheap"  # type: ignore[attr-defined]
        assert made == COUNTERED

    def test_what_evolve_makes_cannot_be_changed_either(self) -> None:
        """A piece, its offers and its particulars come out of the fast way."""
        piece = listed()
        with pytest.raises(FrozenInstanceError):
            piece.price = eur(1)  # type: ignore[misc]
        with pytest.raises(FrozenInstanceError):
            piece.particulars.back = True  # type: ignore[misc]

    def test_what_it_makes_can_be_copied_and_kept(self) -> None:
        """As any other value: changed into another one, copied, pickled."""
        made = maker(OfferCountered)(MONDAY, ZOE, eur(180), MONDAY)
        assert evolve(made, price=eur(170)).price == eur(170)
        assert copy.copy(made) == pickle.loads(pickle.dumps(made)) == COUNTERED  # noqa: S301 - ours

    def test_takes_its_fields_by_name_and_all_of_them(self) -> None:
        """As the class does."""
        make = maker(OfferCountered)
        assert make(at=MONDAY, buyer=ZOE, price=eur(180), until=MONDAY) == COUNTERED
        with pytest.raises(TypeError, match="until"):
            make(MONDAY, ZOE, eur(180))  # type: ignore[call-arg]

    def test_makes_a_class_whatever_its_fields_are_called(self) -> None:
        """A private field is given without its underscore, as attrs has it."""
        assert maker(_Awkward)(1, 2, draft=3, make=4) == _Awkward(1, 2, draft=3, make=4)

    def test_refuses_what_is_no_class(self) -> None:
        """It could not become one."""
        with pytest.raises(InvalidValueError, match=r"kind: must be a class, got <function"):
            maker(eur)
