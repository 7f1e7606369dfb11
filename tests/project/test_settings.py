"""The project's own settings agree with one another."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][A-Za-z0-9.+!]*)")


def normal(name: str) -> str:
    """Write a distribution's name the one way that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> list[str]:
    """Give the lines of the constraints without the comments."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def required() -> set[str]:
    """Name every distribution the project asks for, to run or to be worked on."""
    asked = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    return {normal(re.split(r"[\[<>=~!; ]", line)[0]) for line in asked}


class TestConstraints:
    """The versions that the project is tested with."""

    def test_are_plain_pins(self) -> None:
        """No address, no path and no marker: a name and a version."""
        assert [line for line in pins() if not PIN.fullmatch(line)] == []

    def test_pin_whatever_is_required(self) -> None:
        """A requirement without a pin would change under us."""
        pinned = {normal(line.split("==")[0]) for line in pins()}
        assert required() - pinned == set()

    def test_are_in_order_and_name_nothing_twice(self) -> None:
        """A change of version is a change of one line."""
        assert pins() == sorted(pins(), key=str.upper)
        assert len({normal(line.split("==")[0]) for line in pins()}) == len(pins())


class TestVersion:
    """The version."""

    def test_is_supported_where_the_classifiers_say(self) -> None:
        """The oldest Python that may install it is the oldest that is named."""
        stated = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if ":: 3." in line}
        assert stated == {"3.11", "3.12", "3.13"}
        assert PROJECT["requires-python"] == ">=3.11"

    def test_has_a_place_for_what_comes_next_in_the_changelog(self) -> None:
        """Changes are told before they are released."""
        assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
