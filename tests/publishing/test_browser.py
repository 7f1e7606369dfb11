from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.publishing.houses import BY_MAIL, TODAY, house_of
from tools.announce import chromium
from vintage_rules.publishing import publication
from vintage_rules.wording import locales

CHROMIUM = chromium()
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
PHONE, DESK, HEIGHT = 360, 1000, 800
LEAST_CONTRAST = 4.5  # WCAG 2.2, criterion 1.4.3, for text of ordinary size
QUIET = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

OUTSIDE = """() => [...document.querySelectorAll("h1, h2, h3, p, li, table")].filter(each => {
    const box = each.getBoundingClientRect();
    const cut = getComputedStyle(each).overflow != "visible";
    return cut && each.scrollWidth > each.clientWidth + 1 || box.left < 0
        || box.right > document.documentElement.clientWidth + 1;
}).map(each => each.textContent)"""

ON_TOP_OF_ANOTHER = """() => {
    const boxes = [...document.querySelectorAll("h1, h2, h3, article > p, article > ul, .table")]
        .map(each => [each.textContent, each.getBoundingClientRect()]);
    return boxes.slice(1).filter(([_, box], n) => box.top < boxes[n][1].bottom - 1)
        .map(([text]) => text);
}"""

CONTRASTS = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = each => {
        for (let at = each; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (colour != "rgba(0, 0, 0, 0)") return colour;
        }
        return "rgb(255, 255, 255)";
    };
    return [...document.querySelectorAll("h1, h2, h3, p, li, a, th, td")].map(each => {
        const [one, other] = [light(getComputedStyle(each).color), light(ground(each))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    });
}"""

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is published of the shipped house, and of one with more cases, as files."""
    root = tmp_path_factory.mktemp("published")
    for name in ("imparfaite", "vinted"):
        (root / name).mkdir()
        for file, text in publication(house_of(name), BY_MAIL, locales(), TODAY).items():
            (root / name / file).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(params=locales())
def language(request: pytest.FixtureRequest) -> str:
    """Each language there is a catalogue for."""
    return str(request.param)


@pytest.fixture(params=["imparfaite", "vinted"])
def house(request: pytest.FixtureRequest) -> str:
    """The shipped house, and one with more cases."""
    return str(request.param)


def opened(browser: Browser, page: Path, width: int, *, dark: bool = False) -> Page:
    """Open a page that is as wide as a device."""
    view = browser.new_page(
        viewport={"width": width, "height": HEIGHT}, color_scheme="dark" if dark else "light"
    )
    view.goto(page.as_uri())
    return view


def size_of(png: bytes) -> tuple[int, int]:
    """Read width and height of a picture."""
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


class TestPage:
    """The page as Chromium shows it."""

    @pytest.mark.parametrize("width", [PHONE, DESK])
    def test_fits(
        self, browser: Browser, folder: Path, house: str, language: str, width: int
    ) -> None:
        """No text runs out of the page, is cut off or lies on another, on a phone or a desk."""
        page = opened(browser, folder / house / f"faq.{language}.html", width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(ON_TOP_OF_ANOTHER) == []
        page.close()

    @pytest.mark.parametrize("dark", [False, True])
    def test_can_be_read(self, browser: Browser, folder: Path, *, dark: bool) -> None:
        """All text stands out from its ground, by day and by night."""
        page = opened(browser, folder / "imparfaite" / "faq.fr.html", DESK, dark=dark)
        found = page.evaluate(CONTRASTS)
        assert len(found) > len(locales())
        assert min(found) >= LEAST_CONTRAST
        page.close()

    def test_asks_nobody_anything(self, browser: Browser, folder: Path, language: str) -> None:
        """The file alone is read, and Chromium finds nothing wrong with it."""
        page = browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        address = (folder / "imparfaite" / f"faq.{language}.html").as_uri()
        page.goto(address)
        assert (asked, said) == ([address], [])
        page.close()

    def test_leads_to_each_topic_and_language(self, browser: Browser, folder: Path) -> None:
        """A click on a topic shows its heading, one on a language the page in that language."""
        page = opened(browser, folder / "imparfaite" / "faq.en.html", DESK)
        page.emulate_media(reduced_motion="reduce")
        page.click(".topics a[href='#negotiation']")
        top = page.locator("#negotiation").evaluate("each => each.getBoundingClientRect().top")
        assert 0 <= top < HEIGHT
        page.click(".languages a[hreflang=it]")
        assert page.evaluate("document.documentElement.lang") == "it"
        page.close()


class TestChecks:
    """What these tests would find."""

    def test_find_what_runs_out(self, browser: Browser) -> None:
        """Text wider than the page, or cut off, is found."""
        page = browser.new_page(viewport={"width": PHONE, "height": HEIGHT})
        page.set_content("<p style='white-space: nowrap; width: 900px'>wide</p><p>narrow</p>")
        assert page.evaluate(OUTSIDE) == ["wide"]
        page.set_content("<p style='overflow: hidden; width: 9px; white-space: nowrap'>cut off</p>")
        assert page.evaluate(OUTSIDE) == ["cut off"]
        page.close()

    def test_find_what_lies_on_another(self, browser: Browser) -> None:
        """A paragraph over a heading is found."""
        page = browser.new_page()
        page.set_content("<article><h3>one</h3><p style='margin-top: -40px'>over it</p></article>")
        assert page.evaluate(ON_TOP_OF_ANOTHER) == ["over it"]
        page.close()

    def test_find_what_is_faint(self, browser: Browser) -> None:
        """Grey on white is too faint, black is not: 21 to 1 is as strong as it gets."""
        page = browser.new_page()
        page.set_content("<p style='color: #999'>faint</p><p style='color: #000'>strong</p>")
        faint, strong = page.evaluate(CONTRASTS)
        assert faint < LEAST_CONTRAST
        assert strong == pytest.approx(21)
        page.close()


class TestPictures:
    """A picture of each page, kept in `build/screenshots` for somebody to look at."""

    @pytest.mark.parametrize("width", [PHONE, DESK])
    def test_are_taken(self, browser: Browser, folder: Path, language: str, width: int) -> None:
        """The whole page is in the picture, which is not blank."""
        page = opened(browser, folder / "imparfaite" / f"faq.{language}.html", width)
        PICTURES.mkdir(parents=True, exist_ok=True)
        picture = page.screenshot(path=PICTURES / f"faq.{language}.{width}.png", full_page=True)
        height = page.evaluate("document.documentElement.scrollHeight")
        assert size_of(picture) == (width, height)
        page.evaluate("document.body.replaceChildren()")
        assert len(picture) > 10 * len(page.screenshot())
        page.close()
