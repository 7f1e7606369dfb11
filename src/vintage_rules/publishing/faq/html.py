"""Questions and answers as one self-contained page of HTML.

Its style is in it, it loads nothing from elsewhere, and it has no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from vintage_rules.publishing.faq.page import Block, Faq, Point, Points, Question, Section, Table


@cache
def _page() -> Template:
    return Template(files("vintage_rules.publishing.faq").joinpath("page.html").read_text("utf-8"))


def faq_as_html(faq: Faq, others: Mapping[str, Faq] | None = None) -> str:
    """Return questions and answers as a page of its own.

    `others` are the same in other languages, by the address of their page.

    >>> page = Faq(
    ...     language="en",
    ...     name="English",
    ...     title="Lune & Co",
    ...     edition="Since 2026.",
    ...     contents="Topics",
    ...     sections=(),
    ... )
    >>> "<h1>Lune &amp; Co</h1>" in faq_as_html(page)
    True
    """
    return _page().substitute(
        language=escape(faq.language),
        title=escape(faq.title),
        edition=escape(faq.edition),
        contents=escape(faq.contents),
        languages="".join(_languages(faq, others or {})),
        topics="".join(_topic(section) for section in faq.sections),
        sections="".join(_section(section) for section in faq.sections),
    )


def _languages(faq: Faq, others: Mapping[str, Faq]) -> Iterator[str]:
    for address, other in others.items():
        language, name = escape(other.language), escape(other.name)
        here = ' aria-current="page"' if other.language == faq.language else ""
        yield (
            f'<li><a href="{escape(address)}" hreflang="{language}" lang="{language}"{here}>'
            f"{name}</a></li>\n"
        )


def _topic(section: Section) -> str:
    return f'<li><a href="#{escape(section.name)}">{escape(section.title)}</a></li>\n'


def _section(section: Section) -> str:
    name, title = escape(section.name), escape(section.title)
    questions = "".join(_question(question) for question in section.questions)
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n{questions}</section>\n'
    )


def _question(question: Question) -> str:
    name, text = escape(f"question-{question.name}"), escape(question.text)
    basis = f'<p class="basis">{escape(question.basis)}</p>\n' if question.basis else ""
    answer = "".join(_block(block, text) for block in question.answer)
    return f'<article id="{name}">\n<h3>{text}</h3>\n{answer}{basis}</article>\n'


def _block(block: Block, label: str) -> str:
    match block:
        case str():
            return f"<p>{escape(block)}</p>\n"
        case Points():
            return f"<ul>\n{''.join(_point(point) for point in block.items)}</ul>\n"
        case Table():
            return _table(block, label)


def _point(point: Point) -> str:
    cases = f"<strong>{escape(point.cases)}</strong> – " if point.cases else ""
    return f"<li>{cases}{escape(point.text)}</li>\n"


def _table(table: Table, label: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(_row(row) for row in table.rows)
    return (
        f'<div class="table" role="region" aria-label="{label}" tabindex="0">\n<table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _row(row: Iterable[str]) -> str:
    first, *others = (escape(cell) for cell in row)
    cells = "".join(f"<td>{cell}</td>" for cell in others)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>\n'
