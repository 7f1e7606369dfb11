"""What people call the things to which a house gives names of its own, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from attrs import frozen

from vintage_rules.fields import Label, Language, LeftOut, NotForCustomers, Reference, Sources

Labels: TypeAlias = Mapping[str, Mapping[str, str]]
_KEYS = {
    "fee": "fees",
    "reduction": "reductions",
    "mode": "modes",
    "zone": "zones",
    "reason": "reasons",
}
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
        Reference("fees"),
        Language(),
        Label(),
        _NONE,
        'what fees are called, such as protection = { en = "Buyer protection" }',
        _SHOWN,
    ]
    reductions: Annotated[
        Labels,
        Reference("reductions"),
        Language(),
        Label(),
        _NONE,
        "what reductions are called",
        _SHOWN,
    ]
    modes: Annotated[
        Labels,
        Reference("modes"),
        Language(),
        Label(),
        _NONE,
        "what ways of shipping are called",
        _SHOWN,
    ]
    zones: Annotated[
        Labels,
        Reference("zones"),
        Language(),
        Label(),
        _NONE,
        "what zones of delivery are called",
        _SHOWN,
    ]
    reasons: Annotated[
        Labels,
        Reference("reasons"),
        Language(),
        Label(),
        _NONE,
        "what reasons of returns are called",
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
        }
        return {key: labels for key, labels in found.items() if labels}

    def of(self, kind: str, name: str, language: str) -> str | None:
        """Return what a fee, reduction, mode, zone or reason is called in a language.

        None where it has no label, as has anything of another kind.
        """
        labels = self.by_key.get(_KEYS.get(kind, ""), {})
        return labels.get(name, {}).get(language)


NO_LABELS = HouseLabels(fees={}, reductions={}, modes={}, zones={}, reasons={}, sources=())
