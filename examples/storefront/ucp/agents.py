"""Who calls: the platform of a profile, its version, and whether it is that platform.

A request names its platform by the address of a profile. One that publishes keys must sign; one
that publishes none is known by that name alone, and served in a demonstration only.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

import httpx2
from attrs import define, field, frozen

from examples.storefront.ucp.signing import is_signed
from examples.storefront.ucp.wire import VERSION, Json, refuse

_LASTS_FOR = 300.0  # seconds
_LARGEST = 65_536  # bytes of a profile
_MOST = 1_000  # profiles that are remembered
_TIMEOUT = 2.0  # seconds
_LONGEST = 5.0  # seconds that a profile may take in all, however steadily it comes
_THIS_MACHINE = {"localhost", "127.0.0.1"}
# IPv6 addresses that lead to an IPv4 address: by a translator of the network, and by old tunnels.
_NAT64 = IPv6Network("64:ff9b::/96")
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("::/96"))
_ORDER = "dev.ucp.shopping.order"
# A dictionary of RFC 8941, as far as the protocol uses one: keys with strings.
_PART = re.compile(r'\s*([a-z*][a-z0-9_\-.*]*)="((?:[^"\\]|\\["\\])*)"\s*(?:[;,]|$)')
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


@frozen(kw_only=True)
class Agent:
    """A platform: the address of its profile, and where it wants to hear of orders.

    `caller` is who is not to try too much: the host of a platform that has signed, whatever the
    path of its profile, else the address that the request comes from.
    """

    profile: str
    webhook: str = ""
    caller: str = ""


@frozen(kw_only=True)
class _Profile:
    """What a platform publishes of itself; nothing where its profile cannot be read."""

    version: str = ""
    webhook: str = ""
    keys: tuple[Json, ...] = ()


@define
class Agents:
    """Identifies who calls. With `local`, profiles and webhooks are on this machine alone."""

    local: bool
    unsigned: bool
    now: Callable[[], float] = monotonic
    _known: dict[str, tuple[float, _Profile]] = field(factory=dict[str, tuple[float, _Profile]])
    _lock: Lock = field(factory=Lock, init=False)

    def identify(self, headers: Mapping[str, str], body: bytes, address: str = "") -> Agent:
        """Return who sends a request from an address, or refuse it."""
        named = parts_of(headers.get("ucp-agent", ""))
        if not named.get("profile"):
            raise refuse(400, "missing", "the header UCP-Agent must name a profile")
        profile = self._profile(named["profile"])
        version = named.get("version") or profile.version or VERSION
        if _DATED.fullmatch(version) is None or version > VERSION:
            text = f"Version {version} is not supported; this shop speaks {VERSION} and older."
            raise refuse(400, "version_unsupported", text, severity="requires_buyer_input")
        signature = headers.get("request-signature", "")
        if profile.keys and not is_signed(signature, body, profile.keys):
            raise refuse(401, "signature_invalid", "Request-Signature is not of a published key")
        if not profile.keys and not self.unsigned:
            raise refuse(401, "signature_missing", "the profile publishes no key to sign with")
        caller = str(urlsplit(named["profile"]).hostname) if profile.keys else address
        return Agent(profile=named["profile"], webhook=profile.webhook, caller=caller)

    def _profile(self, url: str) -> _Profile:
        now = self.now()
        with self._lock:
            at, known = self._known.get(url, (now - _LASTS_FOR, _Profile()))
        if now - at < _LASTS_FOR:
            return known
        read = self._read(url)
        with self._lock:
            while len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[url] = (now, read)
        return read

    def _read(self, url: str) -> _Profile:
        if not self.may_be_called(url):
            return _Profile()
        began = self.now()
        try:
            with httpx2.stream("GET", url, timeout=_TIMEOUT, follow_redirects=False) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LARGEST or self.now() - began > _LONGEST:
                        return _Profile()
            document = json.loads(body) if answer.status_code == httpx2.codes.OK else None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError):
            return _Profile()
        return self._published(document) if isinstance(document, dict) else _Profile()

    def _published(self, document: Mapping[str, object]) -> _Profile:
        ucp, keys = document.get("ucp"), document.get("signing_keys")
        known = ucp if isinstance(ucp, dict) else {}
        listed = known.get("capabilities")
        webhook = ""
        for each in listed if isinstance(listed, list) else []:
            config = each.get("config") if isinstance(each, dict) else None
            if isinstance(config, dict) and each.get("name") == _ORDER:
                webhook = str(config.get("webhook_url", ""))
        return _Profile(
            version=str(known.get("version", "")),
            webhook=webhook if self.may_be_called(webhook) else "",
            keys=tuple(k for k in keys if isinstance(k, dict)) if isinstance(keys, list) else (),
        )

    def may_be_called(self, url: str) -> bool:
        """Return whether the shop may call an address that another has named.

        Never one of its own network: who names it would reach through the shop what is hidden.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return False
        if not host:
            return False
        if self.local:
            return parts.scheme == "http" and host in _THIS_MACHINE
        if parts.scheme != "https":
            return False
        try:
            found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return False
        return bool(found) and all(_is_public(str(each[4][0])) for each in found)


def _is_public(text: str) -> bool:
    """Return whether an address is one of the public network, whatever it is wrapped in."""
    address: IPv4Address | IPv6Address = ip_address(text)
    if isinstance(address, IPv6Address) and address in _NAT64:
        address = IPv4Address(int(address) & 0xFFFF_FFFF)
    is_tunnel = any(address in each for each in _TUNNELS)
    return address.is_global and not address.is_multicast and not is_tunnel


def parts_of(header: str) -> dict[str, str]:
    """Return the parts of a header, such as `profile="https://agent.example/profile"`.

    >>> parts_of('profile="https://agent.example/p"; version="2026-01-11"')
    {'profile': 'https://agent.example/p', 'version': '2026-01-11'}
    """
    found = dict[str, str]()
    at = 0
    while (part := _PART.match(header, at)) is not None:
        found[part[1]] = re.sub(r'\\(["\\])', r"\1", part[2])
        at = part.end()
    return found if at == len(header) else {}
