"""Questions and answers as Markdown, in the flavour that knows tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vintage_rules.publishing.faq.page import Block, Faq, Point, Points, Question, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def faq_as_markdown(faq: Faq) -> str:
    """Return questions and answers as Markdown.

    >>> from vintage_rules.publishing.faq.page import Section
    >>> cart = Question(
    ...     name="cart",
    ...     text="Is it mine?",
    ...     answer=("No.",),
    ...     basis="C1",
    ...     sources=("C1",),
    ... )
    >>> page = Faq(
    ...     language="en",
    ...     name="English",
    ...     title="Lune",
    ...     edition="Since 2026.",
    ...     contents="Topics",
    ...     sections=(Section(name="ordering", title="Ordering", questions=(cart,)),),
    ... )
    >>> print(faq_as_markdown(page), end="")
    # Lune
    <BLANKLINE>
    Since 2026.
    <BLANKLINE>
    ## Ordering
    <BLANKLINE>
    ### Is it mine?
    <BLANKLINE>
    No.
    <BLANKLINE>
    *C1*
    """
    blocks = [f"# {_plain(faq.title)}", _plain(faq.edition)]
    for section in faq.sections:
        blocks.append(f"## {_plain(section.title)}")
        blocks += [block for question in section.questions for block in _question(question)]
    return "\n\n".join(blocks) + "\n"


def _question(question: Question) -> Iterator[str]:
    yield f"### {_plain(question.text)}"
    yield from (_block(block) for block in question.answer)
    if question.basis:
        yield f"*{_plain(question.basis)}*"


def _block(block: Block) -> str:
    match block:
        case str():
            return _plain(block)
        case Points():
            return "\n".join(f"- {_point(point)}" for point in block.items)
        case Table():
            rule = tuple("---" for _ in block.head)
            return "\n".join(
                f"| {' | '.join(row)} |" for row in (_cells(block.head), rule, *_rows(block))
            )


def _point(point: Point) -> str:
    text = _plain(point.text)
    return f"**{_plain(point.cases)}** – {text}" if point.cases else text


def _rows(table: Table) -> Iterator[tuple[str, ...]]:
    return (_cells(row) for row in table.rows)


def _cells(row: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_plain(cell) for cell in row)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
