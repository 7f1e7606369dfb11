"""What opens doors and what pays is never printed: no object shows it, and no error."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import attrs
import pytest

import vintage_rules
from tests.marketplace.town import Town
from vintage_rules.adapters.karrio import KarrioCarrier
from vintage_rules.adapters.laposte import LaPosteTracker
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.paypal.api import PayPalAccount, PayPalSite
from vintage_rules.adapters.smtp import MailServer
from vintage_rules.adapters.stripe import StripeGateway
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import Means
from vintage_rules.money import Money
from vintage_rules.ports import Charge

HUNTER = "hunter2hunter2"
NAMED = re.compile(r"(^|_)(password|secret|token|api_key|gift_card_codes)$")


def values() -> dict[str, object]:
    """One of each thing that holds a secret."""
    return {
        "paypal": PayPalAccount(client_id="shop", client_secret=HUNTER, webhook_id="w"),
        "smtp": MailServer(host="mail.example", user="shop", password=HUNTER),
        "stripe": StripeGateway(HUNTER, HUNTER),
        "karrio": KarrioCarrier("http://127.0.0.1:9", HUNTER),
        "laposte": LaPosteTracker(HUNTER),
        "means": Means(tender="card", source=HUNTER),
        "charge": Charge(key="k", order=OrderId("o1"), amount=Money("1", "EUR"), source=HUNTER),
        "shop": attrs.evolve(Town.built(MemoryStore()).market.shop, secret=HUNTER.encode() * 3),
    }


def fields() -> Iterator[tuple[str, attrs.Attribute[object]]]:
    """Every field of every class whose name says that it is a secret."""
    for module in pkgutil.walk_packages(vintage_rules.__path__, "vintage_rules."):
        if ".migrations" in module.name or module.name.endswith("__main__"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and kind.__module__ == module.name and attrs.has(kind):
                for each in attrs.fields(kind):
                    if NAMED.search(each.name):
                        yield f"{kind.__name__}.{each.name}", each


class TestSecrets:
    """Passwords, keys, tokens, codes and what a browser was given to pay with."""

    @pytest.mark.parametrize("name", values())
    def test_are_not_shown(self, name: str) -> None:
        """By none of the things that hold them."""
        held = values()[name]
        assert HUNTER not in f"{held!r}{held}{[held]}"

    def test_are_known_by_their_names(self) -> None:
        """A new field of such a name must say that it is not shown."""
        found = dict(fields())
        assert {"PayPalAccount.client_secret", "MailServer.password", "Shop.secret"} <= set(found)
        assert [name for name, each in found.items() if each.repr is not False] == []

    @pytest.mark.parametrize(
        "wrong",
        [f"https://shop:{HUNTER}@host", f"https://{HUNTER}@host", f"https://h?token={HUNTER}"],
    )
    def test_are_not_told_of_a_wrong_address(self, wrong: str) -> None:
        """The address is, without them."""
        with pytest.raises(InvalidValueError, match=r"^url: must be an address") as caught:
            PayPalSite(url=wrong, signer="host")
        assert HUNTER not in f"{caught.value}{caught.value.args}{caught.value.found}"
