from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import BORDEAUX, ROOT, TODAY, error_of, euros, piece, reply, run, spawn
from vintage_rules.cli.order_summary import read_order, summarize_order
from vintage_rules.money import total
from vintage_rules.orders import OrderQuote
from vintage_rules.policies import load_policy

BRUSSELS = {"country": "BE", "postal_code": "1000"}
ORDERS = sorted((ROOT / "examples" / "orders").glob("*.json"))
NOTHING = "{}"
HOUSE = load_policy("imparfaite").on(TODAY)


def shown(*arguments: str) -> str:
    """Run `quote` and give what it shows, with single spaces."""
    done = run("quote", *arguments)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return " ".join(done.stdout.decode().split())


def order(name: str) -> str:
    """Name an example."""
    return f"examples/orders/{name}.json"


class TestExamples:
    """The orders that come as examples."""

    def test_are_found(self) -> None:
        """There are some to look at, near and far."""
        places = {json.loads(path.read_text("utf-8"))["destination"]["country"] for path in ORDERS}
        assert {"BE", "CH", "FR", "GB", "US"} <= places

    @pytest.mark.parametrize("path", ORDERS, ids=lambda path: path.stem)
    def test_add_up(self, path: Path) -> None:
        """In each the parts make the total, to the cent, and customs speak of each parcel."""
        given = read_order(json.loads(path.read_text("utf-8")), HOUSE)
        summary = summarize_order(given, HOUSE, TODAY)
        quote = summary.quote
        assert isinstance(quote, OrderQuote)
        price = quote.price
        parts = [price.goods, price.shipping, *(fee.fee for fee in price.fees)]
        assert total(parts, "EUR") == price.total == price.gift_card + price.to_pay
        assert len(summary.customs) == len(quote.parcels)
        handling = [one.assessed.facts.handling for one in summary.customs]
        assert total(handling, "EUR") == price.fee("quality-control")

    @pytest.mark.parametrize("path", ORDERS, ids=lambda path: path.stem)
    def test_are_shown(self, path: Path) -> None:
        """Each can be shown and says why."""
        text = shown(str(path))
        assert "L12 Shipping depends on weight" in text


