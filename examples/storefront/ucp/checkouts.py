"""Checkouts: begun, changed, completed and cancelled; each answer is priced and dated again.

A checkout reserves nothing: the first that is completed has the piece, the others hear so.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from examples.storefront.host import Person
from examples.storefront.quoting import Preview, preview
from examples.storefront.security import new_name
from examples.storefront.site import Site
from examples.storefront.ucp.agents import Agent
from examples.storefront.ucp.codes import Codes, Granted
from examples.storefront.ucp.goods import Article, Goods
from examples.storefront.ucp.keeping import ChangedMeanwhileError, Checkout, Keeping, Line
from examples.storefront.ucp.requests import (
    Address,
    ChangeRequest,
    CheckoutRequest,
    CompletionRequest,
    Credential,
    Instrument,
    Method,
)
from examples.storefront.ucp.wire import (
    Json,
    Refusal,
    minor,
    of_checkout,
    problem,
    refuse,
    row,
    warning,
)
from vintage_rules import Money, OrderId, PieceId, errors, explain
from vintage_rules.dates import zone
from vintage_rules.marketplace import Buyer, Cart, CartItem, Means, PieceView
from vintage_rules.marketplace.commands.gift_cards import GiftCard, code_of
from vintage_rules.money import total, zero
from vintage_rules.orders import Order
from vintage_rules.orders.checkout import CheckoutRefusal, CheckoutRefused
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.orders.reductions import Reduction
from vintage_rules.ports import ChallengeNeeded, Declined
from vintage_rules.wording.phrases import Term
from vintage_rules.wording.voice import capitalized, voice_of

OPEN, COMPLETING, COMPLETED, CANCELED = "open", "completing", "completed", "canceled"
_LASTS_FOR = timedelta(hours=6)
_LOCALE = "en"
_METHOD, _GROUP = "shipping_1", "group_1"
# What a code is kept as says which kind it is, so that none that is sent can pass for a card.
_GIFT_CARD, _AS_SENT = "gift-card:", "code:"
_TRIES = 3  # to find other pieces of an article, where those that were chosen are sold meanwhile
_FULFILMENT = "$.fulfillment.methods[0]"
_NOT_CHOSEN = "Fulfillment address and option must be selected."
# What an address is called there and here; what is compared to recognise one.
_FIELDS = {
    "line1": "street_address",
    "line2": "extended_address",
    "postal_code": "postal_code",
    "city": "address_locality",
    "region": "address_region",
    "country": "address_country",
}
# What the stand-in of the bank does by the token, or the number, of an instrument.
_SOURCES = {
    "success_token": "approved",
    "4242424242424242": "approved",
    "challenge_token": "challenged",
    "fail_token": "declined",
}
_BRANDS = {"amex": "american-express", "american express": "american-express"}


@frozen(kw_only=True)
class Handler:
    """The one way of paying that the shop takes from platforms."""

    id: str
    name: str = "example.storefront.stand_in_card"

    def described(self, url: str) -> Json:
        """Return it as a profile declares it."""
        return {
            "id": self.id,
            "name": self.name,
            "version": "2026-01-11",
            "spec": f"{url}/ucp/handler",
            "config_schema": f"{url}/ucp/handler/config.json",
            "instrument_schemas": [f"{url}/ucp/handler/instrument.json"],
            "config": {"brands": ["visa", "mastercard", "american-express"]},
        }


@frozen(kw_only=True)
class Priced:
    """A checkout as it is at this moment."""

    articles: Sequence[Article]
    pieces: Sequence[Sequence[PieceView]]
    granted: Granted
    options: Mapping[str, Preview]
    quote: OrderQuote | None
    chosen: Preview | None
    messages: Sequence[Json]

    @property
    def errors(self) -> list[Json]:
        """The messages that keep it from being completed."""
        return [each for each in self.messages if each["type"] == "error"]


@frozen(kw_only=True)
class Checkouts:
    """The checkouts of platforms. `home` is the country that is priced while none is known."""

    site: Site
    keeping: Keeping
    goods: Goods
    codes: Codes
    handler: Handler
    home: str

    # What platforms do.

    def begin(self, agent: Agent, request: CheckoutRequest) -> Checkout:
        """Begin a checkout."""
        now = self.site.clock.now()
        checkout = Checkout(
            id=f"chk_{secrets.token_urlsafe(18)}",
            agent=agent.profile,
            order=new_name("u"),
            buyer_id=f"guest-{secrets.token_hex(8)}",
            lines=[],
            webhook=agent.webhook,
            expires_at=now + _LASTS_FOR,
        )
        changed = self._changed(checkout, request, agent)
        self.keeping.add(changed)
        return changed

    def of(self, agent: Agent, id_: str) -> Checkout:
        """Return a checkout of a platform, as time and its bank have left it."""
        checkout = self.keeping.checkout(id_, agent.profile)
        if checkout is None:
            raise refuse(404, "not_found", "No such checkout.")
        return self._as_it_is_now(checkout)

    def change(self, agent: Agent, id_: str, request: ChangeRequest) -> Checkout:
        """Replace what a checkout holds; what is left out stays as it is."""
        if request.id != id_:
            raise refuse(400, "invalid", "The id is that of another checkout.", path="$.id")
        checkout = self._open(agent, id_)
        return self._save(self._changed(checkout, request, agent))

    def cancel(self, agent: Agent, id_: str) -> Checkout:
        """Cancel a checkout; what was placed is cancelled as an order, not here."""
        checkout = self._open(agent, id_)
        return self._save(checkout.model_copy(update={"status": CANCELED}))

    def complete(
        self, agent: Agent, id_: str, request: CompletionRequest
    ) -> tuple[Checkout, list[Json]]:
        """Place the order of a checkout: the money is held, then the sale recorded."""
        checkout = self._open(agent, id_, completing=True)
        means = self._means(checkout, request.payment_data)
        notes = [] if request.ap2 is None else [_unchecked_mandate()]
        for _ in range(_TRIES):
            checkout = self._ready(checkout, request.payment_data)
            cart = self._cart(checkout, self._priced(checkout), means=means)
            self.site.host.keep_guest(self._person(checkout))
            match self._checked_out(checkout, cart):
                case Order():
                    return self._save(_after(checkout, COMPLETED)), notes
                case ChallengeNeeded(url=url):
                    return checkout, [*notes, self._challenge(url)]
                case Declined():
                    self._begin_again(checkout)
                    text = "The payment was declined."
                    path = "$.payment_data"
                    raise Refusal(402, [problem("payment_declined", text, path=path)])
                case CheckoutRefused(reasons=(CheckoutRefusal.PIECE_GONE,)):
                    checkout = self._begin_again(checkout)
                case refused:
                    self._begin_again(checkout)
                    raise Refusal(409, [*self._refused(refused, checkout)])
        raise Refusal(409, [_sold_meanwhile()])

    # A checkout and its states.

    def _open(self, agent: Agent, id_: str, *, completing: bool = False) -> Checkout:
        checkout = self.of(agent, id_)
        allowed = {OPEN, COMPLETING} if completing else {OPEN}
        if checkout.status not in allowed:
            raise refuse(409, "conflict", f"The checkout is {checkout.status}.")
        return checkout

    def _as_it_is_now(self, checkout: Checkout) -> Checkout:
        """Return a checkout that is over where its time is, and completed where it was placed."""
        if checkout.status == COMPLETING and self.order_of(checkout) is not None:
            return self._save(_after(checkout, COMPLETED))
        if checkout.status == OPEN and checkout.expires_at <= self.site.clock.now():
            return self._save(_after(checkout, CANCELED))
        return checkout

    def _save(self, checkout: Checkout) -> Checkout:
        try:
            return self.keeping.save(checkout)
        except ChangedMeanwhileError:
            text = "Another request has changed the checkout; read it again."
            raise refuse(409, "conflict", text) from None

    def _begin_again(self, checkout: Checkout) -> Checkout:
        """Open a checkout again under another name for its order, and free its pieces."""
        lines = [each.model_copy(update={"pieces": []}) for each in checkout.lines]
        values = {"status": OPEN, "order": new_name("u"), "lines": lines}
        return self._save(checkout.model_copy(update=values))

    def order_of(self, checkout: Checkout) -> Order | None:
        """Return the order that a checkout has become."""
        try:
            known = self.site.market.orders.view(self.buyer(checkout), checkout.order)
        except errors.NotFoundError:
            return None
        return known if isinstance(known, Order) else None

    def buyer(self, checkout: Checkout) -> Buyer:
        """Return the buyer: a guest, since no platform can sign anyone in."""
        email = checkout.buyer.email if checkout.buyer is not None else None
        known = bool(email) and self.site.host.person_of_email(str(email)) is not None
        return Buyer(checkout.buyer_id, signed_in=False, has_account=known)

    # What a request changes.

    def _changed(self, checkout: Checkout, request: CheckoutRequest, agent: Agent) -> Checkout:
        policy = self._policy()
        if request.currency is not None and request.currency != policy.currency:
            text = f"The shop sells in {policy.currency} alone."
            raise refuse(400, "invalid", text, path="$.currency")
        values: dict[str, object] = {"lines": self._lines(checkout, request)}
        if request.buyer is not None:
            values["buyer"] = request.buyer
        if request.discounts is not None and request.discounts.codes is not None:
            values["codes"] = self._kept_codes(checkout, request.discounts.codes, agent)
        changed = checkout.model_copy(update=values)
        methods = None if request.fulfillment is None else request.fulfillment.methods
        if methods:
            changed = self._shipped(changed, methods)
        self._require_stock(changed)
        return changed

    def _lines(self, checkout: Checkout, request: CheckoutRequest) -> list[Line]:
        known, lines = {line.id for line in checkout.lines}, list[Line]()
        for number, each in enumerate(request.line_items):
            article = self.goods.article(each.item.id, self.buyer(checkout))
            path = f"$.line_items[{number}]"
            if article is None:
                text = f"The item {each.item.id} was not found."
                raise refuse(400, "not_found", text, path=f"{path}.item.id")
            taken = {line.id for line in lines}
            id_ = each.id if each.id in known - taken else f"li_{secrets.token_hex(6)}"
            lines.append(Line(id=str(id_), item=each.item.id, quantity=each.quantity))
        return lines

    def _require_stock(self, checkout: Checkout) -> None:
        short = _short(checkout, self._pieces(checkout))
        if short:
            raise Refusal(400, short)

    def _kept_codes(self, checkout: Checkout, sent: Sequence[str], agent: Agent) -> list[str]:
        """Return codes as they are kept: of a gift card its number alone, never what opens it."""
        known = self._sent_codes(checkout)
        self.codes.require_few_tries(agent.caller, known, sent)
        return [self._kept_code(code) for code in sent]

    def _kept_code(self, code: str) -> str:
        card = GiftCard.from_code(code)
        is_known = card is not None and self.site.market.cards.find(code) is not None
        return (
            f"{_GIFT_CARD}{card.number}" if card is not None and is_known else f"{_AS_SENT}{code}"
        )

    def _sent_codes(self, checkout: Checkout) -> list[str]:
        shop = self.site.market.shop
        return [
            code_of(shop, code.removeprefix(_GIFT_CARD))
            if code.startswith(_GIFT_CARD)
            else code.removeprefix(_AS_SENT)
            for code in checkout.codes
        ]

    def _shipped(self, checkout: Checkout, methods: Sequence[Method]) -> Checkout:
        """Return a checkout with the way it is shipped, and where, as a request says."""
        if len(methods) > 1 or methods[0].type != "shipping":
            raise refuse(400, "invalid", "The shop ships, to one address.", path=_FULFILMENT)
        method = methods[0]
        given = self._destinations(checkout, method.destinations or [])
        known = given or checkout.destinations or self._known_addresses(checkout)
        selected = method.selected_destination_id or ""
        groups = method.groups or []
        option = groups[0].selected_option_id if groups else None
        values = {
            "method": method.id or checkout.method or _METHOD,
            "destinations": known,
            "destination": selected if selected in known else "",
            "option": option or "",
        }
        return checkout.model_copy(update=values)

    def _destinations(
        self, checkout: Checkout, sent: Sequence[Address]
    ) -> dict[str, dict[str, str]]:
        """Return the addresses that a parcel can be sent to, by their names.

        A country alone is none: the library makes an estimate for it and takes no order (L12).
        """
        known, found = self._known_addresses(checkout), dict[str, dict[str, str]]()
        new = dict[str, dict[str, str]]()
        for address in sent:
            content = address.content
            if not (address.postal_code or address.address_locality):
                continue
            same = [id_ for id_, each in known.items() if _is_same(each, content)]
            id_ = address.id or (same[0] if same else _name_of(content))
            found[id_] = content
            if address.id is None and not same:
                new[id_] = content
        if new and checkout.buyer is not None and checkout.buyer.email:
            self.keeping.keep_addresses(checkout.agent, checkout.buyer.email, new)
        return found

    def _known_addresses(self, checkout: Checkout) -> dict[str, dict[str, str]]:
        """Return what this platform has sent of its buyer before; nothing another has sent."""
        if checkout.buyer is None or not checkout.buyer.email:
            return {}
        return self.keeping.addresses(checkout.agent, checkout.buyer.email)

    # What it costs and when it comes.

    def _policy(self) -> HousePolicy:
        return self.site.market.shop.policy(self.site.clock.now())

    def _priced(self, checkout: Checkout) -> Priced:
        by, policy = self.buyer(checkout), self._policy()
        articles = [_known(self.goods.article(line.item, by), line) for line in checkout.lines]
        pieces = self._pieces(checkout)
        messages = _short(checkout, pieces)
        goods = total((view.price for line in pieces for view in line), policy.currency)
        granted = self.codes.granted(self._sent_codes(checkout), goods, policy)
        base = Priced(
            articles=articles,
            pieces=pieces,
            granted=granted,
            options={},
            quote=None,
            chosen=None,
            messages=[*messages, *granted.messages],
        )
        if messages:
            return base
        if not checkout.destination:
            return self._without_destination(checkout, base)
        return self._with_destination(checkout, base)

    def _pieces(self, checkout: Checkout) -> list[Sequence[PieceView]]:
        """Return the pieces that each line takes: those it was given, or those for sale now."""
        by, wanted = self.buyer(checkout), Counter[str]()
        for line in checkout.lines:
            wanted[line.item] += line.quantity
        left = {
            item: iter(self.goods.for_sale(item, quantity, by))
            for item, quantity in wanted.items()
            if checkout.status == OPEN
        }
        return [
            list(islice(left[line.item], line.quantity))
            if line.item in left
            else [self.site.market.pieces.view(by, piece) for piece in line.pieces]
            for line in checkout.lines
        ]

    def _without_destination(self, checkout: Checkout, base: Priced) -> Priced:
        """Price the pieces alone, since no one knows yet where they go."""
        path = f"{_FULFILMENT}.selected_destination_id"
        missing = problem("missing", _NOT_CHOSEN, path=path)
        cart = self._cart(checkout, base, mode=next(iter(self._policy().shipping.modes)))
        home = {"country": self.home}
        estimate = evolve(cart, shipping_address=home, billing_address=home, means=None)
        answer = self.site.market.checkouts.quote(self._anyone(checkout), estimate)
        if not isinstance(answer, OrderQuote):
            return evolve(base, messages=[*base.messages, *self._refused(answer, checkout)])
        return evolve(base, quote=answer, messages=[*base.messages, missing])

    def _with_destination(self, checkout: Checkout, base: Priced) -> Priced:
        messages, options = list(base.messages), dict[str, Preview]()
        for mode in self._policy().shipping.modes:
            answer = self._previewed(checkout, base, mode)
            if isinstance(answer, Preview):
                options[mode] = answer
            elif isinstance(answer, errors.PlaceError):
                path = f"{_FULFILMENT}.destinations[{self._place(checkout)}]"
                messages.append(problem("invalid", str(answer), path=path))
                break
        chosen = options.get(checkout.option)
        if chosen is None:
            path = f"{_FULFILMENT}.groups[0].selected_option_id"
            messages.append(problem("missing", _NOT_CHOSEN, path=path))
            without = self._without_destination(checkout, evolve(base, messages=[]))
            return evolve(base, options=options, quote=without.quote, messages=messages)
        messages += self._hindrances(checkout, base)
        for each in chosen.customs:
            text = " ".join(self._sentences(each.assessed))
            messages.append(warning("import_charges", text, path=_FULFILMENT))
        return evolve(base, options=options, quote=chosen.quote, chosen=chosen, messages=messages)

    def _place(self, checkout: Checkout) -> int:
        return list(checkout.destinations).index(checkout.destination)

    def _previewed(
        self, checkout: Checkout, base: Priced, mode: str
    ) -> Preview | errors.PlaceError | object:
        """Return what a cart costs and when it comes by a way of shipping, or why it has none.

        What of the address is still missing is required apart, and does not change the price.
        """
        cart = self._cart(checkout, base, mode=mode)
        required = self._policy().checkout.required_address_fields
        blank = dict.fromkeys(required, "–")
        whole = {**blank, **cart.shipping_address}
        cart = evolve(cart, shipping_address=whole, billing_address=whole, means=None)
        try:
            plain = preview(self.site, self._anyone(checkout), cart)
            if not isinstance(plain, Preview):
                return plain
            free = self._free(checkout, mode, plain)
            with_free = evolve(cart, reductions=(*cart.reductions, *free))
            return preview(self.site, self._anyone(checkout), with_free) if free else plain
        except errors.PlaceError as error:
            return error

    def _free(self, checkout: Checkout, mode: str, known: Preview) -> tuple[Reduction, ...]:
        """Return the reduction of shipping that is granted by itself."""
        items = [line.item for line in checkout.lines]
        price = known.quote.price
        return self.codes.free(mode, items, price.goods, price.shipping, self._policy())

    def _anyone(self, checkout: Checkout) -> Buyer:
        """Return the buyer as anyone: whether they must sign in is checked apart."""
        return Buyer(checkout.buyer_id, signed_in=False, has_account=False)

    def _hindrances(self, checkout: Checkout, base: Priced) -> list[Json]:
        """Return what keeps the order from being placed, by the rule that decides it."""
        cart = evolve(self._cart(checkout, base), means=None)
        answer = self.site.market.checkouts.quote(self.buyer(checkout), cart)
        return [] if isinstance(answer, OrderQuote) else self._refused(answer, checkout)

    def _refused(self, answer: object, checkout: Checkout) -> list[Json]:
        """Return a refusal of the library as messages, in its words."""
        text = " ".join(self._sentences(answer))
        if not isinstance(answer, CheckoutRefused):
            return [problem("invalid", text)]
        found = list[Json]()
        for reason in answer.reasons:
            match reason:
                case CheckoutRefusal.ADDRESS_INCOMPLETE:
                    found += [_missing(name, self._place(checkout)) for name in answer.missing]
                case CheckoutRefusal.ACCOUNT_NEEDED | CheckoutRefusal.NOT_SIGNED_IN:
                    severity = "requires_buyer_input"
                    found.append(problem("requires_sign_in", text, severity=severity))
                case CheckoutRefusal.PIECE_GONE:
                    found.append(_sold_meanwhile())
                case CheckoutRefusal.BRAND_NOT_ACCEPTED:
                    found.append(problem("payment_declined", text, path="$.payment_data.brand"))
                case _:
                    found.append(problem("invalid", text, path="$.line_items"))
        return found

    def _sentences(self, decision: object) -> Sequence[str]:
        return explain(decision, _LOCALE, self._policy().labels).sentences

    # Placing the order.

    def _ready(self, checkout: Checkout, paid: Instrument) -> Checkout:
        """Return a checkout whose pieces are chosen, or refuse one that is not ready."""
        if checkout.status == COMPLETING:
            return checkout
        priced = self._priced(checkout)
        if priced.errors:
            gone = all(each["code"] == "out_of_stock" for each in priced.errors)
            raise Refusal(409 if gone else 400, priced.errors)
        lines = [
            line.model_copy(update={"pieces": [str(view.piece) for view in views]})
            for line, views in zip(checkout.lines, priced.pieces, strict=True)
        ]
        billing = {} if paid.billing_address is None else paid.billing_address.content
        values = {
            "status": COMPLETING,
            "lines": lines,
            "billing": billing,
            "option_title": self.title(checkout.option, priced.options[checkout.option]),
        }
        return self._save(checkout.model_copy(update=values))

    def _checked_out(self, checkout: Checkout, cart: Cart) -> object:
        try:
            return self.site.market.checkouts.check_out(self.buyer(checkout), cart)
        except errors.PlaceError as error:
            self._begin_again(checkout)
            raise refuse(400, "invalid", str(error), path=f"{_FULFILMENT}.destinations") from error

    def _means(self, checkout: Checkout, paid: Instrument) -> Means:
        if paid.handler_id != self.handler.id:
            text = f"The shop takes {self.handler.id} alone."
            raise refuse(400, "invalid", text, path="$.payment_data.handler_id")
        credential = paid.credential or Credential(type="none")
        binding = credential.binding
        if binding is not None and binding.checkout_id != checkout.id:
            text = "The token is bound to another checkout."
            raise refuse(400, "invalid", text, path="$.payment_data.credential.binding")
        brand = paid.brand.lower()
        return Means(
            tender="card",
            source=_SOURCES.get(credential.secret, "declined"),
            brand=_BRANDS.get(brand, brand),
            return_url=f"/orders/{checkout.order}",
        )

    def _cart(
        self,
        checkout: Checkout,
        priced: Priced,
        *,
        mode: str | None = None,
        means: Means | None = None,
    ) -> Cart:
        free: tuple[Reduction, ...] = ()
        if mode is None and priced.chosen is not None:
            free = self._free(checkout, checkout.option, priced.chosen)
        shipped = self._address(checkout, checkout.destinations.get(checkout.destination, {}))
        billed = self._address(checkout, checkout.billing) if checkout.billing else shipped
        items = [
            CartItem(piece=view.piece, price=view.price) for line in priced.pieces for view in line
        ]
        return Cart(
            order=OrderId(checkout.order),
            items=tuple(items),
            mode=checkout.option if mode is None else mode,
            shipping_address=shipped,
            billing_address=billed,
            means=means,
            gift_card_codes=priced.granted.gift_cards,
            reductions=(*priced.granted.reductions, *free),
        )

    def _address(self, checkout: Checkout, sent: Mapping[str, str]) -> dict[str, str]:
        """Return an address by the fields of the library."""
        names = (sent.get("first_name"), sent.get("last_name"))
        buyer = "" if checkout.buyer is None else checkout.buyer.name
        name = " ".join(filter(None, names)) or sent.get("full_name") or buyer
        found = {ours: sent[theirs] for ours, theirs in _FIELDS.items() if sent.get(theirs)}
        return {**found, **({"name": name} if name else {})}

    def _person(self, checkout: Checkout) -> Person:
        address = self._address(checkout, checkout.destinations[checkout.destination])
        known = checkout.buyer
        return Person(
            id=checkout.buyer_id,
            name=address.get("name", "–"),
            email="" if known is None or known.email is None else known.email.lower(),
            password="",
            locale=_LOCALE,
            address={"line1": "", "postal_code": "", "city": "", **address},
        )

    def _challenge(self, url: str | None) -> Json:
        text = "The bank wants the buyer to confirm the payment."
        link = {} if url is None else {"url": f"{self.site.settings.url}{url}"}
        return {**problem("requires_3ds", text, severity="requires_buyer_input"), **link}

    # How it is shown.

    def title(self, mode: str, known: Preview) -> str:
        """Return what a way of shipping is called, and whether it is free."""
        policy = self._policy()
        voice = voice_of(_LOCALE).of_house(policy.labels)
        named = capitalized(voice.show(Term("mode", mode)))
        return f"{named} (Free)" if not _shipping(known.quote) else named

    def shown(self, checkout: Checkout, notes: Sequence[Json] = ()) -> Json:
        """Return a checkout as platforms see it."""
        placed = self.order_of(checkout) if checkout.status == COMPLETED else None
        priced = None if placed is not None else self._priced(checkout)
        messages = [
            *notes,
            *(() if priced is None or checkout.status == CANCELED else priced.messages),
        ]
        status = _status(checkout, messages)
        url = self.site.settings.url
        over = status in {COMPLETED, CANCELED}
        confirm = [str(each["url"]) for each in notes if "url" in each]
        go_on = (confirm or [f"{url}/ucp/continue/{checkout.id}"])[0]
        return {
            "ucp": of_checkout(),
            "id": checkout.id,
            "status": status,
            "currency": self._policy().currency,
            "line_items": self._lines_shown(checkout, priced, placed),
            **({} if checkout.buyer is None else {"buyer": _dumped(checkout)}),
            "totals": totals_of(placed) if placed is not None else _totals(priced),
            "messages": [{k: v for k, v in each.items() if k != "url"} for each in messages],
            "links": links(url),
            "expires_at": checkout.expires_at.astimezone(UTC).isoformat(),
            **({} if over else {"continue_url": go_on}),
            "payment": {"handlers": [self.handler.described(url)], "instruments": []},
            **self._fulfilment_shown(checkout, priced),
            **self._discounts_shown(checkout, priced),
            **({} if placed is None else {"order": self.confirmation(checkout)}),
        }

    def confirmation(self, checkout: Checkout) -> Json:
        """Return where the order of a checkout is to be seen."""
        return {"id": checkout.order, "permalink_url": self.permalink(checkout)}

    def permalink(self, checkout: Checkout) -> str:
        """Return the address of the page of an order, which opens it for whom it was given."""
        return f"{self.site.settings.url}/ucp/orders/{checkout.order}/{self.pass_of(checkout)}"

    def pass_of(self, checkout: Checkout) -> str:
        """Return what opens the page of an order, made of a name that no one else knows."""
        return hashlib.sha256(f"{checkout.id}/{checkout.buyer_id}".encode()).hexdigest()[:32]

    def _lines_shown(
        self, checkout: Checkout, priced: Priced | None, placed: Order | None
    ) -> list[Json]:
        if placed is not None:
            return [line_shown(self, checkout, line, placed) for line in checkout.lines]
        if priced is None:
            return []
        off = _off_pieces(priced.quote)
        found = list[Json]()
        for line, article, views in zip(
            checkout.lines, priced.articles, priced.pieces, strict=True
        ):
            currency = article.price.currency.code
            goods = total((view.price for view in views), currency)
            less = total((off[view.piece] for view in views if view.piece in off), currency)
            found.append(
                {
                    "id": line.id,
                    "item": item_shown(article),
                    "quantity": line.quantity,
                    **({"discount": minor(less)} if less else {}),
                    "totals": line_totals(goods, less),
                }
            )
        return found

    def _fulfilment_shown(self, checkout: Checkout, priced: Priced | None) -> Json:
        if not checkout.method:
            return {}
        ids = [line.id for line in checkout.lines]
        method: dict[str, object] = {
            "id": checkout.method,
            "type": "shipping",
            "line_item_ids": ids,
        }
        if checkout.destinations:
            method["destinations"] = [
                {**address, "id": id_} for id_, address in checkout.destinations.items()
            ]
        if checkout.destination:
            method["selected_destination_id"] = checkout.destination
            group: dict[str, object] = {"id": _GROUP, "line_item_ids": ids}
            options = {} if priced is None else priced.options
            if options:
                shown = [self._option_shown(mode, known) for mode, known in options.items()]
                group["options"] = sorted(shown, key=_price_of)
            if checkout.option in options or priced is None:
                group["selected_option_id"] = checkout.option
            method["groups"] = [group]
        return {"fulfillment": {"methods": [method]}}

    def _option_shown(self, mode: str, known: Preview) -> Json:
        where = zone(self._policy().zone)
        price, net = known.quote.price.shipping, _shipping(known.quote)
        free = [] if net == price else [row("discount", price - net, "Free shipping")]
        return {
            "id": mode,
            "title": self.title(mode, known),
            "description": " ".join(self._sentences(known.promise)),
            "earliest_fulfillment_time": _moment(known.window.earliest, time.min, where),
            "latest_fulfillment_time": _moment(known.window.latest, time(23, 59, 59), where),
            "totals": [row("subtotal", price), *free, row("total", net)],
        }

    def _discounts_shown(self, checkout: Checkout, priced: Priced | None) -> Json:
        if not checkout.codes:
            return {}
        codes = self._sent_codes(checkout)
        if priced is None or priced.quote is None:
            return {"discounts": {"codes": codes, "applied": []}}
        applied = list[Json]()
        for each in priced.quote.reductions:
            code = priced.granted.codes.get(each.policy.name)
            if code is None:
                continue
            shares = [
                {"path": f"$.line_items[{number}]", "amount": minor(part)}
                for number, views in enumerate(priced.pieces)
                if (part := total((each.pieces[v.piece] for v in views), each.policy.currency))
            ]
            applied.append(
                {
                    "code": code.code,
                    "title": code.title,
                    "amount": minor(each.amount),
                    "method": "across",
                    "priority": len(applied) + 1,
                    "allocations": shares,
                }
            )
        card = priced.quote.price.gift_card
        if card and priced.chosen is not None:
            applied.append({"title": "Gift card", "amount": minor(card)})
        return {"discounts": {"codes": codes, "applied": applied}}


# What orders and checkouts are shown alike by.


def links(url: str) -> list[Json]:
    """Return where the terms of the house are to be read."""
    return [
        {"type": "refund_policy", "url": f"{url}/ucp/terms", "title": "Returns and refunds"},
        {"type": "shipping_policy", "url": f"{url}/ucp/terms", "title": "Shipping"},
        {"type": "faq", "url": f"{url}/ucp/terms", "title": "Questions and answers"},
    ]


def item_shown(article: Article) -> Json:
    """Return an article as a line names it."""
    return {
        "id": article.id,
        "title": article.title,
        "price": minor(article.price),
        "image_url": article.image_url,
    }


def line_totals(goods: Money, less: Money) -> list[Json]:
    """Return the totals of a line."""
    off = [row("items_discount", less)] if less else []
    return [row("subtotal", goods), *off, row("total", goods - less)]


def line_shown(checkouts: Checkouts, checkout: Checkout, line: Line, placed: Order) -> Json:
    """Return a line of a checkout as it was placed."""
    goods, less = placed_line(line, placed)
    article = _known(checkouts.goods.article(line.item, checkouts.buyer(checkout)), line)
    return {
        "id": line.id,
        "item": item_shown(evolve(article, price=placed.line(PieceId(line.pieces[0])).price)),
        "quantity": line.quantity,
        **({"discount": minor(less)} if less else {}),
        "totals": line_totals(goods, less),
    }


def placed_line(line: Line, placed: Order) -> tuple[Money, Money]:
    """Return what the pieces of a line cost, and what was taken off them."""
    pieces = [PieceId(piece) for piece in line.pieces]
    goods = total((placed.line(piece).price for piece in pieces), placed.currency)
    less = total(
        (each.pieces[piece] for each in placed.placed.reductions for piece in pieces),
        placed.currency,
    )
    return goods, less


def totals_of(order: Order) -> list[Json]:
    """Return the totals of an order, as it was placed."""
    placed, currency = order.placed, order.currency
    off_pieces = total((p for r in placed.reductions for p in r.pieces.values()), currency)
    off_shipping = total((p for r in placed.reductions for p in r.parcels.values()), currency)
    cards = total((p.amount for p in placed.payments if p.tender == "gift-card"), currency)
    return _rows(
        goods=total((line.price for line in placed.lines), currency),
        off_pieces=off_pieces,
        shipping=total((parcel.shipping for parcel in placed.parcels), currency) - off_shipping,
        fees=placed.fee + placed.kept_fees,
        discount=total((r.fees for r in placed.reductions), currency) + cards,
        rounding=placed.rounding or zero(currency),
        due=total((p.amount for p in placed.payments), currency) - cards,
    )


def _totals(priced: Priced | None) -> list[Json]:
    """Return the totals of a quote; of its pieces alone while no way of shipping is chosen."""
    if priced is None or priced.quote is None:
        return []
    quote = priced.quote
    price, currency = quote.price, quote.price.goods.currency.code
    off_pieces = total(_off_pieces(quote).values(), currency)
    if priced.chosen is None:
        return [
            row("subtotal", price.goods, "Subtotal"),
            *([row("items_discount", off_pieces, "Discounts")] if off_pieces else []),
            row("total", price.goods - off_pieces, "Total"),
        ]
    off_shipping = price.shipping - _shipping(quote)
    off_fees = total(price.reductions.values(), currency) - off_pieces - off_shipping
    return _rows(
        goods=price.goods,
        off_pieces=off_pieces,
        shipping=_shipping(quote),
        fees=total((fee.fee for fee in price.fees), currency),
        discount=off_fees + price.gift_card,
        rounding=price.rounding,
        due=price.to_pay,
    )


def _rows(
    *,
    goods: Money,
    off_pieces: Money,
    shipping: Money,
    fees: Money,
    discount: Money,
    rounding: Money,
    due: Money,
) -> list[Json]:
    nothing = zero(goods.currency)
    more = [
        ("items_discount", off_pieces, "Discounts"),
        ("discount", discount + max(-rounding, nothing), "Gift cards and discounts"),
        ("fee", fees + max(rounding, nothing), "Fees"),
    ]
    return [
        row("subtotal", goods, "Subtotal"),
        *(row(kind, amount, text) for kind, amount, text in more if amount),
        row("fulfillment", shipping, "Shipping"),
        row("total", due, "Total"),
    ]


def _off_pieces(quote: OrderQuote | None) -> dict[PieceId, Money]:
    """Return what is taken off each piece of a quote."""
    off = dict[PieceId, Money]()
    for each in () if quote is None else quote.reductions:
        for piece, amount in each.pieces.items():
            off[piece] = off[piece] + amount if piece in off else amount
    return off


def _shipping(quote: OrderQuote) -> Money:
    """Return what shipping costs after what is taken off it."""
    off = (part for each in quote.reductions for part in each.parcels.values())
    return quote.price.shipping - total(off, quote.price.shipping.currency.code)


def _price_of(option: Json) -> tuple[int, str]:
    totals = option["totals"]
    amount = totals[-1]["amount"] if isinstance(totals, list) else 0
    return int(amount), str(option["id"])


def _status(checkout: Checkout, messages: Sequence[Json]) -> str:
    if checkout.status in {COMPLETED, CANCELED}:
        return checkout.status
    severities = {str(each["severity"]) for each in messages if each["type"] == "error"}
    if any(each.startswith("requires_") for each in severities):
        return "requires_escalation"
    if severities:
        return "incomplete"
    return "complete_in_progress" if checkout.status == COMPLETING else "ready_for_complete"


def _after(checkout: Checkout, status: str) -> Checkout:
    return checkout.model_copy(update={"status": status})


def _dumped(checkout: Checkout) -> Json:
    return {} if checkout.buyer is None else checkout.buyer.model_dump(exclude_none=True)


def _known(article: Article | None, line: Line) -> Article:
    if article is None:
        raise refuse(400, "not_found", f"The item {line.item} was not found.")
    return article


def _moment(day: date, at: time, where: ZoneInfo) -> str:
    return datetime.combine(day, at, tzinfo=where).isoformat()


def _is_same(known: Mapping[str, str], sent: Mapping[str, str]) -> bool:
    """Return whether two addresses lead to the same door."""
    return all(known.get(theirs) == sent.get(theirs) for theirs in _FIELDS.values())


def _name_of(content: Mapping[str, str]) -> str:
    text = json.dumps(content, sort_keys=True).encode()
    return f"dest_{hashlib.sha256(text).hexdigest()[:12]}"


def _short(checkout: Checkout, pieces: Sequence[Sequence[PieceView]]) -> list[Json]:
    """Return a message for each line of which there are not enough."""
    return [
        _out_of_stock(number, line)
        for number, (line, views) in enumerate(zip(checkout.lines, pieces, strict=True))
        if len(views) < line.quantity
    ]


def _out_of_stock(number: int, line: Line) -> Json:
    text = f"Insufficient stock of {line.item}: {line.quantity} of it are not for sale."
    return problem("out_of_stock", text, path=f"$.line_items[{number}]")


def _sold_meanwhile() -> Json:
    text = "Insufficient stock: a piece was sold to another buyer meanwhile."
    return problem("out_of_stock", text, path="$.line_items")


def _missing(name: str, place: int) -> Json:
    kind, _, ours = name.partition(".")
    theirs = _FIELDS.get(ours, "full_name")
    at = (
        f"{_FULFILMENT}.destinations[{place}]"
        if kind == "shipping"
        else "$.payment_data.billing_address"
    )
    return problem("missing", f"The {kind} address has no {theirs}.", path=f"{at}.{theirs}")


def _unchecked_mandate() -> Json:
    text = "The shop has not negotiated dev.ucp.shopping.ap2_mandate: the mandate was not checked."
    return warning("ap2_not_negotiated", text, path="$.ap2")
