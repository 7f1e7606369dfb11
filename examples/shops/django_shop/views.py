"""The requests of the shop."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from examples.shops import core
from examples.shops.core import Person, ToBuy, ToList, ToOffer, ToQuote
from examples.shops.django_shop.models import Purchase
from examples.shops.django_shop.shop import market, market_within
from vintage_rules.marketplace import Buyer
from vintage_rules.money import total
from vintage_rules.orders import Order
from vintage_rules.ports import ChallengeNeeded, WebhookKind


class AnswerErrors:
    """A middleware that answers what the library raises."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.answer(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        """Find the status of an error; what is ours to mend is left to Django."""
        answer = core.failed(error)
        return None if answer is None else answered(answer)


def answered(answer: core.Answer) -> HttpResponse:
    """Write an answer of the shop."""
    status, body = answer
    return JsonResponse(body, status=status)


def person(request: HttpRequest) -> Person:
    """Return the person who makes a request: a user of Django."""
    return Person(request.user.get_username(), staff=request.user.is_staff)


@require_http_methods(["GET", "PUT"])
def piece(request: HttpRequest, piece: str) -> HttpResponse:
    """Show a piece, or list it."""
    by = person(request)
    if request.method == "PUT":
        new = ToList.model_validate_json(request.body)
        return answered(core.list_piece(market(), by.seller, piece, new))
    return answered(core.answered(market().pieces.view(by.viewer, piece)))


@require_POST
def offer(request: HttpRequest, piece: str) -> HttpResponse:
    """Make an offer."""
    price = ToOffer.model_validate_json(request.body).price
    return answered(core.answered(market().pieces.make_offer(person(request).buyer, piece, price)))


@require_POST
def quote(request: HttpRequest) -> HttpResponse:
    """Say what a cart costs."""
    cart = ToQuote.model_validate_json(request.body).cart("quote")
    return answered(core.answered(market().checkouts.quote(person(request).buyer, cart)))


@require_http_methods(["GET", "PUT"])
def order(request: HttpRequest, order: str) -> HttpResponse:
    """Show an order, or place it."""
    if request.method == "PUT":
        bought = ToBuy.model_validate_json(request.body)
        return answered(core.answered(pay(person(request).buyer, order, bought)))
    return answered(core.order_page(market(), person(request), order))


def pay(buyer: Buyer, order: str, bought: ToBuy) -> object:
    """Place an order and write the host's own row of it: both are there, or neither."""
    cart = bought.paid_cart(order, settings.SHOP["site"])
    # The bank is called before the transaction begins: it takes its time.
    answer: object = market().checkouts.authorise(buyer, cart)
    if isinstance(answer, ChallengeNeeded):
        waits = {"buyer": buyer.id, "paid": "", "waiting": bought.model_dump(mode="json")}
        Purchase.objects.update_or_create(order=order, defaults=waits)
    if answer is not None:
        return answer
    with transaction.atomic():
        answer = market_within().checkouts.check_out(buyer, cart)
        if isinstance(answer, Order):
            paid = total((each.amount for each in answer.placed.payments), answer.currency)
            placed = {"buyer": buyer.id, "paid": str(paid), "waiting": None}
            Purchase.objects.update_or_create(order=order, defaults=placed)
    return answer


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, tender: str) -> HttpResponse:
    """Process a message of the bank: its signature is of the bytes as they came."""
    seen = market().webhooks.payment(tender, request.headers, request.body)
    if seen.kind is WebhookKind.AUTHORISED:
        waits = Purchase.objects.filter(order=seen.order, waiting__isnull=False).first()
        if waits is not None:
            pay(Buyer(waits.buyer), waits.order, ToBuy.model_validate(waits.waiting))
    return HttpResponse(status=204)
