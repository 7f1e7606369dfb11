"""The exit status of every command: 0 answered, 1 something given is wrong, 2 the command is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from tests.cli.asking import ROOT, Done, question, run
from tests.marketplace.town import ADA, COAT, ZOE, Town, euros
from tests.review.lawful import LAWFUL
from tests.review.seeds import SEEDS
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.adapters.system_clock import SystemClock

SHIPPED = ROOT / "src/vintage_rules/policies/imparfaite.toml"
DAY = ("--on", "2026-11-22")
ORDER = "examples/orders/liege_grouped.json"
A_TOWN = ("simulate", "--days", "1", "--deeds", "2")


def status(*arguments: str, given: bytes = b"") -> int:
    """Run a command that ends as it should, and give its status."""
    done = run(*arguments, given=given)
    assert b"Traceback" not in done.stderr
    return done.returncode


class TestEveryCommand:
    """Each command with what it answers, what it cannot, and what is no such command."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--version",),
            ("eval",),
            ("quote", ORDER),
            ("quote", ORDER, "--json", "--locale", "fr"),
            ("policy", "show"),
            ("policy", "show", "imparfaite", *DAY),
            ("policy", "check", "imparfaite"),
            ("policy", "check", "imparfaite", "--since", "2023-01-01"),
            ("policy", "check", "imparfaite", "--strict", "--json"),
            ("policy", "diff", "imparfaite", "imparfaite", *DAY),
            ("policy", "diff", "imparfaite", "imparfaite", *DAY, "--json"),
            ("policy", "schema"),
            ("demo",),
        ],
        ids=" ".join,
    )
    def test_is_0_where_it_is_answered(self, arguments: Sequence[str]) -> None:
        """Nothing is said on the other stream."""
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("quote", "README.md"),
            ("quote", ORDER, "--policy", "nobody"),
            ("quote", ORDER, "--on", "2022-12-31"),
            ("policy", "show", "nobody"),
            ("policy", "show", "--on", "2022-12-31"),
            ("policy", "check", "nobody"),
            ("policy", "check", "imparfaite", "--since", "2022-12-31"),
            ("policy", "law", "imparfaite", *DAY),
            ("policy", "law", "imparfaite", *DAY, "--json"),
            ("policy", "law", "nobody"),
            ("policy", "law", "imparfaite", "--on", "2022-12-31"),
            ("policy", "diff", "imparfaite", "selency", *DAY),
            ("policy", "diff", "imparfaite", "selency", *DAY, "--json"),
            ("policy", "diff", "imparfaite", "nobody"),
            ("policy", "diff", "nobody", "imparfaite"),
            ("policy", "publish", "nobody", "--out", "nowhere"),
            (*A_TOWN, "--policy", "nobody"),
            (*A_TOWN, "--store", "sqlite:////nowhere/at/all.db"),
        ],
        ids=" ".join,
    )
    def test_is_1_where_what_is_given_is_wrong(self, arguments: Sequence[str]) -> None:
        """A policy, a day, an order or a store that there is not, or one that falls short."""
        assert status(*arguments) == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("nothing",),
            ("eval", "nowhere.jsonl"),
            ("eval", "examples"),
            ("quote",),
            ("quote", "nowhere.json"),
            ("quote", ORDER, "--on", "soon"),
            ("quote", ORDER, "--locale", "tlh"),
            ("policy",),
            ("policy", "show", "--on", "soon"),
            ("policy", "check"),
            ("policy", "check", "imparfaite", "--since", "soon"),
            ("policy", "check", "imparfaite", "--locale", "tlh"),
            ("policy", "check", "imparfaite", "--rates", "XQX"),
            ("policy", "check", "imparfaite", "--rates", "GBP,euros"),
            ("policy", "law"),
            ("policy", "law", "imparfaite", "--on", "soon"),
            ("policy", "law", "imparfaite", "--locale", "tlh"),
            ("policy", "law", "imparfaite", "--jurisdiction", "XX"),
            ("policy", "diff", "imparfaite"),
            ("policy", "diff", "imparfaite", "imparfaite", "--on", "soon"),
            ("policy", "diff", "imparfaite", "imparfaite", "--locale", "tlh"),
            ("policy", "publish"),
            ("policy", "publish", "--out", "nowhere", "--locale", "tlh"),
            ("policy", "publish", "--out", "nowhere", "--contact", "mail"),
            ("policy", "publish", "--out", "nowhere", "--contact", "foo=bar"),
            ("policy", "schema", "x"),
            ("simulate", "--days", "0"),
            ("simulate", "--towns", "0"),
            ("simulate", "--faults", "0.51"),
            ("simulate", "--seed", "-1"),
            ("worker",),
            (*A_TOWN, "--store", "mysql://x"),
            (*A_TOWN, "--store", "sqlite:///x.db", "--towns", "2"),
            ("worker", "--store", "sqlite:///x.db"),
            ("worker", "--store", "mysql://x", "--shop", "a:b", "--once"),
            ("worker", "--store", "sqlite://", "--shop", "nothing", "--once"),
            ("worker", "--store", "sqlite://", "--shop", "no_such_module:build", "--once"),
            ("worker", "--store", "sqlite://", "--shop", "json:dumps_no", "--once"),
            ("demo", "x"),
        ],
        ids=" ".join,
    )
    def test_is_2_where_the_command_is_wrong(self, arguments: Sequence[str]) -> None:
        """A file that is missing counts as one."""
        assert status(*arguments) == 2

    def test_is_0_where_nothing_is_lost(self) -> None:
        """Of a town, whose days are counted on the other stream."""
        assert status(*A_TOWN) == status(*A_TOWN, "--towns", "2", "--json") == 0

    def test_is_0_for_what_is_published(self, tmp_path: Path) -> None:
        """And the files are named."""
        done = run("policy", "publish", "--out", str(tmp_path), "--locale", "en")
        assert (done.returncode, done.stderr) == (0, b"")
        named = done.stdout.decode().split()
        assert sorted(named) == sorted(map(str, tmp_path.iterdir()))

    def test_is_0_for_a_lawful_house(self, tmp_path: Path) -> None:
        """Where no law of either country is fallen short of; 1 where one is."""
        lawful, not_so = tmp_path / "lawful.toml", tmp_path / "not.toml"
        lawful.write_text(LAWFUL, "utf-8")
        not_so.write_text(LAWFUL.replace('given = ["conformity", ', "given = [", 1), "utf-8")
        assert status("policy", "law", str(lawful), *DAY) == 0
        assert status("policy", "law", str(not_so), *DAY) == 1

    def test_is_3_for_a_house_that_no_statute_applies_to(self) -> None:
        """It is not a good mark; with a country that the house delivers to it is another one."""
        poland = ("policy", "law", "vinted-pl", "--on", "2026-11-22")
        done = run(*poland)
        assert done.returncode == 3
        assert b"No statute of this table applies" in done.stdout
        assert b"0 laws are met" not in done.stdout
        assert b'"applies": false' in run(*poland, "--json").stdout


