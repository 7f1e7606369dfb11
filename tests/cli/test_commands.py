from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest

from tests.cli.asking import ROOT, run, spawn
from vintage_rules import __version__

SHIPPED = ROOT / "src/vintage_rules/policies/imparfaite.toml"
COMMANDS = [
    ["eval"],
    ["quote"],
    ["demo"],
    ["policy"],
    ["policy", "show"],
    ["policy", "check"],
    ["policy", "schema"],
    ["simulate"],
    ["worker"],
]


class TestHelp:
    """What the command says about itself."""

    @pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
    def test_is_there_for_every_command(self, command: list[str]) -> None:
        """Each command says in a sentence what it does, with -h and --help alike."""
        long, short = run(*command, "--help"), run(*command, "-h")
        assert (long.returncode, long.stderr) == (0, b"")
        assert long.stdout == short.stdout
        assert "Usage: vintage-rules" in long.stdout.decode()

    @pytest.mark.parametrize("command", [["eval"], ["quote"], ["policy", "check"]], ids=" ".join)
    def test_gives_an_example(self, command: list[str]) -> None:
        """Where something must be given, it shows how."""
        assert "Example:" in run(*command, "--help").stdout.decode()

    @pytest.mark.parametrize(
        "group", ["", "policy", "shop", "shop money", "shop parcel", "shop dead-letters"]
    )
    def test_is_what_a_group_without_a_command_shows(self, group: str) -> None:
        """With the status of a wrong use, since nothing was done."""
        done = run(*group.split())
        assert (done.returncode, done.stderr) == (2, b"")
        assert f"Usage: vintage-rules {group}".strip() in done.stdout.decode()

    def test_says_the_version(self) -> None:
        """The version is the package's."""
        done = spawn("--version")
        assert (done.returncode, done.stdout.decode()) == (0, f"vintage-rules {__version__}\n")

    @pytest.mark.parametrize(
        "command",
        [["nope"], ["quote"], ["policy", "check"], ["eval", "--nope"], ["eval", "a", "b"]],
    )
    def test_is_pointed_to_when_the_command_is_wrong(self, command: list[str]) -> None:
        """A wrong command has the status 2, and its message says where help is."""
        done = run(*command)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"-h' for help" in done.stderr


