"""Helpers to tell what a return or a claim lives through, command by command."""

from __future__ import annotations

from datetime import date, datetime

from attrs import evolve as changed

from tests.returns.house import (
    EDITION,
    FRANCE,
    FROM_FRANCE,
    HOUSE,
    PREPAID_TO_THE_SELLERS,
    REFUND_OF_A_WITHDRAWAL,
    RULES,
    case_of,
    house_of,
    paid,
    paris,
    pieces,
    policy_of,
    request_of,
    terms_of,
)
from vintage_rules.ids import PieceId
from vintage_rules.machine import Refused
from vintage_rules.money import Money
from vintage_rules.returns.claim.commands import ClaimCommand, OpenClaim
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.claim.states import Claim
from vintage_rules.returns.claim_policy import ClaimPolicy
from vintage_rules.returns.claims import ClaimRefused, ClaimRequest
from vintage_rules.returns.eligibility import ReturnRefused, ReturnRequest
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.returns.policy import ReturnsPolicy
from vintage_rules.returns.request.commands import (
    AcceptReturn,
    DeclineReturn,
    RecordArrival,
    RecordCheck,
    RecordDelivery,
    RecordPosting,
    RecordRefund,
    RequestReturn,
    ReturnCommand,
    SettleReview,
)
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.returns.request.states import Return, state_of
from vintage_rules.returns.routing import ReturnParcel
from vintage_rules.returns.terms import Label, RefundTrigger, ReturnTo

# Received on Tuesday 1 September 2026, asked for on Thursday 10, to be posted by Thursday 24.
ASKED = paris("2026-09-10T12:00:00+02:00")
POST_BY = date(2026, 9, 24)
# Ten *ouvrables* after the 24th end with Tuesday 6 October.
LAPSES = paris("2026-10-07T00:00:00+02:00")
TO_ADA = ReturnParcel(to="ada", pieces=pieces("coat"), label=Label.PREPAID)


def on(day: int, month: int = 9, hour: int = 12) -> datetime:
    """Give an hour of a day of 2026 in Paris, summer time."""
    return paris(f"2026-{month:02}-{day:02}T{hour:02}:00:00+02:00")


def triggered_by(trigger: RefundTrigger) -> ReturnsPolicy:
    """Make the house that refunds a withdrawal from France as soon as that has happened."""
    refund = changed(REFUND_OF_A_WITHDRAWAL, trigger=trigger)
    to = ReturnTo.NOWHERE if trigger is RefundTrigger.NONE_NEEDED else ReturnTo.SELLER
    terms = terms_of(changed(PREPAID_TO_THE_SELLERS, to=to), refund=refund)
    return house_of(policy_of((changed(FROM_FRANCE, terms=terms), *RULES[1:])))


def request(
    asked: ReturnRequest | None = None,
    parcel: ReturnParcel | None = TO_ADA,
    at: datetime = ASKED,
) -> RequestReturn:
    """Ask for the return of the coat."""
    return RequestReturn(at=at, request=asked or request_of(ASKED), parcel=parcel)


def claim_request() -> RequestReturn:
    """Ask for the return of the coat as defective, with a photo."""
    return request(request_of(ASKED, case=case_of(reason="claim"), photos=1))


def accept(at: datetime = ASKED) -> AcceptReturn:
    """Accept after a look."""
    return AcceptReturn(at=at)


def delivered(day: int, month: int = 9, *, at: datetime | None = None) -> RecordDelivery:
    """Record a day of 2026 by which the buyer had received the pieces."""
    return RecordDelivery(at=at or on(day, month), received=date(2026, month, day))


def decline(at: datetime = ASKED) -> DeclineReturn:
    """Decline after a look."""
    return DeclineReturn(at=at, reasons=("as-described",))


def posted(day: int = 14, *, at: datetime | None = None, month: int = 9) -> RecordPosting:
    """Record a postmark of 2026."""
    return RecordPosting(at=at or on(day, month), postmark=date(2026, month, day))


def arrived(
    day: int = 17, month: int = 9, *, postmark: date | None = None, at: datetime | None = None
) -> RecordArrival:
    """Record an arrival in 2026."""
    there = date(2026, month, day)
    return RecordArrival(at=at or on(day, month), arrived=there, postmark=postmark)


def checked(
    day: int = 18, finding: Finding = Finding.AS_SENT, month: int = 9, *names: str
) -> RecordCheck:
    """Record what a check found of the coat."""
    found = tuple(CheckedPiece(piece=PieceId(n), finding=finding) for n in names or ("coat",))
    return RecordCheck(at=on(day, month), findings=found)


