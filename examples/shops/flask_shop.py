"""The shop in Flask: an order and the host's own row of it are committed together.

    flask --app examples.shops.flask_shop run
    flask --app examples.shops.flask_shop work    (for cron; `vintage-rules worker` goes on and on)

Every setting is one of Flask's: FLASK_SHOP_STORE, FLASK_SHOP_STRIPE_KEY and so on, or the mapping
that is given to `create_app`. FLASK_SECRET_KEY signs the sessions.
"""

from __future__ import annotations

from collections.abc import Mapping

import click
from attrs import frozen
from flask import Blueprint, Flask, Response, current_app, jsonify, request, session
from pydantic import ValidationError
from sqlalchemy import JSON, Engine, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from examples.shops import core
from examples.shops.core import Person, Settings, ToBuy, ToList, ToOffer, ToQuote
from vintage_rules import errors
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.marketplace import Buyer, Marketplace
from vintage_rules.money import total
from vintage_rules.orders import Order
from vintage_rules.ports import ChallengeNeeded, WebhookKind


class Base(DeclarativeBase):
    """The host's own tables."""


class Purchase(Base):
    """A purchase in the host's books.

    While a bank wants to see the buyer it keeps what they have sent, so that the bank's webhook can
    place the order; once it is placed, what was paid.
    """

    __tablename__ = "shop_purchase"

    order: Mapped[str] = mapped_column(primary_key=True)
    buyer: Mapped[str]
    paid: Mapped[str]
    waiting: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))


@frozen
class Site:
    """What an application holds."""

    settings: Settings
    market: Marketplace
    store: SqlStore
    engine: Engine


def site() -> Site:
    """Return what the application of this request holds."""
    held: Site = current_app.extensions["shop"]
    return held


def person() -> Person:
    """Return the person who makes a request. Sign them in by your own means."""
    return Person(session.get("person", ""), staff=session.get("staff", False))


def answered(answer: core.Answer) -> tuple[Response, int]:
    """Write an answer of the shop."""
    status, body = answer
    return jsonify(body), status


def pay(buyer: Buyer, order: str, bought: ToBuy) -> object:
    """Place an order and write the host's own row of it: both are there, or neither."""
    market, engine = site().market, site().engine
    cart = bought.paid_cart(order, site().settings.site)
    # The bank is called before the transaction begins: it takes its time.
    answer: object = market.checkouts.authorise(buyer, cart)
    if isinstance(answer, ChallengeNeeded):
        kept = bought.model_dump(mode="json")
        with Session(engine) as rows, rows.begin():
            rows.merge(Purchase(order=order, buyer=buyer.id, paid="", waiting=kept))
    if answer is not None:
        return answer
    with Session(engine) as rows, rows.begin():
        answer = market.within(site().store.joined(rows)).checkouts.check_out(buyer, cart)
        if isinstance(answer, Order):
            paid = total((each.amount for each in answer.placed.payments), answer.currency)
            rows.merge(Purchase(order=order, buyer=buyer.id, paid=str(paid), waiting=None))
    return answer


shop = Blueprint("shop", __name__, cli_group=None)


@shop.errorhandler(errors.VintageRulesError)
@shop.errorhandler(ValidationError)
def failed(error: Exception) -> tuple[Response, int]:
    """Answer what the library raises; what is ours to mend is left to Flask."""
    answer = core.failed(error)
    if answer is None:
        raise error
    return answered(answer)


@shop.put("/pieces/<piece>")
def list_piece(piece: str) -> tuple[Response, int]:
    """List a piece."""
    new = ToList.model_validate_json(request.data)
    return answered(core.list_piece(site().market, person().seller, piece, new))


@shop.get("/pieces/<piece>")
def show_piece(piece: str) -> tuple[Response, int]:
    """Show a piece."""
    return answered(core.answered(site().market.pieces.view(person().viewer, piece)))


@shop.post("/pieces/<piece>/offers")
def offer(piece: str) -> tuple[Response, int]:
    """Make an offer."""
    price = ToOffer.model_validate_json(request.data).price
    return answered(core.answered(site().market.pieces.make_offer(person().buyer, piece, price)))


@shop.post("/quotes")
def quote() -> tuple[Response, int]:
    """Say what a cart costs."""
    cart = ToQuote.model_validate_json(request.data).cart("quote")
    return answered(core.answered(site().market.checkouts.quote(person().buyer, cart)))


@shop.put("/orders/<order>")
def check_out(order: str) -> tuple[Response, int]:
    """Place an order."""
    bought = ToBuy.model_validate_json(request.data)
    return answered(core.answered(pay(person().buyer, order, bought)))


@shop.get("/orders/<order>")
def show_order(order: str) -> tuple[Response, int]:
    """Show an order."""
    return answered(core.order_page(site().market, person(), order))


@shop.post("/webhooks/<tender>")
def webhook(tender: str) -> tuple[str, int]:
    """Process a message of the bank: its signature is of the bytes as they came."""
    seen = site().market.webhooks.payment(tender, dict(request.headers), request.get_data())
    if seen.kind is WebhookKind.AUTHORISED and seen.order is not None:
        with Session(site().engine) as rows:
            waits = rows.get(Purchase, seen.order)
        if waits is not None and waits.waiting is not None:
            pay(Buyer(waits.buyer), waits.order, ToBuy.model_validate(waits.waiting))
    return "", 204


@shop.cli.command("work")
def work() -> None:
    """Fire timers and handle effects: one round."""
    progress = site().market.worker("flask").round()
    click.echo(f"{progress.timers} timers, {progress.done} effects done")


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Build the application of a shop."""
    app = Flask("shop")
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config.from_prefixed_env(loads=str)
    app.config.from_mapping(config or {})
    settings = Settings(**app.config.get_namespace("SHOP_"))
    store, engine = SqlStore.open(settings.store), create_engine(settings.store)
    Base.metadata.create_all(engine)
    market = Marketplace(core.build(store, settings))
    app.extensions["shop"] = Site(settings, market, store, engine)
    app.register_blueprint(shop)
    return app
