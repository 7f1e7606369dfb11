from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    BY_COUNT_AT_THE_BUYERS_COST,
    EDITION,
    FROM_FRANCE,
    ITALY,
    JAPAN,
    METROPOLITAN,
    MONACO,
    RETURNS,
    REUNION,
    RULES,
    case_of,
    policy_of,
    returned_from,
    terms_of,
    when,
)
from vintage_rules.errors import IdentifierError, InvalidValueError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.places import Territory
from vintage_rules.returns.decision_table import HitPolicy
from vintage_rules.returns.routing import (
    NoRoute,
    ReturnedFrom,
    ReturnParcel,
    ReturnRoute,
    route_return,
)
from vintage_rules.returns.table_policy import ReturnPolicy, ReturnRule
from vintage_rules.returns.terms import Label, ReturnPayer, ReturnTo

ABROAD = pytest.mark.parametrize("where", [ITALY, JAPAN, REUNION, MONACO], ids=lambda t: t.code)


def route(
    where: Territory,
    pieces: list[ReturnedFrom],
    reason: str = "withdrawal",
    policy: ReturnPolicy = RETURNS,
) -> ReturnRoute:
    """Route a return that the house takes."""
    found = route_return(policy.case(where, reason=reason), pieces, policy)
    assert isinstance(found, ReturnRoute)
    return found


def told(found: ReturnRoute) -> list[tuple[str, list[str], str]]:
    """Say a route shortly: to whom, what, under whose label."""
    return [(p.to, [str(name) for name in p.pieces], str(p.label)) for p in found.parcels]


class TestR3FromFrance:
    """R3: from France each piece goes straight back to its seller, with a prepaid label."""

    def test_one_piece_goes_to_its_seller(self) -> None:
        """One piece, one label."""
        found = route(METROPOLITAN, returned_from(coat="ada"))
        assert found == ReturnRoute(
            parcels=(ReturnParcel(to="ada", pieces=(PieceId("coat"),), label=Label.PREPAID),),
            paid_by=ReturnPayer.HOUSE,
            edition=EDITION,
            sources=("R3", "R7"),
        )

    def test_pieces_of_one_seller_share_a_label(self) -> None:
        """Parcels are in the order in which their first piece is named."""
        found = route(METROPOLITAN, returned_from(coat="ada", bag="lou", hat="ada"))
        assert told(found) == [
            ("ada", ["coat", "hat"], "prepaid"),
            ("lou", ["bag"], "prepaid"),
        ]

    def test_is_said_of_metropolitan_france_only(self) -> None:
        """Overseas France, as Monaco, is elsewhere: R7 has its buyers pay, so R4 holds there."""
        assert told(route(REUNION, returned_from(coat="ada", bag="lou"))) == [
            ("workshop", ["coat", "bag"], "buyer")
        ]


class TestR4FromElsewhere:
    """R4: from elsewhere one piece goes to its seller, more than one together to the workshop."""

    @ABROAD
    def test_one_piece_goes_to_its_seller(self, where: Territory) -> None:
        """Counted over the request."""
        assert told(route(where, returned_from(coat="ada"))) == [("ada", ["coat"], "buyer")]

    @ABROAD
    def test_two_pieces_go_to_the_workshop(self, where: Territory) -> None:
        """Of two sellers, in one parcel."""
        found = route(where, returned_from(coat="ada", bag="lou"))
        assert told(found) == [("workshop", ["coat", "bag"], "buyer")]

    def test_two_pieces_of_one_seller_go_to_the_workshop_as_well(self) -> None:
        """The clause counts pieces, not sellers."""
        found = route(ITALY, returned_from(coat="ada", hat="ada"))
        assert told(found) == [("workshop", ["coat", "hat"], "buyer")]


class TestR7WhoPays:
    """R7: free from metropolitan France, at the buyer's cost from anywhere else."""

    def test_the_house_pays_from_metropolitan_france(self) -> None:
        """Corsica is part of it."""
        assert route(METROPOLITAN, returned_from(coat="ada")).paid_by is ReturnPayer.HOUSE

    @ABROAD
    def test_the_buyer_pays_from_anywhere_else(self, where: Territory) -> None:
        """Overseas France and Monaco included."""
        found = route(where, returned_from(coat="ada"))
        assert found.paid_by is ReturnPayer.BUYER
        assert found.sources == ("R4", "R7")


