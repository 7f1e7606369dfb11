"""What `policy check` says of every seeded fault, in a file somebody has read.

`python -m tests.review.findings` writes it anew; read what `git diff` shows before it is committed:
a test compares, only an eye can judge. A finding is shown by the text that it points at, so that
the file does not change with every line that a document gains.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.review.seeds import SEEDS, Seed
from vintage_rules.review import CheckFinding, check_document

FILE = Path(__file__).with_suffix(".txt")
HEADING = "# "


@cache
def findings_in(text: str) -> tuple[CheckFinding, ...]:
    """Check a document once for all tests."""
    return check_document(text.encode(), "x.toml")


def heading_of(seed: Seed) -> str:
    """Call a seed by its code, its document and which one of that code it is."""
    alike = [each for each in SEEDS if each.code == seed.code]
    return f"{seed.code} in {seed.document}, {alike.index(seed) + 1} of {len(alike)}"


def said_of(seed: Seed) -> list[str]:
    """Say what is found in the document of a seed."""
    lines, said = seed.text.split("\n"), list[str]()
    for finding in findings_in(seed.text):
        said += [
            f"{finding.severity}[{finding.code}] {finding.path}: {finding.reason('en-GB')}",
            f"    at: {lines[finding.line - 1][finding.column - 1 :][:60]}".rstrip(),
        ]
        if finding.example is not None:
            said.append(f"    {finding.shown('en-GB')}")
    return said


@cache
def kept() -> Mapping[str, list[str]]:
    """Read what was said of each seed when somebody read it, by its heading."""
    parts = FILE.read_text("utf-8").removeprefix(HEADING).split(f"\n{HEADING}")
    return {lines[0]: lines[1:] for lines in (part.strip().split("\n") for part in parts)}


if __name__ == "__main__":
    sections = ("\n".join([HEADING + heading_of(each), *said_of(each)]) for each in SEEDS)
    FILE.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
