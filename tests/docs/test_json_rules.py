"""The reference of the JSON API names every rule, fact and decision."""

from __future__ import annotations

import re

from docs.generate_json_rules import PAGE, page
from vintage_rules.api.rules import HOMES, rule_named


class TestPage:
    """The rules of the JSON API."""

    def test_is_what_is_generated(self) -> None:
        """A new rule, fact or decision is written in by python docs/generate_json_rules.py."""
        assert PAGE.read_text("utf-8") == page()

    def test_names_every_rule_and_every_fact(self) -> None:
        """Facts come from the readers of the rules, which refuse any other."""
        sections = dict(
            re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page(), re.MULTILINE | re.DOTALL)
        )
        assert list(sections) == list(HOMES)
        for name, section in sections.items():
            facts, _, _ = section.partition("| decision |")
            shown = set(re.findall(r"^\| `(\w+)", facts, re.MULTILINE))
            assert shown == set(rule_named(name).facts.names)
