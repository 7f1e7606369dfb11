"""The host's own tables: people, what pieces look like, and what its stand-ins remember.

The library keeps none of this. People are known to it by a name, pieces by a name and a weight.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import asdict, field, frozen
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    create_engine,
    insert,
    make_url,
    or_,
    select,
    update,
)

from vintage_rules.marketplace import Page

_TABLES = MetaData()
_PEOPLE = Table(
    "storefront_people",
    _TABLES,
    Column("id", String(100), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False, index=True),
    Column("password", String(200), nullable=False),
    Column("locale", String(10), nullable=False),
    Column("address", Text, nullable=False),
    Column("sells", Boolean, nullable=False),
    Column("staff", Boolean, nullable=False),
)
_PIECES = Table(
    "storefront_pieces",
    _TABLES,
    Column("id", String(100), primary_key=True),
    Column("garment", String(40), nullable=False),
    Column("colour", String(40), nullable=False),
    Column("material", String(40), nullable=False),
    Column("pattern", String(40), nullable=False),
    Column("decade", Integer, nullable=False),
    Column("size", String(20), nullable=False),
)
CHARGES = Table(
    "storefront_charges",
    _TABLES,
    Column("reference", String(100), primary_key=True),
    Column("provider", String(20), nullable=False),
    Column("key", String(250), nullable=False, unique=True),
    Column("amount", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("source", String(200), nullable=False),
    Column("return_url", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("capture_key", String(250), nullable=False, default=""),
    Column("captured", String(40), nullable=False, default="0"),
)
REFUNDS = Table(
    "storefront_refunds",
    _TABLES,
    Column("key", String(250), primary_key=True),
    Column("reference", String(100), nullable=False),
    Column("amount", String(40), nullable=False),
)
_SENT = Table(
    "storefront_sent",
    _TABLES,
    Column("number", String(100), primary_key=True),
    Column("at", String(40), nullable=False),
)
_LETTERS = Table(
    "storefront_letters",
    _TABLES,
    Column("key", String(250), primary_key=True),
    Column("person", String(100), nullable=False, index=True),
    Column("about", String(200), nullable=False, index=True),
    Column("at", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("parts", Text, nullable=False),
    Column("label", Text, nullable=False),
)
_VALUES = Table(
    "storefront_values",
    _TABLES,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
_LETTERS_OF = select(_LETTERS).order_by(_LETTERS.c.at.desc(), _LETTERS.c.key.desc())
_AHEAD, _SEEDED = "clock-ahead", "seeded"
_N, _R, _P = 2**14, 8, 1  # what scrypt costs: 16 MB and some milliseconds


@frozen(kw_only=True)
class Person:
    """A person who buys, and may also sell or be of the house; a guest has no password."""

    id: str
    name: str
    email: str
    password: str = field(repr=False)
    locale: str
    address: Mapping[str, str]
    sells: bool = False
    staff: bool = False


@frozen(kw_only=True)
class Look:
    """What a piece looks like: words of its own, of which titles and pictures are made."""

    id: str
    garment: str
    colour: str
    material: str
    pattern: str
    decade: int
    size: str


@frozen(kw_only=True)
class KeptLetter:
    """A letter that a person was sent; `parts` are paragraphs, or the lines of an address."""

    key: str
    person: str
    about: str
    at: datetime
    subject: str
    parts: tuple[str | list[str], ...]
    label: str


class Host:
    """The host's tables, in the database of the shop."""

    def __init__(self, url: str) -> None:
        """Open the tables, and create those that are missing."""
        where = make_url(url)
        if where.drivername == "postgresql":
            where = where.set(drivername="postgresql+psycopg")
        self.engine: Engine = create_engine(where, hide_parameters=True)
        _TABLES.create_all(self.engine)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    # People.

    def add_people(self, people: Iterable[Person]) -> None:
        """Add people."""
        with self.engine.begin() as connection:
            rows = [{**asdict(each), "address": json.dumps(dict(each.address))} for each in people]
            connection.execute(insert(_PEOPLE), rows)

    def person(self, id_: str) -> Person | None:
        """Return a person by their name with the library; None for one who is not known."""
        return next(iter(self._people(_PEOPLE.c.id == id_)), None)

    def person_of_email(self, email: str) -> Person | None:
        """Return who has an account under an e-mail address; a guest has none."""
        known = self._people(_PEOPLE.c.email == email.strip().lower(), _PEOPLE.c.password != "")
        return next(iter(known), None)

    def people(self) -> list[Person]:
        """Return everyone with an account."""
        return self._people(_PEOPLE.c.password != "")

    def names_of_sellers(self) -> dict[str, str]:
        """Return the names that sellers are shown by."""
        return {each.id: each.name for each in self._people(_PEOPLE.c.sells)}

    def _people(self, *which: Any) -> list[Person]:  # noqa: ANN401 - conditions of SQLAlchemy
        with self.engine.connect() as connection:
            found = connection.execute(select(_PEOPLE).where(*which).order_by(_PEOPLE.c.id))
            rows = [dict(row) for row in found.mappings()]
        return [Person(**{**row, "address": json.loads(row["address"])}) for row in rows]

    def keep_guest(self, guest: Person) -> None:
        """Remember how a guest is reached, as they last said."""
        with self.engine.begin() as connection:
            row = {**asdict(guest), "address": json.dumps(dict(guest.address))}
            known = update(_PEOPLE).where(_PEOPLE.c.id == guest.id).values(row)
            if not connection.execute(known).rowcount:
                connection.execute(insert(_PEOPLE), row)

    # Pieces.

    def add_looks(self, looks: Sequence[Look]) -> None:
        """Add what pieces look like."""
        with self.engine.begin() as connection:
            connection.execute(insert(_PIECES), [asdict(look) for look in looks])

    def looks(self, pieces: Iterable[str]) -> dict[str, Look]:
        """Return what pieces look like, by their names."""
        with self.engine.connect() as connection:
            found = connection.execute(select(_PIECES).where(_PIECES.c.id.in_(list(pieces))))
            return {row["id"]: Look(**dict(row)) for row in found.mappings()}

    # Parcels that were handed in at the stand-in's counter, and letters.

    def hand_in(self, number: str, at: datetime) -> None:
        """Remember when a parcel was handed in; the first time counts."""
        with self.engine.begin() as connection:
            if connection.execute(select(_SENT).where(_SENT.c.number == number)).first() is None:
                connection.execute(insert(_SENT), {"number": number, "at": at.isoformat()})

    def handed_in_at(self, number: str) -> datetime | None:
        """Return when a parcel was handed in."""
        with self.engine.connect() as connection:
            row = connection.execute(select(_SENT.c.at).where(_SENT.c.number == number)).first()
        return None if row is None else datetime.fromisoformat(row[0])

    def keep_letter(self, letter: KeptLetter) -> None:
        """Put a letter into the box of its person, once for each key."""
        row = {**asdict(letter), "at": letter.at.astimezone(UTC).isoformat()}
        row["parts"] = json.dumps(letter.parts)
        with self.engine.begin() as connection:
            known = select(_LETTERS.c.key).where(_LETTERS.c.key == letter.key)
            if connection.execute(known).first() is None:
                connection.execute(insert(_LETTERS), row)

    def letters(self, person: str, about: str, limit: int = 50) -> list[KeptLetter]:
        """Return the letters of a person about one order, the latest first."""
        wanted = _LETTERS_OF.where(_LETTERS.c.person == person, _LETTERS.c.about == about)
        return self._letters(wanted.limit(limit))

    def letters_page(self, person: str, *, limit: int, after: str | None) -> Page[KeptLetter]:
        """Return letters of a person, the latest first, those after the last of another page."""
        wanted = _LETTERS_OF.where(_LETTERS.c.person == person)
        last = None if after is None else self.letter(person, after)
        if last is not None:
            at = last.at.astimezone(UTC).isoformat()
            earlier = and_(_LETTERS.c.at == at, _LETTERS.c.key < last.key)
            wanted = wanted.where(or_(_LETTERS.c.at < at, earlier))
        letters = self._letters(wanted.limit(limit))
        return Page(rows=tuple(letters), after=letters[-1].key if len(letters) == limit else None)

    def letter(self, person: str, key: str) -> KeptLetter | None:
        """Return a letter of a person."""
        wanted = _LETTERS_OF.where(_LETTERS.c.key == key, _LETTERS.c.person == person)
        return next(iter(self._letters(wanted)), None)

    def _letters(self, wanted: Select[Any]) -> list[KeptLetter]:
        with self.engine.connect() as connection:
            return [_letter(dict(row)) for row in connection.execute(wanted).mappings()]

    # What a demonstration remembers.

    def clock_ahead(self) -> timedelta:
        """Return how far the clock was pushed."""
        return timedelta(seconds=float(self._value(_AHEAD) or 0))

    def keep_clock_ahead(self, ahead: timedelta) -> None:
        """Remember how far the clock was pushed."""
        self._keep(_AHEAD, str(ahead.total_seconds()))

    @property
    def is_seeded(self) -> bool:
        """Whether the pieces and people of the demonstration are there, all of them."""
        return self._value(_SEEDED) is not None

    def keep_seeded(self) -> None:
        """Remember that they are."""
        self._keep(_SEEDED, "yes")

    def _value(self, name: str) -> str | None:
        with self.engine.connect() as connection:
            row = connection.execute(select(_VALUES.c.value).where(_VALUES.c.name == name)).first()
        return None if row is None else str(row[0])

    def _keep(self, name: str, value: str) -> None:
        with self.engine.begin() as connection:
            known = update(_VALUES).where(_VALUES.c.name == name).values(value=value)
            if not connection.execute(known).rowcount:
                connection.execute(insert(_VALUES), {"name": name, "value": value})


def _letter(row: dict[str, Any]) -> KeptLetter:
    at, parts = datetime.fromisoformat(row["at"]), tuple(json.loads(row["parts"]))
    return KeptLetter(**{**row, "at": at, "parts": parts})


def hashed(password: str) -> str:
    """Return what is kept of a password: its salt and what scrypt makes of both."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt).hex()}"


def is_password(password: str, kept: str) -> bool:
    """Return whether a password is the one that was hashed, in constant time."""
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P)
