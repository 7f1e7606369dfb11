"""Stand-ins for a bank, PayPal, a carrier and the post: no account is needed anywhere.

Each does what its port promises, and remembers in the host's tables what a restart must not lose.
A real shop puts the adapters of `vintage_rules.adapters` in their place: Stripe, PayPal, La Poste.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from html import escape
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, insert, select, update

from examples.storefront.host import CHARGES, REFUNDS, Host, KeptLetter
from vintage_rules import Money
from vintage_rules.adapters.memory import webhooks
from vintage_rules.errors import OutsideRejectedError
from vintage_rules.ids import identifier
from vintage_rules.money import positive
from vintage_rules.places import Place
from vintage_rules.ports import (
    Authorisation,
    Authorised,
    Cancelled,
    Captured,
    ChallengeNeeded,
    Charge,
    Clock,
    Contact,
    Declined,
    Fact,
    Label,
    Message,
    NotTracked,
    PaymentRefusal,
    PaymentRefused,
    PaymentWebhook,
    PostalAddress,
    Rate,
    Recipient,
    Refunded,
    Role,
    Scan,
    Sent,
    Shipment,
    ShipmentRefused,
    Tracking,
    Undeliverable,
    Voided,
    WebhookKind,
)
from vintage_rules.wording import letter
from vintage_rules.wording.messages import Verbatim

HELD, CHALLENGED, DECLINED, CAPTURED, VOIDED = "held", "challenged", "declined", "captured", "void"
# After its hand-in a parcel is seen on its way, then delivered.
ON_ITS_WAY, DELIVERED = timedelta(hours=8), timedelta(hours=50)
WORKSHOP = PostalAddress(
    name="Atelier",
    lines=("18 rue du Lin",),
    place=Place(country="FR", postal_code="75011", city="Paris"),
)


@frozen
class StandInBank:
    """A `PaymentGateway` that does what the source of a charge says.

    `approved` is held at once, `challenged` once the buyer has confirmed it on a page of the bank's
    own, and `declined` never.
    """

    provider: str
    host: Host
    clock: Clock
    secret: str

    def authorise(self, charge: Charge) -> Authorisation:
        """Hold an amount, once for each charge."""
        row = self._charge(charge) or self._opened(charge, None)
        if (row["amount"], row["currency"]) != _written(charge.amount):
            raise self._rejected("authorise", f"the key was used for another amount: {charge.key}")
        reference = str(row["reference"])
        match row["state"]:
            case "held" | "captured":
                return Authorised(reference=reference, expires_at=None)
            case "challenged":
                return ChallengeNeeded(reference=reference, url=f"/bank/{reference}")
            case _:
                return Declined(code="declined")

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Capture what is held, once."""
        taken, row = positive(amount, "amount"), self.charge(reference)
        if row is None:
            return _refused(PaymentRefusal.UNKNOWN_REFERENCE)
        if row["state"] == CAPTURED:
            same = row["capture_key"] == key
            return _captured(row) if same else _refused(PaymentRefusal.ALREADY_CAPTURED)
        if row["state"] != HELD or taken.amount > Decimal(row["amount"]):
            return _refused(PaymentRefusal.REFUSED)
        self._set(reference, state=CAPTURED, capture_key=key, captured=str(taken.amount))
        return Captured(receipt=f"receipt-{reference}", amount=taken)

    def find_capture(self, reference: str) -> Captured | None:
        """Return what was captured, whatever key it was made under."""
        row = self.charge(reference)
        return None if row is None or row["state"] != CAPTURED else _captured(row)

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """Release what is held, and hold nothing from then on."""
        row = self._charge(charge) or self._opened(charge, VOIDED)
        if row["state"] == CAPTURED:
            return _refused(PaymentRefusal.ALREADY_CAPTURED)
        self._set(str(row["reference"]), state=VOIDED)
        return Voided()

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Refund what was captured, never more in all."""
        given, reference = positive(amount, "amount"), receipt.removeprefix("receipt-")
        row = self.charge(reference)
        if row is None or row["state"] != CAPTURED:
            return _refused(PaymentRefusal.UNKNOWN_REFERENCE)
        with self.host.engine.begin() as connection:
            of_charge = select(REFUNDS).where(REFUNDS.c.reference == reference)
            made = {each["key"]: each for each in connection.execute(of_charge).mappings()}
            if key not in made:
                before = sum((Decimal(each["amount"]) for each in made.values()), Decimal())
                if before + given.amount > Decimal(row["captured"]):
                    return _refused(PaymentRefusal.ABOVE_CAPTURED)
                values = {"key": key, "reference": reference, "amount": str(given.amount)}
                connection.execute(insert(REFUNDS), values)
        return Refunded(reference=f"refund-{_short(key)}", pending=False)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Verify and read a message that is signed with the secret we share."""
        return webhooks.read(headers, body, self.secret, self.clock.now())

    # Beside the port: the bank's own page.

    def charge(self, reference: str) -> dict[str, Any] | None:
        """Return what the bank knows of a charge of its own."""
        return self._found(CHARGES.c.reference == reference)

    def answer(self, reference: str, *, passed: bool) -> None:
        """Record that a buyer has confirmed a charge, or not."""
        row = self.charge(reference)
        if row is not None and row["state"] == CHALLENGED:
            self._set(reference, state=HELD if passed else DECLINED)

    def report(self, reference: str) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of the message that says what became of a charge."""
        row = self.charge(reference)
        held = row is not None and row["state"] == HELD
        webhook = PaymentWebhook(
            id=f"{reference}/{'held' if held else 'declined'}",
            kind=WebhookKind.AUTHORISED if held else WebhookKind.DECLINED,
            at=self.clock.now(),
            reference=reference,
            order=None,
            code="" if held else "declined",
            key=None if row is None else str(row["key"]).removeprefix(f"{self.provider}/"),
        )
        body = webhooks.written(webhook)
        return webhooks.signed(body, self.secret, self.clock.now()), body

    def _charge(self, charge: Charge) -> dict[str, Any] | None:
        if charge.reference is not None:
            return self._found(CHARGES.c.reference == charge.reference)
        return self._found(CHARGES.c.key == f"{self.provider}/{charge.key}")

    def _found(self, which: ColumnElement[bool]) -> dict[str, Any] | None:
        with self.host.engine.connect() as connection:
            of_ours = select(CHARGES).where(which, CHARGES.c.provider == self.provider)
            row = connection.execute(of_ours).mappings().first()
        return None if row is None else dict(row)

    def _opened(self, charge: Charge, state: str | None) -> dict[str, Any]:
        word = charge.source.partition(":")[0]
        states = {"approved": HELD, "challenged": CHALLENGED, "declined": DECLINED}
        if word not in states:
            raise self._rejected("authorise", f"no such source: {word}")
        amount, currency = _written(charge.amount)
        row = {
            "reference": f"{self.provider}-{_short(charge.key)}",
            "provider": self.provider,
            "key": f"{self.provider}/{charge.key}",
            "amount": amount,
            "currency": currency,
            "source": word,
            "return_url": charge.return_url or "/",
            "state": state or states[word],
        }
        with self.host.engine.begin() as connection:
            connection.execute(insert(CHARGES), row)
        return row

    def _set(self, reference: str, **values: str) -> None:
        with self.host.engine.begin() as connection:
            connection.execute(
                update(CHARGES).where(CHARGES.c.reference == reference).values(values)
            )

    def _rejected(self, act: str, message: str) -> OutsideRejectedError:
        return OutsideRejectedError(self.provider, act, message)


@frozen
class StandInCarrier:
    """A `Carrier` whose parcels arrive by themselves, two days after they are handed in."""

    host: Host
    clock: Clock

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """Return its one service."""
        price = Money("6.90", shipment.goods.currency)
        return (Rate(service="parcel", price=price, shortest_days=2, longest_days=2),)

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Return the label of a key: the same each time, as all of it follows from the key."""
        number = f"8V{int(_short(identifier(key, 'key')), 16) % 10**10:010}"
        (rate,) = self.rates(shipment)
        return Label(
            tracking_number=number,
            document=_label(number, shipment).encode(),
            media_type="image/svg+xml",
            price=rate.price,
            tracking_url=None,
        )

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:  # noqa: ARG002
        """Cancel a label: there is nothing to give back."""
        return Cancelled()

    def track(self, tracking_number: str) -> Tracking | NotTracked:
        """Return where a parcel has been seen by now."""
        number = " ".join(tracking_number.split())
        handed_in, now = self.host.handed_in_at(number), self.clock.now()
        if handed_in is None:
            return NotTracked(tracking_number=tracking_number)
        seen = {"in-transit": handed_in + ON_ITS_WAY, "delivered": handed_in + DELIVERED}
        scans = tuple(
            Scan(at=at, status=status, code=status, text=status, place=None)
            for status, at in seen.items()
            if at <= now
        )
        return Tracking(tracking_number=tracking_number, scans=scans, url=None)


