"""Gift cards: bought, and looked up by their code. Clause C5."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from examples.storefront.pages.checkout import CARDS
from examples.storefront.security import new_name
from examples.storefront.visit import Visit, Visiting
from vintage_rules import Money
from vintage_rules.marketplace import CardBought, Means
from vintage_rules.ports import ChallengeNeeded, Declined
from vintage_rules.pricing.gift_card.states import Card

router = APIRouter()


@router.get("/gift-cards")
def show_cards(visit: Visiting) -> Response:
    """Show how a card is bought, and how one is looked up."""
    return _page(visit)


def _page(
    visit: Visit, problems: Sequence[str] = (), card: Card | None = None, status: int = 200
) -> Response:
    policy = visit.site.market.shop.policy(visit.site.clock.now()).pricing.gift_card
    currency = visit.site.market.shop.book.latest.currency
    limits = () if policy is None else (policy.minimum, policy.maximum)
    return visit.page(
        "gift_cards.html",
        status=status,
        problems=problems,
        card=card,
        purchase=new_name("c"),
        limits=[Money(each, currency) for each in limits],
        cards=CARDS,
    )


@router.post("/gift-cards")
def buy(visit: Visiting) -> Response:
    """Buy a card: its code comes by letter once the money is taken."""
    if visit.person is None:
        return visit.leave_for("/sign-in", visit.words.reason("not-signed-in"))
    form = visit.form
    source, brand = CARDS.get(form.one("card"), CARDS["declined"])
    means = Means(tender="card", source=source, brand=brand, return_url="/account")
    answer = visit.site.market.cards.buy(
        visit.buyer, form.one("purchase"), form.money("amount"), form.one("words"), means
    )
    match answer:
        case CardBought():
            visit.site.work()
            return visit.leave_for("/account", visit.words.text("cards.bought"))
        case ChallengeNeeded(url=url) if url is not None:
            return visit.leave_for(url)
        case Declined():
            return _page(visit, [visit.words.text("checkout.declined")], status=402)
        case _:
            return _page(visit, visit.words.sentences(answer), status=409)


@router.post("/gift-cards/balance")
def look_up(visit: Visiting) -> Response:
    """Show what is left on the card of a code; codes are not to be guessed."""
    client = visit.request.client
    if not visit.site.limits.gift_card.admits("" if client is None else client.host):
        return _page(visit, [visit.words.text("error.too-often")], status=429)
    card = visit.site.market.cards.find(visit.form.one("code"))
    if card is None:
        return _page(visit, [visit.words.text("cards.unknown")], status=404)
    return _page(visit, card=card)
