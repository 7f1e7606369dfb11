"""Signing in and out, the language, what is one's own, and the clock of a demonstration."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from fastapi import APIRouter, HTTPException, Response

from examples.storefront.host import hashed, is_password
from examples.storefront.pages.shown import Lists, titles
from examples.storefront.security import new_name
from examples.storefront.visit import Visit, Visiting
from examples.storefront.wording import LOCALES

router = APIRouter()
PUSHES = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "3d": timedelta(days=3),
          "15d": timedelta(days=15)}  # fmt: skip
# Compared with where there is no such person, so that both take the same time.
_NOBODY = hashed("no person has this password")


@router.get("/sign-in")
def show_sign_in(visit: Visiting) -> Response:
    """Show the form to sign in, and in a demonstration whom one may be."""
    return _sign_in_page(visit)


def _sign_in_page(visit: Visit, *problems: str, status: int = 200) -> Response:
    people = visit.site.host.people() if visit.site.settings.demo else []
    return visit.page("sign_in.html", status=status, people=people, problems=problems)


@router.post("/sign-in")
def sign_in(visit: Visiting) -> Response:
    """Sign a person in by e-mail address and password."""
    email = visit.form.one("email").lower()
    client = visit.request.client
    where = "" if client is None else client.host
    limits = visit.site.limits
    if not (limits.client.admits(where) and limits.sign_in.admits(email)):
        return _sign_in_page(visit, visit.words.text("error.too-often"), status=429)
    person = visit.site.host.person_of_email(email)
    if not is_password(visit.form.one("password"), person.password if person else _NOBODY):
        return _sign_in_page(visit, visit.words.text("sign-in.wrong"), status=422)
    if person is None:
        raise HTTPException(422, "error.form")
    return _signed_in(visit, person.id)


@router.post("/be")
def become(visit: Visiting) -> Response:
    """Sign in as one of the people of a demonstration."""
    person = visit.site.host.person(visit.form.one("person"))
    if not visit.site.settings.demo or person is None or not person.password:
        raise HTTPException(404, "error.not-found")
    return _signed_in(visit, person.id)


def _signed_in(visit: Visit, person: str) -> Response:
    visit.session.renew()
    visit.session.person = person
    known = visit.person
    if known is None:
        raise HTTPException(404, "error.not-found")
    home = "/house" if known.staff else "/desk" if known.sells else "/"
    return visit.leave_for(home, visit.words.text("sign-in.done", name=known.name))


@router.post("/sign-out")
def sign_out(visit: Visiting) -> Response:
    """Sign out: the cart goes with the person."""
    visit.session.renew()
    visit.session.person, visit.session.cart, visit.session.opened = "", [], {}
    visit.session.order = new_name("o")
    return visit.leave_for("/", visit.words.text("sign-in.out"))


@router.post("/language")
def choose_language(visit: Visiting) -> Response:
    """Choose the language."""
    if visit.form.one("language") in LOCALES:
        visit.session.locale = visit.form.one("language")
    return visit.leave_for(visit.back())


@router.post("/clock")
def push_clock(visit: Visiting) -> Response:
    """Push the clock of a demonstration forward, and have done what falls due."""
    by = PUSHES.get(visit.form.one("by"))
    if not visit.site.settings.demo or by is None:
        raise HTTPException(404, "error.not-found")
    visit.site.clock.push(by)
    visit.site.work()
    now = visit.words.moment(visit.site.clock.now())
    return visit.leave_for(visit.back(), visit.words.text("clock.pushed", now=now))


@router.get("/account")
def show_account(visit: Visiting) -> Response:
    """Show what is one's own: orders, offers, alerts, gift cards, letters."""
    own, pages, lists = visit.buyer, visit.site.market.buyer_pages, Lists(visit)
    orders = lists.rows("orders", partial(pages.orders, own, own.id))
    offers = lists.rows("offers", partial(pages.offers, own, own.id))
    alerts = lists.rows("alerts", partial(pages.alerts, own, own.id))
    cards = lists.rows("cards", partial(pages.cards, own, own.id))
    letters = lists.rows("letters", partial(visit.site.host.letters_page, own.id))
    pieces = [
        *(piece for order in orders for piece in order.pieces),
        *(offer.piece for offer in offers),
        *(alert.piece for alert in alerts),
    ]
    return visit.page(
        "account.html",
        orders=orders,
        offers=offers,
        alerts=alerts,
        cards=cards,
        titles=titles(visit, pieces),
        letters=letters,
        after=lists.after,
    )
