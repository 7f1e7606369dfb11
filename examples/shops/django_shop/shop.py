"""The marketplace of the site, made once in each process."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.db import connection

from examples.shops.core import Settings, build
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.marketplace import Marketplace


@cache
def store() -> SqlStore:
    """Open the store; its tables are made or migrated where that is needed."""
    return SqlStore.open(settings.SHOP["store"])


@cache
def market() -> Marketplace:
    """Return the marketplace."""
    return Marketplace(build(store(), Settings(**settings.SHOP)))


def market_within() -> Marketplace:
    """Return the marketplace within the transaction that `atomic` has begun."""
    return market().within(store().joined(connection))
