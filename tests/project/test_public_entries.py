"""Each entry of the reference says what a reader needs, by the rules in CONTRIBUTING.md.

What is left out is left out by kind, with the reason beside it.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from docs.entries import (
    IN_PROSE,
    Entry,
    Parameter,
    entries,
    is_value,
    meaning_of,
    methods_of,
    names_in,
    parameters_of,
    rows,
)
from vintage_rules import errors

ROOT = Path(__file__).parents[2]
CONTEXTS = ("offers", "orders", "pricing", "returns", "service", "shipping", "world")
RULE = re.compile(r"(?:assess|estimate|plan|quote|route)_")
# A clause of the shipped house, an article of law, or the words that there is neither.
BASIS = re.compile(r"Clauses? [A-Z]\d|\bL\d{3}-\d|Directive \d|No clause: ")
# A bare number says nothing of its unit; `Money`, `timedelta`, `date` and `datetime` carry theirs.
UNITS = {
    "int": r"number|grams|days|hours|minutes|seconds|years|largest|version|how (?:many|often)",
    "float": r"from 0 to 1|seconds",
    "Decimal": r"%|share|rate|factor|number|amount|from 0 to 1",
}
# What a row says of a day or a moment fits whatever has the name: the two are not the same.
TIMES = {"datetime": r"\bmoment\b", "date": r"\bday\b"}
ERRORS = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, BaseException)
}


def everything() -> tuple[Entry, ...]:
    """Give each entry and each public method of its class."""
    return tuple(each for entry in entries() for each in (entry, *methods_of(entry)))


def is_test(entry: Entry) -> bool:
    """Report whether this is a test of a contract: pytest calls it, and fills in what it takes."""
    return entry.name.rpartition(".")[2].startswith("test_")


def taken() -> Iterator[tuple[Entry, Parameter]]:
    """Give each parameter and field with its owner."""
    for entry in everything():
        if not is_test(entry):
            for parameter in parameters_of(entry.found):
                if not parameter.name.startswith("_"):  # a field that only its class reads
                    yield entry, parameter


FUNCTIONS = [entry for entry in everything() if inspect.isfunction(entry.found)]
EVERYTHING, TAKEN = everything(), [*taken()]


class TestSummary:
    """The first line, which is what an index and an editor show."""

    def test_is_one_sentence_on_a_line_of_its_own(self) -> None:
        """It ends with a period and a blank line follows."""
        assert [
            each.path for each in EVERYTHING if not re.match(r".+\.(?:\n\n|\Z)", each.text)
        ] == []


class TestParameters:
    """What a function takes and a class is made from."""

    def test_are_explained(self) -> None:
        """By the docstring, the annotation, `docs/parameters.csv` or a type of ours."""
        unsaid = [
            f"{entry.path}: {each.name}" for entry, each in TAKEN if not meaning_of(entry, each)
        ]
        assert unsaid == []

    @pytest.mark.parametrize("unit", UNITS)
    def test_that_are_numbers_have_units(self, unit: str) -> None:
        """Grams or days, a share or an amount, or that they are numbers of things."""
        without = []
        for entry, each in TAKEN:
            text = meaning_of(entry, each)
            text = entry.text if text == IN_PROSE else text
            if unit in names_in(each.annotation) and not re.search(
                UNITS[unit], text, re.IGNORECASE
            ):
                without.append(f"{entry.path}: {each.name}: {text}")
        assert without == []

    @pytest.mark.parametrize("kind", TIMES)
    def test_that_are_times_are_called_days_or_moments(self, kind: str) -> None:
        """A row of `docs/parameters.csv` for a moment does not explain a day."""
        wrong = [
            f"{entry.path}: {each.name}"
            for entry, each in TAKEN
            if names_in(each.annotation) == {kind}
            and (text := meaning_of(entry, each)) in rows().values()
            and not re.search(TIMES[kind], text)
        ]
        assert wrong == []

    def test_have_no_row_that_nothing_uses(self) -> None:
        """Each row of `docs/parameters.csv` explains something that nothing else explains."""
        used = {
            name
            for entry, each in TAKEN
            for name in (each.name, f"{entry.name}.{each.name}")
            if name in rows() and meaning_of(entry, each) == rows()[name]
        }
        assert set(rows()) - used == set()


class TestErrors:
    """What a function raises."""

    @pytest.mark.parametrize("package", sorted({entry.package for entry in FUNCTIONS}))
    def test_are_named(self, package: str) -> None:
        """Those that it raises itself, or by a function of its module, under `Raises:`.

        The class of a method may name them for all of its methods. A function that takes nothing
        is given nothing that could be wrong.
        """
        owners = {entry.name: entry.text for entry in entries() if entry.package == package}
        unnamed = {}
        for entry in FUNCTIONS:
            if entry.package == package and parameters_of(entry.found) and not is_test(entry):
                text = entry.text + owners.get(entry.name.partition(".")[0], "")
                home = entry.found
                assert inspect.isfunction(home)
                raised = raised_by(home.__module__, home.__qualname__)
                if missing := [name for name in sorted(raised) if not is_named(name, text)]:
                    unnamed[entry.path] = missing
        assert unnamed == {}


class TestRules:
    """Functions that decide, by their names."""

    def test_cite_what_they_follow(self) -> None:
        """A clause, a law, or the words that the shipped house has no clause for it."""
        rules = [
            entry
            for entry in FUNCTIONS
            if entry.package.split(".")[1] in CONTEXTS and RULE.match(entry.name)
        ]
        assert len(rules) > 30
        assert [entry.path for entry in rules if not BASIS.search(entry.text)] == []


class TestExamples:
    """What shows a name at work."""

    def test_are_in_every_function(self) -> None:
        """They are executed. Methods are shown by the guide that their class is named in."""
        functions = [entry for entry in FUNCTIONS if "." not in entry.name]
        assert [entry.path for entry in functions if ">>> " not in entry.text] == []

    def test_or_in_a_function_that_takes_or_gives_the_class(self) -> None:
        """A class is shown where it is used: by a function, another class, or a guide."""
        mentioned = {name for entry in EVERYTHING for name in mentioned_by(entry)}
        mentioned |= {*re.findall(r"\w+", " ".join(code_of_guides()))}
        classes = [
            entry
            for entry in entries()
            if isinstance(entry.found, type)
            and ">>> " not in entry.text
            # Contracts are subclassed by tests; the guide to adapters shows how, with one of them.
            and ".contracts." not in entry.package
        ]
        assert [entry.path for entry in classes if entry.name not in mentioned] == []


def code_of_guides() -> Iterator[str]:
    """Give the blocks of Python in the guides, which are executed."""
    for page in (ROOT / "docs" / "guide").glob("*.md"):
        yield from re.findall(
            r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )


def mentioned_by(entry: Entry) -> set[str]:
    """Give the names of types in what an entry takes, gives, consists of or says."""
    annotations = [each.annotation for each in parameters_of(entry.found)]
    if inspect.isfunction(entry.found):
        annotations.append(str(inspect.signature(entry.found).return_annotation))
    if isinstance(entry.found, type):
        getters = [each.fget for each in vars(entry.found).values() if isinstance(each, property)]
        annotations += [str(inspect.signature(each).return_annotation) for each in getters if each]
    if is_value(entry.found):
        annotations.append(repr(entry.found))
    in_prose = re.findall(r"`(\w+)[\w.()]*`", entry.text)
    return {name for each in annotations for name in names_in(each)} | {*in_prose}


def is_named(error: str, text: str) -> bool:
    """Report whether a text names an exception or one that it is a kind of."""
    return any(
        re.search(rf"^ +{kind.__name__}:|raises?\b[^.]*`{kind.__name__}`", text, re.MULTILINE)
        for kind in ERRORS[error].__mro__
    )


@cache
def functions_of(module: str) -> dict[str, ast.FunctionDef]:
    """Give each function and method that a module defines, by its qualified name."""
    body = ast.parse(Path(inspect.getfile(import_module(module))).read_text("utf-8")).body
    found = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    for node in body:
        if isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
            found |= {f"{node.name}.{each.name}": each for each in methods}
    return found


@cache
def raised_by(module: str, name: str) -> frozenset[str]:
    """Give our exceptions that a function raises, by itself or by others of its module."""
    return frozenset(Raised(module).by(name))


class Raised:
    """Follows the functions of a module, each once."""

    def __init__(self, module: str) -> None:
        self.functions = functions_of(module)
        self.seen: set[str] = set()

    def by(self, name: str) -> set[str]:
        """Give what one function raises and does not catch."""
        if name not in self.functions or name in self.seen:
            return set()
        self.seen.add(name)
        owner = name.rpartition(".")[0]
        return {each for node in self.functions[name].body for each in self.within(node, owner)}

    def within(self, node: ast.AST, owner: str) -> set[str]:
        """Give what part of a function raises; what it catches is not raised."""
        match node:
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                caught = {name for handler in handlers for name in names_of(handler.type)}
                found = {each for part in body for each in self.within(part, owner)} - caught
                return found.union(
                    *(self.within(part, owner) for part in (*handlers, *orelse, *finalbody))
                )
            case ast.Raise(exc=ast.Call(func=func)):
                found = {names_of(func)[-1]} & set(ERRORS) if names_of(func) else set()
            case ast.Call(func=ast.Name(id=called)):
                found = self.by(called)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self" | "cls"), attr=called)):
                found = self.by(f"{owner}.{called}")
            case _:
                found = set()
        return found.union(*(self.within(each, owner) for each in ast.iter_child_nodes(node)))


def names_of(node: ast.AST | None) -> list[str]:
    """Give the names in an expression, such as that of the exceptions which are caught."""
    walked = ast.walk(node) if node else ()
    return [each.id for each in walked if isinstance(each, ast.Name)]


def test_enumerations_are_values() -> None:
    """Their members are listed by the site; they take nothing and raise nothing."""
    kinds = [entry.found for entry in entries() if isinstance(entry.found, type)]
    members = [kind for kind in kinds if issubclass(kind, Enum)]
    assert members
    assert not [kind for kind in members if parameters_of(kind)]
