"""The means of payment a house takes. Clause C6."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import identifier
from vintage_rules.pricing.policy import TenderPolicy


class TenderRefusal(StrEnum):
    """Why a means of payment is not taken."""

    BRAND_NOT_ACCEPTED = "brand-not-accepted"


@frozen(kw_only=True)
class TenderAccepted(Decision):
    """A means of payment the house takes."""

    kind: str
    brand: str | None


@frozen(kw_only=True)
class TenderRefused(Decision):
    """A means of payment the house does not take, by name, and the brands it does take."""

    kind: str
    brand: str
    accepted: tuple[str, ...]
    reasons: tuple[TenderRefusal, ...]


TenderAssessment: TypeAlias = TenderAccepted | TenderRefused
"""Whether a means of payment is accepted. Clause C6."""


def assess_tender(kind: str, policy: TenderPolicy, *, brand: str | None = None) -> TenderAssessment:
    """Return whether a means of payment is taken. Clause C6.

    A brand is compared without regard to capitals, spaces, underscores and hyphens, and "amex" is
    American Express.

    Raises:
        UnknownTermError: For a kind the policy does not name.
        InvalidValueError: If a brand is missing where one is needed, given where there is none or
            no usable name.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> tenders = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.tenders
    >>> assess_tender("card", tenders, brand="Diners Club").accepted
    ('american-express', 'mastercard', 'visa')
    """
    if kind not in policy.kinds:
        raise UnknownTermError("kind", kind, tuple(sorted(policy.kinds)))
    brands = policy.brands.get(kind)
    if (brand is None) != (brands is None):
        raise InvalidValueError("brand", brand, _wanted(kind, brands))
    if brands is None or brand is None or _is_among(identifier(brand, "brand"), brands):
        return TenderAccepted(
            kind=kind, brand=brand, edition=policy.edition, sources=policy.sources
        )
    return TenderRefused(
        kind=kind,
        brand=brand,
        accepted=tuple(sorted(brands)),
        reasons=(TenderRefusal.BRAND_NOT_ACCEPTED,),
        edition=policy.edition,
        sources=policy.sources,
    )


def _wanted(kind: str, brands: frozenset[str] | None) -> str:
    if brands is None:
        return f"left out: {kind} has no brands"
    return "the brand of the card, such as " + ", ".join(sorted(brands))


# Stripe names the scheme so.
_ALSO_CALLED = {"amex": "americanexpress"}


def _is_among(brand: str, brands: frozenset[str]) -> bool:
    return _name(brand) in {_name(known) for known in brands}


def _name(brand: str) -> str:
    folded = brand.casefold()
    name = "".join(character for character in folded if character not in " _-")
    return _ALSO_CALLED.get(name, name)
