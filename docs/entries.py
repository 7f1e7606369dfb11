"""The entries of the reference: every public name, what it takes, and what is said about that.

The site shows it (`conf.py`), and `tests/project/test_public_entries.py` requires it. A parameter
of a function or a field of a class is explained by the first of these that there is:

1. a row for it alone in `parameters.csv`, such as `Backtest.orders`;
2. the text in the annotation of a policy's field, which the reference of keys shows as well;
3. the docstring, which names it in backticks;
4. the row of its name in `parameters.csv`, such as `at`: such a name has one meaning everywhere;
5. its type, where that is a class or a union of ours: the first line of what is said about that.
"""

from __future__ import annotations

import ast
import csv
import inspect
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from vintage_rules.fields import Amount, Rate, SourceOf

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"
ENTRY = re.compile(r"^\.\. auto(class|data|function):: ([\w.]+)$", re.MULTILINE)
IN_PROSE = "as described above"
# What holds values and says nothing about them.
CONTAINERS = {
    *("Callable", "Collection", "Iterable", "Iterator", "Literal", "Mapping", "Sequence", "Set"),
    *("dict", "frozenset", "list", "set", "tuple", "type", "None", "FromHouseOf", "ClassVar"),
}


@frozen
class Parameter:
    """A parameter of a function, or a field of a class, with its annotation as text."""

    name: str
    annotation: str


@frozen
class Entry:
    """A public name, or a method of one, with the object that it names."""

    package: str
    name: str
    found: object

    @property
    def path(self) -> str:
        """Give the path that it is imported by."""
        return f"{self.package}.{self.name}"

    @property
    def text(self) -> str:
        """Give its docstring, without indentation; that of a value is written below it."""
        if is_value(self.found):
            return text_below(self.package, self.name)
        return inspect.getdoc(self.found) or ""


def is_value(found: object) -> bool:
    """Report whether this is data, such as a union of types, and neither class nor function."""
    return not (isinstance(found, type) or inspect.isroutine(found))


@cache
def text_below(package: str, name: str) -> str:
    """Give the text that is written below an assignment, where its module has one."""
    module = home_of(package, name)
    body = ast.parse(Path(inspect.getfile(import_module(module))).read_text("utf-8")).body
    for node, after in pairwise(body):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Name) and each.id == name for each in targets):
            match after:
                case ast.Expr(ast.Constant(str(text))):
                    return inspect.cleandoc(text)
                case _:
                    return ""
    return ""


@cache
def home_of(package: str, name: str) -> str:
    """Give the module that defines a name which a package offers."""
    tree = ast.parse(Path(inspect.getfile(import_module(package))).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return node.module
    return package


@cache
def entries() -> tuple[Entry, ...]:
    """Give each entry of the pages of the reference, in their order."""
    paths = (
        path.rpartition(".")
        for page in sorted(REFERENCE.glob("*.md"))
        for _, path in ENTRY.findall(page.read_text("utf-8"))
    )
    return tuple(
        Entry(package, name, inspect.unwrap(getattr(import_module(package), name)))
        for package, _, name in paths
    )


def names_in(annotation: str) -> set[str]:
    """Give the names of the types in an annotation, without those that hold others.

    >>> sorted(names_in("Mapping[PieceId, tuple[Money, ...]] | None"))
    ['Money', 'PieceId']
    """
    return {*re.findall(r"[A-Za-z_]\w*", re.sub(r"\b\w+\.", "", annotation))} - CONTAINERS


def annotation_of(annotation: object) -> str:
    """Write an annotation as its module does, and that of a policy's field without its markers."""
    if get_origin(annotation) is Annotated:
        return annotation_of(get_args(annotation)[0])
    if isinstance(annotation, str):
        return annotation
    if get_args(annotation):
        return str(annotation).replace("typing.", "").replace("NoneType", "None")
    return getattr(annotation, "__name__", str(annotation))


def parameters_of(found: object) -> tuple[Parameter, ...]:
    """Give what a function takes, or the fields that a class is made from."""
    match found:
        case type() if issubclass(found, Enum | BaseException):
            return ()
        case type() if attrs.has(found):
            fields = (field for field in attrs.fields(found) if field.init)
            return tuple(Parameter(each.name, annotation_of(each.type)) for each in fields)
        case _ if inspect.isfunction(found):
            signature = inspect.signature(found)
            return tuple(
                Parameter(each.name, annotation_of(each.annotation))
                for each in signature.parameters.values()
                if each.name not in {"self", "cls"}
            )
        case _:
            return ()


def methods_of(entry: Entry) -> Iterator[Entry]:
    """Give the public methods that a class of ours defines itself."""
    if not isinstance(entry.found, type) or issubclass(entry.found, Enum):
        return
    for name, found in vars(entry.found).items():
        if not name.startswith("_"):
            method = found.__func__ if isinstance(found, classmethod | staticmethod) else found
            if inspect.isfunction(method):
                yield Entry(entry.package, f"{entry.name}.{name}", method)


@cache
def rows() -> Mapping[str, str]:
    """Give what `parameters.csv` says, by the name of a parameter or by `Owner.name`."""
    with (HERE / "parameters.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["meaning"] for row in csv.DictReader(file)}


@cache
def first_lines() -> Mapping[str, str]:
    """Give the first line of what is said about each class and each union of ours, by its name."""
    return {
        entry.name: entry.text.partition("\n")[0]
        for entry in entries()
        if not inspect.isroutine(entry.found) and entry.name != "Money"
    }


def meaning_of(entry: Entry, parameter: Parameter) -> str:
    """Say what a parameter means, or nothing where that is written nowhere."""
    own = f"{entry.name}.{parameter.name}"
    if own in rows():
        return rows()[own]
    if text := described_in_annotation(entry.found, parameter.name):
        return text
    if re.search(rf"`{re.escape(parameter.name)}\b", entry.text):
        return IN_PROSE
    if parameter.name in rows():
        return rows()[parameter.name]
    types = names_in(parameter.annotation)
    said = [first_lines().get(name, "") for name in sorted(types)]
    return said[0] if said and all(said) else ""


def described_in_annotation(found: object, name: str) -> str:
    """Give the text in the annotation of a policy's field, or say whose sources it holds."""
    if not isinstance(found, type):
        return ""
    for kind in found.__mro__:
        if "Annotated" in str(vars(kind).get("__annotations__", {}).get(name, "")):
            return " ".join(said_by(marker) for marker in get_args(hints_of(kind).get(name))[1:])
    return ""


def said_by(marker: object) -> str:
    """Say what a marker of a policy's field means to a reader of the reference."""
    match marker:
        case str(text):
            return f"{text[0].upper()}{text[1:]}."
        case Amount():
            return "An amount in the currency of the policy."
        case Rate():
            return 'A share, such as `Decimal("0.20")` for 20 %.'
        case SourceOf(key=str(key)):
            return f"The clauses, laws and assumptions that `{key}` is based on."
        case _:
            return ""


@cache
def hints_of(found: type) -> Mapping[str, object]:
    """Give the annotations of a class with their markers."""
    return get_type_hints(found, include_extras=True)
