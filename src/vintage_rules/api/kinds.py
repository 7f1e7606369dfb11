"""Kinds of values: how the JSON of one is read, and the JSON Schema of what can be read.

Readers are strict: a name that is not known, a value of another kind, a missing fact is a problem
with its path, and all problems are found in one reading. A reader raises `Problems`, or lets
through what a class of the library raises of its own values; `problems_in` makes the former of
both, and whatever holds a value adds its own step to their paths: there is no other way in which a
path is made. A reader is a function that is built once, and nothing wraps one that reads a value by
itself, so that reading costs little more than looking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, TypeGuard

from attrs import evolve, field, frozen

from vintage_rules.api.error_messages import message_of, part_of_amount, shown
from vintage_rules.api.json_values import Json
from vintage_rules.api.names import one_of
from vintage_rules.api.rejection import Problem, Problems, Rank
from vintage_rules.errors import (
    CurrencyMismatchError,
    InvalidValueError,
)
from vintage_rules.orders.policy import HousePolicy

# What is read is of any type; the house is None where a kind does not depend on one.
Reader: TypeAlias = "Callable[[object, Any], Any]"
Schema: TypeAlias = "Mapping[str, Json]"
SchemaOf: TypeAlias = "Callable[[HousePolicy | None], Schema]"


@frozen(kw_only=True, eq=False, repr=False)
class Kind:
    """A kind of value: how it is read, and the schema of its JSON under a policy, or under any."""

    read: Reader
    schema: Callable[[HousePolicy | None], Schema]


class Marker(Protocol):
    """What `Annotated` says of a type beyond the type."""

    def mark(self, kind: Kind) -> Kind:
        """Return the kind that this makes of a kind."""
        ...


def _with(schema: SchemaOf, more: Schema) -> SchemaOf:
    """Give a schema that says more than another."""
    return lambda house: {**schema(house), **more}


def is_object(given: object) -> TypeGuard[dict[str, object]]:
    """Whether this is what JSON calls an object, whose names are all texts."""
    return isinstance(given, dict)


def is_list(given: object) -> TypeGuard[list[object]]:
    """Whether this is a list."""
    return isinstance(given, list)


def wrong(allowed: str, found: object) -> Problems:
    """Return the problem of a value that is none of those allowed."""
    return Problems([Problem((), f"must be {allowed}, got {shown(found)}")])


Refusal: TypeAlias = Problems | InvalidValueError | CurrencyMismatchError
# What a reader raises; a tuple, for `except` takes no union.
REFUSALS = (Problems, InvalidValueError, CurrencyMismatchError)


def problems_in(refusal: Refusal) -> Sequence[Problem]:
    """Return the problems that a reader raised.

    What a class refuses is one problem, at the field the class names.
    """
    if isinstance(refusal, Problems):
        return refusal.problems
    steps = (refusal.field,) if refusal.field else ()
    return [Problem(steps, message_of(refusal))]


def leaf(read: Reader, schema: Schema) -> Kind:
    """Return the kind of a value that one function reads."""
    return Kind(read=read, schema=lambda _: schema)


def _any_object(given: object, _house: object = None) -> dict[str, object]:
    if not is_object(given):
        raise InvalidValueError("", given, "an object")
    return given


ANY_OBJECT = leaf(_any_object, {"type": "object"})
"""The kind of an object that is read later, by what another field says it is."""


@frozen(eq=False, repr=False)
class Checked:
    """A marker: what has been read must pass a check, which raises the library's own errors."""

    check: Callable[[Any], object]
    bounds: Schema

    def mark(self, kind: Kind) -> Kind:
        """Check what the kind reads."""
        read_, schema_, check, bounds = kind.read, kind.schema, self.check, self.bounds

        def read(given: object, house: HousePolicy) -> object:
            value = read_(given, house)
            check(value)
            return value

        return evolve(kind, read=read, schema=_with(schema_, bounds))


@frozen(eq=False, repr=False)
class Named:
    """A marker: a name that the policy of the house knows."""

    what: str
    known: Callable[[HousePolicy], Collection[str]]

    def mark(self, kind: Kind) -> Kind:
        """Refuse a name that is none of the policy's, and show those there are."""
        read_, schema_ = kind.read, kind.schema

        def read(given: object, house: HousePolicy) -> object:
            name = read_(given, house)
            if name is not None:
                require_name(name, self.known(house))
            return name

        def schema(house: HousePolicy | None) -> Schema:
            names: Schema = {} if house is None else {"enum": sorted(self.known(house))}
            return {**schema_(house), **names, "description": f"{self.what} of the policy"}

        return evolve(kind, read=read, schema=schema)


