from __future__ import annotations

from tests.adapters.stripe.conftest import peers

__all__ = ["peers"]
