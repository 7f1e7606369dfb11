"""Find for each key of a policy the rules and machines that read it.

Nothing is listed by hand. Every function of the rules is read as source: the types of its
parameters, and what they hold, say which class each attribute is read of, and which function each
call leads to. A key is read by a rule or a machine from which such a reading can be reached. A
reading whose type is not found is not attributed: a test fails where it bears the name of a key
that nothing else is found to read, and where there are more than a few.
"""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import define, field, frozen

from vintage_rules.api.rules import HOMES, rule_named
from vintage_rules.fields import FromHouse
from vintage_rules.orders.labels import HouseLabels
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.house import document_shape
from vintage_rules.policies.shapes import Shape, shape_in

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
READ = (
    *("dates", "windows", "places", "pricing", "shipping", "offers", "returns", "service"),
    *(
        "orders",
        "api/rules",
        "machine",
        "world/calendars",
        "world/imports",
        "policies/book",
        "review/law",
    ),
)
OF_THE_DOCUMENT: Mapping[str, str] = {
    "since": "the edition that holds on a day is chosen by it",
    "extends": "what an edition leaves out is taken from the one before",
    "refund_terms": "the terms that other keys name",
    "intermediaries": "pages, and mails about refunds, name them",
    "labels": "pages, explanations and screens write names so",
}
MACHINES: Mapping[str, tuple[str, str]] = {
    "piece": ("vintage_rules.offers.decide", "LISTING"),
    "order": ("vintage_rules.orders.decide", "ORDER"),
    "parcel": ("vintage_rules.shipping.parcel.decide", "PARCEL"),
    "return": ("vintage_rules.returns.request.decide", "RETURN"),
    "claim": ("vintage_rules.returns.claim.decide", "CLAIM"),
    "gift card": ("vintage_rules.pricing.gift_card.decide", "CARD"),
}
Hint = Any  # what typing makes of an annotation is of no one type
Node = tuple[str, str]  # a module, and the qualified name of a function or constant in it


@define
class Reading:
    """What one function reads and calls, and what it reads of things of no known type."""

    reads: set[tuple[type, str]] = field(factory=set)
    calls: set[Node] = field(factory=set)
    unknown: set[str] = field(factory=set)


@frozen
class Bound:
    """A method or function that was named and may be called, with its hints."""

    function: Callable[..., object]


def origin_of(hint: Hint) -> object:
    """Give what a hint with arguments is of, such as tuple; None for one without."""
    found: object = get_origin(hint)
    return found


def list_of(item: Hint) -> Hint:
    """Make the hint of a list."""
    return types.GenericAlias(list, (item,))


def mapping_of(key: Hint, value: Hint) -> Hint:
    """Make the hint of a mapping."""
    return types.GenericAlias(dict, (key, value))


def tuple_of(*items: Hint) -> Hint:
    """Make the hint of a tuple."""
    return types.GenericAlias(tuple, items)


def kind_of(hint: Hint) -> type | None:
    """Give the class of a hint, or None."""
    found = origin_of(hint) or hint
    return found if isinstance(found, type) else None


def parts_of(hint: Hint) -> tuple[Hint, ...]:
    """Give the members of a union, without None, and whatever stands for itself alone."""
    if hint is None or hint is type(None) or hint is Any:
        return ()
    if isinstance(hint, (tuple, frozenset)):
        return tuple(each for one in hint for each in parts_of(one))
    origin = origin_of(hint)
    if origin is Annotated:
        return parts_of(get_args(hint)[0])
    if origin in (Union, types.UnionType):
        return tuple(each for one in get_args(hint) for each in parts_of(one))
    if isinstance(hint, Bound):
        return (hint,)
    if hasattr(hint, "__supertype__"):
        return parts_of(hint.__supertype__)
    return (hint,)


def items_of(hint: Hint) -> Hint:
    """Give what iterating over something gives."""
    return held_by(hint, of_mapping=0)


def values_of(hint: Hint) -> Hint:
    """Give what looking up in a mapping, or at an index, gives."""
    return held_by(hint, of_mapping=1)


