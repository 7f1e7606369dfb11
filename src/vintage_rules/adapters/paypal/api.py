"""Requests to PayPal's API.

A token is renewed in time, a request id makes repeated requests harmless, and every failure becomes
an error of ours.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.adapters.http_requests import (
    HttpConnection,
    Response,
    Transport,
    status_and_text,
)
from vintage_rules.adapters.json_answers import Answer, Json, read_json
from vintage_rules.adapters.paypal.documents import PORT, understood
from vintage_rules.adapters.paypal.words import ASKED_WRONGLY, NOT_YET
from vintage_rules.errors import (
    InvalidValueError,
    OutsideRejectedError,
    OutsideUnavailableError,
    without_secrets,
)
from vintage_rules.ports.clock import Clock

# A token is renewed this long before it ends, so that none ends on its way.
RENEWED_BEFORE = timedelta(minutes=1)

_RENEWING = "requesting a token"
_REFUSING = {
    HTTPStatus.NOT_FOUND: "RESOURCE_NOT_FOUND",
    HTTPStatus.UNPROCESSABLE_ENTITY: "UNPROCESSABLE_ENTITY",
}


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:\d+)?", url):
        allowed = "an address such as https://api-m.paypal.com, without a path"
        raise InvalidValueError("url", without_secrets(url), allowed)
    return url


@frozen(kw_only=True)
class PayPalSite:
    """The address of PayPal's API, and the name in its signatures.

    Raises:
        InvalidValueError: For what is no address.
    """

    url: str = field(converter=_address)
    signer: str


LIVE = PayPalSite(url="https://api-m.paypal.com", signer="messageverificationcerts.paypal.com")
SANDBOX = PayPalSite(
    url="https://api-m.sandbox.paypal.com",
    signer="messageverificationcerts.sandbox.paypal.com",
)


@frozen(kw_only=True)
class PayPalAccount:
    """An application at PayPal: its credentials, and the id of its webhook.

    PayPal's developer pages show them. The secret is never printed:

    >>> account = PayPalAccount(
    ...     client_id="A21", client_secret="EK9", webhook_id="8PT", site=SANDBOX
    ... )
    >>> "EK9" in repr(account)
    False
    """

    client_id: str
    client_secret: str = field(repr=False)
    webhook_id: str
    site: PayPalSite = LIVE


@frozen
class Issue:
    """A refusal by PayPal, with its own name for the reason."""

    code: str


Result: TypeAlias = Answer | Issue


@frozen
class _Token:
    text: str = field(repr=False)
    renew_at: datetime

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}


class PayPalApi:
    """A client of PayPal's API. Several threads may use it at once.

    Every method raises `OutsideUnavailableError` if there is no answer, one of a broken server or
    one that cannot be understood, and `OutsideRejectedError` if the request was wrong.
    """

    def __init__(self, account: PayPalAccount, clock: Clock, transport: Transport | None) -> None:
        self._clock = clock
        self._connection = HttpConnection(PORT, account.site.url, {}, transport=transport)
        self._credentials = _basic(account.client_id, account.client_secret)
        self._lock = Lock()
        self._token: _Token | None = None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, act: str, path: str) -> Result:
        """Read a resource."""
        return self._send(act, "GET", path)

    def post(self, act: str, path: str, body: Json, *, request_id: str | None = None) -> Result:
        """Create something, once however often it is requested with one request id."""
        headers = {"Prefer": "return=representation"}
        if request_id is not None:
            headers["PayPal-Request-Id"] = request_id
        return self._send(act, "POST", path, body, headers)

    def patch(self, act: str, path: str, body: Json) -> Result:
        """Change a resource."""
        return self._send(act, "PATCH", path, body)

    def download(self, act: str, url: str) -> bytes | Issue:
        """Download a public file."""
        response = self._connection.send(act, "GET", url)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return Issue("NOT_FOUND")
        return self._succeeded(act, response).content

    def _send(
        self,
        act: str,
        method: str,
        path: str,
        body: Json = None,
        headers: Mapping[str, str] | None = None,
    ) -> Result:
        token, once = self._current_token(), {HTTPStatus.UNAUTHORIZED}
        bearing = {**(headers or {}), **token.header}
        response = self._connection.send(act, method, path, body=body, headers=bearing, known=once)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._forget(token)
            bearing |= self._current_token().header
            response = self._connection.send(act, method, path, body=body, headers=bearing)
        return self._judged(act, response)

    def _judged(self, act: str, response: Response) -> Result:
        if response.status_code == HTTPStatus.NO_CONTENT:
            return Answer({}, act)
        with understood(act):
            if response.status_code not in _REFUSING:
                return _whole(self._succeeded(act, response))
            issue = _issue(response)
        if issue.code in NOT_YET:
            raise OutsideUnavailableError(PORT, act, issue.code)
        if issue.code in ASKED_WRONGLY:
            raise OutsideRejectedError(PORT, act, issue.code)
        return issue

    def _succeeded(self, act: str, response: Response) -> Response:
        if response.status_code == HTTPStatus.CONFLICT:  # another request is on its way
            raise self._connection.unavailable(act, status_and_text(response))
        if not response.is_success:
            raise self._connection.rejected(act, response)
        return response

    def _current_token(self) -> _Token:
        with self._lock:
            if self._token is None or self._clock.now() >= self._token.renew_at:
                self._token = self._fetched()
            return self._token

    def _forget(self, token: _Token) -> None:
        with self._lock:
            if self._token is token:
                self._token = None

    def _fetched(self) -> _Token:
        asked_at = self._clock.now()
        response = self._connection.send(
            _RENEWING,
            "POST",
            "/v1/oauth2/token",
            form={"grant_type": "client_credentials"},
            headers=self._credentials,
        )

        with understood(_RENEWING):
            answer = _whole(self._succeeded(_RENEWING, response))
            lasts = timedelta(seconds=answer.count("expires_in"))
            return _Token(answer.text("access_token"), asked_at + lasts - RENEWED_BEFORE)


def request_id(endpoint: str, key: str) -> str:
    """Return the name of a request to one endpoint, in the 108 characters that PayPal takes.

    >>> len(request_id("capture", "order/7/capture"))
    64
    """
    return sha256(f"{endpoint}\n{key}".encode()).hexdigest()


def _basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


def _whole(response: Response) -> Answer:
    document = read_json(response.content)
    if not isinstance(document.value, dict):
        raise document.wrong("an object")
    return document


def _issue(response: Response) -> Issue:
    document = _whole(response)
    name = document.text("name")
    if name != _REFUSING[HTTPStatus(response.status_code)]:
        raise document.get("name").wrong("the name that PayPal gives this status")
    issues = [detail.text("issue") for detail in document.each("details")]
    return Issue(issues[0] if issues else name)