def settled(day: int = 21, withheld: Money | None = None, month: int = 9) -> SettleReview:
    """Settle that the coat is refunded, less something."""
    coat = SettledPiece(piece=PieceId("coat"), withheld=withheld)
    return SettleReview(at=on(day, month), refunds=(coat,))


def refunded(day: int = 22, month: int = 9) -> RecordRefund:
    """Record that the refund was made."""
    return RecordRefund(at=on(day, month), payments=paid(card="90.00"))


class ReturnStory:
    """A return and its history, command by command."""

    def __init__(self, *commands: ReturnCommand, house: ReturnsPolicy = HOUSE) -> None:
        self.house = house
        self.state: Return | None = None
        self.history: list[ReturnEvent] = []
        for command in commands:
            self.does(command)

    @property
    def status(self) -> str:
        """Where it stands."""
        return str(state_of(self.state))

    @property
    def now(self) -> Return:
        """The return, which has been asked for."""
        assert self.state is not None
        return self.state

    def does(self, command: ReturnCommand) -> list[str]:
        """Give a command that must be taken, and name the events it made."""
        answer = RETURN.decide(self.state, command, self.house, FRANCE)
        assert isinstance(answer, tuple), answer
        return self.happens(answer)

    def waits(self, until: datetime) -> list[str]:
        """Let time pass, and name what it did."""
        return self.happens(RETURN.fall_due(self.state, until))

    def happens(self, events: tuple[ReturnEvent, ...]) -> list[str]:
        """Live through events."""
        for event in events:
            self.state = RETURN.evolve(self.state, event)
            self.history.append(event)
        return [type(event).__name__ for event in events]

    def refuses(self, command: ReturnCommand) -> list[str]:
        """Give a command that must be refused, and give the reasons; nothing changes."""
        answer = RETURN.decide(self.state, command, self.house, FRANCE)
        assert isinstance(answer, (ReturnRefused, Refused)), answer
        return [str(reason) for reason in answer.reasons]


def complaint(
    kind: str = "defect",
    *,
    since: date | datetime | None = date(2026, 9, 1),
    claimed_at: datetime = ASKED,
    names: tuple[str, ...] = ("coat", "bag"),
    photos: int = 1,
    in_writing: bool = True,
    parcel_number: str | None = "8R123",
    order_number: str | None = "1007",
) -> ClaimRequest:
    """Make a claim with nothing against it, but for what is said."""
    return ClaimRequest(
        kind=kind,
        since=since,
        claimed_at=claimed_at,
        pieces=pieces(*names),
        photos=photos,
        in_writing=in_writing,
        parcel_number=parcel_number,
        order_number=order_number,
    )


def open_claim(kind: str = "defect", at: datetime = ASKED) -> OpenClaim:
    """Open a claim."""
    return OpenClaim(at=at, request=complaint(kind))


class ClaimStory:
    """A claim and its history, command by command."""

    def __init__(self, *commands: ClaimCommand, policy: ClaimPolicy = HOUSE.claims) -> None:
        self.policy = policy
        self.state: Claim | None = None
        self.history: list[ClaimEvent] = []
        for command in commands:
            self.does(command)

    @property
    def now(self) -> Claim:
        """The claim, which has been opened."""
        assert self.state is not None
        return self.state

    @property
    def status(self) -> str:
        """Where it stands."""
        return str(self.now.state)

    def does(self, command: ClaimCommand) -> list[str]:
        """Give a command that must be taken, and name the events it made."""
        answer = CLAIM.decide(self.state, command, self.policy, FRANCE)
        assert isinstance(answer, tuple), answer
        return self.happens(answer)

    def waits(self, until: datetime) -> list[str]:
        """Let time pass, and name what it did."""
        return self.happens(CLAIM.fall_due(self.state, until))

    def happens(self, events: tuple[ClaimEvent, ...]) -> list[str]:
        """Live through events."""
        for event in events:
            self.state = CLAIM.evolve(self.state, event)
            self.history.append(event)
        return [type(event).__name__ for event in events]

    def refuses(self, command: ClaimCommand) -> list[str]:
        """Give a command that must be refused, and give the reasons; nothing changes."""
        answer = CLAIM.decide(self.state, command, self.policy, FRANCE)
        assert isinstance(answer, (ClaimRefused, Refused)), answer
        return [str(reason) for reason in answer.reasons]


ANOTHER_EDITION = changed(EDITION, since=date(2024, 1, 1))
