"""The packages from npm that tests run beside Python."""

from __future__ import annotations

import os
import shutil

import pytest

from tools.fetch_peers import PACKAGES, fetched


def require_peers(name: str) -> None:
    """Leave a test out where there is no npm, and only then: elsewhere a missing peer is a failure.

    `make venv` fetches them, or `python -m tools.fetch_peers`.
    """
    if fetched() == PACKAGES:
        return
    reason = f"{name} is not there: run python -m tools.fetch_peers"
    if shutil.which("npm") or os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(f"{reason}, which needs npm")
