"""Public names that prose mentions are linked, and nothing else is."""

from __future__ import annotations

import pytest
from sphinx.domains.python import ObjectEntry

from docs.link_names import Link, Names

NAMES = Names(
    {
        f"vintage_rules.{path}": ObjectEntry(page, path, kind, aliased=False)
        for path, page, kind in (
            ("orders.quote_order", "reference/orders", "function"),
            ("offers.LISTING", "reference/offers", "data"),
            ("policies.PolicyBook", "reference/policies", "class"),
            ("policies.PolicyBook.on", "reference/policies", "method"),
            ("world.calendar", "reference/world", "function"),
            ("ports.Label", "reference/ports", "class"),
            ("returns.Label", "reference/returns", "class"),
        )
    }
)


class TestNames:
    """What a piece of code in prose means."""

    @pytest.mark.parametrize(
        ("text", "page", "anchor"),
        [
            ("quote_order", "reference/orders", "orders.quote_order"),
            ("quote_order(pieces, ...)", "reference/orders", "orders.quote_order"),
            ("vintage_rules.orders.quote_order", "reference/orders", "orders.quote_order"),
            ("vintage_rules.world", "reference/world", ""),
            ("PolicyBook.on(day)", "reference/policies", "policies.PolicyBook.on"),
            ("PolicyBook.latest", "reference/policies", "policies.PolicyBook"),
            ("LISTING.decide", "reference/offers", "offers.LISTING"),
            ("calendar()", "reference/world", "world.calendar"),
        ],
    )
    def test_lead_to_their_entry(self, text: str, page: str, anchor: str) -> None:
        """To that of a member, or of what it is a member of."""
        assert NAMES.meant_by(text) == {Link(page, anchor)}

    @pytest.mark.parametrize(
        "text", ["calendar", "world.calendar.x", "quote_orders", "shop.toml", "x = 1", "on", ""]
    )
    def test_are_not_seen_where_none_is(self, text: str) -> None:
        """A key of a document that is also a function is a key, unless it is called."""
        assert NAMES.meant_by(text) == set()

    def test_of_two_packages_are_both_given(self) -> None:
        """The build then fails until the writer says which."""
        assert {link.page for link in NAMES.meant_by("Label")} == {
            "reference/ports",
            "reference/returns",
        }
