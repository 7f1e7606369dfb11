"""Link every public name that prose mentions to its entry in the reference.

A writer writes `quote_order`, `PolicyBook.on(day)` or `vintage_rules.returns` as code and nothing
more. A name that two packages offer needs a role that says which, or the build fails: a link that
guesses would teach the wrong one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from attrs import frozen
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import ObjectEntry
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

NAME = re.compile(r"([A-Za-z_][\w.]*)(\(.*\))?", re.DOTALL)
TOP = {"function", "class", "exception", "data"}
# History speaks of names as they were.
OF_THEIR_TIME = ("changelog", "upgrading")
logger = logging.getLogger(__name__)


@frozen
class Link:
    """A page and what to jump to in it; empty for the page itself."""

    page: str
    anchor: str


class Names:
    """What the reference describes, by what prose calls it."""

    def __init__(self, entries: Mapping[str, ObjectEntry]) -> None:
        self.pages: dict[str, str] = {}
        self.links: dict[str, set[Link]] = defaultdict(set)
        pages: dict[str, Counter[str]] = defaultdict(Counter)
        for path, entry in entries.items():
            link = Link(entry.docname, entry.node_id)
            words = path.split(".")
            self.links[path].add(link)
            if entry.objtype in TOP:
                self.links[words[-1]].add(link)
                pages[path.rpartition(".")[0]][entry.docname] += 1
            else:
                self.links[".".join(words[-2:])].add(link)
        for package, found in pages.items():
            if package not in entries:
                page, _ = found.most_common(1)[0]
                self.links[package].add(Link(page, ""))

    def meant_by(self, text: str) -> set[Link]:
        """Give the entries that a piece of code in prose may mean; none for what is no name.

        A lower-case word is a word unless it is called: `calendar` is also a key of a document.
        """
        match = NAME.fullmatch(text)
        if match is None:
            return set()
        path, call = match.groups()
        if path.islower() and "_" not in path and "." not in path and not call:
            return set()
        for candidate in (path, path.rpartition(".")[0], path.partition(".")[0]):
            # Of a class, what has no entry of its own is described by that of the class.
            owner = candidate.rpartition(".")[2]
            if candidate in self.links and (candidate == path or not owner.islower()):
                return self.links[candidate]
        return set()


class LinkNames(SphinxPostTransform):
    """Make a link of each piece of code that is a public name, where it is none yet."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: object) -> None:
        """Link what is meant, and complain about what may mean two things."""
        del kwargs
        page = self.env.current_document.docname
        names = _names_of(self.app)
        for literal in [*_unlinked(self.document)]:
            text = literal.astext()
            found = names.meant_by(text)
            found = {link for link in found if link.page == page} or found
            if len(found) > 1 and page not in OF_THEIR_TIME:
                logger.warning("%r is public in two places: say which", text, location=literal)
            elif len(found) == 1:
                (link,) = found
                shown = literal.deepcopy()
                literal.replace_self(
                    make_refnode(self.app.builder, page, link.page, link.anchor, [shown])
                )


def _names_of(app: Sphinx) -> Names:
    kept = getattr(app, "vintage_names", None)
    if not isinstance(kept, Names):
        kept = Names(app.env.domains.python_domain.objects)
        app.vintage_names = kept  # type: ignore[attr-defined]  # as long as the build lasts
    return kept


def _unlinked(document: nodes.document) -> Iterator[nodes.literal]:
    outside = (nodes.reference, pending_xref, nodes.title)
    for literal in document.findall(nodes.literal):
        above = literal.parent
        while above is not None and not isinstance(above, outside):
            above = above.parent
        if above is None:
            yield literal


def setup(app: Sphinx) -> None:
    """Connect the links to Sphinx."""
    app.add_post_transform(LinkNames)
