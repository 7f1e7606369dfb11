"""The test client of each framework, behind one way of sending a request."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from vintage_rules.adapters.sql import SqlStore
from vintage_rules.marketplace import Marketplace

# What was answered: a status, and what its JSON holds.
Got: TypeAlias = tuple[int, Any]
Headers: TypeAlias = Mapping[str, str]
NO_HEADERS: Headers = {}
JSON = "application/json"


def read(content: bytes) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """Read what was answered; None for what is no JSON, such as a page of the framework's own."""
    try:
        return json.loads(content)
    except ValueError:
        return None


class Client(ABC):
    """A shop that is served by a framework, and people who send it requests."""

    @abstractmethod
    def __init__(self, folder: Path, **settings: str) -> None:
        """Serve a shop whose database is in a folder."""

    @abstractmethod
    def close(self) -> None:
        """Close the database."""

    def send(self, who: str, method: str, path: str, body: object = None) -> Got:
        """Send a request of a person, or of a visitor for an empty name."""
        return self.deliver(who, method, path, b"" if body is None else json.dumps(body).encode())

    @abstractmethod
    def deliver(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes,
        headers: Headers = NO_HEADERS,
    ) -> Got:
        """Deliver bytes as they are, such as a webhook that is signed."""

    @abstractmethod
    def work(self) -> str:
        """Do one round of work, as cron does; return what it prints."""

    @property
    @abstractmethod
    def market(self) -> Marketplace:
        """The marketplace behind the pages."""


class DjangoClient(Client):
    """`django.test.Client`, over a database of its own that is migrated first."""

    def __init__(self, folder: Path, **settings: str) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.shops.django_shop.settings")
        import django
        from django.conf import settings as given
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        from examples.shops.django_shop import settings as defaults
        from examples.shops.django_shop import shop

        store = f"sqlite:///{folder / 'django.db'}"
        given.SHOP = {**defaults.SHOP, "store": store, **settings}
        place = {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "django.db"}
        connections["default"].close()
        del connections["default"]  # it was to another database
        connections.settings = connections.configure_settings({"default": place})
        shop.store.cache_clear()
        shop.market.cache_clear()
        call_command("migrate", verbosity=0)
        self._call, self._connections = call_command, connections

    def close(self) -> None:
        """See `Client.close`."""
        from examples.shops.django_shop.shop import store

        self._connections.close_all()
        store().close()

    def deliver(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes,
        headers: Headers = NO_HEADERS,
    ) -> Got:
        """See `Client.deliver`."""
        client = self.signed_in(who)
        sent = client.generic(method, path, body, content_type=JSON, headers=dict(headers))
        return sent.status_code, read(sent.content)

    def signed_in(self, who: str, *, staff: bool = False) -> Any:  # noqa: ANN401 - Django has no types
        """Return the browser of a person who has signed in."""
        from django.contrib.auth.models import User
        from django.test import Client as Browser

        browser = Browser(raise_request_exception=False)
        if who:
            user, _ = User.objects.get_or_create(username=who, defaults={"is_staff": staff})
            browser.force_login(user)
        return browser

    def work(self) -> str:
        """Call the management command."""
        from io import StringIO

        out = StringIO()
        self._call("work", stdout=out)
        return out.getvalue().strip()

    @property
    def market(self) -> Marketplace:
        """That of the site."""
        from examples.shops.django_shop.shop import market

        return market()


class FlaskClient(Client):
    """`app.test_client()`, with sessions that are signed in."""

    def __init__(self, folder: Path, **settings: str) -> None:
        from examples.shops.flask_shop import create_app

        store = f"sqlite:///{folder / 'flask.db'}"
        config = {f"SHOP_{name.upper()}": value for name, value in settings.items()}
        self.app = create_app({"SECRET_KEY": "of this test", "SHOP_STORE": store, **config})

    def close(self) -> None:
        """See `Client.close`."""
        self.app.extensions["shop"].engine.dispose()
        self.app.extensions["shop"].store.close()

    def deliver(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes,
        headers: Headers = NO_HEADERS,
    ) -> Got:
        """See `Client.deliver`."""
        with self.app.test_client() as client:
            with client.session_transaction() as session:
                session["person"] = who
            sent = client.open(
                path, method=method, data=body, content_type=JSON, headers=dict(headers)
            )
        return sent.status_code, read(sent.data)

    def work(self) -> str:
        """Run the command of the command line."""
        return self.app.test_cli_runner().invoke(args=["work"]).output.strip()

    @property
    def market(self) -> Marketplace:
        """That of the application."""
        market: Marketplace = self.app.extensions["shop"].market
        return market


class FastApiClient(Client):
    """FastAPI's `TestClient`; the worker is called by hand, not by the thread beside it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        from fastapi.testclient import TestClient

        from examples.shops.core import Settings
        from examples.shops.fastapi_shop import create_app

        app = create_app(Settings(store=f"sqlite:///{folder / 'fastapi.db'}", **settings))
        self._market: Marketplace = app.state.market
        self._store: SqlStore = app.state.store
        self._client = TestClient(app)

    def close(self) -> None:
        """See `Client.close`."""
        self._store.close()

    def deliver(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes,
        headers: Headers = NO_HEADERS,
    ) -> Got:
        """See `Client.deliver`."""
        by = {"authorization": f"Bearer of-{who}", "content-type": JSON, **headers}
        sent = self._client.request(method, path, content=body, headers=by)
        return sent.status_code, read(sent.content)

    def work(self) -> str:
        """Do a round of the worker that the application has."""
        progress = self._market.worker("web").round()
        return f"{progress.timers} timers, {progress.done} effects done"

    @property
    def market(self) -> Marketplace:
        """That of the application."""
        return self._market


CLIENTS: dict[str, type[Client]] = {
    "django": DjangoClient,
    "fastapi": FastApiClient,
    "flask": FlaskClient,
}
