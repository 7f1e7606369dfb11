"""What the contract of a payment gateway needs from its subclass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ClassVar, TypeAlias
from uuid import uuid4

import pytest
from attrs import frozen

from vintage_rules.ids import OrderId
from vintage_rules.money import Money, build, quantum_of
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    ChallengeNeeded,
    Charge,
    PaymentGateway,
    WebhookKind,
)
from vintage_rules.testing.contracts.faults import Faults
from vintage_rules.testing.contracts.missing import missing

Source: TypeAlias = Callable[[Money], str]


@frozen(kw_only=True)
class WebhookDraft:
    """A webhook that the provider is to write, sign and send; `sent_ago` says how long ago it did.

    The kind `unknown` needs a message of a kind that the port has no word for.
    """

    id: str
    kind: WebhookKind
    reference: str
    order: OrderId
    sent_ago: timedelta = timedelta()


@frozen(kw_only=True)
class Delivery:
    """A webhook as it arrives."""

    headers: Mapping[str, str]
    body: bytes


@frozen(kw_only=True)
class Booked:
    """What the provider's own books say of a charge now: still held, taken in all, and returned."""

    held: Money
    taken: Money
    returned: Money


Booking: TypeAlias = Callable[[Charge, str], Booked]


def unique(word: str) -> str:
    """Return a name that no run of these tests has used before, for providers that remember."""
    return f"{word}-{uuid4().hex}"


class GatewayFixtures:
    """What is overridden: the fixtures, and the flags of what a provider lacks.

    A flag that is turned off says that the provider, or the peer it is tried against, cannot do
    it; what the flag guards must then be proved another way.
    """

    amounts: ClassVar[tuple[Money, ...]] = (
        Money("89.90", "EUR"),
        Money("5000", "JPY"),
        Money("12.340", "KWD"),
    )
    """Amounts that the provider can hold; the first can be divided by three and by two."""

    challenges: ClassVar[bool] = True
    """Some sources make the provider want to see the buyer."""

    captures_partly: ClassVar[bool] = True
    """A part of what is held can be taken."""

    has_credentials: ClassVar[bool] = True
    """The provider knows us by something that can be wrong."""

    is_remote: ClassVar[bool] = True
    """The provider can be out of reach."""

    closes_unrequested: ClassVar[bool] = True
    """A charge that is voided before it was ever requested can never be held afterwards."""

    guards_held: ClassVar[bool] = True
    """The provider itself refuses to take more than is held."""

    guards_captured: ClassVar[bool] = True
    """The provider itself refuses to give back more than was captured."""

    guards_keys: ClassVar[bool] = True
    """The provider itself refuses a key that took one hold when it comes back for another."""

    forgets_keys: ClassVar[bool] = True
    """The provider, or the peer, can be made to forget every key, as providers do in time."""

    shows_books: ClassVar[bool] = True
    """The provider's own books can be read past the adapter."""

    unknown_reference: ClassVar[str] = "no-such-reference"
    unknown_receipt: ClassVar[str] = "no-such-receipt"
    unused_source: ClassVar[str] = "no-such-source"
    """Names in the provider's form that it never gave out."""

    webhook_kinds: ClassVar[frozenset[WebhookKind]] = frozenset(WebhookKind)
    """What the provider reports of its own accord."""

    def _missing(self, fixture: str, flag: str = "") -> NotImplementedError:
        """Skip the test when the provider lacks what the fixture is for; else report it missing."""
        if flag and not getattr(self, flag):
            pytest.skip(f"{type(self).__name__}.{flag} is False")
        return missing(self, fixture, flag)

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        """Return the gateway, led through the faults."""
        raise self._missing("gateway")

    @pytest.fixture
    def faults(self) -> Faults:
        """Return what makes the gateway's requests go wrong."""
        raise self._missing("faults")

    @pytest.fixture
    def approved(self) -> Source:
        """Return what makes a source that the provider approves for an amount."""
        raise self._missing("approved")

    @pytest.fixture
    def declined(self) -> Source:
        """Return what makes a source that the provider declines."""
        raise self._missing("declined")

    @pytest.fixture
    def challenged(self) -> Source:
        """Return what makes a source for which the provider wants to see the buyer."""
        raise self._missing("challenged", "challenges")

    @pytest.fixture
    def pass_challenge(self) -> Callable[[ChallengeNeeded], None]:
        """Return what does the buyer's part of a challenge."""
        raise self._missing("pass_challenge", "challenges")

    @pytest.fixture
    def stranger(self) -> PaymentGateway:
        """Return a gateway with credentials that the provider does not know."""
        raise self._missing("stranger", "has_credentials")

    @pytest.fixture
    def unreachable(self) -> PaymentGateway:
        """Return a gateway whose provider refuses every connection."""
        raise self._missing("unreachable", "is_remote")

    @pytest.fixture
    def deliver(self) -> Callable[[WebhookDraft], Delivery]:
        """Return what writes and signs a webhook as the provider does."""
        raise self._missing("deliver")

    @pytest.fixture
    def forget(self) -> Callable[[], PaymentGateway]:
        """Return what has the provider forget every key, and gives the gateway to go on with."""
        raise self._missing("forget", "forgets_keys")

    @pytest.fixture
    def booked(self) -> Booking:
        """Return what reads the provider's own books of a charge, by its reference."""
        raise self._missing("booked", "shows_books")

    @pytest.fixture
    def captured(self, gateway: PaymentGateway, approved: Source) -> Callable[[Money], str]:
        """Return what takes an amount and gives the receipt."""

        def capture(amount: Money) -> str:
            charge = self.charge(amount, approved(amount))
            done = gateway.capture(unique("capture"), held(gateway, charge).reference, amount)
            assert isinstance(done, Captured)
            return done.receipt

        return capture

    def charge(self, amount: Money, source: str) -> Charge:
        """Make a charge that was never requested."""
        return Charge(
            key=unique("pay"), order=OrderId(unique("order")), amount=amount, source=source
        )

    def smallest(self, amount: Money) -> Money:
        """Return the smallest amount of a currency that the provider can move."""
        return build(quantum_of(amount.currency), amount.currency)


def held(gateway: PaymentGateway, charge: Charge) -> Authorised:
    """Have a charge held that the provider approves."""
    answer = gateway.authorise(charge)
    assert isinstance(answer, Authorised)
    return answer
