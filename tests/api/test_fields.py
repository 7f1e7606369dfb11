from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from tests.wording.samples import SAMPLES
from vintage_rules import Money, Piece, Place, load_policy, locate, quote_order
from vintage_rules.api import to_json
from vintage_rules.api.fields import from_json
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.json_field import DecisionField
from vintage_rules.offers.assess import OfferRefused
from vintage_rules.orders import OrderNotQuoted, OrderQuote, OrderQuoting
from vintage_rules.shipping import Comfortable, Possible, Unlikely

HOUSE = load_policy("imparfaite").on(date(2026, 11, 22))
LIKE_MONEY = 'money such as {"amount": "12.30", "currency": "EUR"}'
BORDEAUX = Place(country="FR", postal_code="33000")
DECISIONS = {name: each for name, each in SAMPLES.items() if isinstance(each, DecisionField)}


class Page(BaseModel):
    """What a host's page shows, or takes."""

    price: Money
    place: Place
    quote: OrderQuoting
    refusal: OfferRefused | None = None


def quoted(weight_g: int = 1400) -> OrderQuote | OrderNotQuoted:
    """Quote a coat."""
    coat = Piece(
        id=PieceId("coat"),
        seller=SellerId("ada"),
        price=Money("90.00", "EUR"),
        weight_g=weight_g,
    )
    return quote_order([coat], locate(BORDEAUX), "grouped", HOUSE)


def page(quote: OrderQuote | OrderNotQuoted) -> Page:
    """Fill the page of a host."""
    refusal = next(each for each in SAMPLES.values() if isinstance(each, OfferRefused))
    return Page(price=Money("8.9", "EUR"), place=BORDEAUX, quote=quote, refusal=refusal)


class TestPydantic:
    """pydantic takes money, places and decisions as fields, and FastAPI with it."""

    @pytest.mark.parametrize("weight_g", [1400, 30_001])
    def test_writes_what_to_json_writes(self, weight_g: int) -> None:
        """Each field, whichever of two decisions it is."""
        shown = page(quoted(weight_g))
        written = json.loads(shown.model_dump_json())
        assert written == {
            name: json.loads(json.dumps(to_json(getattr(shown, name))))
            for name in ("price", "place", "quote", "refusal")
        }
        assert written["price"] == {"amount": "8.90", "currency": "EUR"}

    @pytest.mark.parametrize("weight_g", [1400, 30_001])
    def test_reads_what_it_wrote(self, weight_g: int) -> None:
        """And finds the same values, of the same classes."""
        shown = page(quoted(weight_g))
        assert Page.model_validate_json(shown.model_dump_json()) == shown

    def test_has_a_schema(self) -> None:
        """What it writes is valid under it, and nothing else is."""
        schema = Page.model_json_schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        written = json.loads(page(quoted()).model_dump_json())
        jsonschema.validate(written, schema)
        nameless = {key: part for key, part in written["quote"].items() if key != "decision"}
        of_a_number = {**written["quote"], "edition": 3}
        wrongs: list[dict[str, object]]
        wrongs = [{"price": {}}, {"quote": nameless}, {"quote": of_a_number}]
        for wrong in wrongs:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate({**written, **wrong}, schema)

    @pytest.mark.parametrize(
        ("price", "said"),
        [
            ({}, f"must be {LIKE_MONEY}, got {{}}"),
            (3, "must be an object, got 3"),
            ({"amount": 3, "currency": "EUR"}, "amount: must be a string, got 3"),
            ({"amount": "1", "currency": None}, "currency: must be a string, got None"),
            (
                {"amount": "1.005", "currency": "EUR"},
                "amount: must be at most 2 decimals for EUR, got '1.005'",
            ),
            ({"amount": "1", "currency": "EUR", "tax": "0"}, f"must be {LIKE_MONEY}, got {{'amou"),
        ],
    )
    def test_refuses_what_is_no_money(self, price: object, said: str) -> None:
        """With what is allowed, and the field of it where one is wrong."""
        written = json.loads(page(quoted()).model_dump_json())
        with pytest.raises(ValidationError) as refused:
            Page.model_validate({**written, "price": price})
        (error,) = refused.value.errors()
        assert error["loc"] == ("price",)
        assert error["msg"].startswith(f"Value error, {said}")

    def test_tells_decisions_with_the_same_fields_apart(self) -> None:
        """By the name of the decision, which their JSON holds."""

        class Arrival(BaseModel):
            arrival: Comfortable | Possible | Unlikely

        for kind in (Comfortable, Possible, Unlikely):
            decision = next(each for each in SAMPLES.values() if type(each) is kind)
            shown = Arrival(arrival=decision)
            assert type(Arrival.model_validate_json(shown.model_dump_json()).arrival) is kind


class TestToJson:
    """Every decision has one JSON form."""

    @pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS)
    def test_writes_every_decision_and_reads_it_again(self, decision: DecisionField) -> None:
        """Whatever it holds."""
        written = json.loads(json.dumps(to_json(decision)))
        assert written["decision"].replace("-", "") == type(decision).__name__.lower()
        assert from_json(type(decision), written) == decision

    def test_writes_a_whole_policy(self) -> None:
        """Every value of it, the kind of each kept."""
        written = json.loads(json.dumps(to_json(HOUSE)))
        assert written["edition"] == "imparfaite@2023-01-01"
        assert written["pricing"]["gift_card"]["maximum"] == "500.00"
        assert written["returns"]["refunds"]["tenders"][0] == ["card", "paypal"]
        assert written["service"]["contact"]["hours"][0]["opens"] == "09:30:00"

    @pytest.mark.parametrize(
        ("name", "field", "value", "said"),
        [
            ("message", "kind", 3, "must be a string, got 3"),
            ("alert admitted", "used_up", "yes", "must be true or false, got 'yes'"),
            ("postage", "weight_g", "600", "must be a whole number, got '600'"),
            ("message", "sources", "A1", "must be a list, got 'A1'"),
            ("order without price", "parcels", [[1]], "must be a list of 2, got [1]"),
        ],
    )
    def test_reads_nothing_of_another_type(
        self, name: str, field: str, value: object, said: str
    ) -> None:
        """A text is no number, no answer and no list."""
        decision = SAMPLES[name]
        written = json.loads(json.dumps(to_json(decision)))
        with pytest.raises(InvalidValueError) as refused:
            from_json(type(decision), {**written, field: value})
        assert str(refused.value) == said

    @pytest.mark.parametrize("value", [0.1, object(), b"x"])
    def test_refuses_what_has_no_form(self, value: object) -> None:
        """A float is no amount."""
        with pytest.raises(ValueError, match="has a JSON form"):
            to_json(value)
