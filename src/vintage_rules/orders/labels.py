"""What people call the things to which a house gives names of its own, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from attrs import frozen

from vintage_rules.fields import Label, Language, LeftOut, Name, NotForCustomers, Sources

Labels: TypeAlias = Mapping[str, Mapping[str, str]]
KEYS: Mapping[str, str] = {
    "fee": "fees",
    "reduction": "reductions",
    "mode": "modes",
    "zone": "zones",
    "reason": "reasons",
    "category": "categories",
    "seller-kind": "seller_kinds",
    "bought-from": "seller_kinds",
    "sale-kind": "sale_kinds",
    "return-zone": "return_zones",
    "warehouse": "warehouses",
    "claim": "claims",
    "question": "questions",
    "request": "requests",
    "message": "messages",
    "channel": "channels",
    "tender": "means_of_payment",
    "brand": "brands",
}
"""The table of labels of each kind of name."""

_NONE = LeftOut(means={}, shown=False)
_SHOWN = NotForCustomers("it is how the answers of its language write the name, and no answer")


@frozen(kw_only=True)
class HouseLabels:
    """What people call a house's own fees, modes and other names, in each language.

    A label takes the place of the words that the catalogues have for the name. A name without one
    in a language is written as the catalogue has it, or in quotation marks.

    >>> from vintage_rules.policies import load_policy
    >>> load_policy("imparfaite").latest.labels.of(
    ...     "fee", "quality-control", "en"
    ... ) is None
    True
    """

    fees: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        'what fees are called, such as protection = { en = "Buyer protection" }',
        _SHOWN,
    ]
    reductions: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what reductions are called",
        _SHOWN,
    ]
    modes: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what ways of shipping are called",
        _SHOWN,
    ]
    zones: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what zones of delivery and tables of postage are called",
        _SHOWN,
    ]
    reasons: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what reasons of returns are called",
        _SHOWN,
    ]
    categories: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what categories of pieces are called",
        _SHOWN,
    ]
    seller_kinds: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what kinds of sellers are called",
        _SHOWN,
    ]
    sale_kinds: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what kinds of sales are called",
        _SHOWN,
    ]
    return_zones: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what zones of returns are called",
        _SHOWN,
    ]
    warehouses: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what warehouses are called",
        _SHOWN,
    ]
    claims: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what kinds of claims are called",
        _SHOWN,
    ]
    questions: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what questions of `service` are called",
        _SHOWN,
    ]
    requests: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what requests of `service` are called",
        _SHOWN,
    ]
    messages: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what kinds of messages are called",
        _SHOWN,
    ]
    channels: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what channels of contact are called",
        _SHOWN,
    ]
    means_of_payment: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what means of payment are called",
        _SHOWN,
    ]
    brands: Annotated[
        Labels,
        Name(),
        Language(),
        Label(),
        _NONE,
        "what brands of cards are called",
        _SHOWN,
    ]
    sources: Sources

    @property
    def by_key(self) -> Mapping[str, Labels]:
        """The labels of each key, where there are any."""
        found = {
            "fees": self.fees,
            "reductions": self.reductions,
            "modes": self.modes,
            "zones": self.zones,
            "reasons": self.reasons,
            "categories": self.categories,
            "seller_kinds": self.seller_kinds,
            "sale_kinds": self.sale_kinds,
            "return_zones": self.return_zones,
            "warehouses": self.warehouses,
            "claims": self.claims,
            "questions": self.questions,
            "requests": self.requests,
            "messages": self.messages,
            "channels": self.channels,
            "means_of_payment": self.means_of_payment,
            "brands": self.brands,
        }
        return {key: labels for key, labels in found.items() if labels}

    def of(self, kind: str, name: str, language: str) -> str | None:
        """Return what a fee, a mode, a kind of seller or the like is called in a language.

        None where it has no label, as has anything of another kind.
        """
        labels = self.by_key.get(KEYS.get(kind, ""), {})
        return labels.get(name, {}).get(language)


NO_LABELS = HouseLabels(
    fees={},
    reductions={},
    modes={},
    zones={},
    reasons={},
    categories={},
    seller_kinds={},
    sale_kinds={},
    return_zones={},
    warehouses={},
    claims={},
    questions={},
    requests={},
    messages={},
    channels={},
    means_of_payment={},
    brands={},
    sources=(),
)
"""The labels of a house that has none of its own: names of the policy are shown as they are."""
