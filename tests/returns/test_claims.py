from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    CLAIMS,
    EDITION,
    FORTNIGHT,
    FRANCE,
    TICK,
    claims_of,
    euros,
    paid,
    paris,
)
from tests.returns.stories import (
    ANOTHER_EDITION,
    ASKED,
    ClaimStory,
    complaint,
    on,
    open_claim,
)
from vintage_rules.dates import Duration, Roll, Window
from vintage_rules.errors import (
    CorruptHistoryError,
    DayError,
    InvalidValueError,
    UnknownTermError,
)
from vintage_rules.ids import PieceId
from vintage_rules.returns.claim.commands import (
    LookAgain,
    OpenClaim,
    RecordSettlement,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.claim.events import (
    ClaimOpened,
    ClaimRejected,
    ClaimSettled,
    ClaimUpheld,
    InvestigationOpened,
    ParcelLost,
)
from vintage_rules.returns.claim.states import state_of
from vintage_rules.returns.claim_policy import ClaimPolicy, LookedInVain
from vintage_rules.returns.claims import (
    ClaimAdmitted,
    ClaimRefusal,
    ClaimRefused,
    ClaimRequest,
    assess_claim,
)
from vintage_rules.returns.pieces import SettledPiece

# Ten *ouvrés* after Thursday 10 September end with Thursday 24.
SEARCH_ENDS = paris("2026-09-25T00:00:00+02:00")
COAT, BAG = SettledPiece(piece=PieceId("coat")), SettledPiece(piece=PieceId("bag"))
WORN = changed(COAT, withheld=euros("30.00"))


def refusals(request: ClaimRequest, policy: ClaimPolicy = CLAIMS) -> list[str]:
    """Give the reasons a claim is refused for; none when it is not."""
    decision = assess_claim(request, policy, FRANCE)
    return [str(r) for r in decision.reasons] if isinstance(decision, ClaimRefused) else []


def uphold(at: datetime, *refunds: SettledPiece) -> UpholdClaim:
    """Find for the buyer."""
    return UpholdClaim(at=at, refunds=refunds or (COAT,))


def reject(at: datetime) -> RejectClaim:
    """Find against the buyer."""
    return RejectClaim(at=at, reasons=("as-described",))


def settle(at: datetime) -> RecordSettlement:
    """Record what was passed to the card."""
    return RecordSettlement(at=at, payments=paid(card="90.00"))


class TestR9Claim:
    """R9: a defect, or a piece not as described: in writing, with a photo, in its own window."""

    @pytest.mark.parametrize(("photos", "reasons"), [(0, ["too-few-photos"]), (1, []), (5, [])])
    def test_needs_a_photo(self, photos: int, reasons: list[str]) -> None:
        """One at least."""
        assert refusals(complaint(photos=photos)) == reasons

    def test_is_in_writing_with_the_parcel_number_and_the_pieces(self) -> None:
        """As any return; the order number is not asked for."""
        assert refusals(complaint(in_writing=False)) == ["not-in-writing"]
        assert refusals(complaint(parcel_number=None)) == ["no-parcel-number"]
        assert refusals(complaint(names=())) == ["no-pieces"]
        assert refusals(complaint(order_number=None)) == []

    def test_is_in_time_until_the_end_of_its_last_day(self) -> None:
        """Received on 1 September: the 15th in Paris is in time, the 16th is late."""
        midnight = paris("2026-09-16T00:00:00+02:00")
        assert refusals(complaint(claimed_at=midnight - TICK)) == []
        assert refusals(complaint(claimed_at=midnight)) == ["too-late"]

    def test_is_admitted_with_its_last_day(self) -> None:
        """And with the clause."""
        assert assess_claim(complaint(), CLAIMS, FRANCE) == ClaimAdmitted(
            last_day=date(2026, 9, 15), edition=EDITION, sources=("R9",)
        )

    def test_tells_every_reason_in_alphabetical_order(self) -> None:
        """Every reason there can be, at once."""
        worst = complaint(
            "not-received",
            since=date(2026, 1, 1),
            names=(),
            in_writing=False,
            order_number=None,
        )
        assert assess_claim(worst, CLAIMS, FRANCE) == ClaimRefused(
            reasons=(
                ClaimRefusal.NO_ORDER_NUMBER,
                ClaimRefusal.NO_PIECES,
                ClaimRefusal.NOT_IN_WRITING,
                ClaimRefusal.TOO_LATE,
            ),
            last_day=date(2026, 7, 1),
            edition=EDITION,
            sources=("R10",),
        )

    def test_of_another_house_may_have_hours(self) -> None:
        """Broken: within 48 hours of receipt, the moment itself being late."""
        hours = Window(anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE)
        broken = changed(CLAIMS.kinds["defect"], window=hours)
        policy = changed(CLAIMS, kinds={"broken": broken})
        end = ASKED + timedelta(hours=48)
        assert refusals(complaint("broken", since=ASKED, claimed_at=end - TICK), policy) == []
        assert refusals(complaint("broken", since=ASKED, claimed_at=end), policy) == ["too-late"]
        evening = paris("2026-09-08T23:30:00+00:00")  # already the 9th in Paris
        decision = assess_claim(complaint("broken", since=evening), policy, FRANCE)
        assert decision.last_day == date(2026, 9, 11)

    def test_of_an_unknown_kind_is_an_error(self) -> None:
        """With the kinds there are."""
        with pytest.raises(UnknownTermError, match="defect, not-received"):
            refusals(complaint("regret"))

    def test_window_of_hours_ends_at_a_moment(self) -> None:
        """Hours that roll to another day cannot be written down."""
        hours = changed(FORTNIGHT, length=Duration.of(48, "hours"))
        with pytest.raises(InvalidValueError, match="roll"):
            changed(CLAIMS.kinds["defect"], window=hours)

    def test_request_is_checked_where_it_enters(self) -> None:
        """A piece named twice, a moment without an offset."""
        with pytest.raises(InvalidValueError, match="pieces"):
            complaint(names=("coat", "coat"))
        with pytest.raises(DayError):
            complaint(claimed_at=datetime(2026, 9, 10))  # noqa: DTZ001 - what is refused


class TestR10NotReceived:
    """R10: what did not arrive: in writing, with the order number; the house looks for it."""

    def test_needs_the_order_number_and_no_photo(self) -> None:
        """There is nothing to show, and no parcel number to know."""
        claim = complaint("not-received", photos=0, parcel_number=None)
        assert refusals(claim) == []
        assert refusals(changed(claim, order_number=None)) == ["no-order-number"]
        assert refusals(changed(claim, order_number="")) == ["no-order-number"]

    def test_is_never_late_before_its_window_starts(self) -> None:
        """While the latest estimate is not known, no time runs."""
        claim = complaint("not-received", since=None, photos=0)
        assert assess_claim(claim, CLAIMS, FRANCE) == ClaimAdmitted(
            last_day=None, edition=EDITION, sources=("R10",)
        )

    def test_is_in_time_for_the_policy_s_months(self) -> None:
        """Six months after the latest estimate."""
        last = paris("2026-09-10T23:59:59.999999+02:00")
        claim = complaint("not-received", since=date(2026, 3, 10), claimed_at=last, photos=0)
        assert refusals(claim) == []
        assert refusals(changed(claim, claimed_at=last + TICK)) == ["too-late"]


class TestR9ClaimStory:
    """R9: opened with photos, a person looks, and finds for the buyer or against."""

    def test_is_opened(self) -> None:
        """Unopened → opened, under an edition; time alone does nothing."""
        story = ClaimStory()
        assert str(state_of(None)) == "unopened"
        assert story.does(open_claim()) == ["ClaimOpened"]
        assert story.status == state_of(story.state) == "opened"
        assert story.now.is_open
        assert story.now.opened == ClaimOpened(
            at=ASKED,
            edition=EDITION,
            kind="defect",
            pieces=(PieceId("coat"), PieceId("bag")),
        )
        assert story.waits(on(1, 12)) == []

    def test_is_refused_with_every_reason_and_may_be_mended(self) -> None:
        """Nothing has happened."""
        story = ClaimStory()
        blank = OpenClaim(at=ASKED, request=complaint(photos=0, in_writing=False))
        assert story.refuses(blank) == ["not-in-writing", "too-few-photos"]
        story.does(open_claim())
        assert story.status == "opened"

    def test_is_upheld_and_settled(self) -> None:
        """Opened → upheld → settled: the piece comes back before its refund."""
        story = ClaimStory(open_claim())
        assert story.does(uphold(on(11), WORN)) == ["ClaimUpheld"]
        assert story.status == "upheld"
        assert (story.now.refunds, story.now.return_needed) == ((WORN,), True)
        assert story.does(settle(on(20))) == ["ClaimSettled"]
        assert story.status == "settled"
        assert not story.now.is_open
        assert story.history[-1] == ClaimSettled(at=on(20), payments=paid(card="90.00"))

    def test_holds_a_payout_until_it_is_settled(self) -> None:
        """R6: what is upheld and not paid is open."""
        assert ClaimStory(open_claim(), uphold(on(11))).now.is_open

    def test_is_rejected(self) -> None:
        """Opened → rejected, with reasons."""
        story = ClaimStory(open_claim())
        assert story.does(reject(on(11))) == ["ClaimRejected"]
        assert story.status == "rejected"
        assert not story.now.is_open
        assert story.history[-1] == ClaimRejected(at=on(11), reasons=("as-described",))
        with pytest.raises(InvalidValueError, match="reasons"):
            RejectClaim(at=ASKED, reasons=())

    def test_is_rejected_once_nobody_waits_for_its_piece_any_more(self) -> None:
        """Upheld → rejected: it never came back, and nothing is refunded."""
        story = ClaimStory(open_claim(), uphold(on(11), WORN))
        assert story.does(reject(on(1, 12))) == ["ClaimRejected"]
        assert (story.status, story.now.is_open) == ("rejected", False)
        assert (story.now.refunds, story.now.return_needed) == ((), False)

    def test_has_nothing_to_look_for(self) -> None:
        """The piece is there: no investigation, nothing found or lost."""
        story = ClaimStory(open_claim())
        for command in (LookAgain(at=on(11)), ReportFound(at=on(11)), ReportLost(at=on(11))):
            assert story.refuses(command) == ["not-possible-now"]

    def test_is_upheld_for_some_of_its_pieces(self) -> None:
        """Of none, of a strange one or of one twice is an error of the facts."""
        story = ClaimStory(open_claim())
        umbrella = SettledPiece(piece=PieceId("umbrella"))
        for refunds in ((), (umbrella,), (COAT, COAT)):
            with pytest.raises(InvalidValueError, match="refunds"):
                story.does(UpholdClaim(at=on(11), refunds=refunds))
        story.does(uphold(on(11), COAT, BAG))
        assert story.now.refunds == (COAT, BAG)


class TestR10Investigation:
    """R10: the house looks for what did not arrive; it ends found, or lost and refunded in full."""

    def test_is_opened_with_the_claim(self) -> None:
        """Unopened → opened → investigating, for the policy's days."""
        story = ClaimStory()
        assert story.does(open_claim("not-received")) == ["ClaimOpened", "InvestigationOpened"]
        assert story.status == "investigating"
        assert story.now.is_open
        assert story.history[-1] == InvestigationOpened(
            at=ASKED, ends_at=SEARCH_ENDS, in_vain=LookedInVain.LOST
        )
        assert CLAIM.evolve(None, story.history[0]).state == "opened"

    def test_ends_found(self) -> None:
        """Investigating → found: it is delivered, and the claim is over."""
        story = ClaimStory(open_claim("not-received"))
        assert story.does(ReportFound(at=on(14))) == ["ParcelFound"]
        assert story.status == "found"
        assert not story.now.is_open
        assert story.waits(on(1, 12)) == []

    def test_ends_lost(self) -> None:
        """Investigating → lost → settled: every piece is refunded, none has to come back."""
        story = ClaimStory(open_claim("not-received"))
        assert story.does(ReportLost(at=on(14))) == ["ParcelLost"]
        assert story.status == "lost"
        assert story.now.is_open
        assert (story.now.refunds, story.now.return_needed) == ((COAT, BAG), False)
        assert story.does(settle(on(15))) == ["ClaimSettled"]
        assert story.status == "settled"

    def test_without_a_result_it_is_lost(self) -> None:
        """At the end of the tenth *ouvré* in Paris, dated then however late it is asked."""
        story = ClaimStory(open_claim("not-received"))
        assert story.waits(SEARCH_ENDS - TICK) == []
        assert CLAIM.fall_due(story.state, SEARCH_ENDS) == (ParcelLost(at=SEARCH_ENDS),)
        assert story.waits(on(1, 12)) == ["ParcelLost"]
        assert story.status == "lost"
        assert story.now.at == SEARCH_ENDS
        assert story.now.refunds == (COAT, BAG)
        assert story.waits(on(2, 12)) == []

    def test_another_house_has_a_person_look(self) -> None:
        """Investigating → opened; looked for again, opened → investigating, or decided."""
        policy = claims_of(LookedInVain.REVIEW)
        story = ClaimStory(open_claim("not-received"), policy=policy)
        assert story.waits(on(1, 12)) == ["InvestigationStalled"]
        assert story.status == "opened"
        assert story.now.at == SEARCH_ENDS
        assert story.does(LookAgain(at=on(28))) == ["InvestigationOpened"]
        assert story.status == "investigating"
        assert story.now.deadline == paris("2026-10-13T00:00:00+02:00")
        story.waits(on(20, 10))
        story.does(uphold(on(21, 10)))
        assert (story.status, story.now.return_needed) == ("upheld", False)
        assert story.refuses(reject(on(22, 10))) == ["not-possible-now"]  # its refund is owed

    def test_found_after_all_before_the_refund(self) -> None:
        """Lost → found: nothing is refunded any more."""
        story = ClaimStory(open_claim("not-received"), ReportLost(at=on(14)))
        assert story.does(ReportFound(at=on(15))) == ["ParcelFound"]
        assert story.status == "found"
        assert story.now.refunds == ()

    def test_found_after_the_refund_changes_nothing(self) -> None:
        """What is settled is settled."""
        story = ClaimStory(open_claim("not-received"), ReportLost(at=on(14)), settle(on(15)))
        assert story.refuses(ReportFound(at=on(16))) == ["not-possible-now"]

    def test_asked_late_twice_or_never_the_history_is_the_same(self) -> None:
        """Found on 28 September, after time had given it up."""
        never = ClaimStory(open_claim("not-received"))
        assert never.does(ReportFound(at=on(28))) == ["ParcelLost", "ParcelFound"]
        often = ClaimStory(open_claim("not-received"))
        for moment in (on(11), SEARCH_ENDS - TICK, SEARCH_ENDS, SEARCH_ENDS, on(27)):
            often.waits(moment)
        often.does(ReportFound(at=on(28)))
        assert (often.history, often.state) == (never.history, never.state)

    def test_lasts_for_days(self) -> None:
        """Hours, or for ever, are refused."""
        investigation = CLAIMS.kinds["not-received"].investigation
        assert investigation is not None
        with pytest.raises(InvalidValueError, match="investigation"):
            changed(investigation, length=Duration.of(48, "hours"))

    def test_starts_on_the_day_it_is_in_paris(self) -> None:
        """Half past eleven at night in UTC is Friday in Paris: ten *ouvrés* end with Friday 25."""
        at = paris("2026-09-10T23:30:00+00:00")
        story = ClaimStory(open_claim("not-received", at=at))
        assert story.now.deadline == paris("2026-09-26T00:00:00+02:00")

    def test_over_the_end_of_summer_time(self) -> None:
        """Opened on Friday 16 October, it ends with Friday the 30th, in winter time."""
        at = on(16, 10)
        claim = complaint("not-received", since=date(2026, 10, 1), claimed_at=at)
        story = ClaimStory(OpenClaim(at=at, request=claim))
        assert story.now.deadline == paris("2026-10-31T00:00:00+01:00")


class TestClaimCommands:
    """A command that does not fit is refused and changes nothing; a wrong policy is an error."""

    def test_a_claim_is_opened_first_and_once(self) -> None:
        """Nothing is settled that was not claimed."""
        for command in (settle(ASKED), ReportFound(at=ASKED), LookAgain(at=ASKED)):
            assert ClaimStory().refuses(command) == ["not-possible-now"]
        assert ClaimStory(open_claim()).refuses(open_claim(at=on(11))) == ["already-opened"]

    def test_what_is_over_takes_no_command(self) -> None:
        """Found, rejected or settled."""
        found = ClaimStory(open_claim("not-received"), ReportFound(at=on(11)))
        rejected = ClaimStory(open_claim(), reject(on(11)))
        done = ClaimStory(open_claim(), uphold(on(11)), settle(on(11)))
        moment = on(12)
        commands = (
            LookAgain(at=moment),
            ReportFound(at=moment),
            ReportLost(at=moment),
            uphold(moment),
            reject(moment),
            settle(moment),
        )
        for story in (found, rejected, done):
            for command in commands:
                assert story.refuses(command) == ["not-possible-now"]

    def test_before_the_last_event_is_out_of_order(self) -> None:
        """The same moment is in order."""
        story = ClaimStory(open_claim())
        assert story.refuses(reject(ASKED - TICK)) == ["out-of-order"]
        assert story.does(reject(ASKED)) == ["ClaimRejected"]

    def test_under_another_edition_is_an_error(self) -> None:
        """A claim is settled under the edition it was opened under."""
        story = ClaimStory(open_claim())
        story.policy = changed(CLAIMS, edition=ANOTHER_EDITION)
        with pytest.raises(InvalidValueError, match=r"policy: must be the edition.*2023-01-01"):
            story.does(reject(on(11)))

    def test_is_made_before_it_is_recorded(self) -> None:
        """The other way round is an error of the facts."""
        with pytest.raises(DayError, match="claimed_at"):
            open_claim(at=ASKED - TICK)


class TestClaimHistory:
    """What has happened is replayed without a policy; what cannot have happened is an error."""

    def test_replaying_gives_the_same_claim(self) -> None:
        """From the first event, or from any state on."""
        story = ClaimStory(open_claim("not-received"), ReportLost(at=on(14)), settle(on(15)))
        assert CLAIM.replay(story.history) == story.state
        assert CLAIM.replay(story.history[2:], CLAIM.replay(story.history[:2])) == story.state
        with pytest.raises(InvalidValueError, match="events: must be a history"):
            CLAIM.replay([])

    def test_begins_with_its_opening(self) -> None:
        """And has only one."""
        with pytest.raises(CorruptHistoryError):
            CLAIM.evolve(None, ParcelLost(at=ASKED))
        story = ClaimStory(open_claim())
        with pytest.raises(CorruptHistoryError):
            CLAIM.evolve(story.state, story.history[0])

    def test_holds_no_event_that_its_state_does_not_have(self) -> None:
        """A settlement of what nobody upheld."""
        story = ClaimStory(open_claim())
        with pytest.raises(CorruptHistoryError, match="ClaimSettled cannot follow"):
            CLAIM.evolve(story.state, ClaimSettled(at=on(11), payments=()))

    def test_is_in_order_of_time(self) -> None:
        """An event of the same moment may follow, an earlier one may not."""
        story = ClaimStory(open_claim())
        upheld = ClaimUpheld(at=ASKED, refunds=(COAT,), return_needed=True)
        assert CLAIM.evolve(story.state, upheld).state == "upheld"
        with pytest.raises(CorruptHistoryError):
            CLAIM.evolve(story.state, changed(upheld, at=ASKED - TICK))

    def test_moments_have_an_offset(self) -> None:
        """Asking what is due without one is an error."""
        story = ClaimStory(open_claim("not-received"))
        with pytest.raises(DayError, match="now"):
            CLAIM.fall_due(story.state, datetime(2026, 10, 1))  # noqa: DTZ001 - what is refused

    def test_time_does_nothing_to_what_was_never_claimed(self) -> None:
        """No claim, no deadline."""
        assert CLAIM.fall_due(None, on(1, 12)) == ()


@given(
    later=st.integers(min_value=0, max_value=20),
    names=st.sampled_from([(), ("coat",)]),
    photos=st.integers(min_value=0, max_value=2),
    in_writing=st.booleans(),
    parcel_number=st.sampled_from([None, "8R123"]),
    order_number=st.sampled_from([None, "1007"]),
    kind=st.sampled_from(["defect", "not-received"]),
)
def test_a_claim_is_refused_exactly_when_there_is_a_reason(
    *,
    later: int,
    names: tuple[str, ...],
    photos: int,
    in_writing: bool,
    parcel_number: str | None,
    order_number: str | None,
    kind: str,
) -> None:
    """No refusal is without a reason, none is missing, and they are in alphabetical order."""
    claim = complaint(
        kind,
        claimed_at=paris("2026-09-01T12:00:00+02:00") + timedelta(days=later),
        names=names,
        photos=photos,
        in_writing=in_writing,
        parcel_number=parcel_number,
        order_number=order_number,
    )
    defect = kind == "defect"
    against = {
        "no-order-number": not defect and order_number is None,
        "no-parcel-number": defect and parcel_number is None,
        "no-pieces": not names,
        "not-in-writing": not in_writing,
        "too-few-photos": defect and photos < 1,
        "too-late": defect and later > 14,
    }
    assert refusals(claim) == [name for name, holds in against.items() if holds]
