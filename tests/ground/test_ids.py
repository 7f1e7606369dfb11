"""What may name something."""

from __future__ import annotations

from datetime import date

import pytest

from vintage_rules.errors import IdentifierError
from vintage_rules.ids import Edition, identifier


class TestIdentifier:
    """A name is printable, has no space at either end and is neither empty nor endless."""

    @pytest.mark.parametrize("name", ["a", "coat-7", "Zoé’s coat", "外套", "x" * 200])
    def test_is_given_back_unchanged(self, name: str) -> None:
        """Both ends of the length, and any script."""
        assert identifier(name) == name

    @pytest.mark.parametrize(
        "name",
        ["", " ", "x" * 201, " a", "a ", "\u3000a", "a\nb", "a\x00", "\ud800", None, 7, b"a"],
        ids=range(12),  # a tool that calls a test by its name trips over backslashes
    )
    def test_is_refused(self, name: object) -> None:
        """The field is named."""
        with pytest.raises(
            IdentifierError, match="piece: must be 1 to 200 printable characters wi"
        ):
            identifier(name, "piece")  # type: ignore[arg-type]

    def test_of_a_policy_holds_its_first_day(self) -> None:
        """An edition is stamped on every decision."""
        assert str(Edition(name="imparfaite", since=date(2023, 1, 1))) == "imparfaite@2023-01-01"