@frozen
class LetterBox:
    """A `Notifier` that keeps letters in the words of the library, to be read in the shop."""

    host: Host
    directory: HostDirectory
    titles: Callable[[Sequence[str], str], Mapping[str, str]]

    def send(self, message: Message) -> Sent | Undeliverable:
        """Keep a letter; one that comes twice is kept once."""
        contact = self.directory.contact(message.to)
        if contact is None:
            return Undeliverable(reason=f"no such {message.to.role}: {message.to.id}")
        facts = self._with_titles(message.facts, contact.locale)
        written = letter(message.kind, facts, contact.locale, name=contact.name, at=message.at)
        parts = [list(part.lines) if isinstance(part, Verbatim) else part for part in written.parts]
        labels = [each.content.decode() for each in message.attachments]
        self.host.keep_letter(
            KeptLetter(
                key=message.key,
                person=message.to.id,
                about=str(message.facts.get("order") or message.facts.get("piece") or ""),
                at=message.at,
                subject=written.subject,
                parts=tuple(parts),
                label=labels[0] if labels else "",
            )
        )
        return Sent()

    def _with_titles(self, facts: Mapping[str, Fact], locale: str) -> dict[str, Fact]:
        """Return the facts with pieces called by their titles, as people know them."""
        named = facts.get("pieces", ())
        pieces = [str(facts.get("piece", "")), *map(str, named if isinstance(named, tuple) else ())]
        titles = self.titles(pieces, locale)
        called = dict(facts)
        if "piece" in facts:
            called["piece"] = titles[pieces[0]]
        if "pieces" in facts:
            called["pieces"] = tuple(titles[piece] for piece in pieces[1:])
        return called


