"""What may pass between a buyer and a seller, and what the house does when asked."""

from __future__ import annotations

import pytest

from tests.factories import imparfaite
from vintage_rules.errors import UnknownTermError
from vintage_rules.service import (
    MessagePasses,
    MessageRefused,
    RequestGranted,
    RequestRefused,
    assess_message,
    assess_request,
)


class TestA1NoDirectContact:
    """Buyers and sellers never talk; an offer passes, and it carries a price and no words."""

    @pytest.mark.parametrize("fields", [["price"], []])
    def test_an_offer_passes(self, fields: list[str]) -> None:
        """With its price."""
        assert assess_message("offer", fields, imparfaite().service) == MessagePasses(
            kind="offer", edition=imparfaite().edition, sources=("A1",)
        )

    @pytest.mark.parametrize(
        ("fields", "too_much"),
        [
            (["price", "note"], ("note",)),
            (["text"], ("text",)),
            (["phone", "price", "name", "phone"], ("name", "phone")),
        ],
    )
    def test_an_offer_carries_nothing_else(
        self, fields: list[str], too_much: tuple[str, ...]
    ) -> None:
        """What is too much is named, once and in alphabetical order."""
        found = assess_message("offer", fields, imparfaite().service)
        assert isinstance(found, MessageRefused)
        assert (found.kind, found.too_much) == ("offer", too_much)
        assert [str(reason) for reason in found.reasons] == ["carries-too-much"]
        assert (found.sources, found.edition) == (("A1",), imparfaite().edition)

    @pytest.mark.parametrize("kind", ["question", "chat", "mail", "phone-call", ""])
    def test_nothing_else_passes(self, kind: str) -> None:
        """Whatever it carries: the house answers instead."""
        found = assess_message(kind, ["price"], imparfaite().service)
        assert isinstance(found, MessageRefused)
        assert (found.kind, found.too_much) == (kind, ())
        assert [str(reason) for reason in found.reasons] == ["no-direct-contact"]
        assert (found.sources, found.edition) == (("A1",), imparfaite().edition)


class TestA2NoTryingOn:
    """A piece cannot be tried on before it is bought."""

    def test_is_refused(self) -> None:
        """By the clause and the edition."""
        assert assess_request("try-on", imparfaite().service) == RequestRefused(
            request="try-on", edition=imparfaite().edition, sources=("A2",)
        )


class TestC3AddressOfAPlacedOrder:
    """The shipping address cannot be changed once the order is placed, without exception."""

    def test_is_refused(self) -> None:
        """By the clause and the edition."""
        found = assess_request("change-shipping-address", imparfaite().service)
        assert isinstance(found, RequestRefused)
        assert found.sources == ("C3",)


class TestL6NoCollection:
    """Nothing is collected at the workshop."""

    def test_is_refused(self) -> None:
        """By the clause and the edition."""
        found = assess_request("collection", imparfaite().service)
        assert isinstance(found, RequestRefused)
        assert found.sources == ("L6",)


class TestL7AskingForADay:
    """Who needs a parcel by a date may say so, and the house does its best."""

    def test_is_granted(self) -> None:
        """By the clause and the edition."""
        assert assess_request("deliver-by-date", imparfaite().service) == RequestGranted(
            request="deliver-by-date", edition=imparfaite().edition, sources=("L7",)
        )


class TestOtherRequests:
    """What the policy does not name is unknown, not refused."""

    @pytest.mark.parametrize("request_name", ["gift-wrapping", "", "Collection"])
    def test_are_unknown(self, request_name: str) -> None:
        """The message names those there are."""
        named = "change-shipping-address, collection, deliver-by-date, try-on"
        known = f"request: must be one of {named}, got '{request_name}'$"
        with pytest.raises(UnknownTermError, match=known):
            assess_request(request_name, imparfaite().service)
