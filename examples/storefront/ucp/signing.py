"""Signatures of the protocol: detached JWTs (RFC 7797) by ES256 over the bytes of a message."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping

from attrs import frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from examples.storefront.ucp.wire import Json

_HALF = 32  # bytes of either half of a signature, and of a coordinate
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
_ALGORITHM = ec.ECDSA(SHA256())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@frozen
class SigningKey:
    """The key that signs the messages of the shop; the same for the same secret."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, secret: bytes) -> SigningKey:
        """Derive the key from the secret of the shop."""
        digest = hmac.new(secret, b"storefront ucp signing key", hashlib.sha512).digest()
        number = int.from_bytes(digest) % (_ORDER - 1) + 1
        return cls(ec.derive_private_key(number, ec.SECP256R1()))

    @property
    def public(self) -> dict[str, str]:
        """The key as its profile publishes it (RFC 7517); its name is its thumbprint."""
        point = self.key.public_key().public_numbers()
        jwk = {"crv": "P-256", "kty": "EC", "x": _coordinate(point.x), "y": _coordinate(point.y)}
        thumbprint = hashlib.sha256(json.dumps(jwk, separators=(",", ":")).encode()).digest()
        return {**jwk, "kid": _text(thumbprint), "use": "sig", "alg": "ES256"}

    def sign(self, body: bytes) -> str:
        """Return the signature of a message, without the message."""
        header = {"alg": "ES256", "kid": self.public["kid"], "b64": False, "crit": ["b64"]}
        protected = _text(json.dumps(header, separators=(",", ":")).encode())
        r, s = decode_dss_signature(self.key.sign(protected.encode() + b"." + body, _ALGORITHM))
        return f"{protected}..{_text(r.to_bytes(_HALF) + s.to_bytes(_HALF))}"


def _coordinate(number: int) -> str:
    return _text(number.to_bytes(_HALF))


def is_signed(signature: str, body: bytes, keys: Iterable[Json]) -> bool:
    """Return whether a message is signed by one of the public keys of its sender."""
    try:
        protected, between, signed = signature.split(".")
        header = json.loads(_bytes(protected))
        halves = _bytes(signed)
    except (ValueError, binascii.Error, RecursionError):
        return False
    wanted = {"alg": "ES256", "b64": False, "crit": ["b64"]}
    is_ours = isinstance(header, dict) and {k: header.get(k) for k in wanted} == wanted
    if between or not is_ours or len(halves) != 2 * _HALF:
        return False
    r, s = int.from_bytes(halves[:_HALF]), int.from_bytes(halves[_HALF:])
    for key in keys:
        public = _public(key) if key.get("kid") == header.get("kid") else None
        if public is None:
            continue
        try:
            public.verify(encode_dss_signature(r, s), protected.encode() + b"." + body, _ALGORITHM)
        except InvalidSignature:
            continue
        return True
    return False


def _public(key: Mapping[str, object]) -> ec.EllipticCurvePublicKey | None:
    """Return a public key of P-256; None for any other."""
    if (key.get("kty"), key.get("crv")) != ("EC", "P-256"):
        return None
    try:
        x, y = (int.from_bytes(_bytes(str(key.get(name)))) for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        return None
