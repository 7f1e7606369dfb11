from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from tests.wording.render import told
from tests.wording.samples import (
    EDITION,
    HOUSE,
    SAMPLES,
    SERVICE,
)
from vintage_rules.errors import InvalidValueError
from vintage_rules.service import RequestRefused, assess_request
from vintage_rules.wording import explain


class TestBasis:
    """What a decision rests on is told last."""

    def rests_on(self, *sources: str) -> str:
        """Explain a decision that rests on these sources, and give its last sentence."""
        refused = RequestRefused(request="try-on", edition=EDITION, sources=sources)
        return told(refused, "en")[-1]

    @pytest.mark.parametrize(
        ("sources", "text"),
        [
            ((), "Basis: policy house, edition of January 1, 2026."),
            (("A2",), "Basis: clause A2 (policy"),
            (("R1", "L9"), "Basis: clauses R1 and L9 (policy"),
            (("L221-19",), "Basis: article L221-19 of the Code de la consommation (policy"),
            (("L221-19", "L221-20"), "Basis: articles L221-19 and L221-20 of the Code"),
            (("assumption: nobody says",), "Basis: 1 assumption of the policy (policy"),
            (("assumption: a", "assumption : b"), "Basis: 2 assumptions of the policy (policy"),
            (("our own terms", "A2"), "Basis: clause A2 and our own terms (policy"),
        ],
    )
    def test_tells_clauses_laws_and_assumptions_apart(
        self, sources: tuple[str, ...], text: str
    ) -> None:
        """Each kind of source is told as what it is."""
        assert self.rests_on(*sources).startswith(text)

    def test_names_the_edition(self) -> None:
        """Another edition of the policy is told by its name and day."""
        later = evolve(SERVICE, edition=evolve(HOUSE.edition, since=date(2027, 5, 2)))
        assert told(assess_request("try-on", later), "fr")[-1] == (
            "Fondement~: clause A2 (politique imparfaite, édition du 2 mai 2027)."
        )

    def test_sources_are_those_of_the_decision(self) -> None:
        """Programs get the codes, in the order of the decision."""
        assert explain(SAMPLES["order"], "en").sources[:3] == ("L1", "L2", "L3")

    @pytest.mark.parametrize("found", [None, "charged", 3, HOUSE, EDITION])
    def test_only_decisions_are_explained(self, found: object) -> None:
        """Anything else is refused, saying what it was."""
        with pytest.raises(InvalidValueError, match="decision of this library"):
            explain(found, "en")
