"""A shop in Django: an order and the host's own invoice are committed together."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import django
from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path

from vintage_rules import (
    Money,
    OrderId,
    PieceId,
    Place,
    SellerId,
    calendar,
    errors,
    explain,
    load_policy,
    to_json,
)
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.marketplace import (
    Buyer,
    Cart,
    CartItem,
    Marketplace,
    Means,
    PieceEntered,
    Seller,
    Shop,
    Visitor,
)
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order
from vintage_rules.ports import ChallengeNeeded, Declined, PostalAddress

FILE = Path(mkdtemp(), "shop.db")
settings.configure(
    ALLOWED_HOSTS=["testserver"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FILE}},
    LOGGING_CONFIG=None,
    MIDDLEWARE=[f"{__name__}.AnswerErrors"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()
STORE, CLOCK = SqlStore.open(f"sqlite:///{FILE}"), SystemClock()
PARIS = Place(country="FR", postal_code="75011", city="Paris")
MARKET = Marketplace(
    Shop(
        store=STORE,
        book=load_policy("imparfaite"),
        calendar=calendar("FR"),
        clock=CLOCK,
        payments={"card": MemoryGateway(CLOCK)},
        payouts=MemoryPayouts(),
        notifier=Outbox(),
        directory=MemoryDirectory(
            PostalAddress(name="Atelier", lines=("1 rue du Lin",), place=PARIS)
        ),
        secret=b"32 random bytes, kept like a key",
    )
)
# The status of what is raised: the first that fits; 500 for anything else.
STATUSES: dict[int, tuple[type[Exception], ...]] = {
    404: (errors.NotFoundError,),
    403: (errors.NotAllowedError,),
    409: (errors.NameTakenError,),
    422: (
        errors.UnknownTermError,
        errors.InvalidValueError,
        errors.CurrencyMismatchError,
        errors.UnknownLocaleError,
    ),
    400: (errors.ForgedWebhookError,),
    503: (
        errors.NewerVersionError,
        errors.VersionConflictError,
        errors.OutsideUnavailableError,
        errors.OutsideDeniedError,
    ),
    502: (errors.OutsideRejectedError,),
}


class Invoice(models.Model):  # type: ignore[misc] # noqa: DJ008 - untyped; nothing shows it
    """A row of the host's own, written in the transaction of the order."""

    order = models.TextField(primary_key=True)
    total = models.TextField()

    class Meta:
        """It belongs to no app of its own."""

        app_label = "shop"


class Work(BaseCommand):  # type: ignore[misc] # the same
    """`manage.py work`: one round of a worker, for cron; `vintage-rules worker` goes on and on."""

    def handle(self, *_: object, **__: object) -> None:
        """Fire timers and handle effects."""
        progress = MARKET.worker("django").round()
        self.stdout.write(f"{progress.timers} timers, {progress.done} effects done")


class AnswerErrors:
    """A middleware that answers what the library raises."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.answer(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        """Find the status of an error; what is ours to mend is left to Django."""
        fits = (code for code, kinds in STATUSES.items() if isinstance(error, kinds))
        status = next(fits, None)
        return None if status is None else JsonResponse({"detail": str(error)}, status=status)


def person(request: HttpRequest) -> Buyer | Visitor:
    """Return the person who makes a request; on a real site `request.user`."""
    name = request.headers.get("x-person")
    return Buyer(name) if name else Visitor()


def show_piece(request: HttpRequest, piece: str) -> HttpResponse:
    """Show a piece."""
    return JsonResponse(to_json(MARKET.pieces.view(person(request), piece)))


def check_out(request: HttpRequest, order: str) -> HttpResponse:
    """Place an order and write its invoice: both are there, or neither."""
    by, wanted = person(request), json.loads(request.body)
    if not isinstance(by, Buyer):
        return JsonResponse({"detail": "sign in"}, status=401)
    cart = Cart(
        order=OrderId(order),
        items=tuple(
            CartItem(piece=PieceId(piece), price=Money(price, "EUR"))
            for piece, price in wanted["prices"].items()
        ),
        mode="grouped",
        shipping_address=wanted["address"],
        billing_address=wanted["address"],
        means=Means(tender="card", source=wanted["card"], brand="visa"),
    )
    # The bank is called before the transaction begins: it takes its time.
    answer = MARKET.checkouts.authorise(by, cart)
    if answer is None:
        with transaction.atomic():
            answer = MARKET.within(STORE.joined(connection)).checkouts.check_out(by, cart)
            if isinstance(answer, Order):
                paid = sum(payment.amount.amount for payment in answer.placed.payments)
                Invoice.objects.get_or_create(order=order, defaults={"total": str(paid)})
    match answer:
        case Order():
            return JsonResponse(to_json(answer))
        case ChallengeNeeded(url=url):
            return JsonResponse({"challenge": url}, status=402)
        case Declined(code=code):
            return JsonResponse({"declined": code}, status=402)
        case refused:
            return JsonResponse({"why": explain(refused, "en").sentences}, status=409)


def webhook(request: HttpRequest, tender: str) -> HttpResponse:
    """Hand over the bytes as they came: what is parsed first cannot be verified."""
    MARKET.webhooks.payment(tender, request.headers, request.body)
    return HttpResponse(status=204)


urlpatterns = [
    path("pieces/<piece>", show_piece),
    path("orders/<order>", check_out),
    path("webhooks/<tender>", webhook),
]

if __name__ == "__main__":
    logging.getLogger("django.request").setLevel(logging.ERROR)
    with connection.schema_editor() as editor:  # a real site has migrations
        editor.create_model(Invoice)
    coat = PieceEntered(
        at=CLOCK.now(),
        piece=PieceId("coat"),
        seller=SellerId("ada"),
        weight_g=900,
        description="a wool coat",
    )
    open_to_offers = SellerTerms.only(open_to_offers=True)
    MARKET.pieces.list_piece(Seller("ada"), coat, Money("90.00", "EUR"), open_to_offers)
    home = {"name": "Z", "line1": "1 r", "postal_code": "33000", "city": "Bordeaux"}
    cart = {"prices": {"coat": "90.00"}, "address": {**home, "country": "FR"}, "card": "approved"}
    client = Client()
    for who, name, body in (
        ("zoe", "o1", {**cart, "card": "declined:expired-card"}),
        ("zoe", "o1", cart),
        ("zoe", "o1", cart),
        ("max", "o1", cart),
        ("max", "o2", cart),
    ):
        sent = {"content_type": "application/json", "headers": {"x-person": who}}
        answer = client.put(f"/orders/{name}", json.dumps(body), **sent)
        shown = [answer.json().get(key) for key in ("state", "declined", "why", "detail")]
        print(who, "PUT", f"/orders/{name}", answer.status_code, *filter(None, shown))
    forged = client.post("/webhooks/card", '{"paid": "yes"}', content_type="application/json")
    print("POST /webhooks/card", forged.status_code, forged.json()["detail"])
    print("GET /pieces/coat", client.get("/pieces/coat").json()["state"])
    print("invoices:", *Invoice.objects.values_list("order", "total"))
    call_command(Work())
    STORE.close()
