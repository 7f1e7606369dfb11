"""What is wrong in a document, in words and with its place: all of it, in order."""

from __future__ import annotations

from collections.abc import Iterable

from vintage_rules.errors import Fault
from vintage_rules.policies.editions import Origins, origin_of
from vintage_rules.policies.paths import dotted
from vintage_rules.policies.positions import position_of, positions
from vintage_rules.policies.reading import Mismatch


def faults_of(
    mismatches: Iterable[Mismatch], text: str, file: str, origins: Origins
) -> tuple[Fault, ...]:
    r"""Return every fault once, in the order of the document.

    >>> wrong = Mismatch(path=("rate",), allowed="between 0 and 1", found="10")
    >>> [str(fault) for fault in faults_of([wrong], "rate = 10\n", "x.toml", {})]
    ['x.toml:1:8: rate: must be between 0 and 1, got 10']
    """
    marks = positions(text)
    found: dict[tuple[int, int, str, str], Fault] = {}
    for one in mismatches:
        place = position_of(origin_of(one.path, origins), marks, key=one.about_key)
        fault = Fault(
            file=file,
            line=place.line,
            column=place.column,
            path=dotted(one.path),
            allowed=one.allowed,
            found=one.found,
            code=one.code,
        )
        found.setdefault((fault.line, fault.column, fault.allowed, fault.found), fault)
    return tuple(sorted(found.values(), key=lambda fault: (fault.line, fault.column)))
