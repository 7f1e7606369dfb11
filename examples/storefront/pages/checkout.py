"""The cart, which reserves nothing, and the checkout: what it costs, when it comes, and paying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import evolve, frozen
from fastapi import APIRouter, HTTPException, Response

from examples.storefront.host import Person
from examples.storefront.pages.shown import titles
from examples.storefront.quoting import Preview, preview, weeks
from examples.storefront.security import new_name
from examples.storefront.site import COUNTRIES
from examples.storefront.stand_ins import CAPTURED, VOIDED
from examples.storefront.visit import Visit, Visiting
from vintage_rules import Money, OrderId, PieceId, errors
from vintage_rules.marketplace import Buyer, Cart, CartItem, Means, PieceView
from vintage_rules.orders import Order
from vintage_rules.ports import ChallengeNeeded, Declined

router = APIRouter()
_MOST_PIECES = 30
FIELDS = ("name", "line1", "postal_code", "city", "country")
# What a buyer's browser would get from a provider, by what the stand-in is to do.
CARDS = {
    "approved": ("approved", "visa"),
    "challenged": ("challenged", "mastercard"),
    "declined": ("declined", "visa"),
    "other-brand": ("approved", "jcb"),
}


@router.post("/cart/add")
def add(visit: Visiting) -> Response:
    """Put a piece into the cart; it is not reserved. Clause C1."""
    piece = visit.form.one("piece")
    visit.site.market.pieces.view(visit.buyer, piece)
    if piece not in visit.session.cart:
        visit.session.cart = [*visit.session.cart, piece][-_MOST_PIECES:]
        visit.session.order = new_name("o")
    return visit.leave_for("/cart")


@router.post("/cart/remove")
def remove(visit: Visiting) -> Response:
    """Take a piece out of the cart."""
    piece = visit.form.one("piece")
    visit.session.cart = [each for each in visit.session.cart if each != piece]
    visit.session.order = new_name("o")
    return visit.leave_for("/cart")


@frozen(kw_only=True)
class Line:
    """A piece in the cart, as it is now."""

    view: PieceView
    title: str


def _lines(visit: Visit) -> list[Line]:
    called = titles(visit, visit.session.cart)
    views = visit.site.market.pieces.views(visit.buyer, visit.session.cart)
    return [Line(view=view, title=called[view.piece]) for view in views]


@router.get("/cart")
def show_cart(visit: Visiting) -> Response:
    """Show the cart: what is still for sale, and what is gone."""
    return visit.page("cart.html", lines=_lines(visit))


@frozen(kw_only=True)
class Filled:
    """A checkout form as it was filled in, or as it is shown first."""

    order: str
    address: dict[str, str]
    email: str
    mode: str
    card: str
    codes: tuple[str, ...]
    wanted: date | None
    seen: dict[str, Money]

    def means(self) -> Means:
        """Return the means of payment that was chosen."""
        back = f"/orders/{self.order}"
        if self.card == "paypal":
            return Means(tender="paypal", source="challenged", return_url=back)
        source, brand = CARDS.get(self.card, CARDS["declined"])
        return Means(tender="card", source=source, brand=brand, return_url=back)

    def cart(self) -> Cart:
        """Return the cart that is validated."""
        return Cart(
            order=OrderId(self.order),
            items=tuple(CartItem(piece=PieceId(p), price=m) for p, m in self.seen.items()),
            mode=self.mode,
            shipping_address=self.address,
            billing_address=self.address,
            means=self.means(),
            gift_card_codes=self.codes,
        )


def _first(visit: Visit) -> Filled:
    """Return the form before anything is filled in, with what is known of the person."""
    known = {} if visit.person is None else dict(visit.person.address)
    return Filled(
        order=visit.session.order,
        address={**dict.fromkeys(FIELDS, ""), "country": visit.session.country, **known},
        email="",
        mode=next(iter(visit.site.market.shop.policy(visit.site.clock.now()).shipping.modes)),
        card="approved",
        codes=(),
        wanted=None,
        seen={},
    )


def _filled(visit: Visit) -> Filled:
    form = visit.form
    if form.one("order") != visit.session.order and form.one("order") not in visit.session.placed:
        raise HTTPException(409, "checkout.changed")
    try:
        wanted = date.fromisoformat(form.one("wanted")) if form.one("wanted") else None
    except ValueError as error:
        raise HTTPException(422, "error.form") from error
    return Filled(
        order=form.one("order"),
        address={name: form.one(name) for name in FIELDS},
        email=form.one("email"),
        mode=form.one("mode"),
        card=form.one("card"),
        codes=tuple(form.one("codes").replace(",", " ").replace(";", " ").split()),
        wanted=wanted,
        seen={piece: form.money(f"price-{piece}") for piece in form.many("piece")},
    )


@router.get("/checkout")
def show_checkout(visit: Visiting) -> Response:
    """Show the checkout of the cart, with what is known of the person."""
    if not visit.session.cart:
        return visit.leave_for("/cart")
    return _checkout_page(visit, _first(visit))


@router.post("/checkout/quote")
def quote(visit: Visiting) -> Response:
    """Show the checkout again for what was changed in it; nothing is ordered."""
    filled = _filled(visit)
    if _are_too_many(visit, filled.codes):
        return _checkout_page(visit, filled, [visit.words.text("error.too-often")], 429)
    return _checkout_page(visit, filled)


def _checkout_page(
    visit: Visit, filled: Filled, problems: Sequence[str] = (), status: int = 200
) -> Response:
    lines = _lines(visit)
    now = evolve(filled, seen={str(line.view.piece): line.view.price for line in lines})
    shown, modes = list(problems), {}
    for mode in visit.site.market.shop.policy(visit.site.clock.now()).shipping.modes:
        modes[mode] = _previewed(visit, evolve(now, mode=mode))
    chosen = modes.get(filled.mode)
    known = chosen if isinstance(chosen, Preview) else None
    if known is None and not shown and chosen is not None:
        shown += visit.words.sentences(chosen)
    today = visit.site.market.shop.day(visit.site.clock.now())
    return visit.page(
        "checkout.html",
        status=status,
        filled=now,
        lines=lines,
        modes={mode: each if isinstance(each, Preview) else None for mode, each in modes.items()},
        preview=known,
        weeks=() if known is None else weeks(known.window, today),
        problems=shown,
        sellers=visit.site.host.names_of_sellers(),
        cards=CARDS,
    )


def _previewed(visit: Visit, filled: Filled) -> Preview | object | None:
    """Return what a cart costs; for the country alone while the address is not whole yet."""
    if not filled.seen:
        return None
    address = filled.address
    alone = {"country": address["country"]}
    cart = filled.cart()
    if not (address["postal_code"] and address["city"]):
        cart = evolve(cart, shipping_address=alone, billing_address=alone)
    elif not (address["name"] and address["line1"]):
        whole = {**address, "name": address["name"] or "–", "line1": address["line1"] or "–"}
        cart = evolve(cart, shipping_address=whole, billing_address=whole)
    try:
        return preview(visit.site, _buyer(visit, filled, estimate=True), cart, filled.wanted)
    except errors.VintageRulesError:
        return None


def _buyer(visit: Visit, filled: Filled, *, estimate: bool = False) -> Buyer:
    if visit.person is not None:
        return visit.buyer
    return (
        Buyer(visit.session.guest, signed_in=False, has_account=False)
        if estimate
        else (visit.guest(filled.email))
    )


def _are_too_many(visit: Visit, codes: Sequence[str]) -> bool:
    client = visit.request.client
    where = "" if client is None else client.host
    limit = visit.site.limits.gift_card
    return any(not limit.admits(where) for _ in codes)


@router.post("/checkout")
def check_out(visit: Visiting) -> Response:
    """Order what is in the cart, once however often the form is sent. Clauses C1 to C7."""
    filled = _filled(visit)
    if _are_too_many(visit, filled.codes):
        return _checkout_page(visit, filled, [visit.words.text("error.too-often")], 429)
    if visit.person is None:
        if "@" not in filled.email:
            return _checkout_page(visit, filled, [visit.words.text("checkout.email-needed")], 422)
        visit.site.host.keep_guest(_guest(visit, filled))
    try:
        answer = visit.site.market.checkouts.check_out(_buyer(visit, filled), filled.cart())
    except errors.InvalidValueError as error:
        return _checkout_page(visit, filled, [_faulty(visit, filled, error)], 422)
    match answer:
        case Order():
            visit.site.work()
            _empty(visit, filled.order)
            return visit.leave_for(f"/orders/{filled.order}")
        case ChallengeNeeded(url=url) if url is not None:
            return visit.leave_for(url)
        case Declined():
            visit.session.order = new_name("o")
            again = evolve(filled, order=visit.session.order)
            return _checkout_page(visit, again, [visit.words.text("checkout.declined")], 402)
        case _:
            return _checkout_page(visit, filled, visit.words.sentences(answer), 409)


def _faulty(visit: Visit, filled: Filled, error: errors.InvalidValueError) -> str:
    """Return what is wrong with a field of the address, in words; raise what is not about one."""
    name = error.field.rpartition(".")[2]
    if name not in FIELDS:
        raise error
    field, country = visit.words.term("field", name), filled.address["country"]
    if name == "postal_code" and country in COUNTRIES:
        where = visit.words.country(country)
        return visit.words.text("checkout.not-there", field=field, found=error.found, country=where)
    return visit.words.text("checkout.not-usable", field=field)


def _empty(visit: Visit, order: str) -> None:
    """Begin a new cart after an order; the form of the last one may still be sent again."""
    visit.session.cart = []
    visit.session.placed = [*visit.session.placed, order][-5:]
    visit.session.order = new_name("o")


def _guest(visit: Visit, filled: Filled) -> Person:
    return Person(
        id=visit.session.guest,
        name=filled.address["name"] or "–",
        email=filled.email.lower(),
        password="",
        locale=visit.words.locale,
        address=filled.address,
    )


@router.get("/bank/{reference}")
def show_bank(reference: str, visit: Visiting) -> Response:
    """Show the page of the bank, or of PayPal, on which a buyer confirms a payment."""
    provider, _ = _of_bank(visit, reference)
    row = visit.site.banks[provider].charge(reference)
    if row is None:
        raise HTTPException(404, "error.not-found")
    return visit.page(
        "bank.html",
        provider=provider,
        reference=reference,
        amount=Money(row["amount"], row["currency"]),
        open=row["state"] == "challenged",
        back=row["return_url"],
    )


@router.post("/bank/{reference}")
def answer_bank(reference: str, visit: Visiting) -> Response:
    """Confirm a payment or not: the bank reports it, and the library places the order."""
    provider, back = _of_bank(visit, reference)
    bank = visit.site.banks[provider]
    row = bank.charge(reference)
    if row is not None and row["state"] in {CAPTURED, VOIDED}:
        return visit.leave_for(back)  # it is over: whatever is answered now changes nothing
    passed = visit.form.one("answer") == "confirm"
    bank.answer(reference, passed=passed)
    headers, body = bank.report(reference)
    visit.site.market.webhooks.payment(provider, headers, body)
    visit.site.work()
    if not passed:
        visit.session.order = new_name("o")
        return visit.leave_for("/checkout", visit.words.text("checkout.declined"))
    order = back.removeprefix("/orders/")
    if order == visit.session.order:
        try:
            visit.site.market.orders.view(visit.buyer, order)
        except errors.NotFoundError:
            visit.session.order = new_name("o")
            return visit.leave_for("/checkout", visit.words.text("checkout.lost"))
        _empty(visit, order)
    return visit.leave_for(back)


def _of_bank(visit: Visit, reference: str) -> tuple[str, str]:
    """Return the provider of a charge, and the page that the buyer goes back to."""
    for provider, bank in visit.site.banks.items():
        row = bank.charge(reference)
        if row is not None:
            return provider, str(row["return_url"])
    raise HTTPException(404, "error.not-found")
