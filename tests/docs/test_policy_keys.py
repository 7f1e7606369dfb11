"""The guide to policies names every table and key of a document, and its house is sound."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from docs.generate_policy_keys import PAGE, page, sections
from vintage_rules.findings import table_in
from vintage_rules.offers.policy import (
    OfferPolicy,
)
from vintage_rules.policies import load_policy, policy_rows, policy_schema
from vintage_rules.policies.shapes import shape_of

LUNE = Path(PAGE).with_name("lune.toml")


class TestGuide:
    """The guide to policies."""

    def test_is_what_is_generated(self) -> None:
        """A new key is written in by python docs/generate_policy_keys.py."""
        assert PAGE.read_text("utf-8") == page()

    def test_names_every_key_of_every_table(self) -> None:
        """Whoever reads only the guide finds whatever may be written."""
        told = set(re.findall(r"^\| `(\w+)` \|", "\n".join(sections()), re.MULTILINE))
        schema = policy_schema()
        tables = [schema, *map(table_in, table_in(schema["$defs"]).values())]
        assert told == {key for table in tables for key in table_in(table.get("properties"))}

    def test_links_only_to_tables_and_headings_that_it_has(self) -> None:
        """No value is explained by a heading that is not there."""
        text = PAGE.read_text("utf-8")
        headings = re.findall(r"^##+ (.+)$", text, re.MULTILINE)
        slugs = [heading.lower().replace(" ", "-") for heading in headings]
        assert len(slugs) == len(set(slugs))
        assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= set(slugs)

    def test_names_the_topics_of_offers(self) -> None:
        """What has a source and is no value is told too."""
        text = PAGE.read_text("utf-8")
        assert all(f"`{topic}`" in text for topic in shape_of(OfferPolicy).topics)


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
