from __future__ import annotations

import json
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ucp_sdk.models.schemas.common.types.policy import Policy
from ucp_sdk.models.schemas.shopping.fulfillment import CatalogFulfillment

from tests.publishing.houses import NAMES, PUBLISHER, house_of
from vintage_rules.errors import UnknownLocaleError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing import ucp
from vintage_rules.publishing.documents import text_of
from vintage_rules.world import countries

IMPARFAITE = house_of("imparfaite")
FRANCE, ELSEWHERE = 0, 1


class Strict(BaseModel):
    """A shape that takes nothing it does not know."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Window(Strict):
    """How long, from which event: both or neither."""

    days: Annotated[int, Field(ge=1)]
    anchor: str


class Fee(Strict):
    """What a channel costs; a fixed fee would need its amount."""

    type: Literal["free", "customer_responsibility"]


class Method(Strict):
    """A channel of return."""

    type: Literal["in_store", "by_mail", "kiosk"]
    fee: Fee


class RestockingFee(Strict):
    """What is kept at most: a share in basis points, or an amount in minor units."""

    percentage_bps: Annotated[int, Field(ge=0, le=10_000)] | None = None
    amount: Annotated[int, Field(ge=0)] | None = None


class Returnable(Strict):
    """The fields that the return extension proposes (pull request 634 of the protocol)."""

    type: Literal["dev.ucp.shopping.policy.return"]
    description: dict[Literal["plain"], str]
    url: str | None = None
    window: Window | None = None
    supported_resolutions: Annotated[list[str], Field(min_length=1)] | None = None
    methods: Annotated[list[Method], Field(min_length=1)] | None = None
    restocking_fee: RestockingFee | None = None


class FinalSale(Strict):
    """Without a return nothing else may be said of one."""

    type: Literal["dev.ucp.shopping.policy.return"]
    description: dict[Literal["plain"], str]
    url: str | None = None
    final_sale: Literal[True]


def document(house: HousePolicy = IMPARFAITE, locale: str = "en-GB") -> dict[str, list[object]]:
    """Read what is published, as a reader does."""
    found: dict[str, list[object]] = json.loads(text_of(ucp(house, PUBLISHER, locale)))
    return found


def policy_of(place: int, house: HousePolicy = IMPARFAITE) -> dict[str, object]:
    """Give the return policy of one of the regions."""
    region = document(house)["returns"][place]
    assert isinstance(region, dict)
    found: dict[str, object] = region["policies"][0]
    return found


def kept(deduction: str) -> tuple[str, str]:
    """Change the document so that something is kept of what is refunded."""
    old = 'name = "withdrawal"\nparts'
    rounding = 'rounding = "half-up"'
    return old, old.replace("\n", f"\ndeduction = {{ {deduction}, {rounding} }}\n")


@pytest.fixture(params=NAMES)
def house(request: pytest.FixtureRequest) -> HousePolicy:
    """Each house that is shipped or invented."""
    return house_of(str(request.param))


class TestShapes:
    """The shapes of release 2026-08-25, and of the return extension as it is discussed."""

    def test_of_policies_are_those_of_the_release(self, house: HousePolicy) -> None:
        """Each policy is one by the protocol's own models."""
        for region in document(house)["returns"]:
            assert isinstance(region, dict)
            for policy in region["policies"]:
                Policy.model_validate(policy)

    def test_of_returns_are_those_of_the_extension(self, house: HousePolicy) -> None:
        """Each says the fields of a return, or that there is none, and never both."""
        for region in document(house)["returns"]:
            assert isinstance(region, dict)
            for policy in region["policies"]:
                kind = FinalSale if "final_sale" in policy else Returnable
                kind.model_validate(policy)

    def test_of_shipping_are_those_of_the_release(self, house: HousePolicy) -> None:
        """Methods and options are those of a catalogue."""
        for region in document(house)["shipping"]:
            assert isinstance(region, dict)
            CatalogFulfillment.model_validate(region["fulfillment"])

    def test_would_refuse_another(self) -> None:
        """A window without its event, and a policy without words, are refused."""
        with pytest.raises(ValidationError):
            Window.model_validate({"days": 14})
        with pytest.raises(ValidationError):
            Policy.model_validate({"type": "dev.ucp.shopping.policy.return"})

    def test_name_the_release(self) -> None:
        """The version followed is written down."""
        assert document()["version"] == "2026-08-25"

    def test_hold_no_country_twice(self, house: HousePolicy) -> None:
        """A buyer's country has one policy and one set of ways."""
        known = {each.code for each in countries()}
        for topic in ("returns", "shipping"):
            codes = [
                code
                for region in document(house)[topic]
                if isinstance(region, dict)
                for code in region["countries"]
            ]
            assert len(set(codes)) == len(codes)
            assert set(codes) <= known


