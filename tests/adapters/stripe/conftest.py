from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Generator

import pytest

from tests.adapters.stripe.peers import HERE, Peers, running
from tools.fetch_peers import FOLDER, PACKAGES, fetched, node


@pytest.fixture(scope="session")
def peers() -> Generator[Peers, None, None]:
    """Serve what the adapter is tried against: localstripe, and stripe-stateful-mock from npm.

    The second is installed by `make venv`, or by `python -m tools.fetch_peers`. The tests are left
    out when there is no npm, and only then.
    """
    if fetched() != PACKAGES:
        reason = "stripe-stateful-mock is not there: run python -m tools.fetch_peers"
        if shutil.which("npm") or os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(f"{reason}, which needs npm")
    with running([sys.executable, str(HERE / "serve_localstripe.py")]) as line:
        localstripe = int(line)
        script = [*node(), str(HERE / "peers.js"), str(localstripe)]
        with running(script, NODE_PATH=str(FOLDER / "node_modules")) as told:
            yield Peers(localstripe=localstripe, **json.loads(told))
