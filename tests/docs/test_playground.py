from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tomli
from playwright.sync_api import Browser, Page, expect, sync_playwright
from typing_extensions import override

from docs.playground.build import TARGET
from docs.playground.engine import engine
from tools.announce import chromium, playground
from vintage_rules import api, shipped_policies
from vintage_rules.wording import locales

CHROMIUM = chromium()
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
DAY = "2026-11-22"
READY = 120_000  # milliseconds: as long as the busiest machine may take to start Python
ANSWERED = 90_000

in_browser = pytest.mark.skipif(
    CHROMIUM is None or not playground(),
    reason="needs the playground and Chromium: `make playground`, `make browser`",
)


def asked(name: str, **given: object) -> object:
    """Ask the engine as the page does."""
    answered: object = json.loads(engine.ask(name, json.dumps(given)))
    return answered


class TestEngine:
    """What the page asks of the library, in this Python."""

    def test_begins_with_what_there_is(self) -> None:
        """Every shipped house, every language, and countries in that language."""
        begun = asked("begin", locale="fr")
        assert isinstance(begun, dict)
        assert tuple(begun["houses"]) == shipped_policies()
        assert tuple(begun["languages"]) == locales()
        assert ["DE", "Allemagne"] in begun["countries"]

    def test_answers_as_the_json_api(self) -> None:
        """The same answer, under the document instead of a name."""
        document = engine.document_of("imparfaite")
        goods = {"amount": "89.90", "currency": "EUR"}
        facts = {"mode": "grouped", "goods": goods}
        request = {"id": "a", "rule": "quality-control-fee", "facts": facts, "on": DAY}
        assert asked("answers", document=document, requests=[request]) == [api.answer(request)]

    @pytest.mark.parametrize("name", shipped_policies())
    def test_shows_each_value_where_it_is_written(self, name: str) -> None:
        """What is at its place reads as the value, so that another can be put there."""
        document = engine.document_of(name)
        found = asked("house", document=document, day=DAY)
        assert isinstance(found, dict)
        lines = document.split("\n")
        assert len(found["values"]) > 50
        for value in found["values"]:
            written = lines[value["line"] - 1][value["start"] : value["end"]]
            assert written == value["written"]
            assert not isinstance(tomli.loads(f"x = {written}")["x"], dict | list)

    def test_says_why_a_document_cannot_be_read(self) -> None:
        """Its fault, and no value that was guessed."""
        found = asked("house", document="name = ", day=DAY)
        assert isinstance(found, dict)
        assert [*found] == ["error"]
        assert found["error"] == "house.toml:1:8: must be valid TOML, got 'name = ': invalid value"

    def test_places_each_fault(self) -> None:
        """A line and a column, with a sentence in the language of the page."""
        document = engine.document_of("imparfaite").replace('"30 days"', '"30 dayss"')
        faults = asked("check", document=document, locale="en")
        assert isinstance(faults, list)
        (fault,) = [each for each in faults if each["path"].endswith("look_back")]
        line = document.split("\n")[fault["line"] - 1]
        assert line[fault["column"] - 1 :].startswith('"30 dayss"')

    def test_says_clauses_in_words(self) -> None:
        """Those that have words; an assumption has none."""
        assert asked("clauses", names=["R8", "assumption: x"], locale="en") == {
            "R8": "Nothing is exchanged, since every piece is unique."
        }


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the playground is served, on this machine alone."""
    handler = partial(Quiet, directory=str(TARGET.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{TARGET.name}/index.html"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a screen."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def requested() -> list[str]:
    """Every address that the page has asked for anything."""
    return []


@pytest.fixture(scope="module")
def loaded(browser: Browser, address: str, requested: list[str]) -> Page:
    """The page once Python runs in it; from then on it is offline."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address)
    page.wait_for_selector("body[data-answered]", state="attached", timeout=READY)
    context.set_offline(offline=True)
    return page


@pytest.fixture
def page(loaded: Page) -> Page:
    """The page as it is found, with no error in its status."""
    expect(loaded.locator("#status.failed")).to_have_count(0)
    return loaded


def ask_page(page: Page, name: str, given: object) -> object:
    """Ask the library that runs in the page."""
    script = """async ({ name, given, module }) => (await import(module)).ask(name, given)"""
    module = page.evaluate("new URL('asking.js', location.href).href")
    answered: object = page.evaluate(script, {"name": name, "given": given, "module": module})
    return answered