class TestQuote:
    """`vintage-rules quote`."""

    def test_shows_every_figure(self) -> None:
        """Parcels, parts that add up, days, customs, clauses."""
        text = shown(order("london_grouped"))
        for figure in ("€185.00", "€15.00", "€32.59", "€232.59", "2.6 kg", "£39.54", "£157.25"):
            assert figure in text
        assert "24 December 2026 – 29 December 2026" in text
        assert "4 to 5 working days" in text
        for clause in ("L4 Every grouped order", "L15 In the United Kingdom", "L16 That VAT"):
            assert clause in text

    def test_speaks_the_language_asked(self) -> None:
        """Headings, amounts, days and reasons are in French."""
        text = shown(order("london_grouped"), "--locale", "fr")
        for said in ("À payer", "Carte cadeau"):
            assert said not in text
        for said in ("232,59 €", "24 décembre 2026", "Royaume-Uni", "Douane", "Pourquoi"):
            assert said in text

    @pytest.mark.parametrize(
        ("locale", "said"),
        [
            ("de-DE", ["232,59 €", "24. Dezember 2026", "Vereinigtes Königreich", "Zoll", "Warum"]),
            ("de-CH", ["EUR 232.59", "24. Dezember 2026", "Sammelversand"]),
            ("es", ["232,59 €", "24 de diciembre de 2026", "Reino Unido", "Aduana", "Por qué"]),
            ("it", ["232,59 €", "24 dicembre 2026", "Regno Unito", "Dogana", "Perché"]),
        ],
    )
    def test_speaks_the_others(self, locale: str, said: list[str]) -> None:
        """Each language with its names of countries, its days and its amounts."""
        text = shown(order("london_grouped"), "--locale", locale)
        assert [each for each in said if each not in text] == []

    def test_shows_what_a_gift_card_leaves(self) -> None:
        """The card is taken off, and what is left to pay is the last line."""
        text = shown(order("liege_grouped"))
        assert "Total €162.44 Gift card -€50.00 To pay €112.44" in text

    def test_shows_what_a_total_is_rounded_by(self, tmp_path: Path) -> None:
        """A house whose totals are in steps: one line more, and the parts add up."""
        shipped = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
        table = '\n[edition.pricing.payable]\nstep = 0.05\nrounding = "half-up"\nsource = "K1"\n'
        house = tmp_path / "stepped.toml"
        house.write_text(shipped + table, "utf-8")
        text = shown(order("liege_grouped"), "--policy", str(house))
        assert "Rounding €0.01 Total €162.45 Gift card -€50.00 To pay €112.45" in text

    def test_never_shows_a_zero_it_does_not_know(self) -> None:
        """Where customs are unknown it says so, and what to do."""
        text = shown(order("new_york_grouped"))
        assert "Not known" in text
        assert "$0.00" not in text

    def test_gives_json_for_programs(self) -> None:
        """The answers are those of the door; with a locale they come in words too."""
        plain = json.loads(run("quote", order("bordeaux_direct"), "--json").stdout)
        assert list(plain) == ["order", "delivery", "customs", "policy"]
        assert plain["order"]["value"]["total"] == euros("200.48")
        assert plain["delivery"]["value"]["latest"] == "2026-05-20"
        assert [one["from"] for one in plain["customs"]] == ["ada", "lou"]
        assert plain["policy"] == "imparfaite@2023-01-01"
        assert "text" not in plain["order"]
        worded = run("quote", order("bordeaux_direct"), "--json", "--locale", "fr").stdout.decode()
        assert "200,48" in json.loads(worded)["order"]["text"]

    def test_agrees_with_the_door(self) -> None:
        """What is asked line by line and what is asked of a file come to the same."""
        facts = json.loads((ROOT / order("bordeaux_direct")).read_text("utf-8"))
        del facts["dispatched"]
        line = json.dumps({"id": "q", "rule": "quote-order", "facts": facts}).encode()
        told = json.loads(run("quote", order("bordeaux_direct"), "--json").stdout)["order"]
        answer = reply(line)
        assert {name: answer[name] for name in told} == told

    def test_shows_that_nothing_is_due_at_the_border(self, tmp_path: Path) -> None:
        """Below what Swiss customs collect, it is said in words and not as a zero."""
        file = tmp_path / "small.json"
        facts = {
            "mode": "direct",
            "destination": {"country": "CH", "postal_code": "8001"},
            "pieces": [piece(price=euros("5.00"))],
            "dispatched": "2026-07-30",
            "rates": {"EUR/CHF": "0.9350"},
        }
        file.write_text(json.dumps(facts))
        text = shown(str(file))
        assert " ada Nothing at the border Nothing is owed when the parcel arrives. " in text

    def test_shows_what_has_no_price(self, tmp_path: Path) -> None:
        """An order that cannot be priced is answered all the same, with the reason."""
        file = tmp_path / "heavy.json"
        pieces = [piece(weight_g=31_000)]
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": pieces}
        file.write_text(json.dumps(facts))
        assert "30 kg" in shown(str(file))
        told = json.loads(run("quote", str(file), "--json").stdout)
        assert (told["order"]["decision"], told["customs"]) == ("refused", [])

    def test_shows_that_a_place_is_not_served(self, tmp_path: Path) -> None:
        """Where the house does not deliver there is no price and no day, and that is the answer."""
        file = tmp_path / "far.json"
        new_york = {"country": "US", "postal_code": "10001"}
        facts = {"mode": "post", "destination": new_york, "pieces": [piece()]}
        file.write_text(json.dumps(facts))
        at_home = (str(file), "--policy", "docs/guide/lune.toml", "--on", "2026-11-22")
        text = shown(*at_home)
        assert "no shipping rate for this place" in text
        assert "Delivery" not in text
        told = json.loads(run("quote", *at_home, "--json").stdout)
        assert (told["order"]["reasons"], told["delivery"]) == (["no-rate"], None)
        file.write_text(json.dumps({**facts, "destination": BRUSSELS}))
        assert "Delivery" in shown(*at_home)

    def test_leaves_today_unless_told(self) -> None:
        """Without a day of dispatch it is taken to leave on the day it is."""
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()]}
        given = read_order(facts, HOUSE)
        assert summarize_order(given, HOUSE, TODAY).dispatched == TODAY

    def test_takes_nothing_for_markup(self, tmp_path: Path) -> None:
        """Names are shown as they are, whatever brackets they hold."""
        file = tmp_path / "order.json"
        strange = piece(id="[red]x[/red]", seller=":smile:")
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": [strange]}
        file.write_text(json.dumps(facts))
        assert ":smile: [red]x[/red]" in shown(str(file))

    def test_shows_something_on_any_terminal(self) -> None:
        """A terminal without accents gets marks in their place, not a failure."""
        done = spawn("quote", order("london_grouped"), PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"232.59" in done.stdout


class TestWrongOrders:
    """Files that are no orders."""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("", "must be a JSON object, got an empty line"),
            ("[]", "must be a JSON object, got []"),
            ("{", "must be JSON, got"),
            (NOTHING, "mode: must be given"),
            ('{"mode": "direct", "mode": "grouped"}', "mode: must be given once"),
            ('{"mod": "direct"}', "mod: must be one of"),
        ],
    )
    def test_are_refused_by_file_and_path(self, content: str, said: str, tmp_path: Path) -> None:
        """The message names the file, the fact and what is allowed."""
        file = tmp_path / "order.json"
        file.write_text(content)
        done = run("quote", str(file))
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.decode().startswith(f"vintage-rules: {file}: {said}")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"mode": "x"}, "mode: must be one of direct, grouped, got 'x'"),
            ({"dispatched": "2051-01-01"}, "dispatched: must be between 2010-01-01"),
            ({"destination": {"country": "XX"}}, "destination.country: must be"),
            (
                {"pieces": [piece(price={"amount": "1", "currency": "GBP"})]},
                "pieces[0].price.currency: must be EUR",
            ),
            ({"pieces": [piece(), piece()]}, "pieces[1].id: must be another id"),
            ({"rates": {"x": "1"}}, "rates.x: must be named by two currencies"),
            ({"gift_card_balance": euros("-1")}, "gift_card_balance.amount: must be 0 or more"),
        ],
    )
    def test_are_refused_by_rule(
        self, change: dict[str, object], said: str, tmp_path: Path
    ) -> None:
        """What a rule refuses is told by its path in the file."""
        file = tmp_path / "order.json"
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()]}
        file.write_text(json.dumps({**facts, **change}))
        done = run("quote", str(file))
        assert (done.returncode, done.stdout) == (1, b"")
        assert f"{file}: {said}" in done.stderr.decode()
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 1000, b"[" * 100_000])
    def test_may_be_anything(self, content: bytes, tmp_path: Path) -> None:
        """A picture or a program is refused in one line as well."""
        file = tmp_path / "order.json"
        file.write_bytes(content)
        done = run("quote", str(file))
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1

    def test_may_be_too_long(self, tmp_path: Path) -> None:
        """Nobody's order takes ten million bytes."""
        file = tmp_path / "order.json"
        file.write_bytes(b" " * 10_000_001)
        done = run("quote", str(file))
        assert done.returncode == 1
        said = f"vintage-rules: {file}: must be at most 10000000 bytes, got more\n"
        assert done.stderr.decode() == said

    @pytest.mark.parametrize("name", ["nowhere.json", "examples"])
    def test_must_be_files(self, name: str) -> None:
        """What is no file is a wrong command."""
        done = run("quote", name)
        assert done.returncode == 2
        assert f"{name}: cannot be read".encode() in done.stderr

    @pytest.mark.parametrize(
        ("options", "status", "said"),
        [
            (["--on", "soon"], 2, "--on: must be a day such as 2026-11-22, got 'soon'"),
            (["--on", "2022-12-31"], 1, "--on: imparfaite has no edition before 2023-01-01"),
            (["--policy", "nobody"], 1, "--policy: must be one of imparfaite"),
            (["--locale", "tlh"], 2, "--locale: must be"),
        ],
    )
    def test_options_are_refused_by_name(self, options: list[str], status: int, said: str) -> None:
        """The message names the option and what is allowed."""
        done = run("quote", order("liege_grouped"), *options)
        assert (done.returncode, done.stdout) == (status, b"")
        assert said in done.stderr.decode()


def test_an_answer_in_error_is_recognised() -> None:
    """The comparison with the door would notice an error."""
    assert error_of(reply(b"{}"))[0] == "id"
