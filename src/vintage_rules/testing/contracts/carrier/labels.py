"""What a `Carrier` owes: a label a key, refusals as answers, and silence as silence."""

from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import evolve

from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ports.carrier import (
    Cancelled,
    Carrier,
    Label,
    Shipment,
    ShipmentRefusal,
    ShipmentRefused,
    Tracker,
    Tracking,
)
from vintage_rules.testing.contracts.carrier.base import COAT, NOBODYS, PARCEL, need
from vintage_rules.testing.contracts.carrier.tracking import TrackerContract
from vintage_rules.testing.contracts.missing import missing

VERBS = ("rates", "label", "cancel")


class CarrierContract(TrackerContract):
    """What a `Carrier` owes beside what it owes as a `Tracker`.

    There is a fixture `carrier` instead of `tracker`; `stranger`, `silent` and `garbled` give a
    `Carrier` here.
    """

    knows_hand_in: ClassVar[bool] = True
    """Whether the carrier refuses to take back a label whose parcel it has seen."""

    can_lose_answers: ClassVar[bool] = True
    """Whether an answer can be lost on its way; then there is a fixture `forgetful`."""

    shipment: ClassVar[Shipment] = COAT
    """A parcel that the carrier carries."""

    refused: ClassVar[Shipment] = evolve(COAT, weight_g=2_000_000)
    """A parcel that it does not carry."""

    refusal: ClassVar[ShipmentRefusal] = ShipmentRefusal.TOO_HEAVY
    """Why not."""

    @pytest.fixture
    def carrier(self) -> Carrier:
        """Make the adapter, with an outside that knows no parcel and has made no label."""
        raise missing(self, "carrier")

    @pytest.fixture
    def tracker(self, carrier: Carrier) -> Tracker:
        """Follow parcels with the carrier."""
        return carrier

    @pytest.fixture
    def forgetful(self) -> Carrier:
        """Make the adapter with an outside whose next answer about a label is lost on its way.

        The outside does what is requested, and only that one answer is lost.
        """
        raise missing(self, "forgetful", "can_lose_answers")

    def labels_made(self, carrier: Carrier) -> int:
        """Count the labels that the outside has made, by its own books."""
        raise NotImplementedError(f"{type(self).__name__} must have a method `labels_made`")

    def bought(self, carrier: Carrier, key: str = "order/1/p1/label") -> Label:
        """Buy a label."""
        label = carrier.label(key, self.shipment)
        assert isinstance(label, Label)
        return label

    def test_rates_come_cheapest_first(self, carrier: Carrier) -> None:
        """Each with a price and a range of days that does not end before it begins."""
        rates = carrier.rates(self.shipment)
        assert rates
        prices = [rate.price.amount for rate in rates]
        assert prices == sorted(prices)

    def test_what_is_not_carried_has_no_rates(self, carrier: Carrier) -> None:
        """Cancelling an unknown number is no error."""
        assert carrier.rates(self.refused) == ()

    def test_a_service_that_was_named_can_be_bought(self, carrier: Carrier) -> None:
        """For the price that was named, where the label shows one."""
        for number, rate in enumerate(carrier.rates(self.shipment)):
            label = carrier.label(f"k{number}", evolve(self.shipment, service=rate.service))
            assert isinstance(label, Label)
            assert label.price in (None, rate.price)

    def test_a_label_can_be_printed(self, carrier: Carrier) -> None:
        """It has a document of the type that it says."""
        label = self.bought(carrier)
        assert label.document
        assert label.document.startswith(b"%PDF") == (label.media_type == "application/pdf")
        assert "/" in label.media_type

    def test_a_label_asked_for_twice_is_bought_once(self, carrier: Carrier) -> None:
        """The key says that it is the same one."""
        assert self.bought(carrier) == self.bought(carrier)
        assert self.labels_made(carrier) == 1

    def test_two_keys_are_two_labels(self, carrier: Carrier) -> None:
        """Even for parcels that look the same."""
        first, second = self.bought(carrier, "order/1/p1"), self.bought(carrier, "order/1/p2")
        assert first.tracking_number != second.tracking_number
        assert self.labels_made(carrier) == 2

    def test_a_key_may_be_any_text(self, carrier: Carrier) -> None:
        """It is never taken for something else."""
        keys = ["a/b?c=d&e#f", "à l’été", "x" * 200, "'; --"]
        numbers = {self.bought(carrier, key).tracking_number for key in keys}
        assert len(numbers) == len(keys)
        assert self.bought(carrier, keys[0]).tracking_number in numbers

    def test_a_lost_answer_is_asked_for_again(self, request: pytest.FixtureRequest) -> None:
        """The label is there, and it is the only one."""
        carrier = self.made_by(request, "forgetful", here=self.can_lose_answers)
        with pytest.raises(OutsideUnavailableError):
            carrier.label("order/1/p1/label", self.shipment)
        assert self.bought(carrier).document
        assert self.labels_made(carrier) == 1

    def test_what_is_not_carried_is_refused(self, carrier: Carrier) -> None:
        """As an answer that says why, in our words and with the carrier's code; nothing is made."""
        answer = carrier.label("order/1/p1/label", self.refused)
        assert isinstance(answer, ShipmentRefused)
        assert answer.reason is self.refusal
        assert answer.code
        assert self.labels_made(carrier) == 0

    def test_a_label_is_known_to_its_tracking(self, carrier: Carrier) -> None:
        """It is announced before it is seen."""
        assert isinstance(carrier.track(self.bought(carrier).tracking_number), Tracking)

    def test_a_label_can_be_given_back(self, carrier: Carrier) -> None:
        """Once, however often it is requested."""
        number = self.bought(carrier).tracking_number
        assert carrier.cancel("order/1/p1/cancel", number) == Cancelled()
        assert carrier.cancel("order/1/p1/cancel", number) == Cancelled()

    def test_an_unknown_label_cannot_be_given_back(self, carrier: Carrier) -> None:
        """It is not ours."""
        answer = carrier.cancel("order/1/p1/cancel", NOBODYS)
        assert isinstance(answer, ShipmentRefused)
        assert answer.reason is ShipmentRefusal.UNKNOWN_PARCEL

    def test_a_parcel_that_was_seen_cannot_be_given_back(self, carrier: Carrier) -> None:
        """It is under way."""
        if not self.knows_hand_in:
            pytest.skip("the carrier does not look")
        number = self.bought(carrier).tracking_number
        self.report(carrier, number, [self.at("2026-09-07T10:00:00+02:00")])
        answer = carrier.cancel("order/1/p1/cancel", number)
        assert isinstance(answer, ShipmentRefused)
        assert answer.reason is ShipmentRefusal.ALREADY_HANDED_IN

    def request(self, carrier: Carrier, verb: str) -> None:
        """Request one thing."""
        match verb:
            case "rates":
                carrier.rates(self.shipment)
            case "label":
                carrier.label("order/1/p1/label", self.shipment)
            case _:
                carrier.cancel("order/1/p1/cancel", PARCEL)

    @pytest.mark.parametrize("verb", VERBS)
    def test_nobody_is_served_with_wrong_credentials(
        self, request: pytest.FixtureRequest, verb: str
    ) -> None:
        """Whatever they request."""
        carrier = self.made_by(request, "stranger", here=self.has_credentials)
        with pytest.raises(OutsideRejectedError):
            self.request(carrier, verb)

    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize("outside", ["silent", "garbled"])
    def test_nobody_knows_what_was_not_answered(
        self, request: pytest.FixtureRequest, outside: str, verb: str
    ) -> None:
        """Whatever was requested, it may have happened."""
        carrier = self.made_by(request, outside, here=self.can_be_silent)
        with pytest.raises(OutsideUnavailableError):
            self.request(carrier, verb)

    def made_by(self, request: pytest.FixtureRequest, name: str, *, here: bool) -> Carrier:
        """Return the adapter of a fixture, where there is such an outside."""
        need(name, here=here)
        made: Carrier = request.getfixturevalue(name)
        return made
