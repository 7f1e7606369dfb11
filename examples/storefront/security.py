"""Sessions, tokens against forged forms, limits on guessing, and what browsers are to refuse."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

from attrs import asdict, define, field, fields

COOKIE = "storefront"
LASTS_FOR = 30 * 24 * 3600  # seconds
_LARGEST_COOKIE = 3_800  # bytes that every browser keeps
# Nothing but what comes from this host; no script and no style inside a page.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@define(kw_only=True)
class Session:
    """What the shop remembers of a browser, in a cookie that only it can write.

    `guest` is the name of someone who has not signed in. `order` is the name of the order that the
    cart may become: a new cart, a new name; `placed` are the last ones that it has become.
    `opened` are the orders of other guests whose links were opened here, and who those guests are.
    `notices` are shown once.
    """

    token: str = field(factory=lambda: secrets.token_urlsafe(18), repr=False)
    guest: str = field(factory=lambda: f"guest-{secrets.token_hex(8)}")
    person: str = ""
    locale: str = ""
    country: str = "FR"
    cart: list[str] = field(factory=list[str])
    order: str = field(factory=lambda: new_name("o"))
    placed: list[str] = field(factory=list[str])
    opened: dict[str, str] = field(factory=dict[str, str])
    notices: list[str] = field(factory=list[str])

    def notify(self, *texts: str) -> None:
        """Have texts shown on the next page."""
        self.notices = [*self.notices, *texts][-4:]

    def open(self, order: str, guest: str) -> None:
        """Show an order of another guest from now on; only the last five are remembered.

        Who opens a link does not become that guest: what they buy next would be theirs who sent it.
        """
        others = {name: whose for name, whose in self.opened.items() if name != order}
        self.opened = dict([*others.items(), (order, guest)][-5:])

    def renew(self) -> None:
        """Begin another for someone who signs in: a token from before must not do after."""
        self.token = secrets.token_urlsafe(18)


def new_name(kind: str) -> str:
    """Return a name that cannot be guessed, such as that of an order to come."""
    return f"{kind}-{secrets.token_hex(6)}"


@define
class Sessions:
    """Writes sessions into cookies and reads them; a cookie that another has written is none."""

    secret: bytes = field(repr=False)

    def write(self, session: Session) -> str:
        """Return the cookie of a session; notices that do not fit are left out."""
        cookie = self._written(session)
        if len(cookie) > _LARGEST_COOKIE:
            session.notices = []
            cookie = self._written(session)
        return cookie

    def _written(self, session: Session) -> str:
        text = base64.urlsafe_b64encode(json.dumps(asdict(session)).encode()).decode()
        return f"{text}.{self._signature(text)}"

    def read(self, cookie: str) -> Session:
        """Return the session of a cookie, or a new one."""
        text, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(text).encode()):
            return Session()
        kept = json.loads(base64.urlsafe_b64decode(text))
        known = {each.name for each in fields(Session)}
        return Session(**{name: value for name, value in kept.items() if name in known})

    def _signature(self, text: str) -> str:
        key = hmac.new(self.secret, b"storefront sessions", hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_token(session: Session, given: str) -> bool:
    """Return whether a form comes from a page of this session, in constant time."""
    return hmac.compare_digest(session.token.encode(), given.encode())


@define
class RateLimit:
    """So many tries in a period for each name: the rest are refused until it is over."""

    tries: int
    seconds: float
    now: Callable[[], float] = monotonic
    _seen: dict[str, deque[float]] = field(factory=dict[str, deque[float]], init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def admits(self, name: str) -> bool:
        """Count a try, unless there have been too many."""
        now = self.now()
        with self._lock:
            for known in [key for key, at in self._seen.items() if at[-1] <= now - self.seconds]:
                del self._seen[known]
            tries = self._seen.setdefault(name, deque())
            while tries and tries[0] <= now - self.seconds:
                tries.popleft()
            if len(tries) >= self.tries:
                return False
            tries.append(now)
            return True
