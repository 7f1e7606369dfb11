"""`vintage-rules simulate` and `vintage-rules worker`: what they do, and what they say."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.asking import run
from tests.marketplace.town import ADA, COAT, ZOE, Town, euros
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.adapters.system_clock import SystemClock

QUICK = ["--days", "3", "--deeds", "8"]


class TestSimulate:
    """A town that lives on a shop."""

    def test_shows_what_happened(self) -> None:
        """Orders and money, what went wrong, what people did, and that nothing is lost."""
        done = run("simulate", *QUICK, "--faults", "0.2")
        shown = done.stdout.decode()
        assert done.returncode == 0
        for told in ("captured", "crash-before", "list a piece", "Nothing is lost"):
            assert told in shown

    def test_as_json_for_several_towns(self) -> None:
        """One object a line; a seed reproduces its run."""
        lines = run("simulate", *QUICK, "--towns", "2", "--json").stdout.decode().splitlines()
        first, second = (json.loads(line) for line in lines)
        assert (first["seed"], second["seed"], first["violations"]) == (1, 2, [])
        again = run("simulate", *QUICK, "--seed", "2", "--json").stdout.decode()
        assert json.loads(again) == second

    def test_people_do_as_much_as_wanted(self) -> None:
        """The fewer deeds a day, the less happens in the same days."""
        some, more = (
            json.loads(run("simulate", "--days", "2", "--deeds", deeds, "--json").stdout)
            for deeds in ("2", "8")
        )
        assert 0 < sum(some["deeds"].values()) < sum(more["deeds"].values())

    def test_on_a_store_in_a_file(self, tmp_path: Path) -> None:
        """The same digest as in memory; then the file is not empty any more, and is refused."""
        url = f"sqlite:///{tmp_path / 'town.db'}"
        kept = json.loads(run("simulate", *QUICK, "--json", "--store", url).stdout)
        assert kept == json.loads(run("simulate", *QUICK, "--json").stdout)
        again = run("simulate", *QUICK, "--store", url)
        assert (again.returncode, again.stdout) == (1, b"")
        assert b"must be an empty store" in again.stderr

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--store", "mysql://x"], b"--store: "),
            (["--store", "sqlite:///x.db", "--towns", "2"], b"must be left out for several towns"),
            (["--policy", "nowhere"], b"policy: must be one of"),
        ],
    )
    def test_what_is_wrong_is_said(self, options: list[str], said: bytes) -> None:
        """In one line, without a traceback."""
        done = run("simulate", *QUICK, *options)
        assert done.returncode in {1, 2}
        assert said in done.stderr
        assert b"Traceback" not in done.stderr


class TestWorker:
    """Whatever is due in a shop is done."""

    def shop(self, tmp_path: Path) -> str:
        """A shop in a file, in which an offer was made more than a day ago and never answered."""
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        with SqlStore.open(url) as store:
            town = Town.built(store, at=SystemClock().now() - timedelta(hours=30))
            town.list_piece(ADA, COAT, "90.00")
            town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        return url

    def test_does_what_is_due_once(self, tmp_path: Path) -> None:
        """The offer lapses, both mails go out; the next time there is nothing to do."""
        url = self.shop(tmp_path)
        asked = ["worker", "--store", url, "--shop", "tests.cli.a_shop:build", "--once"]
        done = run(*asked)
        assert done.returncode == 0
        assert "1 timer fired, 2 effects done" in done.stdout.decode()
        assert "0 timers fired, 0 effects done" in run(*asked).stdout.decode()

    def test_colours_no_figures(self, tmp_path: Path) -> None:
        """On a terminal with colours its lines are plain: nothing in them is a value to find."""
        asked = ["worker", "--store", self.shop(tmp_path), "--shop", "tests.cli.a_shop:build"]
        done = run(*asked, "--once", NO_COLOR="", FORCE_COLOR="1", TERM="xterm")
        assert "1 timer fired, 2 effects done" in done.stdout.decode()

    @pytest.mark.parametrize(
        ("shop", "said"),
        [
            ("shop", b"must be MODULE:FUNCTION"),
            ("tests.cli.nowhere:build", b"--shop: "),
            ("tests.cli.a_shop:nothing", b"--shop: "),
            ("tests.cli.a_shop:no_shop", b"must give a Shop, got SqlStore"),
        ],
    )
    def test_what_is_no_shop(self, tmp_path: Path, shop: str, said: bytes) -> None:
        """Is said in one line, and makes no database where nothing can be built."""
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        done = run("worker", "--store", url, "--shop", shop, "--once")
        assert done.returncode == 2
        assert said in done.stderr
        assert b"Traceback" not in done.stderr
        assert (tmp_path / "shop.db").exists() == (b"must give a Shop" in said)
