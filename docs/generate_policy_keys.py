"""Write the tables and keys of a policy document into `guide/policies.md`, from their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from vintage_rules.dates import Unit
from vintage_rules.fields import (
    DATES,
    AddressField,
    Amount,
    Anchor,
    Count,
    CurrencyCode,
    Day,
    Days,
    HolidayCalendar,
    Hour,
    Kind,
    Label,
    Language,
    Length,
    Name,
    Rate,
    Reference,
    SumOf,
    TerritoryCode,
    TimeZone,
    Weight,
    Words,
)
from vintage_rules.policies.house import document_shape
from vintage_rules.policies.shapes import (
    ByName,
    Choice,
    Flag,
    Form,
    ListOf,
    One,
    Shape,
    TableOf,
    Value,
    shape_in,
)

PAGE = Path(__file__).parent / "guide" / "policies.md"
START = "<!-- what follows is written by python docs/generate_policy_keys.py -->\n"
SHAPES: Mapping[type[Kind], str] = {
    AddressField: "[field name](#names-and-codes)",
    Amount: "[amount](#amounts-and-rates)",
    CurrencyCode: "[currency](#names-and-codes)",
    Day: "[day](#days-and-times)",
    Days: "[range of days](#days-and-times)",
    Flag: "`true` or `false`",
    HolidayCalendar: "[code](#names-and-codes)",
    Label: "words",
    Language: "[language](#names-and-codes)",
    Hour: "[hour](#days-and-times)",
    Name: "[name](#names-and-codes)",
    Rate: "[rate](#amounts-and-rates)",
    Reference: "[name](#names-and-codes)",
    TerritoryCode: "[code](#names-and-codes)",
    TimeZone: "[time zone](#names-and-codes)",
}


def page() -> str:
    """Give the page as it should be: what people wrote, and the tables."""
    before, _, _ = PAGE.read_text("utf-8").partition(START)
    return before + START + "\n" + "\n".join(sections())


def sections() -> Iterator[str]:
    """Write every table of a document once, with all the places where it may stand."""
    document = document_shape()
    places: dict[Shape, list[str]] = {}
    for shape, place in _places(document, ""):
        places.setdefault(shape, []).append(place)
    yield from _section("the document", document, ["at the top"])
    for shape, found in places.items():
        yield from _section(shape.title, shape, found)


def _places(table: Shape, path: str) -> Iterator[tuple[Shape, str]]:
    """Give every table below one, with how its header is written."""
    for field in table.fields:
        shape, place = shape_in(field.form), _header(field.form, f"{path}.{field.key}".lstrip("."))
        if shape is not None:
            yield shape, f"`{place}`" if shape.sourced or _nests(shape) else _braces(place)
            yield from _places(shape, place.strip("[]"))


def _header(form: Form, path: str) -> str:
    match form:
        case ListOf() | ByName():
            return f"[[{path}]]"
        case TableOf():
            return f"[{path}.NAME]"
        case One() | Value():
            return f"[{path}]"


def _braces(place: str) -> str:
    key = place.strip("[]")
    return f"`{key} = [{{ … }}]`" if place.startswith("[[") else f"`{key} = {{ … }}`"


def _nests(shape: Shape) -> bool:
    return any(shape_in(field.form) is not None for field in shape.fields)


def _section(title: str, table: Shape, places: list[str]) -> Iterator[str]:
    yield f"### {title}\n"
    yield f"{table.text} Written {', '.join(places)}.\n"
    yield "| key | value | needed | what |"
    yield "|---|---|---|---|"
    for field in table.fields:
        what = field.text.replace("|", "\\|")
        yield f"| `{field.key}` | {_form(field.form)} | {_yes(field.needed)} | {what} |"
    if table.sourced:
        yield "| `source` | [source](#sources) | yes | where the values come from |"
        yield "| `sources` | table of: [source](#sources) | no | for single values: from where |"
    yield ""


def _yes(needed: bool) -> str:  # noqa: FBT001 - the one thing to say
    return "yes" if needed else "no"


def _form(form: Form) -> str:
    match form:
        case Value():
            return _simple_value(form.kind)
        case One():
            return _link(form.shape)
        case ByName():
            return f"list of: {_link(form.shape)}"
        case ListOf():
            return f"list of: {_form(form.item)}"
        case TableOf():
            return f"table of: {_form(form.item)}"


def _link(shape: Shape) -> str:
    return f"[{shape.title}](#{shape.title.replace(' ', '-')})"


def _simple_value(kind: Kind) -> str:
    match kind:
        case Choice():
            return _one_of(kind.members)
        case Words():
            return _one_of(kind.meanings)
        case SumOf():
            return f"{_one_of(kind.parts)}; with `-` taken off"
        case Anchor():
            return "[anchor](#days-and-times)" if kind.several else _one_of(kind.events)
        case Count() | Weight():
            return f"whole number, {kind.least} to {kind.most}"
        case Length():
            return _length(kind)
        case _:
            return SHAPES[type(kind)]


def _length(kind: Length) -> str:
    shape = "[duration](#days-and-times)"
    units = set(kind.units) - {Unit.NEVER}
    if units == {Unit.DAYS}:
        shape += " in days"
    elif units == set(DATES):
        shape += " of dates"
    return f"{shape}, or `never`" if Unit.NEVER in kind.units else shape


def _one_of(members: Iterable[str]) -> str:
    return ", ".join(f"`{member}`" for member in members)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE.name}")
