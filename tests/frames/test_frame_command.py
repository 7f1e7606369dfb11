"""`vintage-rules frame`: rules over files, what is missing, and what has no answer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from tests.cli.asking import run
from vintage_rules import load_policy
from vintage_rules.cli.errors import CliError
from vintage_rules.cli.frame_files import batches, read_frame
from vintage_rules.cli.framing import RULES, framed, rules_named
from vintage_rules.frames import compile_policy, locate_places, past_orders, quote_orders

ORDERS = Path("docs/guide/shop_orders.csv")
MAPPING = ("--columns", "docs/guide/shop_orders.toml")
PRICED = ("--rule", "locate-places", "--rule", "quote-orders", "--on", "2026-11-22")


def said(*arguments: object, status: int) -> str:
    """Run a command that fails, and give what it says."""
    done = run("frame", *map(str, arguments))
    assert done.returncode == status, done.stderr
    return done.stderr.decode().removeprefix("vintage-rules: ").rstrip("\n")


class TestFiles:
    """Files in, files out."""

    @pytest.mark.parametrize("end", ["csv", "parquet", "arrow"])
    def test_of_each_format_are_priced(self, tmp_path: Path, end: str) -> None:
        """Order 1001 by hand: 165.90, 15.00 for the check, 17.39 for a parcel of 2.2 kg."""
        out = tmp_path / f"priced.{end}"
        done = run("frame", str(ORDERS), *MAPPING, *PRICED, "--out", str(out))
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        priced = read_frame(out)
        assert priced["total"].cast(pl.Int64).to_list()[:2] == [19829, 19829]
        assert priced["zip"].len() == 6

    def test_keep_what_no_rule_reads_as_it_was(self, tmp_path: Path) -> None:
        """A column of numbers with zeros before them is text to us."""
        path, out = tmp_path / "in.csv", tmp_path / "out.csv"
        path.write_text("country,postal_code,note\nFR,01000,007\n", encoding="utf-8")
        run("frame", str(path), "--rule", "locate-places", "--out", str(out))
        assert out.read_text("utf-8") == (
            "country,postal_code,note,territory,calendar,error\nFR,01000,007,FR,FR,\n"
        )

    def test_of_one_format_become_another(self, tmp_path: Path) -> None:
        """Rows stay in their order."""
        drawn = past_orders(load_policy("imparfaite").latest, orders=20, seed=5)
        drawn.write_parquet(tmp_path / "in.parquet")
        out = tmp_path / "out.arrow"
        run("frame", str(tmp_path / "in.parquet"), *PRICED, "--out", str(out))
        assert pl.read_ipc(out)["piece"].equals(drawn["piece"])


class TestRowsWithoutAnAnswer:
    """Rows that a rule refuses."""

    def test_are_written_and_counted_by_reason(self, tmp_path: Path) -> None:
        """The status is 1; the most frequent reason is first."""
        path, out = tmp_path / "in.csv", tmp_path / "out.csv"
        path.write_text("country,postal_code\nXX,1\nXX,2\nFR,33000\nBE,12\n", encoding="utf-8")
        counts = said(path, "--rule", "locate-places", "--out", out, status=1).splitlines()
        assert counts[0] == "2 rows: country: must be the ISO 3166 code of a country or territory"
        assert counts[1].startswith("1 row: postal_code: must be ")
        written = pl.read_csv(out)
        assert written["error"].is_null().to_list() == [False, False, True, False]


class TestDryRun:
    """Columns alone."""

    def test_shows_what_is_missing_and_what_it_means(self) -> None:
        """The status is 1, and nothing is written."""
        done = run("frame", str(ORDERS), *PRICED, "--dry-run", COLUMNS="200")
        assert done.returncode == 1
        shown = [" ".join(line.split()) for line in done.stdout.decode().splitlines()]
        meaning = "the price a piece is sold for; a negotiated price counts"
        assert f"price amount missing {meaning}" in shown
        assert "seller id no, optional the seller of the piece" in shown
        headings = [line for line in shown if line.startswith("column ")]
        assert headings == ["column kind in the file meaning", "column kind meaning"]

    def test_is_content_with_all_there_is(self) -> None:
        """With the mapping every needed column is there."""
        done = run("frame", str(ORDERS), *MAPPING, *PRICED, "--dry-run", COLUMNS="200")
        assert done.returncode == 0
        assert b"missing" not in done.stdout
        assert b"fee_quality_control" in done.stdout


class TestRules:
    """The rules that a file can be taken through."""

    def test_say_each_which_columns_they_need(self) -> None:
        """An empty frame lacks something of every rule, and every rule adds its reason."""
        house = compile_policy(load_policy("imparfaite").latest)
        for name, rule in RULES.items():
            columns = rule.columns(house)
            assert columns.missing(()) == columns.needed != (), name
            assert "error" in {each.name for each in columns.added}, name

    def test_go_over_orders_one_after_the_other(self, tmp_path: Path) -> None:
        """Territories are found once, and then deliveries and orders follow."""
        drawn = past_orders(load_policy("imparfaite").latest, orders=20, seed=5)
        drawn.write_parquet(tmp_path / "in.parquet")
        out = tmp_path / "out.parquet"
        rules = ("--rule", "locate-places", "--rule", "estimate-deliveries")
        done = run("frame", str(tmp_path / "in.parquet"), *rules, "--out", str(out))
        assert (done.returncode, done.stderr) == (0, b"")
        read = pl.read_parquet(out)
        assert (read["dispatched"] < read["earliest"]).all()


class TestWrongUse:
    """What is wrong is named."""

    def test_a_rule_that_there_is_not(self, tmp_path: Path) -> None:
        """Those there are are listed."""
        words = said(ORDERS, "--rule", "quote", "--out", tmp_path / "a.csv", status=2)
        assert words == f"--rule: must be one of {', '.join(RULES)}, got 'quote'"

    def test_no_file_to_write(self) -> None:
        """But for a dry run."""
        assert said(ORDERS, *PRICED, status=2) == "--out: must be given without --dry-run"

    def test_a_file_of_another_kind_to_write(self, tmp_path: Path) -> None:
        """Before anything is read."""
        words = said("gone.csv", *PRICED, "--out", tmp_path / "a.txt", status=2)
        assert words.endswith("a.txt: must be a file that ends in .csv, .parquet or .arrow")

    def test_columns_that_are_missing(self, tmp_path: Path) -> None:
        """With their meaning, as in a dry run."""
        words = said(ORDERS, *PRICED, "--out", tmp_path / "a.csv", status=1)
        assert words.startswith(f"{ORDERS}: these columns are missing:\n  country (code): ")

    def test_columns_of_another_type(self, tmp_path: Path) -> None:
        """A price is no float."""
        path = tmp_path / "in.parquet"
        drawn = past_orders(load_policy("imparfaite").latest, orders=3, seed=5)
        drawn.with_columns(pl.col("price") / 100).write_parquet(path)
        words = said(path, *PRICED, "--out", tmp_path / "a.csv", status=1)
        assert words.startswith(f"{path}: price: must be whole numbers")

    def test_a_place_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        """A folder that is not there."""
        out = tmp_path / "gone" / "a.csv"
        words = said(ORDERS, *MAPPING, *PRICED, "--out", out, status=1)
        assert words == f"{out}: cannot be written: no such file or directory"


class TestBatches:
    """Files that are read some rows at a time."""

    @pytest.mark.parametrize("end", ["csv", "parquet", "arrow"])
    def test_are_no_larger_than_said(self, tmp_path: Path, end: str) -> None:
        """A file never has to be held whole."""
        rows = pl.DataFrame({"pieces": [str(each) for each in range(10)]})
        path = tmp_path / f"in.{end}"
        write = {"csv": "write_csv", "parquet": "write_parquet", "arrow": "write_ipc"}
        getattr(rows, write[end])(path)
        found = list(batches(path, 4))
        assert max(each.height for each in found) <= 4
        assert pl.concat(found).equals(rows)

    @pytest.mark.parametrize("size", [1, 3, 1000])
    @pytest.mark.parametrize("together", [True, False])
    def test_have_the_answers_of_the_whole(
        self, tmp_path: Path, size: int, *, together: bool
    ) -> None:
        """An order is never split, whether or not its rows follow one another."""
        policy = load_policy("imparfaite").latest
        drawn = past_orders(policy, orders=20, seed=5)
        if not together:
            drawn = drawn.sort("price")
        path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
        drawn.write_parquet(path)
        rules = rules_named(["locate-places", "quote-orders"])
        house = compile_policy(policy)
        reasons = framed(path, out, rules, house, mapping=None, screen=Console(), size=size)
        assert pl.read_parquet(out).equals(quote_orders(locate_places(drawn), house))
        assert reasons == {}

    def test_hold_a_file_of_one_order_whole(self, tmp_path: Path) -> None:
        """Its mapping names the order, and no column of the file does."""
        path, mapping, out = (tmp_path / name for name in ("in.csv", "columns.toml", "out.csv"))
        path.write_text(
            "price,weight_g,territory,mode\n9000,1400,FR,grouped\n4500,600,FR,grouped\n",
            encoding="utf-8",
        )
        mapping.write_text('[columns]\norder = {value = "a"}\n', encoding="utf-8")
        rules, house = (
            rules_named(["quote-orders"]),
            compile_policy(load_policy("imparfaite").latest),
        )
        assert framed(path, out, rules, house, mapping=mapping, screen=Console(), size=1) == {}
        assert pl.read_csv(out)["goods"].to_list() == [13500, 13500]

    @pytest.mark.parametrize("size", [1, 2])
    def test_name_the_row_of_the_file(self, tmp_path: Path, size: int) -> None:
        """And not that of the batch."""
        path = tmp_path / "in.csv"
        path.write_text("pieces,mode\n1,direct\n2,direct\nx,direct\n", encoding="utf-8")
        rules, house = rules_named(["quote-fees"]), compile_policy(load_policy("imparfaite").latest)
        with pytest.raises(CliError, match=r"pieces: row 3: must be a whole number"):
            framed(
                path, tmp_path / "a.csv", rules, house, mapping=None, screen=Console(), size=size
            )

    @pytest.mark.parametrize("rule", ["quote-fees", "quote-orders"])
    def test_without_a_row_have_the_columns(self, tmp_path: Path, rule: str) -> None:
        """Also of what is computed by order."""
        path, out = tmp_path / "in.csv", tmp_path / "out.csv"
        path.write_text("order,price,weight_g,territory,pieces,mode\n", encoding="utf-8")
        rules, house = rules_named([rule]), compile_policy(load_policy("imparfaite").latest)
        assert framed(path, out, rules, house, mapping=None, screen=Console()) == {}
        assert out.read_text("utf-8").endswith(",error\n")
