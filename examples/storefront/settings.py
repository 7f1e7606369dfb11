"""Where the shop keeps things, by environment variables."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from attrs import field, frozen

FOLDER = Path("build") / "storefront"
DATABASE = FOLDER / "shop.db"
DEFAULT = f"sqlite:///{DATABASE}"


@frozen(kw_only=True)
class Settings:
    """How the shop is run.

    `store` is the URL of a database, of SQLite or PostgreSQL. `url` is where the shop is reached
    from outside, without a slash at its end. `secret` makes the codes of gift
    cards and signs sessions: who knows it can make both. With `demo` anyone may sign in as one of
    the people of the demonstration, and push the clock. `secure` is for a shop behind HTTPS.
    `proxy` is the address of the proxy before the shop, whose `X-Forwarded-For` says who calls; of
    no one else is that header believed, since tries are counted by address.
    """

    store: str
    secret: bytes = field(repr=False)
    demo: bool = True
    secure: bool = False
    url: str = "http://127.0.0.1:8000"
    proxy: str = ""

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings; by default a demonstration on SQLite, with a secret of its own."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        given = os.environ.get("STOREFRONT_SECRET", "")
        return cls(
            store=os.environ.get("STOREFRONT_STORE") or DEFAULT,
            secret=given.encode() if given else _kept_secret(),
            demo=os.environ.get("STOREFRONT_DEMO", "yes") == "yes",
            secure=os.environ.get("STOREFRONT_HTTPS", "no") == "yes",
            url=os.environ.get("STOREFRONT_URL", "").rstrip("/"),
            proxy=os.environ.get("STOREFRONT_PROXY", ""),
        )


def _kept_secret() -> bytes:
    """Return the secret of this machine: gift cards are worthless without it."""
    path = FOLDER / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), "ascii")
    return path.read_text("ascii").encode()