class TestEval:
    """One line that cannot be answered sets the status for all, wherever it stands."""

    GOOD = question("tender", {"kind": "paypal"})
    BAD = question("tenders", {})

    @pytest.mark.parametrize("lines", sorted(set(permutations((BAD, GOOD, GOOD)))))
    def test_is_1_after_any_error(self, lines: Sequence[bytes]) -> None:
        """First, in the middle or last; every line has an answer."""
        done = run("eval", given=b"\n".join(lines) + b"\n")
        assert done.returncode == 1
        assert len(done.stdout.splitlines()) == 3

    def test_is_0_without_any(self) -> None:
        """A refusal is an answer."""
        refused = question("tender", {"kind": "card", "brand": "Diners Club"})
        assert status("eval", given=self.GOOD + b"\n" + refused + b"\n") == 0

    def test_reads_a_file_or_what_is_given(self, tmp_path: Path) -> None:
        """Standard input without a file, or for a dash."""
        file = tmp_path / "lines.jsonl"
        file.write_bytes(self.GOOD + b"\n")
        answers = {
            run("eval", given=self.GOOD + b"\n").stdout,
            run("eval", "-", given=self.GOOD + b"\n").stdout,
            run("eval", str(file), given=self.BAD).stdout,
        }
        assert len(answers) == 1
        assert b'"accepted"' in answers.pop()