class TestPolicy:
    """`vintage-rules policy`."""

    def test_shows_every_value_with_its_source(self) -> None:
        """Values and clauses stand side by side."""
        done = run("policy", "show", COLUMNS="200")
        rows = [line.split() for line in done.stdout.decode().splitlines()]
        card = rows[rows.index(["pricing.gift_card"]) :]
        assert ["maximum", "500.00", "C5"] in card[: card.index([])]
        assert rows[0] == ["imparfaite@2023-01-01"]

    def test_shows_the_edition_of_a_day(self) -> None:
        """Before the first edition there is nothing to show."""
        assert run("policy", "show", "imparfaite", "--on", "2023-01-01").returncode == 0
        done = run("policy", "show", "--on", "2022-12-31")
        assert done.returncode == 1
        assert b"has no edition before 2023-01-01" in done.stderr

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("nobody", b"must be one of imparfaite"),
            ("nowhere.toml", b"must be a document, got 'nowhere.toml': there is no such file"),
        ],
    )
    def test_knows_what_there_is(self, name: str, said: bytes) -> None:
        """An unknown policy is refused with those there are, a document with what is missing."""
        done = run("policy", "show", name)
        assert (done.returncode, done.stdout) == (1, b"")
        assert said in done.stderr

    def test_is_sound_when_shipped(self) -> None:
        """The document that comes with the library has no fault."""
        done = run("policy", "check", str(SHIPPED))
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode() == f"{SHIPPED}: sound: imparfaite@2023-01-01\n"

    def test_tells_every_fault_of_every_document(self, tmp_path: Path) -> None:
        """Each fault has a line with its place; one faulty document sets the status for all."""
        text = SHIPPED.read_text("utf-8")
        first = tmp_path / "first.toml"
        first.write_text(text.replace('currency = "EUR"', 'currency = "XQX"', 1), "utf-8")
        second = tmp_path / "second.toml"
        second.write_text(text.replace('name = "imparfaite"', "name = 7", 1) + "\nextra = 1\n")
        done = run("policy", "check", str(first), str(SHIPPED), str(second))
        said = done.stdout.decode().splitlines()
        assert (done.returncode, done.stderr) == (1, b"")
        assert said[0].startswith(f"{first}:")
        assert sum(line.startswith(f"{second}:") for line in said) >= 2
        assert f"{SHIPPED}: sound: imparfaite@2023-01-01" in said

    @pytest.mark.parametrize(("options", "status"), [([], 0), (["--strict"], 1)])
    def test_lets_warnings_pass_unless_it_is_strict(
        self, tmp_path: Path, options: list[str], status: int
    ) -> None:
        """What can hardly be meant is told either way."""
        odd = tmp_path / "odd.toml"
        text = SHIPPED.read_text("utf-8")
        odd.write_text(text.replace('modes = ["grouped"]', 'modes = ["direct", "grouped"]', 1))
        done = run("policy", "check", str(odd), *options)
        assert done.returncode == status
        assert b"warning[cell-always-true]" in done.stdout

    def test_writes_its_findings_as_json(self, tmp_path: Path) -> None:
        """Programs get the code, the place, the reason and the example of each finding."""
        odd = tmp_path / "odd.toml"
        odd.write_text(SHIPPED.read_text("utf-8").replace('"1 year"', '"0 days"', 1))
        done = run("policy", "check", str(odd), "imparfaite", "--json", "--locale", "fr")
        found = json.loads(done.stdout)
        assert done.returncode == 1
        assert found["imparfaite"] == []
        (finding,) = found[str(odd)]
        assert finding == {
            "code": "card-expires-at-once",
            "severity": "error",
            "file": str(odd),
            "line": finding["line"],
            "column": 12,
            "path": "edition[0].pricing.gift_card.validity",
            "reason": "une carte cadeau expire le jour de son achat",
            "example": "par exemple\N{NO-BREAK SPACE}: 0 days",
        }

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--rates", "GBP,XQX"], b"--rates: must be"),
            (["--since", "yesterday"], b"--since: must be"),
            (["--locale", "tlh"], b"--locale: must be"),
        ],
    )
    def test_refuses_an_option_that_makes_no_sense(self, options: list[str], said: bytes) -> None:
        """The option is named, and what it may be."""
        done = run("policy", "check", "imparfaite", *options)
        assert done.returncode
        assert said in done.stderr

    def test_tells_thresholds_without_a_rate(self) -> None:
        """Where the host names the currencies it can convert into, the others are told."""
        done = run("policy", "check", "imparfaite", "--rates", "GBP")
        assert done.returncode == 1
        assert b"threshold-without-rate" in done.stdout
        assert b"GBP" not in done.stdout

    @pytest.mark.parametrize("name", ["examples", "nowhere.toml", "README.md"])
    def test_refuses_what_is_no_document(self, name: str) -> None:
        """A folder, a missing file and a text are refused without a traceback."""
        done = run("policy", "check", name)
        assert done.returncode == 1
        assert done.stderr
        assert b"Traceback" not in done.stderr

    def test_is_held_against_the_law(self) -> None:
        """What falls short is shown with its article; met laws are counted."""
        done = run("policy", "law", "imparfaite", "--on", "2026-11-22")
        said = done.stdout.decode()
        assert (done.returncode, done.stderr) == (1, b"")
        assert "This is no legal advice" in said
        assert "L221-21; D221-5" in said
        assert "18 laws are met." in said

    def test_shows_what_is_met_when_asked(self) -> None:
        """Every law that is looked at, in another language."""
        options = ("--on", "2026-11-22", "--all", "--locale", "fr", "--jurisdiction", "GB")
        said = run("policy", "law", "imparfaite", *options).stdout.decode()
        assert "SI 2013/3134" in said
        assert "respecté" in said
        assert "France" not in said

    def test_writes_the_law_as_json(self) -> None:
        """Programs get both sides with their sources."""
        done = run("policy", "law", "imparfaite", "--on", "2026-11-22", "--json")
        report = json.loads(done.stdout)
        assert report["edition"] == "imparfaite@2023-01-01"
        first = report["findings"][0]
        assert (first["check"], first["verdict"], first["severity"], first["since"]) == (
            "withdrawal-function",
            "below",
            "high",
            "2026-06-19",
        )
        assert first["policy_sources"]
        assert first["law_source"]

    @pytest.mark.parametrize(
        ("options", "status", "said"),
        [
            (["imparfaite", "--on", "1999-01-01"], 1, b"--on: imparfaite has no edition before"),
            (["imparfaite", "--jurisdiction", "US"], 2, b"--jurisdiction: must be one of FR, GB"),
            (["nowhere"], 1, b"policy: must be one of"),
        ],
    )
    def test_refuses_a_law_there_is_not(self, options: list[str], status: int, said: bytes) -> None:
        """A day before the house, a country the table does not know, a policy that is none."""
        done = run("policy", "law", *options)
        assert done.returncode == status
        assert said in done.stderr

    def test_is_compared_with_another_edition(self) -> None:
        """What changes for buyers and for the house, with the answer of either edition."""
        lune = "docs/guide/lune.toml"
        done = run("policy", "diff", f"{lune}@2025-06-01", f"{lune}@2026-02-01")
        said = done.stdout.decode()
        assert (done.returncode, done.stderr) == (1, b"")
        assert said.startswith("lune@2025-03-01 → lune@2026-01-01")
        assert "For buyers" in said
        assert "For sellers" not in said
        assert "5 March 2026" in said

    @pytest.mark.parametrize(
        ("given", "named"),
        [
            (("imparfaite@2020-01-01", "imparfaite"), "imparfaite@2020-01-01"),
            (("imparfaite", "imparfaite@2020-01-01"), "imparfaite@2020-01-01"),
            (("imparfaite", "imparfaite", "--on", "2020-01-01"), "--on"),
        ],
    )
    def test_names_the_day_that_no_edition_holds_on(self, given: Sequence[str], named: str) -> None:
        """As it was given: with the policy, or as the option."""
        done = run("policy", "diff", *given)
        assert done.returncode == 1
        wanted = f"{named}: imparfaite has no edition before 2023-01-01, got 2020-01-01"
        assert wanted.encode() in done.stderr

    def test_is_the_same_as_itself(self) -> None:
        """Nothing differs, and the status says so."""
        done = run("policy", "diff", "imparfaite", "imparfaite@2023-01-01", "--on", "2026-11-22")
        assert done.returncode == 0
        same = "imparfaite@2023-01-01 → imparfaite@2023-01-01\nThe policies say the same.\n"
        assert done.stdout.decode() == same

    def test_writes_a_comparison_as_json(self) -> None:
        """Programs get every change and every example, in the language asked."""
        options = ("--on", "2026-11-22", "--json", "--locale", "fr")
        done = run("policy", "diff", "imparfaite", "docs/guide/lune.toml", *options)
        report = json.loads(done.stdout)
        assert (report["before"], report["after"]) == ("imparfaite@2023-01-01", "lune@2026-01-01")
        changes = {change["path"]: change for change in report["changes"]}
        cut = changes["listing.offers.floor.largest_cut"]
        assert cut["concerns"] == ["buyers", "sellers"]
        assert cut["said"].endswith("au lieu de 30\N{NO-BREAK SPACE}%")
        assert {"about", "question", "before", "after", "differs"} == set(report["examples"][0])

    @pytest.mark.parametrize("policy", ["nowhere", "imparfaite@1999-01-01", "imparfaite@soon"])
    def test_compares_with_no_policy_there_is_not(self, policy: str) -> None:
        """A name, a day before the house, a day that is none."""
        done = run("policy", "diff", "imparfaite", policy, "--on", "2026-11-22")
        assert done.returncode == 1
        assert done.stdout == b""
        assert done.stderr.startswith(b"vintage-rules: ")

    def test_gives_its_schema(self) -> None:
        """What it writes is a JSON Schema."""
        done = run("policy", "schema")
        assert done.returncode == 0
        jsonschema.Draft202012Validator.check_schema(json.loads(done.stdout))


class TestDemo:
    """`vintage-rules demo`: the main job in one command, the same on every day."""

    def test_tells_the_story(self) -> None:
        """An order is priced, dated, taken through customs and explained, clause by clause."""
        done = spawn("demo")
        assert (done.returncode, done.stderr) == (0, b"")
        text = " ".join(done.stdout.decode().split())
        for figure in ("€185.00", "€15.00", "€32.59", "€232.59", "£39.54"):
            assert figure in text
        assert "Strasbourg €217.39 23 December 2026 – 29 December 2026 No import" in text
        assert "Les frais de contrôle qualité : 15,00 €." in text
        for event in ("Offer countered", "Price restored", "Offer accepted", "Piece sold"):
            assert event in text
        assert "Card €42.44 Gift card €18.06 Total €60.50" in text
        assert "ada €72.50 lou €0.00" in text
        for clause in ("L4", "L10", "L13", "L15", "L16"):
            assert f" {clause} " in text
