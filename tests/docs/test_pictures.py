"""The pictures of the README are of what the commands print."""

from __future__ import annotations

import re

import pytest

from docs.generate_pictures import FOLDER, PICTURES, path_of, picture


class TestPictures:
    """The terminal pictures."""

    @pytest.mark.parametrize("name", PICTURES)
    def test_are_what_is_drawn(self, name: str) -> None:
        """A change of a screen is drawn by python -m docs.generate_pictures."""
        assert path_of(name).read_text("utf-8") == picture(name)

    @pytest.mark.parametrize("name", PICTURES)
    def test_request_nothing_from_another_host(self, name: str) -> None:
        """No font, no image; the one address is the name of the format."""
        text = path_of(name).read_text("utf-8")
        assert set(re.findall(r"https?://[^\s\"')]+", text)) == {"http://www.w3.org/2000/svg"}

    def test_are_all_drawn(self) -> None:
        """No file is left of a picture that is gone."""
        assert {file.stem for file in FOLDER.glob("*.svg")} == set(PICTURES)
