"""Who people are: what the host knows of a buyer or a seller, and the rules do not."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from vintage_rules.ids import identifier
from vintage_rules.places import Place


class Role(StrEnum):
    """The role of a recipient."""

    BUYER = "buyer"
    SELLER = "seller"


def _name(text: str) -> str:
    return identifier(text, "id")


@frozen(kw_only=True)
class Recipient:
    """A recipient of messages, by the host's own identifier."""

    role: Role
    id: str = field(converter=_name)


@frozen(kw_only=True)
class PostalAddress:
    """Where a person receives parcels."""

    name: str
    lines: tuple[str, ...]
    place: Place
    phone: str | None = None
    email: str | None = None


@frozen(kw_only=True)
class Contact:
    """How a person is reached: in which language, such as `fr` or `fr-BE`, and where.

    `address` is None where the host does not know it.
    """

    name: str
    email: str
    locale: str
    address: PostalAddress | None


class Directory(Protocol):
    """Knows people.

    A buyer and a seller of one identifier are two people.

    Raises:
        OutsideUnavailableError: If it cannot be queried.
    """

    def contact(self, recipient: Recipient) -> Contact | None:
        """Return how a person is reached now; None for an unknown one."""
        ...

    def workshop(self) -> PostalAddress:
        """Return where the house receives parcels."""
        ...
