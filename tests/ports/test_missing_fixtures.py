from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = [
    ("Carrier", "forgetful", "can_lose_answers"),
    ("Carrier", "garbled", "can_be_silent"),
    ("Carrier", "silent", "can_be_silent"),
    ("Carrier", "stranger", "has_credentials"),
    ("Directory", "silent", "can_be_silent"),
    ("Gateway", "challenged", "challenges"),
    ("Gateway", "forget", "forgets_keys"),
    ("Gateway", "stranger", "has_credentials"),
    ("Gateway", "unreachable", "is_remote"),
    ("Notifier", "refusing", "can_refuse"),
    ("Notifier", "silent", "can_be_silent"),
    ("Notifier", "stranger", "has_credentials"),
    ("Payouts", "seller_without_account", "can_lack_account"),
    ("ScanReader", "stale", "ages"),
    ("Tracker", "garbled", "can_be_silent"),
    ("Tracker", "silent", "can_be_silent"),
    ("Tracker", "stranger", "has_credentials"),
]


@pytest.fixture(scope="module")
def said() -> str:
    """Run contracts without fixtures, and give what pytest prints."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests/ports/bare_contracts.py"),
            *("-q", "-p", "no:cacheprovider", "-p", "no:benchmark"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout
    return run.stdout


class TestAMissingFixture:
    """What somebody learns who has not given a fixture yet."""

    @pytest.mark.parametrize(("contract", "fixture", "flag"), LEFT_OUT)
    def test_is_named_with_its_flag(
        self, said: str, contract: str, fixture: str, flag: str
    ) -> None:
        """Where an outside may lack something, with what to say then."""
        asks = f"TestBare{contract} must have a fixture `{fixture}`, or say {flag} = False"
        assert asks in said

    @pytest.mark.parametrize("contract", ["Carrier", "Notifier", "Tracker"])
    def test_is_named_alone_where_nothing_goes_without_it(self, said: str, contract: str) -> None:
        """No flag leaves out the adapter itself."""
        fixture = contract.lower()
        assert f"TestBare{contract} must have a fixture `{fixture}`\n" in said
