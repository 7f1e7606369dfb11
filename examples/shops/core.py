"""A shop over HTTP without its framework: settings, what is sent and answered, errors."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen
from pydantic import BaseModel, ConfigDict, ValidationError

from vintage_rules import (
    Money,
    OrderId,
    PieceId,
    Place,
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
from vintage_rules.adapters.stripe import StripeGateway
from vintage_rules.adapters.stripe.gateway import API
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.marketplace import (
    Buyer,
    Cart,
    CartItem,
    House,
    Marketplace,
    Means,
    PieceEntered,
    PieceView,
    Seller,
    Shop,
    Visitor,
)
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.ports import (
    ChallengeNeeded,
    Declined,
    EventStore,
    PaymentGateway,
    PostalAddress,
)

# A status, and what is written as JSON.
Answer: TypeAlias = tuple[int, object]

# The status of what is raised: the first that fits; 500 for anything else.
OURS = 500
STATUSES: dict[int, tuple[type[Exception], ...]] = {
    404: (errors.NotFoundError,),
    403: (errors.NotAllowedError,),
    409: (errors.NameTakenError,),
    422: (
        errors.UnknownTermError,
        errors.InvalidValueError,
        errors.CurrencyMismatchError,
        errors.UnknownLocaleError,
        ValidationError,
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
DEMO_SECRET = b"32 random bytes, kept like a key"


def _bytes(secret: str | bytes) -> bytes:
    return secret.encode() if isinstance(secret, str) else secret


@frozen(kw_only=True)
class Settings:
    """What a host sets: the policy, the database, the secrets.

    `site` is the public address, to which a bank sends buyers back. Without a key of Stripe the
    bank is one in memory, which signs its webhooks too.
    """

    store: str = "sqlite:///build/shop.db"
    policy: str = "imparfaite"
    site: str = "http://127.0.0.1:8000"
    secret: bytes = field(default=DEMO_SECRET, converter=_bytes, repr=False)
    stripe_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_url: str = API


def build(store: EventStore, settings: Settings | None = None) -> Shop:
    """Build the shop over a store: for the pages, `vintage-rules worker`, `vintage-rules shop`."""
    chosen, clock = settings or Settings(), SystemClock()
    card: PaymentGateway = MemoryGateway(clock)
    if chosen.stripe_key:
        card = StripeGateway(chosen.stripe_key, chosen.stripe_webhook_secret, url=chosen.stripe_url)
    paris = Place(country="FR", postal_code="75011", city="Paris")
    workshop = PostalAddress(name="Atelier", lines=("1 rue du Lin",), place=paris)
    return Shop(
        store=store,
        book=load_policy(chosen.policy),
        calendar=calendar("FR"),
        clock=clock,
        payments={"card": card},
        payouts=MemoryPayouts(),
        notifier=Outbox(),
        directory=MemoryDirectory(workshop),
        secret=chosen.secret,
    )


@frozen
class Person:
    """Who makes a request, by the framework's own sessions; a visitor has no name."""

    name: str = ""
    staff: bool = False

    @property
    def viewer(self) -> Buyer | House | Visitor:
        """As who they look at a piece or an order."""
        if not self.name:
            return Visitor()
        return House(self.name) if self.staff else Buyer(self.name)

    @property
    def buyer(self) -> Buyer:
        """The buyer they are."""
        return Buyer(self._signed_in("buy"))

    @property
    def seller(self) -> Seller:
        """The seller they are."""
        return Seller(self._signed_in("sell"))

    def _signed_in(self, act: str) -> str:
        if not self.name:
            raise errors.NotAllowedError("visitor", act, "signed in")
        return self.name


class ToList(BaseModel):
    """A piece that its seller lists."""

    model_config = ConfigDict(extra="forbid")

    price: Money
    weight_g: int
    description: str


class ToOffer(BaseModel):
    """What a buyer offers for a piece."""

    model_config = ConfigDict(extra="forbid")

    price: Money


class ToQuote(BaseModel):
    """A cart: the prices that were shown, how it is delivered, and where to."""

    model_config = ConfigDict(extra="forbid")

    prices: dict[str, Money]
    mode: str
    address: dict[str, str]

    def cart(self, order: str, means: Means | None = None) -> Cart:
        """Return the cart."""
        return Cart(
            order=OrderId(order),
            items=tuple(CartItem(piece=PieceId(p), price=m) for p, m in self.prices.items()),
            mode=self.mode,
            shipping_address=self.address,
            billing_address=self.address,
            means=means,
        )


class ToBuy(ToQuote):
    """What a buyer validates: the cart, and the card as the provider's own script names it."""

    card: str

    def paid_cart(self, order: str, site: str) -> Cart:
        """Return the cart with its means of payment; a bank leads back to the order's page."""
        back = f"{site}/orders/{order}" if site else None
        return self.cart(
            order, Means(tender="card", source=self.card, brand="visa", return_url=back)
        )


def list_piece(market: Marketplace, by: Seller, piece: str, new: ToList) -> Answer:
    """List a piece."""
    entered = PieceEntered(
        at=market.shop.clock.now(),
        piece=PieceId(piece),
        seller=by.id,
        weight_g=new.weight_g,
        description=new.description,
    )
    terms = SellerTerms.only(open_to_offers=True)
    return answered(market.pieces.list_piece(by, entered, new.price, terms))


def order_page(market: Marketplace, person: Person, order: str) -> Answer:
    """Show an order and its life. That of another person is not there, as one that never was."""
    by = person.viewer
    try:
        seen, timeline = market.orders.view(by, order), market.buyer_pages.timeline(by, order)
    except errors.NotAllowedError:
        raise errors.NotFoundError("order", order) from None
    return 200, {"order": to_json(seen), "timeline": to_json(timeline)}


def answered(answer: object) -> Answer:
    """Answer with what a command has led to, or with why it was refused."""
    match answer:
        case PieceView() | Order() | OrderQuote():
            return 200, to_json(answer)
        case ChallengeNeeded(url=url):
            return 402, {"challenge": url}
        case Declined(code=code):
            return 402, {"declined": code}
        case refused:
            return 409, {"refused": to_json(refused), "why": explain(refused, "en").sentences}


def failed(error: Exception) -> Answer | None:
    """Answer what was raised; None for what no request has to do with, and the host is to mend."""
    status = next((code for code, kinds in STATUSES.items() if isinstance(error, kinds)), OURS)
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        where = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
        return status, {"detail": where}
    return None if status == OURS else (status, {"detail": str(error)})
