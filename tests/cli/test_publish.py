from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import ROOT, run

FILES = ["schema-org.json", *(f"{kind}.fr.{end}" for kind, end in
         (("faq", "html"), ("faq", "md"), ("ucp", "json")))]  # fmt: skip


def published(folder: Path, *arguments: str) -> list[str]:
    """Publish into a folder and give what is said on the screen."""
    done = run("policy", "publish", *arguments, "--on", "2026-11-22", "--out", str(folder))
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return done.stdout.decode().splitlines()


class TestPublish:
    """`vintage-rules policy publish`."""

    def test_writes_every_language(self, tmp_path: Path) -> None:
        """The folder is made, and each file that is written is named."""
        folder = tmp_path / "new" / "folder"
        said = published(folder)
        assert sorted(said) == sorted(str(path) for path in folder.iterdir())
        assert {path.name for path in folder.glob("*.html")} == {
            f"faq.{language}.html" for language in ("de", "en", "es", "fr", "it")
        }

    def test_writes_the_languages_asked(self, tmp_path: Path) -> None:
        """With languages only these are written, and what is for machines once."""
        published(tmp_path, "imparfaite", "--locale", "fr")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)

    def test_names_who_publishes(self, tmp_path: Path) -> None:
        """Name, addresses, country and contacts are written where they belong."""
        published(
            tmp_path, "imparfaite", "--name", "Maison Lune", "--url", "https://lune.example",
            "--page", "https://lune.example/faq", "--country", "fr",
            "--contact", "mail=hello@lune.example", "--locale", "en-GB",
        )  # fmt: skip
        store = json.loads((tmp_path / "schema-org.json").read_text("utf-8"))
        assert (store["name"], store["url"]) == ("Maison Lune", "https://lune.example")
        returns = store["hasMerchantReturnPolicy"][0]
        assert returns["returnPolicyCountry"] == "FR"
        assert returns["merchantReturnLink"] == "https://lune.example/faq"
        page = (tmp_path / "faq.en-GB.md").read_text("utf-8")
        assert page.startswith("# Maison Lune: questions and answers\n")
        assert "\nE-mail: hello@lune.example\n" in page

    def test_calls_a_house_by_its_name_where_none_is_given(self, tmp_path: Path) -> None:
        """A document is called as its file is."""
        document = "tests/policies/houses/corner-shop.toml"
        published(tmp_path, document, "--locale", "en")
        assert "# Corner-shop: " in (tmp_path / "faq.en.md").read_text("utf-8")

    @pytest.mark.parametrize(("day", "said"), [("2020-06-01", False), ("2026-11-22", True)])
    def test_says_what_holds_on_the_day_asked(
        self, tmp_path: Path, day: str, *, said: bool
    ) -> None:
        """Import tax into the United Kingdom is a question since it has left the Union."""
        text = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
        document = tmp_path / "early.toml"
        document.write_text(text.replace("2023-01-01", "2019-01-01", 1), "utf-8")
        arguments = ("--locale", "en", "--on", day, "--out", str(tmp_path))
        assert run("policy", "publish", str(document), *arguments).returncode == 0
        page = (tmp_path / "faq.en.md").read_text("utf-8")
        assert ("United Kingdom: above what value is import tax owed?" in page) == said

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--locale", "tlh"), "--locale: "),
            (("--url", "lune.example"), "--url: must be an address that starts with https://"),
            (("--page", "faq.html"), "--page: must be an address that starts with https://"),
            (("--country", "XX"), "--country: must be the ISO 3166 code of a country"),
            (("--contact", "hello"), "--contact: must be CHANNEL=ADDRESS, got 'hello'"),
            (("--name", " "), "--name: must be a name that can be printed"),
            (("--on", "yesterday"), "--on: must be "),
        ],
    )
    def test_says_what_is_wrong(
        self, tmp_path: Path, arguments: tuple[str, str], said: str
    ) -> None:
        """Each option is answered for by its name, in one line, and nothing is written."""
        folder = tmp_path / "out"
        done = run("policy", "publish", *arguments, "--out", str(folder))
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().startswith(f"vintage-rules: {said}")
        assert not folder.exists()

    def test_needs_a_folder(self, tmp_path: Path) -> None:
        """A file in the way is told."""
        (tmp_path / "file").write_text("", encoding="utf-8")
        done = run("policy", "publish", "--out", str(tmp_path / "file"))
        assert done.returncode == 2
        assert b"--out: must be a folder" in done.stderr

    def test_needs_an_edition_of_the_day(self, tmp_path: Path) -> None:
        """Before the first edition there is nothing to publish."""
        done = run("policy", "publish", "--on", "2001-01-01", "--out", str(tmp_path))
        assert done.returncode == 1
        assert done.stderr.startswith(b"vintage-rules: --")
