"""The states of a claim, and what its history has made of it: only facts, and no rule."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.ids import PieceId
from vintage_rules.returns.claim.events import ClaimOpened
from vintage_rules.returns.claim_policy import LookedInVain
from vintage_rules.returns.pieces import SettledPiece


class ClaimState(StrEnum):
    """The state of a claim. `unopened` is before its first event; `opened` waits for a person."""

    UNOPENED = "unopened"
    OPENED = "opened"
    INVESTIGATING = "investigating"
    FOUND = "found"
    LOST = "lost"
    UPHELD = "upheld"
    REJECTED = "rejected"
    SETTLED = "settled"


OVER = frozenset({ClaimState.FOUND, ClaimState.REJECTED, ClaimState.SETTLED})


@frozen(kw_only=True)
class Claim:
    """A claim as its history has left it at the moment `at` of its last event.

    `deadline` is the moment, exclusive, at which time changes it, and `in_vain` how; None when
    time does not.
    """

    state: ClaimState
    at: datetime
    opened: ClaimOpened
    deadline: datetime | None = None
    in_vain: LookedInVain | None = None
    refunds: tuple[SettledPiece, ...] = ()
    return_needed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it holds a payout. Clause R6."""
        return self.state not in OVER

    @property
    def held_pieces(self) -> frozenset[PieceId]:
        """The pieces whose payout it holds; once it is upheld for some, those alone. Clause R6."""
        if not self.is_open:
            return frozenset()
        return frozenset(settled.piece for settled in self.refunds) or frozenset(self.opened.pieces)

    @property
    def awaits_return(self) -> bool:
        """Whether it was upheld and its pieces are to come back before they are refunded.

        Clause R9.
        """
        return self.state is ClaimState.UPHELD and self.return_needed


def state_of(state: Claim | None) -> ClaimState:
    """Return the state of a claim, also before its first event.

    >>> str(state_of(None))
    'unopened'
    """
    return ClaimState.UNOPENED if state is None else state.state
