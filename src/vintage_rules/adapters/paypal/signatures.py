"""Verification of PayPal's webhooks: the signature, and the certificates under it.

PayPal offers two ways. Sending each message back to be confirmed depends on the text being repeated
to the last space. Here the other way is taken: the signature is verified locally, with a
certificate that is downloaded once, so that no stranger has us make a request.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from urllib.parse import urlsplit
from zlib import crc32

import certifi
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import (
    Certificate,
    DNSName,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from vintage_rules.adapters.paypal.api import Issue, PayPalAccount, PayPalApi
from vintage_rules.adapters.paypal.documents import PORT
from vintage_rules.dates import instant
from vintage_rules.errors import DayError, ForgedWebhookError
from vintage_rules.ports.clock import Clock

# PayPal sends a message again for three days; a day more for clocks and queues.
OLDEST = timedelta(days=4)
EARLIEST = timedelta(minutes=5)

_ALGORITHM = "SHA256withRSA"
_CERTIFICATES = "/v1/notifications/certs/"
_HOST = ".paypal.com"
_MOST_CERTIFICATES = 16
_ACT = "reading a webhook"


class Signatures:
    """A verifier of PayPal's signatures."""

    def __init__(
        self,
        account: PayPalAccount,
        clock: Clock,
        api: PayPalApi,
        trusted: Sequence[Certificate] | None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._api = api
        self._trusted = None if trusted is None else list(trusted)
        self._fetched: dict[str, bytes] = {}

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check that PayPal sent a message to this webhook, not too long ago.

        Raises:
            ForgedWebhookError: If it is not PayPal's, is for another webhook, or is too old.
            OutsideUnavailableError: If the certificate cannot be downloaded.
        """
        given = {name.lower(): value for name, value in headers.items()}
        if _header(given, "auth-algo") != _ALGORITHM:
            raise _forged(f"an algorithm other than {_ALGORITHM}")
        sent_at = _header(given, "transmission-time")
        self._require_recent(sent_at)
        signed = "|".join(
            (
                _header(given, "transmission-id"),
                sent_at,
                self._account.webhook_id,
                str(crc32(body)),
            )
        )
        signature = _decoded(_header(given, "transmission-sig"))
        self._require_signed(_header(given, "cert-url"), signature, signed.encode())

    def _require_recent(self, sent_at: str) -> None:
        try:
            at = instant(datetime.fromisoformat(sent_at))
        except (DayError, ValueError):
            raise _forged(f"no moment: {sent_at}") from None
        now = self._clock.now()
        if not now - OLDEST <= at <= now + EARLIEST:
            raise _forged(f"sent at {sent_at}, which is too long ago or yet to come")

    def _require_signed(self, url: str, signature: bytes, signed: bytes) -> None:
        key = self._certificate(url).public_key()
        if not isinstance(key, RSAPublicKey):
            raise _forged("a certificate without an RSA key")
        try:
            key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise _forged("the signature is not of this message") from None

    def _certificate(self, url: str) -> Certificate:
        try:
            leaf, *others = load_pem_x509_certificates(self._chain(url))
        except ValueError:
            raise _forged("no certificate") from None
        policy = PolicyBuilder().store(self._store()).time(self._clock.now())
        verifier = policy.build_server_verifier(DNSName(self._account.site.signer))
        try:
            verifier.verify(leaf, others)
        except VerificationError as error:
            raise _forged(f"a certificate that is not PayPal's: {error}") from None
        return leaf

    def _store(self) -> Store:
        if self._trusted is None:
            self._trusted = _public_roots()
        return Store(self._trusted)

    def _chain(self, url: str) -> bytes:
        if not self._is_of_paypal(url):
            raise _forged(f"a certificate from elsewhere: {url}")
        if url not in self._fetched:
            chain = self._api.download(_ACT, url)
            if isinstance(chain, Issue):
                raise _forged(f"no certificate: {url}")
            if len(self._fetched) >= _MOST_CERTIFICATES:
                self._fetched.clear()
            self._fetched[url] = chain
        return self._fetched[url]

    def _is_of_paypal(self, url: str) -> bool:
        if not url.isprintable() or "\\" in url or ".." in url:
            return False
        try:
            parts = urlsplit(url)
            host, own = parts.hostname or "", urlsplit(self._account.site.url)
            here = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
            theirs = parts.scheme == "https" and host.endswith(_HOST) and parts.netloc == host
        except ValueError:
            return False
        return (here or theirs) and parts.path.startswith(_CERTIFICATES)


def _public_roots() -> list[Certificate]:
    """Return the roots that browsers trust.

    Not those with the serial number 0, which no certificate may have: `cryptography` is about to
    refuse them.
    """
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    roots = zip(context.get_ca_certs(), context.get_ca_certs(binary_form=True), strict=True)
    return [
        load_der_x509_certificate(content)
        for about, content in roots
        if int(str(about["serialNumber"]), 16)
    ]


def _header(given: Mapping[str, str], name: str) -> str:
    value = given.get(f"paypal-{name}")
    if not value:
        raise _forged(f"no header paypal-{name}")
    return value


def _decoded(signature: str) -> bytes:
    try:
        return b64decode(signature, validate=True)
    except ValueError:
        raise _forged("a signature that is no base64") from None


def _forged(message: str) -> ForgedWebhookError:
    return ForgedWebhookError(PORT, _ACT, message)
