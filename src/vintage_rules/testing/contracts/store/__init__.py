"""What an `EventStore` owes, as tests.

An adapter passes them in its own test module:

    class TestOurStore(EventStoreContract):
        @pytest.fixture
        def store(self, tmp_path):
            with OurStore(tmp_path / "shop") as store:
                yield store

        @pytest.fixture
        def other(self, store, tmp_path):
            with OurStore(tmp_path / "shop") as other:
                yield other

`store` is empty each time. `other` is a second connection to what `store` keeps, as another worker
on another machine has one; a store that is gone with its process sets `durable = False` instead.
"""

from __future__ import annotations

from vintage_rules.testing.contracts.store.appending import AppendingContract
from vintage_rules.testing.contracts.store.crowds import CrowdsContract
from vintage_rules.testing.contracts.store.deadlines import DeadlinesContract, NextMomentContract
from vintage_rules.testing.contracts.store.feed import FeedContract
from vintage_rules.testing.contracts.store.histories import HistoriesContract, ListingContract
from vintage_rules.testing.contracts.store.outbox import OutboxContract
from vintage_rules.testing.contracts.store.outcomes import (
    FailuresContract,
    OutcomesContract,
    StuckContract,
)
from vintage_rules.testing.contracts.store.personal import PersonalDataContract, PurgeContract
from vintage_rules.testing.contracts.store.rows import (
    PagesContract,
    RebuildingContract,
    RowsContract,
)
from vintage_rules.testing.contracts.store.sharing import SharingContract
from vintage_rules.testing.contracts.store.starving import StarvingContract
from vintage_rules.testing.contracts.store.waiting import BacklogContract, WaitingContract

__all__ = ["EventStoreContract"]


class EventStoreContract(
    HistoriesContract,
    ListingContract,
    FeedContract,
    AppendingContract,
    DeadlinesContract,
    NextMomentContract,
    OutboxContract,
    OutcomesContract,
    FailuresContract,
    StuckContract,
    WaitingContract,
    BacklogContract,
    PersonalDataContract,
    PurgeContract,
    RowsContract,
    PagesContract,
    RebuildingContract,
    SharingContract,
    StarvingContract,
    CrowdsContract,
):
    """Everything that an `EventStore` owes."""
