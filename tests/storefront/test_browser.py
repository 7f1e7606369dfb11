"""The storefront in a browser: whole lives, races, the back button, and what a page may do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import ClassVar

import pytest
import uvicorn
from attrs import frozen
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from examples.storefront.app import create_app
from tests.storefront.shops import Storefront, storefront
from tools.announce import chromium
from tools.fetch_peers import FOLDER
from vintage_rules.adapters.sql import SqlStore

CHROMIUM = chromium()
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE, DESK = ViewportSize(width=390, height=800), ViewportSize(width=1400, height=900)
LARGEST_PAGE = 100_000
SERIOUS = """async () => (await axe.run()).violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 120)).slice(0, 3)])"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="needs Chromium: `apt-get install chromium` or `make browser`, or its path in CHROMIUM",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a screen."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield opened
        opened.close()


@frozen
class Served:
    """A storefront on SQLite, and where it is served."""

    shop: Storefront
    base: str

    def piece(self, number: int) -> str:
        """The name of a piece."""
        return self.shop.pieces[number].id

    def seller(self, number: int) -> str:
        """Who sells a piece."""
        return self.shop.pieces[number].seller


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A storefront with a dozen pieces, on a port of its own."""
    folder: Path = tmp_path_factory.mktemp("storefront")
    with SqlStore.open(f"sqlite:///{folder / 'host.db'}") as store:
        shop = storefront(folder, store=store)
        server = uvicorn.Server(
            uvicorn.Config(create_app(shop.site), host="127.0.0.1", port=0, log_level="error")
        )
        thread = Thread(target=server.run)
        thread.start()
        until = monotonic() + 60
        while not server.started and thread.is_alive() and monotonic() < until:
            thread.join(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(shop, f"http://127.0.0.1:{port}")
        server.should_exit = True
        thread.join()
        shop.site.host.close()


def someone(browser: Browser, served: Served, person: str = "", *, script: bool = True) -> Page:
    """Give someone's browser, in English and signed in; it waits long, as machines may be busy."""
    context = browser.new_context(
        base_url=served.base, viewport=DESK, locale="en-GB", java_script_enabled=script
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    if person:
        page.goto("/sign-in")
        page.click(f"button[value={person}]")
        page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    return page


def put_in_cart(page: Page, *pieces: str) -> None:
    """Put pieces into the cart, from their pages."""
    for piece in pieces:
        page.goto(f"/pieces/{piece}")
        page.get_by_role("button", name="Put in the cart").click()
        page.wait_for_url("**/cart")


def order(page: Page) -> str:
    """Order what is in the cart by the card that is approved, and give where the order is."""
    page.goto("/checkout")
    page.get_by_role("button", name="Order and pay").click()
    page.wait_for_url("**/orders/*")
    return page.url


class TestLives:
    """A buyer, a seller and the house, from the cart to the refund."""

    def test_from_the_cart_to_the_refund(self, browser: Browser, served: Served) -> None:
        """Grouped: posted, checked, delivered, returned and refunded, each by who does it."""
        zoe, anna = someone(browser, served, "zoe"), someone(browser, served, "anna")
        put_in_cart(zoe, served.piece(0))
        zoe.goto("/checkout")
        zoe.get_by_label("Grouped shipping").check()
        expect(zoe.locator("#bill")).to_contain_text("The quality-control fee", timeout=60_000)
        zoe.get_by_role("button", name="Order and pay").click()
        zoe.wait_for_url("**/orders/*")
        where = zoe.url
        seller = someone(browser, served, served.seller(0))
        seller.get_by_role("button", name="I have handed it in").click()
        anna.goto("/house")
        anna.get_by_role("button", name="It is here").click()
        anna.get_by_role("button", name="As described", exact=True).click()
        anna.get_by_role("button", name="I have handed it in").click()
        zoe.goto(where)
        expect(zoe.locator("main")).to_contain_text("A parcel was handed in.")
        zoe.get_by_role("button", name="+ 3 days").click()
        expect(zoe.locator("main")).to_contain_text("A parcel is delivered.")
        zoe.get_by_role("button", name="Request the return").click()
        expect(zoe.locator("main")).to_contain_text("post it by")
        zoe.get_by_role("button", name="I have posted it").click()
        seller.goto("/desk")
        seller.get_by_role("button", name="Record what it is like").click()
        zoe.get_by_role("button", name="+ 3 days").click()
        expect(zoe.locator("main")).to_contain_text("The refund is passed on.")
        for page in (zoe, anna, seller):
            page.context.close()

    def test_keeps_the_newest_choice(self, browser: Browser, served: Served) -> None:
        """A mode that is chosen while the checkout is being priced again stays chosen."""
        page, held = someone(browser, served, "max"), list[Route]()
        put_in_cart(page, served.piece(5))
        page.goto("/checkout")

        def answer_all_but_the_first(route: Route) -> None:
            if held:
                route.continue_()
            else:
                held.append(route)

        page.route("**/checkout/quote", answer_all_but_the_first)
        with page.expect_request("**/checkout/quote"):
            page.locator("[name=card]").select_option("paypal")
        page.get_by_label("Grouped shipping").check()
        expect(page.locator("#bill")).to_contain_text("The quality-control fee", timeout=60_000)
        expect(page.get_by_label("Grouped shipping")).to_be_checked()
        page.context.close()

    def test_without_scripts(self, browser: Browser, served: Served) -> None:
        """Every step is a form: an offer, a country, an order, its cancellation."""
        each = next(n for n, each in enumerate(served.shop.pieces) if n > 2 and each.open_to_offers)
        page = someone(browser, served, "emma", script=False)
        page.goto(f"/pieces/{served.piece(each)}")
        price = served.shop.pieces[each].price.amount - 5
        page.get_by_label("Your price").fill(f"{price}")
        page.get_by_role("button", name="Send the offer").click()
        expect(page.locator("main")).to_contain_text("is with the seller")
        page.select_option("select[name=country]", "JP")
        page.get_by_role("button", name="Compute").click()
        expect(page.locator("select[name=country]")).to_have_value("JP")
        put_in_cart(page, served.piece(1))
        page.goto("/checkout")
        page.get_by_label("Grouped shipping").check()
        page.get_by_role("button", name="Update").click()
        expect(page.locator("#bill")).to_contain_text("The quality-control fee")
        page.get_by_role("button", name="Order and pay").click()
        page.wait_for_url("**/orders/*")
        page.get_by_role("button", name="Cancel", exact=True).click()
        expect(page.locator("main")).to_contain_text("It is cancelled.")
        page.context.close()


class TestAtOnce:
    """What happens twice, or at the same time."""

    def test_one_of_two_browsers_has_the_piece(self, browser: Browser, served: Served) -> None:
        """The other is charged nothing and sees why."""
        both = [someone(browser, served, name) for name in ("zoe", "emma")]
        for page in both:
            put_in_cart(page, served.piece(4))
            page.goto("/checkout")
        for page in both:
            page.get_by_role("button", name="Order and pay").click(no_wait_after=True)
        for page in both:
            outcome = page.get_by_text("You have ordered.").or_(page.get_by_role("alert"))
            expect(outcome).to_be_visible(timeout=60_000)
        won = ["/orders/" in page.url for page in both]
        assert sorted(won) == [False, True]
        for page in both:
            page.context.close()

    def test_a_double_click_and_the_back_button(self, browser: Browser, served: Served) -> None:
        """One order comes of all of them."""
        page = someone(browser, served, "max")
        put_in_cart(page, served.piece(5))
        page.goto("/checkout")
        page.get_by_role("button", name="Order and pay").dblclick()
        page.wait_for_url("**/orders/*")
        where = page.url
        page.go_back()
        if "/checkout" in page.url and page.get_by_role("button", name="Order and pay").count():
            page.get_by_role("button", name="Order and pay").click()
            page.wait_for_url("**/orders/*")
            assert page.url == where
        page.goto("/account")
        assert page.locator('a[href^="/orders/"]').count() == 1
        page.context.close()


class TestPages:
    """What every page is: small, of one host, usable by all."""

    PATHS: ClassVar[dict[str, tuple[str, ...]]] = {
        "": ("/", "/sold", "/gift-cards", "/sign-in", "/account", "/cart", "/nothing"),
        "emma": ("/pieces/{piece}", "/checkout", "/account", "{order}"),
        "anna": ("/house",),
        "{seller}": ("/desk",),
    }

    @pytest.mark.parametrize("person", PATHS, ids=lambda person: person.strip("{}") or "visitor")
    def test_are_small_and_ask_no_other_host(
        self, browser: Browser, served: Served, person: str
    ) -> None:
        """Under 100 KB with all they load, nothing wider than a phone, nothing that axe finds to
        be serious, and no complaint of the browser.
        """
        page = someone(browser, served, person.format(seller=served.seller(0)))
        known = {"piece": served.piece(3), "order": "/orders/o-nothing"}
        if person == "emma":
            put_in_cart(page, served.piece(6))
            known["order"] = order(page)
            put_in_cart(page, served.piece(7))
        said, asked = list[str](), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.set_viewport_size(PHONE)
        for path in self.PATHS[person]:
            sizes = self.sizes(page.context, page)
            page.goto(path.format(**known))
            page.wait_for_load_state("networkidle")
            assert sum(sizes) < LARGEST_PAGE, path
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            if AXE.exists():
                page.evaluate(AXE.read_text("utf-8"))
                assert page.evaluate(SERIOUS) == [], path
        assert {url for url in asked if not url.startswith(f"{served.base}/")} == set()
        assert [each for each in said if "404" not in each] == []
        page.context.close()

    def sizes(self, context: BrowserContext, page: Page) -> list[int]:
        """Count the bytes of what a page loads from now on, as they are sent."""
        sizes = list[int]()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on(
            "Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"]))
        )
        return sizes

    def test_are_walked_with_the_keyboard(self, browser: Browser, served: Served) -> None:
        """The first key leads past the navigation, to the page itself."""
        page = someone(browser, served)
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "page"
        page.context.close()

    def test_count_down_and_show_more_in_place(self, browser: Browser, served: Served) -> None:
        """HTMX is there and may do nothing but what the policy of the page lets it."""
        page = someone(browser, served)
        page.goto("/")
        assert json.loads(page.evaluate("JSON.stringify(htmx.config.allowEval)")) is False
        page.goto(f"/pieces/{served.piece(8)}")
        page.select_option("select[name=country]", "JP")
        expect(page.locator("#postage select")).to_have_value("JP")
        assert page.url.endswith(served.piece(8))
        page.context.close()