@frozen
class HostDirectory:
    """A `Directory` of the people in the host's tables."""

    host: Host

    def contact(self, recipient: Recipient) -> Contact | None:
        """Return how a person is reached now."""
        person = self.host.person(recipient.id)
        if person is None or (recipient.role is Role.SELLER and not person.sells):
            return None
        at = person.address
        place = Place(country=at["country"], postal_code=at["postal_code"], city=at["city"])
        home = PostalAddress(name=person.name, lines=(at["line1"],), place=place)
        return Contact(name=person.name, email=person.email, locale=person.locale, address=home)

    def workshop(self) -> PostalAddress:
        """Return where the house receives parcels."""
        return WORKSHOP


def _written(amount: Money) -> tuple[str, str]:
    return str(amount.amount), str(amount.currency)


def _captured(row: Mapping[str, Any]) -> Captured:
    amount = Money(row["captured"], row["currency"])
    return Captured(receipt=f"receipt-{row['reference']}", amount=amount)


def _refused(reason: PaymentRefusal) -> PaymentRefused:
    return PaymentRefused(reason=reason, code=reason.value)


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _label(number: str, shipment: Shipment) -> str:
    """Return a label to print: whom it goes to, its number, and that number as bars."""
    to = shipment.recipient
    place = f"{to.place.postal_code or ''} {to.place.city or ''} {to.place.country}".strip()
    lines = [to.name, *to.lines, place]
    texts = "".join(
        f'<text x="24" y="{96 + 28 * row}" font-size="20">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    bits = f"{int(_short(number), 16):064b}"
    bars = "".join(
        f'<rect x="{24 + 6 * at}" y="250" width="4" height="70"/>'
        for at, bit in enumerate(bits)
        if bit == "1"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 432 360" font-family="sans-serif">'
        '<rect x="4" y="4" width="424" height="352" fill="#fff" stroke="#222" stroke-width="2"/>'
        f'<text x="24" y="48" font-size="24" font-weight="bold">{escape(number)}</text>{texts}'
        f"{bars}</svg>"
    )