class TestR1R7Returns:
    """R1, R7: the window, what comes back, by mail, free from France."""

    def test_from_france(self) -> None:
        """Everything that the extension can say of the shipped house, for its country."""
        said = document()["returns"][FRANCE]
        assert isinstance(said, dict)
        (policy,) = said["policies"]
        words = policy.pop("description")["plain"]
        assert words.startswith("You have 14 days from receipt")
        assert words.endswith("A return is free for you, we pay the postage. "
                              "We send you a prepaid label.")  # fmt: skip
        assert said == {
            "countries": ["FR"],
            "policies": [
                {
                    "type": "dev.ucp.shopping.policy.return",
                    "url": PUBLISHER.page,
                    "window": {"days": 14, "anchor": "delivered"},
                    "supported_resolutions": ["original_payment_method"],
                    "methods": [{"type": "by_mail", "fee": {"type": "free"}}],
                    "restocking_fee": {"percentage_bps": 0},
                }
            ],
        }

    @pytest.mark.parametrize(
        ("anchor", "called"),
        [
            ("delivered", "delivered"),
            ("delivery-scan", "delivered"),
            ("dispatched", "shipped"),
            ("ordered", "purchased"),
            ("confirmed", "confirmed"),
            ('{ latest_of = ["received", "confirmed"] }', None),
        ],
    )
    def test_are_counted_from_an_event_that_is_known_there(
        self, anchor: str, called: str | None
    ) -> None:
        """By its name there, or by ours; from several events no window can be counted."""
        written = anchor if anchor.startswith("{") else f'"{anchor}"'
        window = 'window = { anchor = "received", length = "14 days"'
        house = house_of("imparfaite", (window, window.replace('"received"', written)))
        expected = None if called is None else {"days": 14, "anchor": called}
        assert policy_of(FRANCE, house).get("window") == expected

    def test_from_elsewhere(self) -> None:
        """The buyer arranges and pays."""
        fee = {"type": "customer_responsibility"}
        assert policy_of(ELSEWHERE)["methods"] == [{"type": "by_mail", "fee": fee}]

    @pytest.mark.parametrize("locale", ["de", "en", "es", "fr", "it"])
    def test_are_described_in_each_language(self, locale: str) -> None:
        """The same fields, other words."""
        told = document(locale=locale)["returns"][FRANCE]
        assert isinstance(told, dict)
        assert "14" in told["policies"][0]["description"]["plain"]
        assert told["policies"][0]["window"] == policy_of(FRANCE)["window"]

    def test_refuse_an_unknown_language(self) -> None:
        """A language without a catalogue is the library's error."""
        with pytest.raises(UnknownLocaleError):
            ucp(IMPARFAITE, PUBLISHER, "nl")

    @pytest.mark.parametrize(
        ("change", "field", "said"),
        [
            (('length = "14 days", roll = "next-working-day" }\nrefund',
              'length = "30 days", roll = "next-working-day" }\nrefund'),
             "window", {"days": 30, "anchor": "delivered"}),
            (('length = "14 days", roll = "next-working-day" }\nrefund',
              'length = "2 months", roll = "next-working-day" }\nrefund'),
             "window", {"days": 59, "anchor": "delivered"}),
            (("exchanges = false", "exchanges = true"),
             "supported_resolutions", ["original_payment_method", "exchange"]),
            (kept("rate = 0.155"), "restocking_fee", {"percentage_bps": 1550}),
            (kept("fixed = 4.50"), "restocking_fee", {"amount": 450}),
        ],
    )  # fmt: skip
    def test_change_with_the_document(
        self, change: tuple[str, str], field: str, said: object
    ) -> None:
        """One value is changed in the document, and the published one changes with it."""
        assert policy_of(FRANCE, house_of("imparfaite", change))[field] == said

    def test_leave_out_what_has_no_shape(self) -> None:
        """A sum of an amount and a share would be read as the smaller of both: it is not said."""
        policy = policy_of(FRANCE, house_of("imparfaite", kept("fixed = 4.50, rate = 0.10")))
        assert "restocking_fee" not in policy
        assert "€4.50 and 10%" in str(policy["description"])

    def test_leave_out_what_is_kept_of_a_return(self) -> None:
        """An amount there would be read as that of a piece: the words alone say it."""
        policy = policy_of(FRANCE, house_of("imparfaite", kept("per_return = 4.50")))
        assert "restocking_fee" not in policy
        said = "For each return we deduct €4.50 from the refund, however many pieces it contains."
        assert said in str(policy["description"])
        assert "Of each piece" not in str(policy["description"])

    def test_promise_nothing_that_somebody_must_look_at(self) -> None:
        """Where a person decides, the words say so and no window is guaranteed."""
        change = (
            'zones = ["metropolitan-france"] }\noutcome = "taken"',
            'zones = ["metropolitan-france"] }\noutcome = "reviewed"',
        )
        policy = policy_of(FRANCE, house_of("imparfaite", change))
        assert set(policy) == {"type", "description", "url"}


class TestL9ToL11Shipping:
    """L9 to L11: the ways there are, with the days of the destination."""

    def test_tell_the_days_that_count(self) -> None:
        """Each mode with its range, in words."""
        germany = next(
            region
            for region in document()["shipping"]
            if isinstance(region, dict) and "DE" in region["countries"]
        )
        options = germany["fulfillment"]["methods"][0]["options"]
        assert [option["id"] for option in options] == ["direct", "grouped"]
        assert "3 to 5 working days (Monday to Friday)" in options[0]["description"]["plain"]

    def test_are_not_of_what_is_collected(self) -> None:
        """A mode by which nothing is shipped is no method of shipping."""
        assert "by-hand" not in json.dumps(document(house_of("selency")))

    def test_change_with_the_document(self) -> None:
        """Another range is so in what is published."""
        slower = house_of("imparfaite", ('DE = "3 to 5 ouvres"', 'DE = "4 to 6 ouvrables"'))
        assert "4 to 6 working days (Monday to Saturday)" in json.dumps(document(slower))
