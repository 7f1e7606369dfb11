from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.peers import require_peers
from tests.serve.servers import Server
from tools.fetch_peers import FOLDER, node
from vintage_rules.api import answer

CLIENT = Path(__file__).with_name("client.ts")
MODULES = FOLDER / "node_modules"
STRICT = [
    "--strict",
    "--noUncheckedIndexedAccess",
    "--exactOptionalPropertyTypes",
    "--target", "es2022",
    "--lib", "es2022,dom",
    "--module", "nodenext",
]  # fmt: skip


def run(folder: Path, *command: str) -> str:
    """Run a script of npm in a folder, and give what it prints."""
    done = subprocess.run(
        [*node(), *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose modules are those that were fetched from npm."""
    require_peers("the generator of TypeScript")
    (tmp_path / "node_modules").symlink_to(MODULES, target_is_directory=True)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    shutil.copy(CLIENT, tmp_path)
    return tmp_path


class TestTypeScript:
    """A client that openapi-typescript generates, in a language that checks its types."""

    def test_compiles_and_has_its_question_answered(self, folder: Path, server: Server) -> None:
        """Strictly: with a misspelt fact, or a value of another decision, it would not compile."""
        generator = str(MODULES / "openapi-typescript" / "bin" / "cli.js")
        run(folder, generator, f"{server.address}/openapi.json", "--output", "api.d.ts")
        run(folder, str(MODULES / "typescript" / "bin" / "tsc"), *STRICT, "client.ts")
        found = json.loads(run(folder, "client.js", server.address))
        asked = {
            "id": "ts",
            "rule": "assess-return",
            "facts": {
                "destination": {"country": "FR", "postal_code": "33000"},
                "received": "2026-09-01",
                "requested_at": "2026-09-15T10:00:00+02:00",
                "parcel_number": "8R123",
                "pieces": ["coat"],
                "wants": "refund",
            },
            "on": "2026-11-22",
            "locale": "fr",
        }
        expected = answer(asked)
        assert expected["decision"] == "returnable"
        assert found["answer"] == expected
        assert found["last_day"] == "2026-09-15"
        message = "must be one of refund or exchange, got 'credit'"
        error = {"path": "facts.wants", "message": message}
        assert found["error"] == {"id": "assess-return", "error": error}