class TestCheck:
    """One faulty document sets the status for all, wherever it stands."""

    @pytest.fixture
    def faulty(self, tmp_path: Path) -> str:
        """A document with an error."""
        file = tmp_path / "faulty.toml"
        text = SHIPPED.read_text("utf-8").replace('"1 year"', '"0 days"', 1)
        file.write_text(text, "utf-8")
        return str(file)

    @pytest.fixture
    def odd(self, tmp_path: Path) -> str:
        """A document with a warning."""
        file = tmp_path / "odd.toml"
        text = SHIPPED.read_text("utf-8")
        file.write_text(
            text.replace('modes = ["grouped"]', 'modes = ["direct", "grouped"]', 1), "utf-8"
        )
        return str(file)

    def test_is_1_after_any_error(self, faulty: str) -> None:
        """Before or after a sound one, strict or not."""
        for documents in (("imparfaite", faulty), (faulty, "imparfaite")):
            assert status("policy", "check", *documents) == 1
            assert status("policy", "check", *documents, "--strict") == 1

    def test_is_1_after_any_warning_where_it_is_strict(self, odd: str) -> None:
        """And 0 where it is not."""
        for documents in (("imparfaite", odd), (odd, "imparfaite")):
            assert status("policy", "check", *documents) == 0
            assert status("policy", "check", *documents, "--strict") == 1

    def test_is_0_after_a_note(self, tmp_path: Path) -> None:
        """Strict or not: it is worth knowing, and nothing is wrong."""
        file = tmp_path / "noted.toml"
        (noted,) = (seed.text for seed in SEEDS if seed.code == "mixed-bounds")
        file.write_text(noted, "utf-8")
        done = run("policy", "check", str(file), "--strict")
        assert (done.returncode, b"note[mixed-bounds]" in done.stdout) == (0, True)


class TestWorker:
    """What was given up in any round sets the status, though the last round has nothing to do."""

    def shop(self, tmp_path: Path) -> str:
        """A shop in a file, in which an offer was made more than a day ago and never answered."""
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        with SqlStore.open(url) as store:
            town = Town.built(store, at=SystemClock().now() - timedelta(hours=30))
            town.list_piece(ADA, COAT, "90.00")
            town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        return url

    def work(self, url: str, shop: str) -> Done:
        """Do what is due until nothing is."""
        return run("worker", "--store", url, "--shop", f"tests.cli.a_shop:{shop}", "--once")

    def test_is_1_after_what_was_given_up(self, tmp_path: Path) -> None:
        """Nobody has an address: both mails are given up, then there is a round without anything;
        the sum of all rounds is the last line. The next time nothing is left to give up.
        """
        url = self.shop(tmp_path)
        done = self.work(url, "unreachable")
        lines = done.stdout.decode().splitlines()
        counted = "1 timer fired, 0 effects done, 0 postponed, 2 dead-lettered"
        assert (lines[-1], done.returncode) == (f"worker: {counted}", 1)
        assert sum("no such" in line for line in lines) == 2
        again = self.work(url, "unreachable")
        assert again.returncode == 0
        assert again.stdout.decode().endswith("0 postponed, 0 dead-lettered\n")

    def test_is_0_where_all_is_done(self, tmp_path: Path) -> None:
        """Over all rounds."""
        done = self.work(self.shop(tmp_path), "build")
        counted = "worker: 1 timer fired, 2 effects done, 0 postponed, 0 dead-lettered\n"
        assert done.stdout.decode().endswith(counted)
        assert done.returncode == 0

    def test_is_called_as_it_is_told(self, tmp_path: Path) -> None:
        """Its lines begin with its name."""
        url = self.shop(tmp_path)
        shop = ("--shop", "tests.cli.a_shop:build")
        done = run("worker", "--store", url, *shop, "--once", "--name", "night")
        said = done.stdout.decode().splitlines()
        assert said[0].startswith("night: at work since ")
        assert said[-1].startswith("night: ")