def held_by(hint: Hint, *, of_mapping: int) -> Hint:
    """Give what a collection holds; of a mapping its keys (0) or its values (1)."""
    found = []
    for part in parts_of(hint):
        arguments = [each for each in get_args(part) if each is not Ellipsis]
        if origin_of(part) is tuple or len(arguments) == 1:
            found += arguments
        elif arguments:
            found.append(arguments[of_mapping])
    return tuple(found)


@cache
def hints_of(thing: Hint) -> Mapping[str, Hint]:
    """Give the hints of a class or function; those that cannot be found are left out."""
    try:
        return get_type_hints(thing)
    except (NameError, TypeError):
        return {}


def attribute(owner: Hint, name: str) -> Hint:
    """Give the type of an attribute of a class: a field, a property or a method."""
    kind = kind_of(owner)
    if kind is None:
        return ()
    hint = hints_of(kind).get(name)
    if hint is not None:
        return hint
    member = inspect.getattr_static(kind, name, None)
    if isinstance(member, property) and member.fget is not None:
        return hints_of(member.fget).get("return", ())
    if isinstance(member, (staticmethod, classmethod)):
        member = member.__func__
    if inspect.isfunction(member):
        return Bound(member)
    return ()


def node_of(function: Callable[..., object]) -> Node:
    """Name a function."""
    function = inspect.unwrap(function)
    return (function.__module__, function.__qualname__)


