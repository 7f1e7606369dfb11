"""A site that loads from elsewhere, or links to nothing, is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.check_site import faults, main


def site(folder: Path, **pages: str) -> Path:
    """Write pages into a folder, beside a style sheet that loads nothing."""
    (folder / "site.css").write_text("body { background: url(data:,x) }", "utf-8")
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return folder


class TestFaults:
    """What is looked for in a site."""

    def test_are_none_of_a_sound_site(self, tmp_path: Path) -> None:
        """Links to other sites are for people to follow."""
        one = '<link rel="stylesheet" href="site.css"><a href="two.html#there">x</a>'
        two = '<p id="there"><a href="https://example.org/">y</a> <a href="#there">z</a>'
        assert [*faults(site(tmp_path, one=one, two=two))] == []

    @pytest.mark.parametrize(
        ("page", "fault"),
        [
            ('<script src="https://cdn.example/x.js">', "loads https://cdn.example/x.js"),
            ('<img src="//cdn.example/x.png">', "loads //cdn.example/x.png"),
            ('<link rel="preload" href="//f.example/f.woff">', "loads //f.example/f.woff"),
            ('<img src="gone.svg">', "loads gone.svg, which is not there"),
            ('<a href="gone.html">', "leads to gone.html, which is not there"),
            ('<a href="one.html#gone">', "leads to one.html#gone, which has no such place"),
            ('<a href="#gone">', "leads to #gone, which has no such place"),
            (
                '<dl class="py class"><dt class="sig py" id="vintage_rules.Money">Money</dt></dl>',
                "vintage_rules.Money has no link to its source",
            ),
        ],
    )
    def test_are_found_in_a_page(self, tmp_path: Path, page: str, fault: str) -> None:
        """Each is named with the page that it is on."""
        assert [*faults(site(tmp_path, one=page))] == [f"one.html: {fault}"]

    def test_are_found_in_a_style_sheet(self, tmp_path: Path) -> None:
        """Fonts of another host know who reads what."""
        folder = site(tmp_path)
        (folder / "site.css").write_text("@import 'https://fonts.example/f.css';", "utf-8")
        assert [*faults(folder)] == ["site.css: loads https://fonts.example/f.css"]

    def test_fail_the_build(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """They are printed, and the status is 1."""
        assert main(str(site(tmp_path, one='<a href="#gone">'))) == 1
        assert "has no such place" in capsys.readouterr().out
