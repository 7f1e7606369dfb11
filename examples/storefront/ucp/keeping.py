"""What is kept for platforms: checkouts, answers given, addresses, and who hears of orders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen
from pydantic import BaseModel, Field
from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from examples.storefront.ucp.requests import Buyer

_TABLES = MetaData()
_CHECKOUTS = Table(
    "storefront_ucp_checkouts",
    _TABLES,
    Column("id", String(100), primary_key=True),
    Column("agent", String(2_000), nullable=False),
    Column("order", String(100), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
)
_ANSWERS = Table(
    "storefront_ucp_answers",
    _TABLES,
    Column("key", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("at", String(40), nullable=False, index=True),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
_ADDRESSES = Table(
    "storefront_ucp_addresses",
    _TABLES,
    Column("agent", String(2_000), primary_key=True),
    Column("email", String(400), primary_key=True),
    Column("id", String(400), primary_key=True),
    Column("content", Text, nullable=False),
)
_WATCHED = Table(
    "storefront_ucp_watched",
    _TABLES,
    Column("order", String(100), primary_key=True),
    Column("webhook", String(2_000), nullable=False),
    Column("sent", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", String(40), nullable=False, index=True),
)
_ANSWERS_LAST = timedelta(hours=24)
_BEGUN = 0  # the status of a request that is being carried out


class Line(BaseModel):
    """A line of a checkout, and once it is being completed the pieces that it takes."""

    id: str
    item: str
    quantity: int
    pieces: list[str] = Field(default_factory=list[str])


class Checkout(BaseModel):
    """A checkout as it is kept. No amount is: each is quoted when it is requested."""

    id: str
    agent: str
    order: str
    buyer_id: str
    status: str = "open"
    lines: list[Line]
    buyer: Buyer | None = None
    method: str = ""
    destinations: dict[str, dict[str, str]] = Field(default_factory=dict[str, dict[str, str]])
    destination: str = ""
    option: str = ""
    option_title: str = ""
    codes: list[str] = Field(default_factory=list[str])
    billing: dict[str, str] = Field(default_factory=dict[str, str])
    webhook: str = ""
    expires_at: datetime
    version: int = 0


@frozen(kw_only=True)
class Watched:
    """An order that a platform hears of: how many events it has had, and when to try again."""

    order: str
    webhook: str
    sent: int
    tries: int
    next_at: datetime


@frozen(kw_only=True)
class Answer:
    """What was answered to a request, or nothing yet."""

    status: int
    body: str


class ChangedMeanwhileError(Exception):
    """Another request has changed a checkout since it was read."""


class KeyReusedError(Exception):
    """The key of a request was used for another one."""


@frozen
class Keeping:
    """The tables of the protocol, in the database of the shop."""

    engine: Engine

    def __attrs_post_init__(self) -> None:
        _TABLES.create_all(self.engine)

    # Checkouts.

    def add(self, checkout: Checkout) -> None:
        """Keep a new checkout."""
        with self.engine.begin() as connection:
            connection.execute(
                insert(_CHECKOUTS),
                {
                    "id": checkout.id,
                    "agent": checkout.agent,
                    "order": checkout.order,
                    "version": checkout.version,
                    "content": checkout.model_dump_json(),
                },
            )

    def save(self, checkout: Checkout) -> Checkout:
        """Keep a checkout as it is now, unless another request has changed it meanwhile."""
        after = checkout.model_copy(update={"version": checkout.version + 1})
        row = {
            "order": after.order,
            "version": after.version,
            "content": after.model_dump_json(),
        }
        which = (_CHECKOUTS.c.id == after.id, _CHECKOUTS.c.version == checkout.version)
        with self.engine.begin() as connection:
            changed = connection.execute(update(_CHECKOUTS).where(*which).values(row))
        if not changed.rowcount:
            raise ChangedMeanwhileError
        return after

    def checkout(self, id_: str, agent: str) -> Checkout | None:
        """Return a checkout of a platform; None for one that is not its own."""
        return self._checkout(_CHECKOUTS.c.id == id_, _CHECKOUTS.c.agent == agent)

    def checkout_of(self, order: str, agent: str | None = None) -> Checkout | None:
        """Return the checkout that an order was placed with, by one platform or by any."""
        mine = () if agent is None else (_CHECKOUTS.c.agent == agent,)
        return self._checkout(_CHECKOUTS.c.order == order, *mine)

    def any_checkout(self, id_: str) -> Checkout | None:
        """Return a checkout by the name that its platform and its buyer alone know."""
        return self._checkout(_CHECKOUTS.c.id == id_)

    def _checkout(self, *which: ColumnElement[bool]) -> Checkout | None:
        with self.engine.connect() as connection:
            found = select(_CHECKOUTS.c.content).where(*which)
            row = connection.execute(found).first()
        return None if row is None else Checkout.model_validate_json(row[0])

    # Answers, so that a request that is sent again is not carried out again.

    def begin(self, key: str, request: str, now: datetime) -> Answer | None:
        """Return what was answered under a key; None where the request is to be carried out.

        Its status is 0 while another carries it out.

        Raises:
            KeyReusedError: If the key was used for another request.
        """
        row = {"key": key, "request": request, "at": now.isoformat(), "status": _BEGUN, "body": ""}
        try:
            with self.engine.begin() as connection:
                past = (now - _ANSWERS_LAST).isoformat()
                connection.execute(delete(_ANSWERS).where(_ANSWERS.c.at < past))
                connection.execute(insert(_ANSWERS), row)
        except IntegrityError:
            with self.engine.connect() as connection:
                known = connection.execute(select(_ANSWERS).where(_ANSWERS.c.key == key)).first()
            if known is None:
                return self.begin(key, request, now)
            if known.request != request:
                raise KeyReusedError from None
            return Answer(status=known.status, body=known.body)
        return None

    def end(self, key: str, answer: Answer | None) -> None:
        """Keep what was answered under a key, or forget it so that it may be tried again."""
        with self.engine.begin() as connection:
            if answer is None:
                connection.execute(delete(_ANSWERS).where(_ANSWERS.c.key == key))
                return
            values = {"status": answer.status, "body": answer.body}
            connection.execute(update(_ANSWERS).where(_ANSWERS.c.key == key).values(values))

    # Addresses that a platform has sent for a buyer. No other platform is given them.

    def addresses(self, agent: str, email: str) -> dict[str, dict[str, str]]:
        """Return the addresses of a buyer that a platform has sent, by their names."""
        mine = (_ADDRESSES.c.agent == agent, _ADDRESSES.c.email == email.lower())
        with self.engine.connect() as connection:
            wanted = select(_ADDRESSES).where(*mine).order_by(_ADDRESSES.c.id)
            return {row.id: json.loads(row.content) for row in connection.execute(wanted)}

    def keep_addresses(
        self, agent: str, email: str, addresses: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Keep addresses of a buyer that a platform has sent."""
        with self.engine.begin() as connection:
            for id_, content in addresses.items():
                mine = (
                    _ADDRESSES.c.agent == agent,
                    _ADDRESSES.c.email == email.lower(),
                    _ADDRESSES.c.id == id_,
                )
                text = json.dumps(dict(content))
                known = connection.execute(update(_ADDRESSES).where(*mine).values(content=text))
                if not known.rowcount:
                    row = {"agent": agent, "email": email.lower(), "id": id_, "content": text}
                    connection.execute(insert(_ADDRESSES), row)

    # Orders that platforms hear of.

    def watch(self, order: str, webhook: str, now: datetime) -> None:
        """Remember where to send the events of an order."""
        row = {"order": order, "webhook": webhook, "sent": 0, "tries": 0}
        with self.engine.begin() as connection:
            known = select(_WATCHED.c.order).where(_WATCHED.c.order == order)
            if connection.execute(known).first() is None:
                connection.execute(insert(_WATCHED), {**row, "next_at": now.isoformat()})

    def watched(self, now: datetime, most: int) -> Sequence[Watched]:
        """Return the orders whose events may be sent now, those of platforms that answer first."""
        due = select(_WATCHED).where(_WATCHED.c.next_at <= now.isoformat())
        with self.engine.connect() as connection:
            rows = connection.execute(
                due.order_by(_WATCHED.c.tries, _WATCHED.c.next_at).limit(most)
            ).mappings()
            return [
                Watched(**{**row, "next_at": datetime.fromisoformat(row["next_at"])})
                for row in rows
            ]

    def update_watched(self, watched: Watched) -> None:
        """Keep how far the events of an order were sent."""
        row = {"sent": watched.sent, "tries": watched.tries, "next_at": watched.next_at.isoformat()}
        with self.engine.begin() as connection:
            which = _WATCHED.c.order == watched.order
            connection.execute(update(_WATCHED).where(which).values(row))

    def forget_watched(self, order: str) -> None:
        """Send no more events of an order."""
        with self.engine.begin() as connection:
            connection.execute(delete(_WATCHED).where(_WATCHED.c.order == order))
