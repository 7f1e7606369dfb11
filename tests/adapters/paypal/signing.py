"""A PayPal that signs: certificates made for the tests, and messages signed as PayPal documents."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4
from zlib import crc32

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.adapters.paypal.bookkeeping import Document
from vintage_rules.ports.payments import WebhookKind

SIGNER = "messageverificationcerts.paypal.test"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)


@frozen(kw_only=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey


@frozen(kw_only=True)
class Signer:
    """Who signs messages: a certificate, and those above it up to a root."""

    root: x509.Certificate
    between: x509.Certificate
    leaf: x509.Certificate
    key: RSAPrivateKey

    @property
    def chain(self) -> bytes:
        """What PayPal lets anybody fetch."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.leaf, self.between))


def certified(
    name: str,
    issuer: Signed | None,
    *,
    host: str | None = None,
    until: datetime = UNTIL,
    key: RSAPrivateKey | EllipticCurvePrivateKey | None = None,
) -> Signed:
    """Make a certificate: of an authority, or of a host."""
    own = generate_private_key(65537, 2048)
    key = key or own
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = issuer.certificate.subject if issuer else subject
    signs = issuer.key if issuer else own
    usage = x509.KeyUsage(
        digital_signature=host is not None,
        key_cert_sign=host is None,
        crl_sign=host is None,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    above_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(above_key, critical=False)
    )
    if host is not None:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        made = made.add_extension(names, critical=False).add_extension(purpose, critical=False)
    return Signed(certificate=made.sign(signs, SHA256()), key=own)


@cache
def signer(host: str = SIGNER, until: datetime = UNTIL) -> Signer:
    """Make who signs in a host's name, under a root of its own."""
    root = certified("root", None)
    between = certified("between", root)
    leaf = certified(host, between, host=host, until=until)
    return Signer(
        root=root.certificate,
        between=between.certificate,
        leaf=leaf.certificate,
        key=leaf.key,
    )


def headers(
    by: Signer, webhook_id: str, url: str, body: bytes, *, sent_at: datetime = NOW
) -> dict[str, str]:
    """Sign a message, as it is told in PayPal's pages on webhooks."""
    transmission, time = str(uuid4()), sent_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = f"{transmission}|{time}|{webhook_id}|{crc32(body)}".encode()
    return {
        "Content-Type": "application/json",
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        "PAYPAL-CERT-URL": url,
        "PAYPAL-TRANSMISSION-ID": transmission,
        "PAYPAL-TRANSMISSION-SIG": b64encode(by.key.sign(signed, PKCS1v15(), SHA256())).decode(),
        "PAYPAL-TRANSMISSION-TIME": time,
    }


RESOLVED = "CUSTOMER.DISPUTE.RESOLVED"
# After a dispute's event is the code of its outcome.
EVENTS = {
    WebhookKind.AUTHORISED: "PAYMENT.AUTHORIZATION.CREATED",
    WebhookKind.CAPTURED: "PAYMENT.CAPTURE.COMPLETED",
    WebhookKind.DECLINED: "PAYMENT.CAPTURE.DENIED",
    WebhookKind.DISPUTED: "CUSTOMER.DISPUTE.CREATED",
    WebhookKind.DISPUTE_LOST: f"{RESOLVED} RESOLVED_BUYER_FAVOUR",
    WebhookKind.DISPUTE_WON: f"{RESOLVED} RESOLVED_SELLER_FAVOUR",
    WebhookKind.REFUNDED: "PAYMENT.CAPTURE.REFUNDED",
    WebhookKind.REFUND_FAILED: "PAYMENT.REFUND.FAILED",
    WebhookKind.UNKNOWN: "BILLING.PLAN.CREATED",
    WebhookKind.VOIDED: "PAYMENT.AUTHORIZATION.VOIDED",
}


def resource(event_type: str, reference: str, order: str) -> Document:
    """Show what a message is about, with the fields that PayPal's own samples have."""
    event_type, _, outcome = event_type.partition(" ")
    if event_type.startswith("CUSTOMER.DISPUTE."):
        disputed: Document = {"seller_transaction_id": "3BC38643YC807283D", "custom": order}
        known: Document = {"dispute_id": "PP-D-4012", "disputed_transactions": [disputed]}
        return {**known, "dispute_outcome": {"outcome_code": outcome}} if outcome else known
    if event_type.startswith(("PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.")):
        return {"id": "0JF852973C016714D", "custom_id": order, "status": "COMPLETED"}
    if event_type.startswith("CHECKOUT.ORDER."):
        return {"id": reference, "purchase_units": [{"custom_id": order}]}
    if event_type.startswith("PAYMENT."):
        related: Document = {"order_id": reference, "authorization_id": "7HV58225DK121121T"}
        return {
            "id": "42311647XV020574X",
            "custom_id": order,
            "supplementary_data": {"related_ids": related},
        }
    return {"id": "P-7GL4271244454362WXNWU5NQ"}


SENT: dict[str, Document] = {}
"""Every event that PayPal has written a message about, by its name."""


def message(name: str, event_type: str, about: Document, at: datetime = NOW) -> bytes:
    """Write a message; PayPal knows the event from then on."""
    event: Document = {
        "id": name,
        "event_version": "1.0",
        "create_time": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "event_type": event_type.partition(" ")[0],
        "resource": about,
    }
    SENT[name] = event
    return json.dumps(event).encode()
