"""Identifiers, and the name and edition of a policy.

The types are distinct so that a type checker stops a seller's id where a piece's is meant.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, NewType, TypeAlias, TypeVar

from attrs import frozen

from vintage_rules.errors import IdentifierError, InvalidValueError
from vintage_rules.fields import Day, Name, NotForCustomers

PieceId = NewType("PieceId", str)
SellerId = NewType("SellerId", str)
BuyerId = NewType("BuyerId", str)
OrderId = NewType("OrderId", str)
ParcelId = NewType("ParcelId", str)

# The name of a thing that has no type of its own: a return, a claim, the cause of a refund, a gift
# card, a subscriber. Commands and events check it as they check the others.
Identifier: TypeAlias = str

LONGEST = 200

T = TypeVar("T", bound=StrEnum)


def identifier(text: str, field: str = "id", longest: int = LONGEST) -> str:
    """Return a text unchanged if it can name something.

    Raises:
        IdentifierError: If it is not a string, is empty, is longer than 200 characters (or than
            `longest`), starts or ends with white space, or holds a character that does not print.

    >>> identifier("coat-7")
    'coat-7'
    >>> identifier("")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.IdentifierError: id: must be 1 to 200 printable characters..., got ''
    """
    if (
        not isinstance(text, str)
        or not 1 <= len(text) <= longest
        or not text.isprintable()
        or text != text.strip()
    ):
        allowed = f"1 to {longest} printable characters without spaces around them"
        raise IdentifierError(field, text, allowed)
    return text


def term(kind: type[T], text: str, field: str) -> T:
    """Return a member of a closed list, given as the member or as the text that names it.

    Raises:
        InvalidValueError: For anything else.

    >>> from vintage_rules import Unit
    >>> term(Unit, "days", "unit")
    <Unit.DAYS: 'days'>
    >>> term(Unit, "weeks", "unit")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.InvalidValueError: unit: must be one of minutes, ..., got 'weeks'
    """
    if isinstance(text, kind):
        return text
    try:
        return kind(text)
    except ValueError:
        raise InvalidValueError(field, text, "one of " + ", ".join(kind)) from None


@frozen(kw_only=True)
class Edition:
    """The name of a policy and the day from which this version of it applies.

    >>> str(Edition(name="imparfaite", since=date(2023, 1, 1)))
    'imparfaite@2023-01-01'
    """

    name: Annotated[
        str,
        Name(),
        "what the policy is called, such as imparfaite",
        NotForCustomers("what programs call the house; its page shows the publisher's name"),
    ]
    since: Annotated[date, Day(), "the first day on which this edition applies"]

    def __str__(self) -> str:
        return f"{self.name}@{self.since.isoformat()}"
