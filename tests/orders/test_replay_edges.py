"""The ends of a replay, in Python: what it refuses to begin with, and where a fault lies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.orders.order_stories import BAG, BORDEAUX, COAT, FRANCE, HOUSE, MONDAY, days, placed
from vintage_rules.errors import DayError, IdentifierError, InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.orders import Do, OrderHistory, OrderPlaced, ParcelScan, Step, replay_order
from vintage_rules.orders.replay.steps import StepFinding
from vintage_rules.returns.cancellation_policy import Canceller

HAT = PieceId("hat")
END = days(30)


def replayed(*steps: Step, until: datetime = END) -> OrderHistory:
    """Replay a coat of ada's and a bag of lou's, paid by gift card and card."""
    first = placed("direct", BORDEAUX)
    assert isinstance(first, OrderPlaced)
    return replay_order(first, steps, until, HOUSE, calendar=FRANCE, destination_calendar=FRANCE)


def handed_in(on: float, parcel: str = "ada") -> Step:
    """Hand a parcel in that many days after the order."""
    return Step(at=days(on), do=Do.HAND_IN, parcel=parcel)


def claimed(piece: PieceId) -> Step:
    """Claim that a piece has a defect."""
    return Step(at=days(2), do=Do.OPEN_CLAIM, claim="c", kind="defect", pieces=(piece,))


class TestTimes:
    """A replay goes from the placing of an order to its end, and never back."""

    def test_ends_no_earlier_than_it_begins(self) -> None:
        """At the moment of the order all is still to come; before it there is no order."""
        assert [row.state for row in replayed(until=MONDAY).pieces] == ["announced", "announced"]
        with pytest.raises(DayError, match="not before 2026-09-07T08:00:00") as caught:
            replayed(until=MONDAY - timedelta(microseconds=1))
        assert caught.value.field == "until"

    @pytest.mark.parametrize(
        ("times", "place"),
        [((-1,), 0), ((31,), 0), ((2, 1), 1), ((1, 31), 1)],
    )
    def test_names_the_step_out_of_order(self, times: tuple[float, ...], place: int) -> None:
        """Before the order, after the end, or before the step above it."""
        with pytest.raises(DayError) as caught:
            replayed(*(handed_in(on) for on in times))
        assert caught.value.field == f"commands[{place}].at"
        assert caught.value.found == days(times[place]).isoformat()

    def test_steps_of_one_moment(self) -> None:
        """Neither comes before the other, and both may be at the end."""
        history = replayed(handed_in(1), handed_in(1, "lou"), until=days(1))
        assert [row.state for row in history.pieces] == ["handed-in", "handed-in"]


class TestFaults:
    """What an order does not hold is named with the step that names it."""

    @pytest.mark.parametrize(
        ("step", "name", "found", "allowed"),
        [
            (handed_in(2, "max"), "parcel", "max", "one of ada, lou"),
            (claimed(HAT), "pieces", "hat", "one of coat, bag"),
            (
                Step(at=days(2), do=Do.CHECK, piece=HAT, finding=StepFinding.FAILS),
                "piece",
                "hat",
                "one of coat, bag",
            ),
            (
                Step(at=days(2), do=Do.DISPUTE, tender="paypal"),
                "tender",
                "paypal",
                "one of gift-card, card",
            ),
        ],
    )
    def test_named_with_its_place(self, step: Step, name: str, found: str, allowed: str) -> None:
        """The second step, by the word its author used, and what the order holds instead."""
        with pytest.raises(InvalidValueError) as caught:
            replayed(handed_in(1), step)
        assert caught.value.field == f"commands[1].{name}"
        assert (caught.value.found, caught.value.allowed) == (found, allowed)

    def test_a_number_that_is_none(self) -> None:
        """What is wrong in itself keeps its kind and what it may be."""
        blank = Step(at=days(2), do=Do.HAND_IN, parcel="lou", tracking_number=" ")
        with pytest.raises(IdentifierError, match="1 to 200 printable characters") as caught:
            replayed(handed_in(1), blank)
        assert (caught.value.field, caught.value.found) == ("commands[1].tracking_number", " ")


class TestSteps:
    """A step has what it needs, nothing that it has no use for, and each piece once."""

    @pytest.mark.parametrize(
        ("facts", "name", "allowed"),
        [
            ({"do": Do.SCAN, "parcel": "ada"}, "status", "given to scan"),
            ({"do": Do.CONFIRM, "parcel": "ada"}, "parcel", "left out of confirm"),
            (
                {"do": Do.CHECK, "piece": COAT, "finding": StepFinding.DAMAGED},
                "finding",
                "one of as-described, fails",
            ),
            (
                {"do": Do.CHECK_RETURN, "return_": "r", "finding": StepFinding.FAILS},
                "finding",
                "one of another-piece, as-sent, damaged, missing",
            ),
            (
                {"do": Do.RECEIVE, "parcel": "ada", "pieces": (COAT, BAG, COAT)},
                "pieces",
                "distinct pieces",
            ),
        ],
    )
    def test_of_another_shape(self, facts: dict[str, Any], name: str, allowed: str) -> None:
        """It is refused where it is written, with what it may be."""
        with pytest.raises(InvalidValueError) as caught:
            Step(at=MONDAY, **facts)
        assert (caught.value.field, caught.value.allowed) == (name, allowed)

    def test_what_may_be_left_out(self) -> None:
        """A carrier need not say why a parcel goes back, nor a buyer which pieces they cancel."""
        scanned = Step(at=MONDAY, do=Do.SCAN, parcel="ada", status=ParcelScan.GOING_BACK)
        cancelled = Step(at=MONDAY, do=Do.CANCEL, by=Canceller.BUYER)
        assert (scanned.cause, cancelled.pieces) == (None, None)
