"""The page of clauses lists every clause, and each is proven or explained away."""

from __future__ import annotations

import re

import pytest

from docs.generate_clauses import (
    NO_RULE,
    ON,
    PAGE,
    SECTIONS,
    carried_by,
    cited_in,
    clauses,
    lines,
    page,
    proofs,
    rules,
    titles,
    unproven,
    values,
)
from vintage_rules.policies import load_policy
from vintage_rules.publishing.faq.page import write_faq
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.wording.messages import kinds

HOW_MANY = {"A": 5, "C": 7, "L": 16, "S": 3, "R": 10, "F": 4, "N": 9, "K": 1}


class TestPage:
    """The page that is committed."""

    def test_is_what_is_generated(self) -> None:
        """A new rule, value or test is written in by python docs/generate_clauses.py."""
        assert PAGE.read_text("utf-8") == page()

    def test_holds_every_clause_of_every_section(self) -> None:
        """No clause is left out: there are so many in each section, and no other section."""
        assert set(HOW_MANY) == set(SECTIONS)
        assert clauses() == tuple(
            f"{letter}{number}" for letter in SECTIONS for number in range(1, HOW_MANY[letter] + 1)
        )
        headings = [line[4:] for line in page().splitlines() if line.startswith("### ")]
        assert headings == [f"{titles()[clause]} ({clause})" for clause in clauses()]

    def test_keeps_the_address_of_every_clause(self) -> None:
        """Links from elsewhere name the id, whatever the title is."""
        targets = re.findall(r"^\((\w+)\)=\n### .* \((\w+)\)$", page(), re.MULTILINE)
        assert targets == [(clause.lower(), clause) for clause in clauses()]

    def test_titles_each_clause_in_words_of_its_own(self) -> None:
        """No two clauses share one, and none is longer than a table of contents can show."""
        assert set(titles()) == set(clauses())
        assert len({*titles().values()}) == len(titles())
        assert [title for title in titles().values() if not 8 <= len(title) <= 40] == []


class TestEveryClause:
    """What must be known of each clause."""

    def test_has_a_test_or_a_reason_why_it_is_no_rule(self) -> None:
        """A clause that nobody tests is a clause that nobody keeps."""
        assert unproven() == ()

    def test_has_a_rule_or_a_reason(self) -> None:
        """Some documentation of a rule cites it."""
        assert [name for name in clauses() if not rules()[name] and name not in NO_RULE] == []

    def test_that_is_no_rule_is_a_clause(self) -> None:
        """A reason belongs to a clause that there is."""
        assert set(NO_RULE) <= set(clauses())


class TestEveryLine:
    """Every line of the source that says anything is listed, by its number."""

    # The lines of the text that are not empty.
    SAYING = (
        *(1, 3, 5, 7, 9, 11, 12, *range(14, 65, 2), 66, 68, *range(70, 76), 78, *range(80, 85)),
        *(*range(86, 129, 2), 129, 131, 133, *range(134, 169, 2), 169, *range(170, 183, 2)),
        *(183, 184, 185, 186, 188, 190, 192, 193, 195, 196, 198, 199),
    )

    def test_is_listed_once_in_the_order_of_the_text(self) -> None:
        """A line that is not listed is a promise that may be forgotten."""
        assert list(lines()) == list(self.SAYING)

    def test_has_a_clause_or_a_reason_why_it_has_none(self) -> None:
        """And every clause has a line that it was read from."""
        assert [number for number, each in lines().items() if not (each.clauses or each.why)] == []
        assert {clause for each in lines().values() for clause in each.clauses} == set(clauses())

    def test_names_questions_and_mails_that_there_are(self) -> None:
        """Those of the shipped house."""
        house = load_policy("imparfaite").on(ON)
        page = write_faq(house, Publisher(name="imparfaite"), "fr", ON)
        questions = {question.name for section in page.sections for question in section.questions}
        assert {name for each in lines().values() for name in each.page} <= questions
        assert {name for each in lines().values() for name in each.mails} <= set(kinds())

    @pytest.mark.parametrize("number", lines())
    def test_is_said_to_customers_or_has_a_reason(self, number: int) -> None:
        """On the page or in a mail, or else it says why not."""
        each = lines()[number]
        assert each.page or each.mails or each.why


class TestWhatIsFound:
    """How rules, values and tests are found."""

    @pytest.mark.parametrize(
        ("text", "cited"),
        [
            ("Say it. Clause L4.", {"L4"}),
            ("Count. Clauses L9 to L11.", {"L9", "L10", "L11"}),
            ("Take. Clauses R1, R2, R6 and\n    R8. Raises nothing.", {"R1", "R2", "R6", "R8"}),
            ("As the law wants. Clause R1, Code de la consommation L221-19.", {"R1"}),
            ("L4 without the word.", set()),
        ],
    )
    def test_cited_clauses(self, text: str, cited: set[str]) -> None:
        """A docstring cites by the word clause and the ids after it."""
        assert cited_in(text) == cited

    @pytest.mark.parametrize(
        ("name", "tested"),
        [
            ("TestL4QualityControlFee", {"L4"}),
            ("TestL13L15L16Customs", {"L13", "L15", "L16"}),
            ("TestL9ToL11Holidays", {"L9", "L10", "L11"}),
            ("TestMoney", set()),
        ],
    )
    def test_tested_clauses(self, name: str, tested: set[str]) -> None:
        """A test class carries the ids of its clauses."""
        assert carried_by(name) == tested

    def test_one_clause_in_full(self) -> None:
        """The fee of the workshop has a rule, a value and a test."""
        assert "orders.quote.quote_order" in rules()["L4"]
        assert "pricing.fees[quality-control].components" in values()["L4"]
        assert "pricing/test_fees.py::TestL4QualityControlFee" in proofs()["L4"]
