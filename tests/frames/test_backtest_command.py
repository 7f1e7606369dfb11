"""`vintage-rules backtest`: files in, figures and a page out, and what is wrong in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.asking import run
from vintage_rules import load_policy
from vintage_rules.frames import past_orders

GUIDE = Path("docs/guide")
ORDERS = GUIDE / "shop_orders.csv"
MAPPING = GUIDE / "shop_orders.toml"
DIRECT = ("--against", "imparfaite-direct", "--instead", "grouped=direct", "--on", "2026-11-22")


def errors(*arguments: object, status: int = 1) -> str:
    """Run a backtest that fails, and give what it says."""
    done = run("backtest", *map(str, arguments))
    assert (done.returncode, done.stdout) == (status, b"")
    return done.stderr.decode().removeprefix("vintage-rules: ").rstrip("\n")


class TestFiles:
    """The formats of orders."""

    def test_of_each_format_give_the_same_figures(self, tmp_path: Path) -> None:
        """CSV, Parquet and Arrow."""
        drawn = past_orders(load_policy("imparfaite").latest, orders=40, seed=2)
        drawn.write_csv(tmp_path / "orders.csv")
        drawn.write_parquet(tmp_path / "orders.parquet")
        drawn.write_ipc(tmp_path / "orders.arrow")
        shown = {
            run("backtest", str(tmp_path / f"orders.{end}"), *DIRECT).stdout
            for end in ("csv", "parquet", "arrow")
        }
        (screen,) = shown
        assert b"40 orders, of which both policies price 40." in screen

    def test_fit_on_a_screen_of_80_columns(self) -> None:
        """No line is longer."""
        done = run("backtest", str(ORDERS), "--columns", str(MAPPING), *DIRECT, COLUMNS="80")
        assert max(map(len, done.stdout.decode().splitlines())) <= 80

    def test_with_an_order_that_has_no_price(self, tmp_path: Path) -> None:
        """It is counted under its reason, for each of the two policies."""
        drawn = past_orders(load_policy("imparfaite").latest, orders=5, seed=2)
        first = pl.col("order") == drawn["order"][0]
        mode = pl.when(first).then(pl.lit("by-balloon")).otherwise("mode").alias("mode")
        drawn.with_columns(mode).write_csv(tmp_path / "orders.csv")
        done = run("backtest", str(tmp_path / "orders.csv"), *DIRECT, COLUMNS="120")
        lines = [" ".join(line.split()) for line in done.stdout.decode().splitlines()]
        assert lines[1].startswith("5 orders, of which both policies price 4.")
        rest = lines[lines.index("Orders without a price") :]
        assert "policy reason orders" in rest
        assert [line.rpartition(" ")[2] for line in rest if line.startswith("imparfaite")] == [
            "1"
        ] * 2

    def test_as_json_hold_what_the_screen_shows(self, tmp_path: Path) -> None:
        """The name of the page goes where it does not disturb."""
        out = tmp_path / "report.html"
        chosen = ("--columns", str(MAPPING), *DIRECT, "--json", "--out", str(out))
        done = run("backtest", str(ORDERS), *chosen)
        assert (done.returncode, done.stderr.decode()) == (0, f"{out}\n")
        found = json.loads(done.stdout)
        assert (found["orders"], found["changed"]) == (5, 3)
        assert found["sums"]["house"] == {
            "before": {"amount": "37.55", "currency": "EUR"},
            "after": {"amount": "0.00", "currency": "EUR"},
        }
        assert [group["name"] for group in found["groups"]["month"]] == ["2026-03", "2026-04"]

    def test_page_is_written_and_named(self, tmp_path: Path) -> None:
        """The last line is where it is."""
        out = tmp_path / "report.html"
        done = run("backtest", str(ORDERS), "--columns", str(MAPPING), *DIRECT, "--out", str(out))
        assert done.stdout.decode().splitlines()[-1] == str(out)
        assert out.read_text("utf-8").startswith("<!DOCTYPE html>")


class TestWrongFiles:
    """Files that cannot be read."""

    def test_of_another_kind(self) -> None:
        """The kinds there are are listed."""
        said = errors("README.md", *DIRECT, status=2)
        assert said == "README.md: must be a file that ends in .csv, .parquet or .arrow"

    def test_that_are_not_there(self) -> None:
        """As of any file."""
        assert errors("gone.csv", *DIRECT, status=2).startswith("gone.csv: cannot be read: no such")

    def test_that_are_not_what_they_say(self, tmp_path: Path) -> None:
        """A text is no Parquet."""
        path = tmp_path / "orders.parquet"
        path.write_text("order,price\n", encoding="utf-8")
        said = errors(path, *DIRECT)
        assert said.startswith(f"{path}: cannot be read as parquet: ")
        assert "parquet" in said.partition("as parquet: ")[2]

    def test_that_lack_columns(self) -> None:
        """Each is named with its kind and its meaning."""
        said = errors(ORDERS, *DIRECT).splitlines()
        assert said[0] == f"{ORDERS}: these columns are missing:"
        assert "  price (amount): the price a piece is sold for; a negotiated price counts" in said

    @pytest.mark.parametrize(
        ("column", "text", "allowed"),
        [
            (
                "price",
                "45.90",
                "a whole number of the currency's smallest unit, such as 1230 for 12.30",
            ),
            ("weight_g", "heavy", "a whole number"),
            ("ordered", "31/03/2026", "a day such as 2026-11-22"),
        ],
    )
    def test_with_a_value_that_is_none(
        self, tmp_path: Path, column: str, text: str, allowed: str
    ) -> None:
        """The file, the column, the row, what is allowed and what was found."""
        path = tmp_path / "orders.csv"
        drawn = past_orders(load_policy("imparfaite").latest, orders=3, seed=2)
        second = pl.int_range(drawn.height) == 1
        wrong = pl.when(second).then(pl.lit(text)).otherwise(pl.col(column).cast(pl.String))
        drawn.with_columns(wrong.alias(column)).write_csv(path)
        assert errors(path, *DIRECT) == f"{path}: {column}: row 2: must be {allowed}, got '{text}'"


class TestWrongOptions:
    """Options that are wrong."""

    def test_policies_that_are_not_there(self) -> None:
        """The one after, as the one before."""
        assert "imparfaite-direkt" in errors(ORDERS, "--against", "imparfaite-direkt")

    def test_a_day_before_the_first_edition(self) -> None:
        """There is nothing to compare with."""
        said = errors(ORDERS, "--against", "imparfaite-direct@2001-01-01")
        assert said.startswith("--on: ")

    def test_modes_that_are_no_pair(self) -> None:
        """What is replaced, and by what."""
        said = errors(ORDERS, "--against", "oskelly", "--instead", "grouped", status=2)
        assert said == "--instead: must be MODE=MODE, got 'grouped'"

    def test_modes_that_the_second_policy_lacks(self) -> None:
        """As the library refuses them."""
        columns = ("--columns", MAPPING)
        said = errors(ORDERS, *columns, "--against", "oskelly", "--instead", "grouped=pigeon")
        assert "'pigeon'" in said


class TestMapping:
    """What a mapping may say, and what it may not."""

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("[columns", "must be TOML: "),
            ("[column]\nprice = 'amount'", "must be one table, [columns], got column"),
            ("[columns]\nprize = 'amount'", "columns: must be one of admissible, "),
            (
                "[columns]\nprice = 3",
                "columns.price: must be the name of a column or a table, got 3",
            ),
            ("[columns]\nprice = {}", "columns.price: must have from or value, and not both"),
            (
                "[columns]\nprice = { from = 'a', value = '1' }",
                "columns.price: must have from or value, and not both",
            ),
            (
                "[columns]\nprice = { from = 'a', times = 2 }",
                "columns.price: must have only decimals, format, from, value, values, got 'times'",
            ),
            (
                "[columns]\nprice = { from = 'a', decimals = -1 }",
                "columns.price.decimals: must be a whole number from 0 to 6, got -1",
            ),
            (
                "[columns]\nmode = { from = 'a', values = 'b' }",
                "columns.mode.values: must be a table, got 'b'",
            ),
            (
                "[columns]\nprice = { from = 3 }",
                "columns.price.from: must be a text, got 3",
            ),
        ],
    )
    def test_is_refused_with_its_key(self, tmp_path: Path, written: str, said: str) -> None:
        """What is allowed, and what was found."""
        path = tmp_path / "mapping.toml"
        path.write_text(written, encoding="utf-8")
        assert errors(ORDERS, "--columns", path, *DIRECT).startswith(f"{path}: {said}")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            (
                '"sku"',
                '"code"',
                "piece: must come from a column of the file, got 'code'; there are",
            ),
            (
                "decimals = 2",
                "decimals = 0",
                "amount: row 1: must be a number of at most 0 decimals",
            ),
            ("decimals = 3", "decimals = 1", "kg: row 6: must be a number of at most 1 decimals"),
            ("%d/%m/%Y", "%Y-%m-%d", "purchased: row 1: must be a day written as %Y-%m-%d"),
            ("standard = ", "slow = ", "shipping_speed: row 3: must be one of slow, consolidated"),
        ],
    )
    def test_that_does_not_fit_names_the_row(
        self, tmp_path: Path, old: str, new: str, said: str
    ) -> None:
        """What counts is the first row that does not fit: 45.90 at once, 0.45 in the last."""
        path = tmp_path / "mapping.toml"
        path.write_text(MAPPING.read_text("utf-8").replace(old, new), encoding="utf-8")
        assert errors(ORDERS, "--columns", path, *DIRECT).startswith(f"{ORDERS}: {said}")