@in_browser
class TestPage:
    """The library in a browser, without a network."""

    def test_answers_as_this_python(self, page: Page) -> None:
        """The same text for the same question, in each language."""
        document = engine.document_of("imparfaite")
        goods = {"amount": "89.90", "currency": "EUR"}
        facts = {"mode": "grouped", "goods": goods}
        requests = [
            {"id": each, "rule": "quality-control-fee", "facts": facts, "on": DAY, "locale": each}
            for each in locales()
        ]
        given = {"document": document, "requests": requests}
        assert ask_page(page, "answers", given) == asked("answers", **given)

    @pytest.mark.parametrize("name", shipped_policies())
    def test_reads_documents_as_this_python(self, page: Page, name: str) -> None:
        """Another parser of TOML with the same grammar: each value is at the same place."""
        given = {"document": engine.document_of(name).replace("# ", "# é€😀 "), "day": DAY}
        assert ask_page(page, "house", given) == asked("house", **given)

    def test_prices_what_is_typed(self, page: Page) -> None:
        """L4: 10 % of 145 EUR and no more than 15 EUR, on what is typed."""
        page.click("#tab-order")
        page.select_option("#mode", "grouped")
        row = page.locator("#pieces tr").first
        row.locator("input").nth(2).fill("90.00")
        answers = page.locator("#order-answers")
        expect(answers).to_contain_text("The quality-control fee: €14.50.", timeout=ANSWERED)
        row.locator("input").nth(2).fill("120.00")
        expect(answers).to_contain_text("The quality-control fee: €15.00.", timeout=ANSWERED)
        row.locator("input").nth(2).fill("90.00")
        expect(answers).to_contain_text("The quality-control fee: €14.50.", timeout=ANSWERED)
        expect(answers.locator(".calendar .window").first).to_be_visible()

    def test_shows_what_another_value_would_change(self, page: Page) -> None:
        """Side by side, and what differs is marked."""
        page.click("#tab-order")
        path = page.locator("#value option", has_text="rate = 0.10").first.get_attribute("value")
        assert path is not None
        page.select_option("#value", path)
        page.fill("#instead", "0.05")
        answers = page.locator("#order-answers .two")
        expect(answers).to_contain_text("The quality-control fee: €7.25.", timeout=ANSWERED)
        expect(answers.locator(".changed").first).to_be_visible()
        page.select_option("#value", "")
        expect(page.locator("#order-answers .two")).to_have_count(0, timeout=ANSWERED)

    def test_asks_for_a_rate_where_customs_need_one(self, page: Page) -> None:
        """L15: in pounds, once a rate is given."""
        page.click("#tab-order")
        page.select_option("#country", "GB")
        page.fill("#postal_code", "EC1A 1BB")
        rate = page.get_by_label("Exchange rate EUR/GBP")
        expect(rate).to_be_visible(timeout=ANSWERED)
        rate.fill("0.85")
        rate.press("Enter")
        answers = page.locator("#order-answers")
        expect(answers).to_contain_text("it is compared with the value", timeout=ANSWERED)
        page.select_option("#country", "FR")
        page.fill("#postal_code", "75011")
        expect(answers).to_contain_text("metropolitan France", timeout=ANSWERED)

    def test_replays_a_negotiation_step_by_step(self, page: Page) -> None:
        """N8: an offer of half the price is refused; as many events as the slider says."""
        page.click("#tab-offers")
        answers = page.locator("#offers-answers")
        expect(answers).to_contain_text("offer refused: reduction-too-large", timeout=ANSWERED)
        expect(answers.locator("li")).to_have_count(4)
        page.locator("#offers-step").fill("1")
        expect(answers.locator("li")).to_have_count(1, timeout=ANSWERED)

    def test_lives_an_order(self, page: Page) -> None:
        """R1: a piece comes back and is refunded; 40 days later it is too late."""
        page.click("#tab-life")
        answers = page.locator("#life-answers")
        page.select_option("#story", "a piece comes back")
        expect(answers).to_contain_text("refund-sent", timeout=ANSWERED)
        page.select_option("#story", "a return too late")
        expect(answers).to_contain_text("request-return refused: too-late", timeout=ANSWERED)

    def test_underlines_what_is_wrong_in_the_house(self, page: Page) -> None:
        """Where it is written, with a sentence beside it."""
        page.click("#tab-house")
        document = page.locator("#document")
        was = document.input_value()
        document.fill(was.replace("maximum = 15.00", "maximum = fifteen"))
        expect(page.locator("#marks mark")).to_have_text("fifteen", timeout=ANSWERED)
        document.fill(was.replace("maximum = 15.00", "maximum = 12.00"))
        expect(page.locator("#house-answers")).to_contain_text("Sound", timeout=ANSWERED)
        page.click("#tab-order")
        answers = page.locator("#order-answers")
        expect(answers).to_contain_text("The quality-control fee: €12.00.", timeout=ANSWERED)

    def test_link_holds_the_question(self, page: Page, browser: Browser, address: str) -> None:
        """Whoever opens it reads the same answer under the same edited house."""
        expect(page.locator("#order-answers")).to_contain_text("€12.00")
        page.click("#copy")
        expect(page.locator("#copy")).to_have_text("Copied")
        other = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        other.goto(f"{address}#{page.url.partition('#')[2]}")
        other.wait_for_selector("body[data-answered]", state="attached", timeout=READY)
        expect(other.locator("#order-answers")).to_contain_text("The quality-control fee: €12.00.")
        wide = other.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        PICTURES.mkdir(parents=True, exist_ok=True)
        other.screenshot(path=PICTURES / "playground-390-dark.png", full_page=True)
        page.screenshot(path=PICTURES / "playground-1400.png", full_page=True)
        other.close()

    def test_says_so_of_a_link_that_cannot_be_read(self, browser: Browser, address: str) -> None:
        """The beginning is shown instead."""
        other = browser.new_page()
        other.goto(f"{address}#no-link")
        expect(other.locator("#status")).to_contain_text("could not be read", timeout=READY)
        other.close()

    def test_asks_nobody_but_its_own_host(self, requested: list[str], address: str) -> None:
        """Python, wheels and parser come from beside the page."""
        host = address.partition("/playground/")[0]
        assert requested
        assert [url for url in requested if not url.startswith((host, "blob:", "data:"))] == []