class TestR9Claims:
    """R9: the return of a claim costs the buyer nothing, wherever they are."""

    @ABROAD
    def test_the_house_pays_from_abroad_too(self, where: Territory) -> None:
        """A prepaid label, and the count still decides where it goes."""
        found = route(where, returned_from(coat="ada", bag="lou"), "claim")
        assert found.paid_by is ReturnPayer.HOUSE
        assert told(found) == [("workshop", ["coat", "bag"], "prepaid")]


class TestOtherHouses:
    """Where pieces go, as other houses have it."""

    @pytest.mark.parametrize(
        ("to", "addresses"),
        [
            (ReturnTo.WORKSHOP, ["workshop"]),
            (ReturnTo.SELLER, ["ada", "lou"]),
            (ReturnTo.NOWHERE, []),
        ],
    )
    def test_everything_goes_where_the_row_says(self, to: ReturnTo, addresses: list[str]) -> None:
        """To the workshop, to the sellers, or nowhere: a counterfeit is refunded as it is."""
        routing = evolve(BY_COUNT_AT_THE_BUYERS_COST, to=to)
        policy = policy_of((evolve(FROM_FRANCE, terms=terms_of(routing)), *RULES[1:]))
        found = route(METROPOLITAN, returned_from(coat="ada", bag="lou"), policy=policy)
        assert [parcel.to for parcel in found.parcels] == addresses

    def test_the_count_is_a_value_of_the_policy(self) -> None:
        """With two allowed, the third piece sends all to the workshop."""
        routing = evolve(BY_COUNT_AT_THE_BUYERS_COST, to_seller_up_to=2)
        policy = policy_of((evolve(FROM_FRANCE, terms=terms_of(routing)), *RULES[1:]))
        two = route(METROPOLITAN, returned_from(coat="ada", bag="lou"), policy=policy)
        assert [parcel.to for parcel in two.parcels] == ["ada", "lou"]
        three = returned_from(coat="ada", bag="lou", hat="ada")
        assert told(route(METROPOLITAN, three, policy=policy)) == [
            ("workshop", ["coat", "bag", "hat"], "buyer")
        ]

    def test_what_is_not_taken_back_goes_nowhere(self) -> None:
        """A row without terms has no route."""
        refused = ReturnRule(
            name="private",
            when=when(seller_kind="private"),
            terms=None,
            review=False,
            sources=("between individuals",),
        )
        policy = policy_of((refused, *RULES), hit=HitPolicy.FIRST)
        case = policy.case(ITALY, reason="withdrawal", seller_kind="private")
        assert route_return(case, returned_from(coat="ada"), policy) == NoRoute(
            edition=EDITION, sources=("between individuals",)
        )


class TestBadRequests:
    """What cannot be routed is refused by name."""

    def test_no_piece_at_all(self) -> None:
        """A route needs something to send."""
        with pytest.raises(InvalidValueError, match="pieces"):
            route_return(case_of(), [], RETURNS)

    def test_a_piece_named_twice(self) -> None:
        """Each piece is sent once."""
        with pytest.raises(InvalidValueError, match="pieces"):
            route_return(case_of(), returned_from(coat="ada") * 2, RETURNS)

    def test_a_seller_called_as_the_workshop(self) -> None:
        """Its parcels could not be told from the house's."""
        with pytest.raises(IdentifierError, match="seller"):
            returned_from(coat="workshop")

    def test_names_that_cannot_be_used(self) -> None:
        """A piece and a seller have names."""
        with pytest.raises(IdentifierError, match="piece"):
            ReturnedFrom(piece=PieceId(""), seller=SellerId("ada"))
        with pytest.raises(IdentifierError, match="seller"):
            ReturnedFrom(piece=PieceId("coat"), seller=SellerId(" "))


@given(
    st.lists(st.sampled_from(["ada", "lou", "mia"]), min_size=1, max_size=8),
    st.sampled_from([METROPOLITAN, ITALY, REUNION]),
    st.sampled_from(["withdrawal", "claim"]),
)
def test_every_piece_is_sent_once_to_its_seller_or_the_workshop(
    sellers: list[str], where: Territory, reason: str
) -> None:
    """Whatever is returned, nothing is lost, doubled or sent to a stranger."""
    pieces = returned_from(**{f"piece-{n}": seller for n, seller in enumerate(sellers)})
    owner = {piece.piece: piece.seller for piece in pieces}
    found = route(where, pieces, reason)
    sent = [name for parcel in found.parcels for name in parcel.pieces]
    assert sorted(sent) == sorted(owner)
    assert len({parcel.to for parcel in found.parcels}) == len(found.parcels)
    for parcel in found.parcels:
        assert parcel.to == "workshop" or {owner[name] for name in parcel.pieces} == {parcel.to}