def require_name(name: str, known: Collection[str]) -> None:
    """Refuse a name that is not known. Raises `Problems` with those there are and the nearest.

    Names that have no order of their own are shown in alphabetical order.
    """
    if name not in known:
        names = known if isinstance(known, Sequence) else sorted(known)
        allowed = one_of(name, names) if names else "left out: the policy has none"
        message = f"must be {allowed}, got {shown(name)}"
        raise Problems([Problem((), message, Rank.NAME)])


@frozen(eq=False, repr=False)
class NamedKeys:
    """A marker: the keys of a mapping are names that are known."""

    what: str
    known: Callable[[HousePolicy | None], Sequence[str]]

    def mark(self, kind: Kind) -> Kind:
        """Refuse a key that is none of them."""
        read_, schema_ = kind.read, kind.schema

        def read(given: object, house: HousePolicy) -> object:
            values = read_(given, house)
            found: list[Problem] = []
            for name in values:
                try:
                    require_name(name, self.known(house))
                except Problems as problems:
                    found += [problem.inside(name) for problem in problems.problems]
            if found:
                raise Problems(found)
            return values

        def schema(house: HousePolicy | None) -> Schema:
            names: Json = {"enum": sorted(self.known(house))}
            return {**schema_(house), "propertyNames": names, "description": self.what}

        return evolve(kind, read=read, schema=schema)


@frozen(eq=False, repr=False)
class DistinctBy:
    """A marker: no two items of a list have the same value of a field."""

    field: str
    what: str

    def mark(self, kind: Kind) -> Kind:
        """Refuse an item whose value an earlier one has."""
        read_, field_ = kind.read, self.field

        def read(given: object, house: HousePolicy) -> object:
            items = read_(given, house)
            seen: set[object] = set()
            for place, item in enumerate(items):
                value: object = getattr(item, field_)
                if value in seen:
                    allowed = f"another {field_} than an earlier {self.what}'s"
                    message = f"must be {allowed}, got {shown(value)}"
                    raise Problems([Problem((place, field_), message)])
                seen.add(value)
            return items

        return evolve(kind, read=read)


@frozen(eq=False, repr=False)
class AtLeast:
    """A marker: a list of so many items or more."""

    items: int

    def mark(self, kind: Kind) -> Kind:
        """Refuse a shorter list."""
        read_, schema_ = kind.read, kind.schema

        def read(given: object, house: HousePolicy) -> object:
            items = read_(given, house)
            if len(items) < self.items:
                raise wrong(f"a list of {self.items} or more", given)
            return items

        return evolve(kind, read=read, schema=_with(schema_, {"minItems": self.items}))


@frozen(eq=False, repr=False)
class Refined:
    """A marker: what a rule requires of the fields of a class, where their types say less."""

    fields: Mapping[str, Any]


@frozen(eq=False, repr=False)
class Field:
    """A field of an object.

    Its name in JSON, the argument it becomes, its kind, whether it must be given; `owner` is the
    argument that it is a field of, if its JSON is flat beside the fields of the holder.
    """

    name: str
    argument: str
    kind: Kind
    needed: bool
    owner: str | None = None


