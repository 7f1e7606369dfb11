"""What the commands print, on a plain terminal, in files somebody has read.

`python -m tests.cli.screens` writes them again; read what `git diff` shows before it is committed:
a test compares, only an eye can judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.cli.asking import run

FOLDER = Path(__file__).parent / "screens"
ORDERS = "examples/orders"
LUNE = "docs/guide/lune.toml"
DAY = ("--on", "2026-11-22")

SCREENS: Mapping[str, tuple[str, ...]] = {
    "demo": ("demo",),
    "quote-belfast": ("quote", f"{ORDERS}/belfast_grouped.json", *DAY),
    "quote-bordeaux": ("quote", f"{ORDERS}/bordeaux_direct.json", *DAY, "--locale", "de"),
    "quote-liege": ("quote", f"{ORDERS}/liege_grouped.json", *DAY, "--locale", "fr"),
    "quote-london": ("quote", f"{ORDERS}/london_grouped.json", *DAY),
    "quote-new-york": ("quote", f"{ORDERS}/new_york_grouped.json", *DAY, "--locale", "es"),
    "quote-london-json": ("quote", f"{ORDERS}/london_grouped.json", *DAY, "--json"),
    "quote-zurich-json": (
        "quote", f"{ORDERS}/zurich_direct.json", *DAY, "--json", "--locale", "it",
    ),
    "show-lune": ("policy", "show", LUNE, "--on", "2025-06-01"),
    "check-bazaar": ("policy", "check", "tests/policies/houses/grand-bazaar.toml"),
    "check-bazaar-json": (
        "policy", "check", "tests/policies/houses/grand-bazaar.toml", "imparfaite", "--json",
        "--locale", "fr", "--rates", "EUR,GBP",
    ),
    "law": ("policy", "law", "imparfaite", *DAY),
    "law-all": ("policy", "law", "selency", *DAY, "--all", "--locale", "fr"),
    "law-json": ("policy", "law", "imparfaite", *DAY, "--json", "--jurisdiction", "GB"),
    "diff-editions": ("policy", "diff", f"{LUNE}@2025-06-01", f"{LUNE}@2026-02-01"),
    "diff-json": ("policy", "diff", f"{LUNE}@2025-06-01", f"{LUNE}@2026-02-01", "--json"),
}  # fmt: skip


# What has paths or long sentences is read on a narrow and on a wide terminal too.
AT_WIDTHS = ("quote-london", "show-lune", "check-bazaar", "law", "diff-editions")
WIDTHS: Mapping[str, int] = {
    **dict.fromkeys(SCREENS, 100),
    **{f"{name}-{width}": width for name in AT_WIDTHS for width in (80, 200)},
}


def path_of(name: str) -> Path:
    """Name the file of a screen."""
    return FOLDER / f"{name}.txt"


def screen(name: str) -> str:
    """Run a command and give what it prints, without spaces at the ends of lines."""
    width = WIDTHS[name]
    command = SCREENS[name if name in SCREENS else name.removesuffix(f"-{width}")]
    done = run(*command, COLUMNS=str(width))
    lines = (line.rstrip() for line in done.stdout.decode().splitlines())
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for known in WIDTHS:
        path_of(known).write_text(screen(known), encoding="utf-8")
