"""From a name or a file to a `PolicyBook`, or to everything that is wrong in the document."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pkgutil import get_data

import tomli
from attrs import frozen

from vintage_rules.errors import Fault, PolicyDocumentError, UnknownPolicyError, shortened
from vintage_rules.findings import items_in, table_in
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.editions import Origins, completed
from vintage_rules.policies.house import PolicyDocument, policies_of, read_document

SUFFIX = ".toml"
_PACKAGE = "vintage_rules.policies"
_NAME = re.compile(r"[a-z0-9-]+")
_LARGEST = 1_000_000
_MOST_DIGITS = 30
_DEEPEST = 30


def load_policy(name_or_path: str | os.PathLike[str]) -> PolicyBook:
    """Load a shipped policy by its name, or the document at a path that ends in `.toml`.

    Raises:
        UnknownPolicyError: If there is neither.
        PolicyDocumentError: With every fault of the document.

    >>> load_policy("imparfaite").latest.currency
    'EUR'
    """
    name = os.fspath(name_or_path)
    return parse_policy(*policy_content(name)) if name.endswith(SUFFIX) else _shipped(name)


def policy_content(name_or_path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """Return the text of a shipped policy or of a document, and what messages call it.

    Raises as `load_policy` where there is neither.

    >>> content, file = policy_content("imparfaite")
    >>> file, b'currency = "EUR"' in content
    ('imparfaite.toml', True)
    """
    name = os.fspath(name_or_path)
    if name.endswith(SUFFIX):
        return _document(name)
    file = f"{name}{SUFFIX}"
    content = _shipped_content(file) if _NAME.fullmatch(name) else None
    if content is None:
        raise UnknownPolicyError(name, shipped_policies())
    return content, file


def _shipped_content(file: str) -> bytes | None:
    try:
        return get_data(_PACKAGE, file)
    except OSError:
        return None


def policy_tables(name_or_path: str | os.PathLike[str]) -> dict[str, object]:
    """Return the tables of a shipped policy or of a document as they are written, numbers exact.

    Raises as `load_policy`, except that nothing is checked but that it is TOML.

    >>> policy_tables("imparfaite")["currency"]
    'EUR'
    """
    content, file = policy_content(name_or_path)
    return _table(_text(content, file), file)


@lru_cache(maxsize=1)
def shipped_policies() -> tuple[str, ...]:
    """Name the policies that come with the library.

    >>> "imparfaite" in shipped_policies()
    True
    """
    # Loaded here alone: it takes as long as reading a policy does, and few list the names.
    from importlib import resources

    files = resources.files(_PACKAGE).iterdir()
    names = (file.name for file in files if file.name.endswith(SUFFIX))
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names))


@lru_cache
def _shipped(name: str) -> PolicyBook:
    return parse_policy(*policy_content(name))


def _document(path: str) -> tuple[bytes, str]:
    from pathlib import Path

    try:
        with Path(path).open("rb") as file:
            return file.read(_LARGEST + 1), path
    except FileNotFoundError:
        raise UnknownPolicyError(path, shipped_policies()) from None
    except IsADirectoryError:
        raise _fault(path, "a file", "a folder") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _fault(path, "a file that can be read", (reason or str(error)).lower()) from None


@frozen(kw_only=True)
class ReadPolicy:
    """A sound document: its editions, its text, and which tables came from an earlier edition."""

    book: PolicyBook
    text: str
    file: str
    origins: Origins


def parse_policy(content: bytes, file: str) -> PolicyBook:
    """Read a policy document; `file` is what messages call it.

    Raises:
        PolicyDocumentError: With every fault.

    >>> from vintage_rules.errors import PolicyDocumentError
    >>> try:
    ...     parse_policy(b"name = ", "x.toml")
    ... except PolicyDocumentError as error:
    ...     print(error)
    x.toml:1:8: must be valid TOML, got 'name = ': invalid value
    """
    return read_policy(content, file).book


def read_policy(content: bytes, file: str) -> ReadPolicy:
    """Read a policy document and keep its text, so that the place of a value can be given.

    Raises what `parse_policy` raises.

    >>> read_policy(*policy_content("imparfaite")).book.name
    'imparfaite'
    """
    text = _text(content, file)
    written, origins = completed(_table(text, file))
    document, mismatches = read_document(written)
    if document is None:
        from vintage_rules.policies.faults import faults_of

        raise PolicyDocumentError(faults_of(mismatches, text, file, origins))
    return ReadPolicy(book=book_from(document), text=text, file=file, origins=origins)


def book_from(document: PolicyDocument) -> PolicyBook:
    """Return the editions that a document says.

    >>> book_from(load_policy("imparfaite").document).name
    'imparfaite'
    """
    name = str(document.page["name"])
    return PolicyBook(name=name, editions=policies_of(document), document=document)


def _text(content: bytes, file: str) -> str:
    if len(content) > _LARGEST:
        raise _fault(file, f"a document of at most {_LARGEST} bytes", "more")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start].split(b"\n")
        column = len(before[-1].decode()) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise _fault(file, "UTF-8 text", found, line=len(before), column=column) from None


def _table(text: str, file: str) -> dict[str, object]:
    try:
        table = tomli.loads(text, parse_float=_exact)
    except tomli.TOMLDecodeError as error:
        line = text.split("\n")[error.lineno - 1]
        found = f"{shortened(line)}: {error.msg[:1].lower()}{error.msg[1:]}"
        raise _fault(file, "valid TOML", found, line=error.lineno, column=error.colno) from None
    except (RecursionError, ValueError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else "a number too long"
        raise _fault(file, "TOML that can be read", reason) from None
    if _is_deeper(table, _DEEPEST):
        raise _fault(file, f"at most {_DEEPEST} tables and lists within one another", "more")
    return table


def _is_deeper(table: Mapping[str, object], levels: int) -> bool:
    """Check how deep a document nests, before anything goes down into it."""
    level: list[object] = [table]
    for _ in range(levels):
        level = [item for each in level for item in _held_by(each)]
    return bool(level)


def _held_by(value: object) -> Iterable[object]:
    return table_in(value).values() or items_in(value)


def _exact(text: str) -> Decimal | str:
    """Read a number exactly; one beyond all reason stays a text and is refused as that."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else text


def _fault(
    file: str, allowed: str, found: str, *, line: int = 1, column: int = 1
) -> PolicyDocumentError:
    fault = Fault(
        file=file,
        line=line,
        column=column,
        path="",
        allowed=allowed,
        found=found,
        code="not-a-document",
    )
    return PolicyDocumentError((fault,))
