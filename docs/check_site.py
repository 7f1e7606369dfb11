"""Look through the built site: nothing is requested from another host, and no link leads nowhere.

Each class and function of the reference has a link to its source. (Sphinx gives data none.)

`python -m docs.check_site FOLDER` prints what is wrong, and fails where anything is. Links to other
sites are for people to follow; what a page loads by itself must lie beside it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
# Of a `link` these are named and not loaded.
NAMED = {"canonical", "index", "next", "prev", "search", "author", "license"}
# `make playground` builds this one, with what it takes from registries.
BUILT_APART = "playground/index.html"
DEFINED = re.compile(
    r'<dl class="py (?:class|exception|function|method)">\s*'
    r'<dt class="sig[^>]*id="(vintage_rules[\w.]+)">(.*?)</dt>',
    re.DOTALL,
)
IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")


class Page(HTMLParser):
    """What one page loads, links to, and can be jumped to in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses and the anchor of one element."""
        found: Mapping[str, str | None] = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := found.get(name))}
        address = found.get(LOADED.get(tag, ""))
        if address and (tag != "link" or found.get("rel") not in NAMED):
            self.loads.append(address)
        if tag == "a" and (target := found.get("href")):
            self.links.append(target)


@cache
def page_of(path: Path) -> Page:
    """Read a page once."""
    return Page(path.read_text("utf-8"))


def faults(site: Path) -> Iterator[str]:
    """Give what is wrong in the pages and style sheets of a folder."""
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site)
        page = page_of(path)
        for address in page.loads:
            if is_foreign(address):
                yield f"{name}: loads {address}"
            elif not _target(path, address).exists():
                yield f"{name}: loads {address}, which is not there"
        yield from (f"{name}: {fault}" for link in page.links for fault in _broken(path, link))
        for entry, line in DEFINED.findall(path.read_text("utf-8")):
            if "viewcode-link" not in line:
                yield f"{name}: {entry} has no link to its source"
    for path in sorted(site.rglob("*.css")):
        for address in IN_STYLES.findall(path.read_text("utf-8")):
            if is_foreign(address):
                yield f"{path.relative_to(site)}: loads {address}"


def is_foreign(address: str) -> bool:
    """Tell whether an address is one of another host.

    >>> (
    ...     is_foreign("//cdn.example/x.js"),
    ...     is_foreign("_static/x.js"),
    ...     is_foreign("data:,x"),
    ... )
    (True, False, False)
    """
    return bool(urlsplit(address).netloc)


def _target(page: Path, address: str) -> Path:
    path = unquote(urlsplit(address).path)
    if urlsplit(address).scheme or not path:
        return page
    return page.parent / path


def _broken(page: Path, link: str) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return
    target = _target(page, link)
    if not target.exists() and link != BUILT_APART:
        yield f"leads to {link}, which is not there"
    elif target.suffix == ".html" and _lacks(target, parts.fragment, page):
        yield f"leads to {link}, which has no such place"


def _lacks(target: Path, fragment: str, page: Path) -> bool:
    # Pages of source code are written again only where they are older than their module, and link
    # to each page that documents a name, of which one has the place.
    if not fragment or "_modules" in {*page.parts, *target.parts}:
        return False
    return unquote(fragment) not in page_of(target).anchors


def main(folder: str) -> int:
    """Print all faults of a site, and return the exit status."""
    found = [*faults(Path(folder))]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
