"""The English of the project: the words it does not use, and what to write instead.

Docstrings, comments, messages, help texts and documentation are read, and the names in the code for
the few words that no name may have; doctests and what is quoted are not.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "vintage_rules"
INSTEAD = {
    r"tell|tells|told|telling": "record, report, pass, show, notify or distinguish",
    r"ask|asks|asked|asking": "request, query, require or call",
    r"hang on|hangs on|hung on": "depend on",
    r"let go|lets go|letting go": "release, void or close",
    r"hold on to|holds on to|held on to": "reserve or keep",
    r"work out|works out|worked out|working out|reckon|reckons|reckoned": "compute",
    r"nobody|nobody's|somebody|somebody's|whoever": "no actor, a person, the buyer, the caller",
    r"anew": "again: recompute, recreate",
    r"put up|puts up|putting up": "list",
    r"stand|stands": "is, are or applies",
    r"meets an exception": "gets an exception",
}
BANNED = re.compile(rf"(?<![\w-])(?:{'|'.join(INSTEAD)})(?![\w-])", re.IGNORECASE)
QUOTED = re.compile(r"``[^`]*``|`[^`\n]*`|\"[^\"\n]*\"|“[^”]*”|\*[^*\n]*\*|\]\([^)]*\)")
ALLOWED = {  # the whole phrase, and why it stays
    r"stands? for": "an abbreviation or a symbol stands for something",
    r"ask the house": "what a customer is advised to do",
}
KEPT = re.compile("|".join(ALLOWED), re.IGNORECASE)
# Words that no name in the code has, and what such a name is for instead.
NO_NAME = {
    r"tell|tells|told|telling|untold": "what is passed, recorded, shown or unspecified",
    r"said": "the message, value or sentence",
    r"following": "the next state, or what it follows from",
}
BANNED_IN_NAMES = re.compile(rf"(?<![a-z])(?:{'|'.join(NO_NAME)})(?![a-z])")
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")

# Texts that are not ours to word: clauses, and what is generated from policies and from code.
GENERATED = {"docs/clauses.md", "docs/changelog.md", "docs/policy.schema.json"}


def faults(text: str) -> Iterator[str]:
    """Find every banned word of a text, with what to write instead."""
    for match in BANNED.finditer(KEPT.sub("", QUOTED.sub("", text))):
        word = match.group().lower()
        advice = next(new for old, new in INSTEAD.items() if re.fullmatch(old, word))
        yield f"{word!r}: write {advice}"


def texts_of_code(source: str) -> Iterator[tuple[int, str]]:
    """Find the docstrings, comments and messages of a module, each with its line."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, without_doctests(node.value)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def without_doctests(text: str) -> str:
    """Leave out examples and their output, up to the next empty line."""
    return re.sub(r"(?m)^[ \t]*>>>.*(?:\n[ \t]*\S.*)*", "", text)


def banned_names(source: str) -> Iterator[tuple[int, str]]:
    """Find every name of a module that has a banned word, with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            words = CAPITAL.sub("_", token.string).lower()
            if BANNED_IN_NAMES.search(words):
                yield token.start[0], token.string


def texts_of_page(source: str) -> Iterator[tuple[int, str]]:
    """Find the prose of a page, by line: neither code blocks nor targets of links."""
    code = False
    for number, line in enumerate(source.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            code = not code
        elif not code and not line.startswith("    "):
            yield number, line


def pages() -> list[Path]:
    """List the pages of documentation that are written by hand."""
    top = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    found = (path for path in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in path.parts)
    return [*top, *(path for path in found if path.relative_to(ROOT).as_posix() not in GENERATED)]


def modules() -> list[Path]:
    """List the modules of the package, its examples and its tools."""
    folders = [PACKAGE, ROOT / "examples", ROOT / "tools"]
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def named(path: Path) -> str:
    """Name a file by its place in the repository."""
    return path.relative_to(ROOT).as_posix()


def found_in(path: Path) -> list[str]:
    """Name every fault of a file, as `file:line: fault`."""
    source = path.read_text("utf-8")
    texts = texts_of_page(source) if path.suffix == ".md" else texts_of_code(source)
    return [f"{named(path)}:{line}: {fault}" for line, text in texts for fault in faults(text)]


@pytest.mark.parametrize("path", [*modules(), *pages()], ids=named)
class TestWords:
    """Each module and each page."""

    def test_are_plain_technical_english(self, path: Path) -> None:
        """A reader from Django, Stripe or accounting meets the words they know."""
        assert found_in(path) == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_names_are_the_standard_terms(path: Path) -> None:
    """No name in the code has a word that says nothing of what it holds."""
    assert list(banned_names(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("name", ["tells", "_UNTOLD", "TellParcel", "as_told", "following"])
def test_a_banned_name_would_be_noticed(name: str) -> None:
    """The search finds it in any style, alone and as a part."""
    assert list(banned_names(f"x = 1\n{name} = 'told'\n")) == [(2, name)]
    assert list(banned_names("teller = 'said'")) == []


@pytest.mark.parametrize("pattern", INSTEAD)
def test_a_banned_word_would_be_noticed(pattern: str) -> None:
    """The search finds each of them in a docstring, in a comment and on a page."""
    word = pattern.split("|", maxsplit=1)[0]
    code = f'"""It may {word} it."""\nx = 1  # to {word} it\n'
    assert sum(len(list(faults(text))) for _, text in texts_of_code(code)) == 2
    assert [list(faults(text)) for _, text in texts_of_page(f"It may {word} it.")] != [[]]


@pytest.mark.parametrize(
    "code",
    [
        "told = 1",
        '"""Return it.\n\n>>> told = ask(1)\n>>> told\n\'nobody is asked\'\n"""',
        '"""Return the value of `asked`."""',
        'code = "ask-customs"',
    ],
)
def test_code_and_what_is_quoted_are_not_read(code: str) -> None:
    """Names, examples and codes are no prose."""
    assert [fault for _, text in texts_of_code(code) for fault in faults(text)] == []
