from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storefront.shops import Storefront, storefront


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Storefront]:
    """A storefront with a dozen pieces on sale."""
    built = storefront(tmp_path)
    yield built
    built.site.host.close()
