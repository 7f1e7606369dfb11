"""The shop as its pages see it: the marketplace, the host's tables, the stand-ins, the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Lock

from attrs import define, field
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from examples.storefront.clock import PushedClock
from examples.storefront.host import Host, Look
from examples.storefront.security import RateLimit, Sessions
from examples.storefront.settings import Settings
from examples.storefront.stand_ins import HostDirectory, LetterBox, StandInBank, StandInCarrier
from examples.storefront.wording import LOCALES, Words
from vintage_rules import calendar, load_policy
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.marketplace import Marketplace, Shop
from vintage_rules.ports import Clock, EventStore

_HERE = Path(__file__).parent
# A shop queries its bank or the European Central Bank (`vintage_rules.adapters.ecb`).
RATES = {
    ("EUR", currency): Decimal(rate)
    for currency, rate in {
        "CHF": "0.94", "GBP": "0.86", "USD": "1.08", "CAD": "1.47", "AUD": "1.64", "JPY": "162",
        "CNY": "7.80", "NOK": "11.60",
    }.items()
}  # fmt: skip
# Where the menu of countries sends to; the library prices any other as well.
COUNTRIES = (
    "FR", "BE", "DE", "ES", "IT", "NL", "PT", "AT", "IE", "SE", "DK", "CH", "GB", "NO", "US", "CA",
    "JP", "AU",
)  # fmt: skip


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@define(kw_only=True)
class Limits:
    """How often what can be guessed may be tried: by account, by address, by who has a card."""

    sign_in: RateLimit = field(factory=lambda: RateLimit(tries=5, seconds=60))
    client: RateLimit = field(factory=lambda: RateLimit(tries=30, seconds=60))
    gift_card: RateLimit = field(factory=lambda: RateLimit(tries=10, seconds=600))


@define(kw_only=True)
class Site:
    """All that a page needs."""

    settings: Settings
    host: Host
    clock: PushedClock
    market: Marketplace
    banks: Mapping[str, StandInBank]
    sessions: Sessions
    limits: Limits = field(factory=Limits)
    pages: Environment = field(factory=_templates)
    _turn: Lock = field(factory=Lock, init=False)

    @classmethod
    def build(cls, settings: Settings, store: EventStore, host: Host, clock: Clock) -> Site:
        """Build the site over a store."""
        pushed = PushedClock(clock, host)
        banks = banks_of(settings, host, pushed)
        shop = build_shop(settings, store, host, pushed)
        return cls(
            settings=settings,
            host=host,
            clock=pushed,
            market=Marketplace(shop),
            banks=banks,
            sessions=Sessions(settings.secret),
        )

    def work(self) -> None:
        """Do what is due: one worker at a time, for all who call."""
        with self._turn:
            worker = self.market.worker("storefront")
            while not worker.round().idle:
                pass

    def looks(self, pieces: Sequence[str]) -> dict[str, Look]:
        """Return what pieces look like."""
        return self.host.looks(pieces)


def banks_of(settings: Settings, host: Host, clock: Clock) -> dict[str, StandInBank]:
    """Return the stand-in of each means of payment."""
    secret = settings.secret.hex()
    return {name: StandInBank(name, host, clock, secret) for name in ("card", "paypal")}


def build_shop(settings: Settings, store: EventStore, host: Host, clock: Clock) -> Shop:
    """Build the library's shop over a store and the host's stand-ins."""
    directory, carrier = HostDirectory(host), StandInCarrier(host, clock)

    def titles(pieces: Sequence[str], locale: str) -> dict[str, str]:
        looks, language = host.looks(pieces), locale[:2]
        words = Words(language if language in LOCALES else "en")
        return {piece: words.title(looks.get(piece), piece) for piece in pieces}

    return Shop(
        store=store,
        book=load_policy("imparfaite"),
        calendar=calendar("FR"),
        clock=clock,
        payments=banks_of(settings, host, clock),
        payouts=MemoryPayouts(),
        notifier=LetterBox(host, directory, titles),
        directory=directory,
        carrier=carrier,
        tracker=carrier,
        secret=settings.secret,
    )
