"""Make a server of karrio for the tests, in `.cache/karrio`: its own environment, and a database.

`make karrio` runs it. Nothing is done twice: as long as `karrio.txt` stays the same, the
environment is kept, and so is the migrated database, of which every test run begins with a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
WANTED = ROOT / "tools" / "karrio.txt"
HOME = ROOT / ".cache" / "karrio"
VENV = HOME / "venv"
PYTHON = str(VENV / "bin" / "python")
DATABASE = HOME / "migrated.sqlite3"
MADE = HOME / "made.txt"


def settings(folder: Path) -> dict[str, str]:
    """Give the environment in which karrio keeps everything in one folder."""
    return os.environ | {
        "WORK_DIR": str(folder),
        "LOG_DIR": str(folder),
        "DATABASE_ENGINE": "sqlite3",
        "DATABASE_NAME": "karrio",
        "SECRET_KEY": "only-for-tests",
        "DEBUG_MODE": "False",
        "WORKER_IMMEDIATE_MODE": "True",
    }


def install() -> None:
    """Recreate the environment."""
    shutil.rmtree(HOME, ignore_errors=True)
    venv.create(VENV, with_pip=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "--requirement", str(WANTED)], check=True)


def migrate() -> None:
    """Make the database."""
    folder = HOME / "migrating"
    folder.mkdir(exist_ok=True)
    command = [PYTHON, "-m", "karrio.server", "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True, env=settings(folder), cwd=folder, stdout=subprocess.DEVNULL)
    (folder / "karrio.sqlite3").rename(DATABASE)
    shutil.rmtree(folder)


def main() -> int:
    """Make what is missing."""
    wanted = WANTED.read_text("utf-8")
    if not MADE.exists() or MADE.read_text("utf-8") != wanted:
        install()
        migrate()
        MADE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