@define
class Reader:
    """Reads one function: the types of its names, what it reads of them, and what it calls."""

    module: types.ModuleType
    reading: Reading
    names: dict[str, Hint] = field(factory=dict)

    def read(self, node: ast.AST) -> None:  # noqa: C901 - one case for each kind of statement
        """Read a statement, in the order in which it is carried out."""
        match node:
            case ast.Assign(targets=targets, value=value):
                found = self.type_of(value)
                for target in targets:
                    self.bind(target, found)
            case ast.AnnAssign(target=target, value=value):
                self.bind(target, self.evaluated(node.annotation))
                if value is not None:
                    self.type_of(value)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                self.bind(target, items_of(self.type_of(iterated)))
                self.read_all([*body, *orelse])
            case ast.Match(subject=subject, cases=cases):
                found = self.type_of(subject)
                for case in cases:
                    self.match(case.pattern, found)
                    if case.guard is not None:
                        self.type_of(case.guard)
                    self.read_all(case.body)
            case ast.FunctionDef():
                self.names[node.name] = ()
                self.parameters(node.args)
                self.read_all(node.body)
            case ast.expr():
                self.type_of(node)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.read(child)

    def read_all(self, nodes: Iterable[ast.AST]) -> None:
        """Read statements one after the other."""
        for node in nodes:
            self.read(node)

    def parameters(self, arguments: ast.arguments) -> None:
        """Bind the parameters of an inner function by their annotations."""
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            hint = () if each.annotation is None else self.evaluated(each.annotation)
            self.names[each.arg] = hint

    def evaluated(self, annotation: ast.expr) -> Hint:
        """Give what an annotation means in this module."""
        try:
            return eval(ast.unparse(annotation), vars(self.module).copy())  # noqa: S307 - our own source
        except (NameError, TypeError, AttributeError):
            return ()

    def bind(self, target: ast.AST, hint: Hint) -> None:
        """Give a name, or several, a type."""
        match target:
            case ast.Name(id=name):
                self.names[name] = hint
            case ast.Tuple(elts=elements):
                for index, element in enumerate(elements):
                    self.bind(element, self.element(hint, index, len(elements)))
            case ast.Starred(value=value):
                self.bind(value, hint)
            case ast.expr():
                self.type_of(target)
            case _:
                pass

    def element(self, hint: Hint, index: int, of: int) -> Hint:
        """Give the type of one of several that are taken out of a tuple."""
        found = []
        for part in parts_of(hint):
            arguments = get_args(part)
            if origin_of(part) is tuple and len(arguments) == of and Ellipsis not in arguments:
                found.append(arguments[index])
            else:
                found.append(items_of(part))
        return tuple(found)

    def match(self, pattern: ast.AST, hint: Hint) -> None:  # noqa: C901 - the same for patterns
        """Bind the names of a pattern."""
        match pattern:
            case ast.MatchClass(cls=cls, kwd_attrs=names, kwd_patterns=patterns):
                kind = self.type_of(cls)
                owners = tuple(each for each in parts_of(kind))
                for name, inner in zip(names, patterns, strict=True):
                    self.match(inner, self.of_attribute(owners, name))
            case ast.MatchAs():
                found = hint
                if isinstance(pattern.pattern, ast.AST):
                    self.match(pattern.pattern, hint)
                if isinstance(pattern.pattern, ast.MatchClass):
                    found = self.type_of(pattern.pattern.cls)
                if isinstance(pattern.name, str):
                    self.names[pattern.name] = found
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    self.match(inner, hint)
            case ast.MatchValue(value=value):
                self.type_of(value)
            case ast.MatchSequence(patterns=patterns):
                for index, inner in enumerate(patterns):
                    self.match(inner, self.element(hint, index, len(patterns)))
            case _:
                pass

    def of_attribute(self, owners: Sequence[Hint], name: str) -> Hint:
        """Note that an attribute is read, and give its type."""
        found: list[Hint] = []
        for owner in owners:
            kind = kind_of(owner)
            if kind is not None:
                self.note(kind, name)
                found.append(attribute(owner, name))
        return tuple(found)

    def note(self, kind: type, name: str) -> None:
        """Note a reading, and the function behind it if it is computed."""
        for owner in kind.__mro__:
            if attrs.has(owner):
                self.reading.reads.add((owner, name))
        member = inspect.getattr_static(kind, name, None)
        if isinstance(member, property) and member.fget is not None:
            self.reading.calls.add(node_of(member.fget))
        if attrs.has(kind):
            derived = next((each for each in attrs.fields(kind) if each.name == name), None)
            if derived is not None and not derived.init:
                made = inspect.getattr_static(kind, "__attrs_post_init__", None)
                if made is not None:
                    module, made_by = node_of(made)
                    self.reading.calls.add((module, f"{made_by.rpartition('.')[0]}.{name}"))

    def type_of(self, node: ast.expr | None) -> Hint:  # noqa: C901, PLR0912 - one case for each kind of expression
        """Give the type of an expression, noting what it reads and calls."""
        match node:
            case None | ast.Constant():
                return ()
            case ast.Name(id=name):
                return self.named(name)
            case ast.Attribute(value=value, attr=name):
                owner = self.type_of(value)
                if isinstance(owner, types.ModuleType):
                    return self.referred(getattr(owner, name, ()))
                owners = parts_of(owner)
                if not owners:
                    self.reading.unknown.add(name)
                found = self.of_attribute(owners, name)
                for each in parts_of(found):
                    if isinstance(each, Bound):
                        self.reading.calls.add(node_of(each.function))
                return self.methods(owners, name) or found
            case ast.Call(func=function, args=arguments, keywords=keywords):
                return self.called(function, arguments, keywords)
            case ast.Subscript(value=value, slice=index):
                self.type_of(index)
                looked_in = self.type_of(value)
                for kind in map(kind_of, parts_of(looked_in)):
                    # What a lookup does not find is computed by its own method.
                    computed = vars(kind or object).get("__missing__")
                    if computed is not None:
                        self.reading.calls.add(node_of(computed))
                return values_of(looked_in)
            case ast.BoolOp(values=values):
                return tuple(self.type_of(each) for each in values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.type_of(test)
                return (self.type_of(body), self.type_of(orelse))
            case ast.NamedExpr(target=target, value=value):
                found = self.type_of(value)
                self.bind(target, found)
                return found
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self.comprehended(node.generators)
                return (list_of(self.type_of(node.elt)),)
            case ast.DictComp():
                self.comprehended(node.generators)
                self.type_of(node.key)
                return (mapping_of(str, self.type_of(node.value)),)
            case ast.Lambda(args=arguments, body=body):
                self.parameters(arguments)
                return self.type_of(body)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                found = tuple(self.type_of(each) for each in elements)
                return (list_of(found),)
            case ast.Dict(keys=keys, values=values):
                for key in keys:
                    self.type_of(key)
                found = tuple(self.type_of(each) for each in values)
                return (mapping_of(str, found),)
            case ast.Starred(value=value):
                return items_of(self.type_of(value))
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.type_of(child)
                return ()

    def comprehended(self, generators: Iterable[ast.comprehension]) -> None:
        """Bind the names of a comprehension."""
        for each in generators:
            self.bind(each.target, items_of(self.type_of(each.iter)))
            for condition in each.ifs:
                self.type_of(condition)

    def methods(self, owners: Sequence[Hint], name: str) -> Hint:
        """Give what the methods of mappings hand out."""
        if name not in {"values", "items", "get", "keys", "pop"}:
            return ()
        found = []
        for owner in owners:
            arguments = get_args(owner)
            if len(arguments) != 2:  # noqa: PLR2004 - a key and a value
                continue
            kinds = {
                "values": list_of(arguments[1]),
                "items": list_of(tuple_of(*arguments)),
            }
            found.append(kinds.get(name, arguments[1]))
        return tuple(found)

    def named(self, name: str) -> Hint:
        """Give what a name stands for."""
        if name in self.names:
            return self.names[name]
        return self.referred(vars(self.module).get(name, ()), name)

    def referred(self, thing: Hint, name: str = "") -> Hint:
        """Give the type of what a module holds; it may be called from here."""
        if isinstance(thing, types.ModuleType):
            return thing
        if inspect.isfunction(thing):
            self.reading.calls.add(node_of(thing))
            return Bound(thing)
        if isinstance(thing, type):
            return thing
        if name in vars(self.module):
            self.reading.calls.add((self.module.__name__, name))
            for home in modules():
                if vars(import_module(home)).get(name) is thing:
                    self.reading.calls.add((home, name))
            annotated = hints_of(self.module).get(name)
            return annotated if annotated is not None else type(thing)
        return ()

    def called(
        self, function: ast.expr, arguments: Iterable[ast.expr], keywords: Iterable[ast.keyword]
    ) -> Hint:
        """Give what a call hands back."""
        if isinstance(function, ast.Name) and function.id in _PASSED_ON:
            found = [self.type_of(each) for each in arguments]
            for each in keywords:
                self.type_of(each.value)
            return _PASSED_ON[function.id](found)
        callee = self.type_of(function)
        for argument in arguments:
            self.type_of(argument)
        for keyword in keywords:
            self.type_of(keyword.value)
        found = []
        for each in parts_of(callee):
            if isinstance(each, Bound):
                found.append(hints_of(each.function).get("return", ()))
            else:
                found.append(each)
        return tuple(found)


def _first(found: Sequence[Hint]) -> Hint:
    return found[0] if found else ()


def _numbered(found: Sequence[Hint]) -> Hint:
    return list_of(tuple_of(int, items_of(_first(found))))


def _side_by_side(found: Sequence[Hint]) -> Hint:
    return list_of(tuple_of(*(items_of(each) for each in found)))


_PASSED_ON: Mapping[str, Callable[[Sequence[Hint]], Hint]] = {
    "sorted": _first,
    "list": _first,
    "tuple": _first,
    "set": _first,
    "frozenset": _first,
    "reversed": _first,
    "iter": _first,
    "evolve": _first,
    "next": lambda found: (*parts_of(items_of(_first(found))), *parts_of(found[1:])),
    "min": lambda found: items_of(_first(found)) if len(found) == 1 else tuple(found),
    "max": lambda found: items_of(_first(found)) if len(found) == 1 else tuple(found),
    "filter": lambda found: found[1] if len(found) > 1 else (),
    "enumerate": _numbered,
    "zip": _side_by_side,
}


@cache
def modules() -> tuple[str, ...]:
    """Name the modules that are read."""
    found = []
    for name in READ:
        home = SOURCE / "vintage_rules" / name
        paths = [home.with_suffix(".py")] if not home.is_dir() else home.rglob("*.py")
        found += [".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in paths]
    return tuple(sorted(each.removesuffix(".__init__") for each in found))


@cache
def readings() -> Mapping[Node, Reading]:
    """Read every function, method and constant."""
    found: dict[Node, Reading] = {}
    for name in modules():
        module = import_module(name)
        path = Path(str(module.__file__))
        for node in ast.parse(path.read_text("utf-8")).body:
            found.update(_read(module, node))
    return found


def _read(module: types.ModuleType, node: ast.stmt) -> Iterator[tuple[Node, Reading]]:
    match node:
        case ast.FunctionDef():
            yield _read_function(module, node, vars(module).get(node.name), node.name, None)
        case ast.ClassDef():
            owner = vars(module)[node.name]
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    if inner.name == "__attrs_post_init__":
                        yield from _derived(module, inner, node.name, owner)
                    member = inspect.getattr_static(owner, inner.name, None)
                    name = f"{node.name}.{inner.name}"
                    yield _read_function(module, inner, member, name, owner)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield (module.__name__, name), _read_value(module, value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield (module.__name__, name), _read_value(module, value)
        case _:
            pass


def _derived(
    module: types.ModuleType, made: ast.FunctionDef, name: str, owner: type
) -> Iterator[tuple[Node, Reading]]:
    """Read how each field is made that a class computes of its others."""
    for statement in made.body:
        match statement:
            case ast.Expr(
                ast.Call(
                    func=ast.Attribute(attr="__setattr__"),
                    args=[_, ast.Constant(value=str(derived)), value],
                )
            ):
                reader = Reader(module, Reading())
                reader.names["self"] = owner
                reader.read_all(each for each in made.body if isinstance(each, ast.Assign))
                reader.type_of(value)
                yield (module.__name__, f"{name}.{derived}"), reader.reading
            case _:
                pass


def _read_value(module: types.ModuleType, value: ast.expr) -> Reading:
    reader = Reader(module, Reading())
    reader.type_of(value)
    return reader.reading


def _read_function(
    module: types.ModuleType, node: ast.FunctionDef, member: Hint, name: str, owner: type | None
) -> tuple[Node, Reading]:
    function = getattr(member, "function", member)  # a rule of the API holds its function
    function = getattr(function, "fget", None) or getattr(function, "__func__", function)
    reader = Reader(module, Reading())
    reader.parameters(node.args)
    hints = hints_of(function) if callable(function) else {}
    reader.names.update({key: hint for key, hint in hints.items() if key != "return"})
    if owner is not None and node.args.args:
        reader.names[node.args.args[0].arg] = owner
    reader.read_all(node.body)
    return (module.__name__, name), reader.reading


def reached(start: Iterable[Node]) -> frozenset[Node]:
    """Give all that can be reached from some functions."""
    found: set[Node] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in found and node in readings():
            found.add(node)
            waiting += readings()[node].calls
    return frozenset(found)


@frozen
class Readers:
    """The rules and the machines that read a key, and the functions that read it for others."""

    rules: frozenset[str] = frozenset()
    machines: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    def __or__(self, other: Readers) -> Readers:
        """Give those of both."""
        return Readers(
            self.rules | other.rules,
            self.machines | other.machines,
            self.functions | other.functions,
        )


@cache
def readers() -> Mapping[tuple[type, str], Readers]:
    """Give for each field that is read who reads it."""
    starts = {("rules", name): node_of(rule_named(name).function) for name in HOMES}
    starts |= {("machines", name): node for name, node in MACHINES.items()}
    found: dict[tuple[type, str], Readers] = {}
    for (column, name), start in starts.items():
        fields = {read for node in reached([start]) for read in readings()[node].reads}
        for read in fields:
            known = found.get(read, Readers())
            found[read] = known | Readers(**{column: frozenset({name})})
    for node in readings():
        module, name = node
        of_book = module == "vintage_rules.policies.book" and "._" not in name
        if name.startswith("_") or not (of_book or inspect.isfunction(_thing(node))):
            continue
        public = f"{module.removeprefix('vintage_rules.')}.{name}"
        for read in {read for each in reached([node]) for read in readings()[each].reads}:
            found[read] = found.get(read, Readers()) | Readers(functions=frozenset({public}))
    return found


def _thing(node: Node) -> object:
    module, name = node
    found: object = vars(import_module(module)).get(name)
    return found


@frozen
class Key:
    """A key of a table, with the fields of rules that it becomes."""

    key: str
    fields: tuple[tuple[type, str], ...]
    is_name: bool

    @property
    def readers(self) -> Readers:
        """Who reads any of these fields."""
        found = Readers()
        for each in self.fields:
            found |= readers().get(each, Readers())
        return found


@cache
def tables() -> Mapping[str, tuple[str, tuple[Key, ...]]]:
    """Give every table of a document by its title: how it is written, and its keys."""
    shapes: dict[Shape, tuple[str, tuple[tuple[type, str], ...]]] = {}
    _gather(document_shape(), "", (), shapes)
    shared: dict[str, list[tuple[type, str]]] = {}
    for shape, (_, converted) in shapes.items():
        if not converted and isinstance(shape.kind, type):
            for name, marker in shape.filled.items():
                if isinstance(marker, FromHouse):
                    shared.setdefault(name, []).append((shape.kind, name))
    return {
        shape.title: (place, tuple(_keys(shape, converted, shared)))
        for shape, (place, converted) in shapes.items()
    }


def _gather(
    shape: Shape,
    place: str,
    converted: tuple[tuple[type, str], ...],
    shapes: dict[Shape, tuple[str, tuple[tuple[type, str], ...]]],
) -> None:
    shapes.setdefault(shape, (place, converted))
    for each in shape.fields:
        inner = shape_in(each.form)
        if inner is not None:
            kind = shape.kind if isinstance(shape.kind, type) else object
            into = converted or (((kind, each.name),) if each.converted else ())
            _gather(inner, f"{place}.{each.key}".lstrip("."), into, shapes)


def _keys(
    shape: Shape,
    converted: tuple[tuple[type, str], ...],
    shared: Mapping[str, Sequence[tuple[type, str]]],
) -> Iterator[Key]:
    kind = shape.kind if isinstance(shape.kind, type) else object
    for each in shape.fields:
        own = converted or ((kind, each.name),)
        more = tuple(shared.get(each.name, ())) if kind is HousePolicy else ()
        yield Key(each.key, (*own, *more), each.key == "name")


def unresolved() -> Mapping[Node, frozenset[str]]:
    """Give the readings that bear the name of a key, of things whose type was not found."""
    names = {name for _, keys in tables().values() for key in keys for _, name in key.fields}
    found = {node: frozenset(each.unknown & names) for node, each in readings().items()}
    return {node: unknown for node, unknown in found.items() if unknown}


def rows_of(title: str) -> Iterator[str]:
    """Write for a table, by its title, who reads each of its keys."""
    yield "| key | rules | machines | otherwise |"
    yield "|---|---|---|---|"
    _, keys = tables()[title]
    for key in keys:
        by = key.readers
        cells = (f"`{key.key}`", _named(by.rules), _named(by.machines), _otherwise(key))
        yield f"| {' | '.join(cells)} |"


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _otherwise(key: Key) -> str:
    by = key.readers
    if by.rules or by.machines:
        return ""
    if by.functions:
        return _named(by.functions)
    if key.is_name:
        return "what other keys, facts and answers call it"
    if any(kind is HouseLabels for kind, _ in key.fields):
        return OF_THE_DOCUMENT["labels"]
    return OF_THE_DOCUMENT.get(key.key, "")
