"""The rules over HTTP: an ASGI application around `vintage_rules.api.answer`.

Needs the extra `serve`. `vintage-rules serve` runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.http_api.app import (
        create_app as create_app,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
