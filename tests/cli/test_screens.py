from __future__ import annotations

import pytest

from tests.cli.screens import FOLDER, SCREENS, path_of, screen


class TestScreens:
    """The screens as they were read."""

    @pytest.mark.parametrize("name", SCREENS)
    def test_are_those_that_were_read(self, name: str) -> None:
        """What a command prints changes only with the file in which somebody has read it."""
        kept = path_of(name).read_text("utf-8")
        assert screen(name) == kept, "run python -m tests.cli.screens, and read the diff"

    def test_are_all_kept(self) -> None:
        """No file is left of a screen that is gone."""
        assert {file.stem for file in FOLDER.iterdir()} == set(SCREENS)
