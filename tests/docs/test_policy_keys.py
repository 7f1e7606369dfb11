"""The reference names every table and key of a document; the house of the guide is sound."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from docs.generate_policy_keys import PAGE, VALUES, page, sections
from vintage_rules.findings import table_in
from vintage_rules.offers.policy import (
    OfferPolicy,
)
from vintage_rules.policies import load_policy, policy_rows, policy_schema
from vintage_rules.policies.shapes import shape_of

GUIDE = PAGE.parents[1] / "guide" / "policies.md"
LUNE = GUIDE.with_name("lune.toml")


class TestReference:
    """The page of tables and keys."""

    def test_is_what_is_generated(self) -> None:
        """A new key is written in by python -m docs.generate_policy_keys."""
        assert PAGE.read_text("utf-8") == page()

    def test_names_every_key_of_every_table(self) -> None:
        """Those who read it find all that may be written."""
        told = set(re.findall(r"^\| `(\w+)` \|", "\n".join(sections()), re.MULTILINE))
        schema = policy_schema()
        tables = [schema, *map(table_in, table_in(schema["$defs"]).values())]
        assert told == {key for table in tables for key in table_in(table.get("properties"))}

    @pytest.mark.parametrize("page", [PAGE, VALUES, GUIDE], ids=["keys", "values", "guide"])
    def test_links_only_to_tables_and_headings_that_there_are(self, page: Path) -> None:
        """No value is explained by a heading that is not there."""
        text = page.read_text("utf-8")
        assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= slugs(page)
        assert set(re.findall(r"\]\([./\w]*policy_keys.md#([\w-]+)\)", text)) <= slugs(PAGE)
        assert set(re.findall(r"\]\([./\w]*policy_values.md#([\w-]+)\)", text)) <= slugs(VALUES)

    def test_names_the_topics_of_offers(self) -> None:
        """What has a source and is no value is with the forms of values."""
        text = VALUES.read_text("utf-8")
        assert [each for each in shape_of(OfferPolicy).topics if f"`{each}`" not in text] == []


def slugs(page: Path) -> set[str]:
    """Give the anchors of a page, of which no two are the same."""
    headings = re.findall(r"^##+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    found = [re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings]
    assert len(found) == len(set(found))
    return set(found)


class TestLune:
    """The house that the guide follows."""

    def test_is_sound_and_has_two_editions(self) -> None:
        """It loads without a fault."""
        assert [str(house.edition) for house in load_policy(LUNE).editions] == [
            "lune@2025-03-01",
            "lune@2026-01-01",
        ]

    def test_gives_every_value_a_source(self) -> None:
        """As every document does."""
        rows = policy_rows(load_policy(LUNE), date(2026, 1, 1))
        assert rows
        assert all(row.sources for row in rows)
