from __future__ import annotations

import json
import sys
from collections.abc import Generator

import pytest

from tests.adapters.stripe.peers import HERE, Peers, running
from tests.peers import require_peers
from tools.fetch_peers import FOLDER, node


@pytest.fixture(scope="session")
def peers() -> Generator[Peers, None, None]:
    """Serve what the adapter is tried against: localstripe, and stripe-stateful-mock from npm."""
    require_peers("stripe-stateful-mock")
    with running([sys.executable, str(HERE / "serve_localstripe.py")]) as line:
        localstripe = int(line)
        script = [*node(), str(HERE / "peers.js"), str(localstripe)]
        with running(script, NODE_PATH=str(FOLDER / "node_modules")) as told:
            yield Peers(localstripe=localstripe, **json.loads(told))
