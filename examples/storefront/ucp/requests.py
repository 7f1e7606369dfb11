"""What platforms send, as far as the shop reads it; whatever else they send is not read.

A price, a title or a total in a request is never read: they are the shop's to say.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from examples.storefront.ucp.wire import Refusal, problem

_Text = Annotated[str, Field(max_length=400)]
_MOST = 100


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class Item(_Request):
    """What is to be bought, by its name."""

    id: Annotated[str, Field(min_length=1, max_length=100)]


class LineItem(_Request):
    """A line of a checkout; `id` is the one it was given before."""

    id: _Text | None = None
    item: Item
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]


class Consent(_Request):
    """What a buyer consents to."""

    analytics: bool | None = None
    preferences: bool | None = None
    marketing: bool | None = None
    sale_of_data: bool | None = None


class Buyer(_Request):
    """Who buys, as their platform says."""

    first_name: _Text | None = None
    last_name: _Text | None = None
    full_name: _Text | None = None
    email: _Text | None = None
    phone_number: _Text | None = None
    consent: Consent | None = None

    @property
    def name(self) -> str:
        """Their name in full."""
        parts = " ".join(filter(None, (self.first_name, self.last_name)))
        return parts or self.full_name or ""


class Address(_Request):
    """An address; `id` is the name its platform or the shop has given it."""

    id: _Text | None = None
    extended_address: _Text | None = None
    street_address: _Text | None = None
    address_locality: _Text | None = None
    address_region: _Text | None = None
    address_country: _Text | None = None
    postal_code: _Text | None = None
    first_name: _Text | None = None
    last_name: _Text | None = None
    full_name: _Text | None = None
    phone_number: _Text | None = None

    @property
    def content(self) -> dict[str, str]:
        """All that it says but its name."""
        return self.model_dump(exclude_none=True, exclude={"id"})


class Group(_Request):
    """The option that is chosen for what travels together."""

    id: _Text | None = None
    selected_option_id: _Text | None = None


class Method(_Request):
    """How the order is to reach its buyer, and where."""

    id: _Text | None = None
    type: str = "shipping"
    destinations: Annotated[list[Address], Field(max_length=_MOST)] | None = None
    selected_destination_id: _Text | None = None
    groups: Annotated[list[Group], Field(max_length=_MOST)] | None = None


class Fulfillment(_Request):
    """How the order is to reach its buyer."""

    methods: Annotated[list[Method], Field(max_length=_MOST)] | None = None


class Discounts(_Request):
    """The codes that the buyer has."""

    codes: Annotated[list[_Text], Field(max_length=20)] | None = None


class CheckoutRequest(_Request):
    """A checkout to be begun."""

    line_items: Annotated[list[LineItem], Field(min_length=1, max_length=_MOST)]
    currency: _Text | None = None
    buyer: Buyer | None = None
    fulfillment: Fulfillment | None = None
    discounts: Discounts | None = None


class ChangeRequest(CheckoutRequest):
    """A checkout as it is to be from now on; `id` is its own name."""

    id: _Text


class Binding(_Request):
    """The checkout that a token is for."""

    checkout_id: _Text


class Credential(_Request):
    """What proves that an instrument may be charged; secrets, so they are never shown or kept."""

    type: _Text
    token: SecretStr | None = None
    number: SecretStr | None = None
    binding: Binding | None = None

    @property
    def secret(self) -> str:
        """What the bank is given."""
        given = self.token or self.number
        return "" if given is None else given.get_secret_value()


class Instrument(_Request):
    """How the buyer pays."""

    handler_id: _Text
    type: _Text
    brand: _Text
    credential: Credential | None = None
    billing_address: Address | None = None


class CompletionRequest(_Request):
    """A checkout to be completed."""

    payment_data: Instrument
    ap2: dict[str, object] | None = None


_Model = TypeVar("_Model", bound=BaseModel)


def read(model: type[_Model], body: bytes) -> _Model:
    """Read the body of a request, or refuse it with everything that is wrong in it."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise Refusal(
            400,
            [
                problem(
                    "missing" if each["type"] == "missing" else "invalid",
                    f"{_path(each['loc'])}: {each['msg']}",
                    path=_path(each["loc"]),
                )
                for each in found
            ],
        ) from error


def _path(where: tuple[int | str, ...]) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