@frozen(eq=False, repr=False)
class ObjectKind:
    """An object of named fields: none is missing, none unknown, none of another kind.

    `owners` build the values whose own fields are among them.
    """

    fields: tuple[Field, ...]
    owners: Mapping[str, Callable[..., object]]
    # What reading needs of each field, by its name: looked up once for each that is given.
    _reading: Mapping[str, tuple[str, Reader, str | None]] = field(alias="reading")
    _needed: frozenset[str] = field(alias="needed")

    @classmethod
    def of(
        cls, fields: Sequence[Field], owners: Mapping[str, Callable[..., object]] | None = None
    ) -> ObjectKind:
        """Build one of its fields."""
        return cls(
            tuple(fields),
            owners or {},
            {each.name: (each.argument, each.kind.read, each.owner) for each in fields},
            frozenset(each.name for each in fields if each.needed),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields in JSON."""
        return tuple(self._reading)

    def read(self, given: object, house: HousePolicy) -> dict[str, Any]:
        """Read an object into arguments. Raises `Problems` with everything that is wrong in it."""
        if not is_object(given):
            raise wrong("an object", given)
        values: dict[str, Any] = {}
        failed: dict[str, Refusal] = {}
        reading_of = self._reading.get
        for name, inner in given.items():
            reading = reading_of(name)
            if reading is None:
                raise self._unknown(name)
            argument, read, owner = reading
            try:
                value = read(inner, house)
            except REFUSALS as refusal:
                failed[name] = refusal
                continue
            if owner is None:
                values[argument] = value
            else:
                values.setdefault(owner, {})[argument] = value
        if failed:
            raise self._failure(failed, given)
        for name in self._needed:
            if name not in given:
                raise self._failure(failed, given)
        return self._with_owners(values) if self.owners else values

    def _with_owners(self, values: dict[str, Any]) -> dict[str, Any]:
        for owner, made in self.owners.items():
            if owner in values:
                values[owner] = made(**values[owner])
        return values

    def _unknown(self, name: object) -> Problems:
        allowed = one_of(str(name), sorted(self._reading))
        steps = (str(name),) if name else ()
        return Problems([Problem(steps, f"must be {allowed}, got {shown(name)}")])

    def _failure(self, failed: Mapping[str, Refusal], given: Mapping[str, object]) -> Problems:
        """Everything that is wrong, in the order of the fields."""
        found: list[Problem] = []
        for each in self.fields:
            if each.name in failed:
                found += [problem.inside(each.name) for problem in problems_in(failed[each.name])]
            elif each.needed and each.name not in given:
                found.append(Problem((each.name,), "must be given"))
        return Problems(found)

    def making(self, made: Callable[..., object]) -> Kind:
        """Return the kind of an object that is built of what is read."""

        def read(given: object, house: HousePolicy) -> object:
            values = self.read(given, house)
            try:
                return made(**values)
            except (InvalidValueError, CurrencyMismatchError) as error:
                raise self._problems(error, given) from error

        return Kind(read=read, schema=self.schema)

    def _problems(
        self, error: InvalidValueError | CurrencyMismatchError, given: object
    ) -> Problems:
        """Return the problem of the field that a class names, in the part of it that is wrong."""
        problem = problems_in(error)[0]
        value = given.get(str(problem.steps[0])) if is_object(given) and problem.steps else None
        part = part_of_amount(error) if isinstance(value, dict) else ()
        return Problems([evolve(problem, steps=(*problem.steps, *part))])

    def schema(self, house: HousePolicy | None) -> Schema:
        """Return the schema of the object."""
        return {
            "type": "object",
            "properties": {each.name: each.kind.schema(house) for each in self.fields},
            "required": [each.name for each in self.fields if each.needed],
            "additionalProperties": False,
        }


def choice_kind(choices: Sequence[str]) -> Kind:
    """Return the kind of one of several texts."""
    allowed = f"one of {', '.join(choices[:-1])} or {choices[-1]}"

    def read(given: object, _house: HousePolicy) -> object:
        if type(given) is not str or given not in choices:
            raise wrong(allowed, given)
        return given

    return Kind(read=read, schema=lambda _: {"enum": [str(choice) for choice in choices]})


def term_kind(terms: type[StrEnum]) -> Kind:
    """Return the kind of a term of a closed list, read from its code."""
    codes = choice_kind(tuple(terms))
    return Kind(read=lambda given, house: terms(codes.read(given, house)), schema=codes.schema)


def optional_kind(kind: Kind) -> Kind:
    """Return the kind of a value that may be null."""
    read_, schema_ = kind.read, kind.schema

    def read(given: object, house: HousePolicy) -> object:
        return None if given is None else read_(given, house)

    return Kind(read=read, schema=lambda house: {"anyOf": [schema_(house), {"type": "null"}]})


def list_kind(kind: Kind, made: Callable[[list[object]], Sequence[object]] = list) -> Kind:
    """Return the kind of a list of values, and what is made of it."""
    read_, schema_ = kind.read, kind.schema

    def read(given: object, house: HousePolicy) -> object:
        if not is_list(given):
            raise wrong("a list", given)
        values: list[object] = []
        found: list[Problem] = []
        for place, item in enumerate(given):
            try:
                values.append(read_(item, house))
            except REFUSALS as refusal:
                found += [problem.inside(place) for problem in problems_in(refusal)]
        if found:
            raise Problems(found)
        return made(values)

    return Kind(read=read, schema=lambda house: {"type": "array", "items": schema_(house)})


def mapping_kind(kind: Kind) -> Kind:
    """Return the kind of an object whose names are free."""
    read_, schema_ = kind.read, kind.schema

    def read(given: object, house: HousePolicy) -> object:
        if not is_object(given):
            raise wrong("an object", given)
        values: dict[str, object] = {}
        found: list[Problem] = []
        for name, inner in given.items():
            try:
                values[name] = read_(inner, house)
            except REFUSALS as refusal:
                found += [problem.inside(name) for problem in problems_in(refusal)]
        if found:
            raise Problems(found)
        return values

    return Kind(
        read=read,
        schema=lambda house: {"type": "object", "additionalProperties": schema_(house)},
    )
