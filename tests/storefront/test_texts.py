from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from examples.storefront.demo import MADE, stock
from examples.storefront.pictures import COLOURS, GARMENTS, PATTERNS, picture
from examples.storefront.wording import LOCALES, Words, catalogue
from vintage_rules.marketplace.storage.case_stream import CaseReason
from vintage_rules.marketplace.storage.codec import stable_name
from vintage_rules.offers.terms import OfferState
from vintage_rules.orders import OrderState, PayoutState
from vintage_rules.orders.events import OrderEvent
from vintage_rules.returns import Finding
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.shipping.parcel.events import ParcelEvent
from vintage_rules.shipping.parcel.states import ParcelState

FOLDER = Path(__file__).parents[2] / "examples" / "storefront"
ORDER_EVENTS_AND_PARTS = [
    kind for union in (OrderEvent, ParcelEvent, ReturnEvent, ClaimEvent) for kind in get_args(union)
]
CODE = "\n".join(
    path.read_text("utf-8") for path in sorted(FOLDER.rglob("*")) if path.suffix in {".html", ".py"}
)
NAMED = {
    key
    for key in re.findall(r'["\']([a-z-]+\.[a-z0-9-]*[a-z0-9])["\']', CODE)
    if not key.endswith((".html", ".db"))
}
# Keys that are put together: `t("offer." ~ offer.state)`.
SETS = ("garment", "material", "colour", "pattern", "event", "coming", "case")
BEGUN = {
    *re.findall(r'["\']([a-z-]+\.[a-z0-9-]*)["\'] ~', CODE),
    *re.findall(r'f"([a-z-]+\.)\{', CODE),
}


def fields(text: str) -> set[str]:
    """The values that a text needs."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


class TestCatalogues:
    """The two catalogues of the interface."""

    def test_say_the_same_in_each_language(self) -> None:
        """Each text is there in both, and needs the same values."""
        english, french = catalogue("en"), catalogue("fr")
        assert list(english) == list(french)
        for key, text in english.items():
            assert fields(text) == fields(french[key]), key
            assert "" not in {text.strip(), french[key].strip()}

    def test_hold_what_pages_say_and_no_more(self) -> None:
        """A text that a page names is there, and one that none names is not."""
        known = set(catalogue("en"))
        sections = {key.partition(".")[0] for key in known}
        assert {key for key in NAMED if key.partition(".")[0] in sections} - known == set()
        unused = {key for key in known - NAMED if not any(key.startswith(start) for start in BEGUN)}
        assert {key for key in unused if not key.startswith(SETS)} == set()

    @pytest.mark.parametrize("language", LOCALES)
    def test_name_every_state(self, language: str) -> None:
        """Of offers and orders, and all that pieces are made of."""
        words = Words(language)
        assert all(words.knows(f"offer.{state}") for state in OfferState)
        assert all(words.knows(f"order-state.{state}") for state in OrderState)
        assert all(words.knows(f"parcel-state.{state}") for state in ParcelState)
        assert all(words.knows(f"return-state.{state}") for state in ReturnState)
        assert all(words.knows(f"claim-state.{state}") for state in ClaimState)
        assert all(words.knows(f"payout-state.{state}") for state in PayoutState)
        assert all(words.knows(f"case.{reason}") for reason in CaseReason)
        assert all(words.knows(f"finding.{finding}") for finding in Finding)
        titles = [words.title(each.look) for each in stock()]
        assert len(titles) == 200
        assert all(title[0].isupper() for title in titles)

    @pytest.mark.parametrize("language", LOCALES)
    def test_name_nothing_that_cannot_be(self, language: str) -> None:
        """Each word of a garment is of one that is drawn, each event is one of an order."""
        known = catalogue(language)
        said = {
            kind: {key.partition(".")[2] for key in known if key.startswith(kind)} for kind in SETS
        }
        assert said["garment"] == set(GARMENTS)
        assert said["colour"] == set(COLOURS)
        assert said["pattern"] == set(PATTERNS)
        assert said["material"] == {name for materials, *_ in MADE.values() for name in materials}
        assert said["case"] == set(CaseReason)
        assert said["coming"] <= said["event"]
        assert said["event"] <= {stable_name(kind) for kind in ORDER_EVENTS_AND_PARTS}


class TestPictures:
    """Pictures, drawn from what a piece looks like."""

    def test_are_small_and_differ(self) -> None:
        """Two hundred pieces, all garments and patterns among them, none above 3 KB."""
        looks = [each.look for each in stock()]
        drawn = [picture(look) for look in looks]
        assert {look.garment for look in looks} == set(GARMENTS)
        assert {look.colour for look in looks} == set(COLOURS)
        assert {look.pattern for look in looks} == set(PATTERNS)
        assert max(map(len, drawn)) < 3_000
        assert all("script" not in each and "style" not in each for each in drawn)
