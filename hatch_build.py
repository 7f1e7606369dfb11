"""The description of the wheel: the README, without what leads nowhere outside a clone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE = re.compile(r"^!\[[^]]*\]\((?!https?:)[^)]*\)\n\n", re.MULTILINE)
LINK = re.compile(r"\[([^]]*)\]\((?!https?:)[^)]*\)")
DIRECTIVES = re.compile(r"^(?:<!--.*?-->\n)+\n", re.MULTILINE)


def described(readme: str) -> str:
    """Return a README without pictures and links whose address is relative."""
    return LINK.sub(r"\1", PICTURE.sub("", DIRECTIVES.sub("", readme)))


class Readme(MetadataHookInterface):
    """Sets the readme of the project."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Give the project its description."""
        text = described((Path(self.root) / "README.md").read_text("utf-8"))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
