"""A decision in words."""

from __future__ import annotations

from vintage_rules.api.complaints import message_of
from vintage_rules.api.rejection import Rejection
from vintage_rules.errors import UnknownLocaleError


def words_for(decision: object, locale: str) -> str:
    """Say a decision in the language of a locale. Raises `Rejection` for one nobody speaks here.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.pricing import assess_tender
    >>> tenders = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.tenders
    >>> words_for(assess_tender("paypal", tenders), "en").partition(".")[0]
    'Payment by PayPal is accepted'
    """
    from vintage_rules.wording import explain

    try:
        return explain(decision, locale).text
    except UnknownLocaleError as error:
        raise Rejection("locale", message_of(error)) from error
