"""Draw what commands print on a terminal: `python -m docs.generate_pictures`.

Each picture is made of real output, with its colours. It names no font of another host, so that a
page that shows it makes no request to one; a test fails when it is not up to date. The playground
has its photograph taken by `docs.photograph_playground`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.cli.asking import run

FOLDER = Path(__file__).parent / "_static"
WIDTH = 88
PICTURES: Mapping[str, tuple[str, ...]] = {
    "quote": ("quote", "examples/orders/london_grouped.json", "--on", "2026-11-22"),
}
# Without the fonts of a foreign host, and the name of another in a comment.
FOREIGN = re.compile(r"@font-face \{\{.*?\}\}\s*|<!--.*?-->\s*", re.DOTALL)
LOCAL = FOREIGN.sub("", CONSOLE_SVG_FORMAT)


def picture(name: str) -> str:
    """Run a command on a terminal with colours, and draw its screen."""
    done = run(*PICTURES[name], NO_COLOR="", FORCE_COLOR="1", TERM="xterm", COLUMNS=str(WIDTH))
    printed = done.stdout.decode()
    screen = Console(record=True, width=WIDTH, file=StringIO(), highlight=False)
    screen.print(Text.from_ansi(printed.rstrip()), soft_wrap=True)
    title = " ".join(("vintage-rules", *PICTURES[name]))
    return screen.export_svg(title=title, code_format=LOCAL, unique_id=name)


def path_of(name: str) -> Path:
    """Name the file of a picture."""
    return FOLDER / f"{name}.svg"


if __name__ == "__main__":
    for known in PICTURES:
        path_of(known).write_text(picture(known), "utf-8")
        print(f"wrote {path_of(known).name}")
