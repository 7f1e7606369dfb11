"""A real server of karrio in its own process, and a look into its books.

`make karrio` installs it. karrio's connector for a carrier of one's own posts parcels but cannot
follow them, so that a tracker is put into its database here; the scans then go in through karrio's
own door for that, `inject-events`.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfile

import httpx2
from attrs import define

from tools import announce
from tools.make_karrio import DATABASE, PYTHON, ROOT, settings
from vintage_rules.testing.contracts.carrier import ReportedScan

INSTALLED = announce.karrio()
STATUSES = {
    "delivered",
    "delivery_delayed",
    "in_transit",
    "on_hold",
    "out_for_delivery",
    "picked_up",
    "ready_for_pickup",
    "return_to_sender",
}
_NOW = "2026-09-07 08:00:00"


@define
class Karrio:
    """A running server."""

    url: str
    key: str
    database: Path

    def books(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Look into the database, or write into it."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            return list(connection.execute(statement, values))

    def forget(self) -> None:
        """Know no parcel, and have made no label."""
        for table in ("tracking-status", "shipments", "webhook"):
            self.books(f'DELETE FROM "{table}"')  # noqa: S608 - three names of our own

    def labels_made(self) -> int:
        """Count the labels."""
        ((count,),) = self.books("SELECT count(*) FROM shipments WHERE label IS NOT NULL")
        assert isinstance(count, int)
        return count

    def drafts(self) -> int:
        """Count the shipments that were not bought."""
        ((count,),) = self.books("SELECT count(*) FROM shipments WHERE label IS NULL")
        assert isinstance(count, int)
        return count

    def ask(self, method: str, path: str, body: object = None) -> httpx2.Response:
        """Ask as its administrator does."""
        headers = {"Authorization": f"Token {self.key}"}
        return httpx2.request(method, self.url + path, headers=headers, json=body, timeout=60)

    def report(self, number: str, scans: Sequence[ReportedScan]) -> None:
        """Let it tell these scans of a parcel, and no other."""
        name = f"trk_{number}"
        self.books('DELETE FROM "tracking-status" WHERE id = ?', name)
        shipments = self.books("SELECT id FROM shipments WHERE tracking_number = ?", number)
        self.books(
            'INSERT INTO "tracking-status" (id, tracking_number, shipment_id, created_by_id,'
            " created_at, updated_at, test_mode, delivered, status, events, messages, metadata,"
            " meta, options, info, carrier) VALUES (?, ?, ?, (SELECT min(id) FROM user_user),"
            " ?, ?, 1, 0, 'pending', '[]', '[]', '{}', '{}', '{}', '{}',"
            """ '{"carrier_code": "generic", "carrier_id": "post", "carrier_name": "generic"}')""",
            name,
            number,
            shipments[0][0] if shipments else None,
            _NOW,
            _NOW,
        )
        if scans:
            events = [written(scan) for scan in scans]
            told = self.ask("POST", f"/v1/trackers/{name}/inject-events", {"events": events})
            assert told.status_code == 200, told.text


def written(scan: ReportedScan) -> dict[str, object]:
    """Write a scan as karrio's connectors do, which drop offsets.

    One with an offset is written as a connector would that keeps it.
    """
    at = datetime.fromisoformat(scan.at)
    event: dict[str, object] = {
        "date": at.strftime("%Y-%m-%d"),
        "time": at.strftime("%I:%M %p"),
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z") if at.tzinfo is None else scan.at,
        "code": scan.code,
        "description": scan.text,
    }
    if scan.place is not None:
        event["location"] = scan.place
    if scan.code in STATUSES:
        event["status"] = scan.code
    return event


@contextmanager
def serving(folder: Path) -> Iterator[Karrio]:
    """Run a server of its own, with its own copy of the database, as long as it is needed."""
    database = folder / "karrio.sqlite3"
    copyfile(DATABASE, database)
    with (
        (folder / "log.txt").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [PYTHON, ROOT / "tools" / "serve_karrio.py"],
            cwd=folder,
            env=settings(folder) | {"DJANGO_SETTINGS_MODULE": "karrio.server.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        words = next((line for line in process.stdout if line.startswith("serving ")), "").split()
        assert words, (folder / "log.txt").read_text("utf-8")[-2_000:]
        yield Karrio(f"http://127.0.0.1:{words[1]}", words[2], database)
        process.terminate()
