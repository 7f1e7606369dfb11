"""PayPal's interfaces over `bookkeeping`, on 127.0.0.1; each answer is held to PayPal's own
descriptions, so that what the adapter is tried against cannot drift from PayPal.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections import deque
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TypeAlias

from attrs import field, frozen
from openapi_core.testing import MockRequest, MockResponse

from tests.adapters.paypal import showing
from tests.adapters.paypal.bookkeeping import Account, Document, RefusalError, error
from tests.adapters.paypal.descriptions import SITE, drift
from tests.adapters.paypal.signing import SENT

ORDER = re.compile(r"/v2/checkout/orders/(\w+)(?:/(authorize))?")
CAPTURE = re.compile(r"/v2/payments/captures/(\w+)")
PAYMENT = re.compile(r"/v2/payments/(authorizations|captures)/(\w+)/(capture|void|refund)")
EVENT = re.compile(r"/v1/notifications/webhooks-events/([A-Za-z0-9-]+)")
CERTIFICATE = re.compile(r"/v1/notifications/certs/(.+)")

Reply: TypeAlias = tuple[int, Document | None]


@frozen(kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Document:
        """What it says."""
        read: Document = json.loads(self.body or b"{}")
        return read

    @property
    def full(self) -> bool:
        """Whether a whole answer is wanted."""
        return self.headers.get("prefer") == "return=representation"


@frozen(kw_only=True)
class Interruption:
    """An answer that somebody before PayPal gives instead, perhaps after PayPal has acted."""

    status: int
    body: bytes
    after_effect: bool = False
    headers: dict[str, str] = field(factory=dict)


class FakePayPal:
    """Answers for every account that was opened here."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.certificates: dict[str, bytes] = {}
        self.drifted: list[str] = []
        self.asked: list[Asked] = []
        self.interruptions: deque[Interruption] = deque()
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and wait until it has."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        """Answer, one request after the other."""
        with self._lock:
            self.asked.append(asked)
            interrupted = self.interruptions.popleft() if self.interruptions else None
            if interrupted is not None and not interrupted.after_effect:
                return interrupted.status, interrupted.body, interrupted.headers
            status, body = self._answer(asked)
            if interrupted is not None:
                return interrupted.status, interrupted.body, interrupted.headers
            return status, body, {}

    def _answer(self, asked: Asked) -> tuple[int, bytes]:
        certificate = CERTIFICATE.fullmatch(asked.path)
        if certificate:
            found = self.certificates.get(certificate[1])
            return (404, b"") if found is None else (200, found)
        status, document = self._decided(asked)
        body = b"" if document is None else json.dumps(document).encode()
        self._check(asked, status, body)
        return status, body

    def _decided(self, asked: Asked) -> Reply:
        try:
            if asked.path == "/v1/oauth2/token":
                return self._token(asked)
            return self._routed(self._account(asked), asked)
        except RefusalError as refusal:
            return refusal.status, error(refusal)

    def _check(self, asked: Asked, status: int, body: bytes) -> None:
        request = MockRequest(
            SITE,
            asked.method.lower(),
            asked.path,
            headers=asked.headers,
            data=asked.body,
            content_type="application/json",
        )
        found = drift(request, MockResponse(body, status, content_type="application/json"))
        if found is not None:
            self.drifted.append(found)

    def _token(self, asked: Asked) -> Reply:
        scheme, _, credentials = asked.headers.get("authorization", "").partition(" ")
        client, _, secret = b64decode(credentials).decode().partition(":")
        account = self.accounts.get(client)
        if scheme != "Basic" or account is None or account.secret != secret:
            return 401, {"error": "invalid_client"}
        assert asked.body == b"grant_type=client_credentials"
        return 200, account.token()

    def _account(self, asked: Asked) -> Account:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        for account in self.accounts.values():
            if scheme == "Bearer" and account.knows(token):
                return account
        raise RefusalError("invalid_token", 401)

    def _routed(self, account: Account, asked: Asked) -> Reply:
        if (asked.method, asked.path) == ("POST", "/v2/checkout/orders"):
            return self._make(account, asked)
        known = self._known(account, asked)
        if known is not None:
            return 200, known
        order = ORDER.fullmatch(asked.path)
        payment = PAYMENT.fullmatch(asked.path)
        match (asked.method, order and order[2], payment and payment[3]):
            case ("GET", None, None) if order:
                return 200, showing.order(self.url, account.found(order[1]))
            case ("PATCH", None, None) if order:
                return self._patch(account, asked, order[1])
            case ("POST", "authorize", None) if order:
                return self._authorise(account, asked, order[1])
            case ("POST", None, "capture") if payment:
                return self._capture(account, asked, payment[2])
            case ("POST", None, "void") if payment:
                return self._void(account, asked, payment[2])
            case ("POST", None, "refund") if payment:
                return self._refund(account, asked, payment[2])
            case _:
                raise RefusalError("INVALID_RESOURCE_ID", 404)

    def _known(self, account: Account, asked: Asked) -> Document | None:
        """Show an event or a capture, to whoever asks for one."""
        event, capture = EVENT.fullmatch(asked.path), CAPTURE.fullmatch(asked.path)
        if event:
            if event[1] not in SENT:
                raise RefusalError("INVALID_RESOURCE_ID", 404)
            return SENT[event[1]]
        return showing.captured(self.url, *account.captured(capture[1])) if capture else None

    def _make(self, account: Account, asked: Asked) -> Reply:
        def do() -> Callable[[], Document]:
            order = account.make(asked.document)
            return lambda: self._shown(asked, showing.order(self.url, order))

        status, document, again = account.once("orders", asked.headers.get("paypal-request-id"), do)
        return 200 if again and status == 201 else status, document

    def _authorise(self, account: Account, asked: Asked, order_id: str) -> Reply:
        def do() -> Callable[[], Document]:
            order = account.found(order_id)
            account.authorise(order)
            return lambda: self._shown(asked, showing.order(self.url, order))

        name = asked.headers.get("paypal-request-id")
        status, document, again = account.once("authorize", name, do)
        return 200 if again and status == 201 else status, document

    def _capture(self, account: Account, asked: Asked, authorisation: str) -> Reply:
        def do() -> Callable[[], Document]:
            order = account.authorised(authorisation)
            capture = account.capture(order, asked.document["amount"])
            return lambda: self._shown(asked, showing.captured(self.url, order, capture))

        name = asked.headers.get("paypal-request-id")
        status, document, _ = account.once("capture", name, do)
        return status, document

    def _void(self, account: Account, asked: Asked, authorisation: str) -> Reply:
        order = account.authorised(authorisation)
        account.void(order)
        return (200, showing.authorisation(self.url, order)) if asked.full else (204, None)

    def _refund(self, account: Account, asked: Asked, capture_id: str) -> Reply:
        def do() -> Callable[[], Document]:
            order, capture = account.captured(capture_id)
            name = asked.document.get("custom_id")
            named = None if name is None else str(name)
            refund = account.refund(order, capture, asked.document["amount"], named)
            return lambda: self._shown(asked, showing.refund(self.url, order, capture, refund))

        name = asked.headers.get("paypal-request-id")
        status, document, _ = account.once("refund", name, do)
        return status, document

    def _patch(self, account: Account, asked: Asked, order_id: str) -> Reply:
        changes: list[dict[str, str]] = json.loads(asked.body)
        for change in changes:
            if (change["op"], change["path"]) != ("replace", "/intent"):
                raise RefusalError("FIELD_NOT_PATCHABLE", 400)
            account.change_intent(account.found(order_id), change["value"])
        return 204, None

    def _shown(self, asked: Asked, document: Document) -> Document:
        if asked.full:
            return document
        return {name: document[name] for name in ("id", "status", "links")}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # as many as may knock at once


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, paypal: FakePayPal, *args: object) -> None:
        self._paypal = paypal
        super().__init__(*args)  # type: ignore[arg-type]  # as socketserver calls it

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(method=self.command, path=self.path, headers=headers, body=body)
        status, content, more = self._paypal.answer(asked)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PATCH = do_POST = _handle  # noqa: N815 - as http.server asks

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server asks
        """Say nothing: a test tells what went wrong."""
