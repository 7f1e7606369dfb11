from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    ALSACE,
    EDITION,
    FORTNIGHT,
    FRANCE,
    FROM_FRANCE,
    ITALY,
    PREPAID_TO_THE_SELLERS,
    REFUND_OF_A_WITHDRAWAL,
    RETURNS,
    RULES,
    TICK,
    TWO_WEEKS_TO_POST,
    case_of,
    paris,
    policy_of,
    request_of,
    terms_of,
    when,
)
from vintage_rules.dates import Duration, Roll, Window
from vintage_rules.errors import DayError, IdentifierError, InvalidValueError
from vintage_rules.returns.decision_table import HitPolicy
from vintage_rules.returns.eligibility import (
    NeedsReview,
    Returnable,
    ReturnAssessment,
    ReturnRefusal,
    ReturnRefused,
    ReturnRequest,
    ReturnReview,
    Wants,
    assess_return,
)
from vintage_rules.returns.table_policy import ReturnPolicy, ReturnRule
from vintage_rules.returns.terms import PostingProof, ReturnTerms, ReturnTo

CLAIM = case_of(reason="claim")


def assess(request: ReturnRequest, policy: ReturnPolicy = RETURNS) -> ReturnAssessment:
    """Assess a request with the holidays of France."""
    return assess_return(request, policy, FRANCE)


def refusals(request: ReturnRequest, policy: ReturnPolicy = RETURNS) -> list[str]:
    """Give the reasons a request is refused for; none when it is not."""
    decision = assess(request, policy)
    return [str(r) for r in decision.reasons] if isinstance(decision, ReturnRefused) else []


def returnable(request: ReturnRequest, policy: ReturnPolicy = RETURNS) -> Returnable:
    """Assess a request that must be taken."""
    decision = assess(request, policy)
    assert isinstance(decision, Returnable)
    return decision


def with_terms(terms: ReturnTerms | None) -> ReturnPolicy:
    """Make the policy in which withdrawals from France have these terms."""
    return policy_of((evolve(FROM_FRANCE, terms=terms), *RULES[1:]))


class TestR1InTime:
    """R1: a request is in time until the end of the last day in Paris, by the moment it is made."""

    @pytest.mark.parametrize(
        ("requested_at", "taken"),
        [
            ("2026-09-15T23:59:59.999999+02:00", True),
            ("2026-09-16T00:00:00+02:00", False),
            ("2026-09-15T21:59:59+00:00", True),
            ("2026-09-15T22:00:00+00:00", False),
            # the same moments on other clocks
            ("2026-09-16T06:59:59+09:00", True),
            ("2026-09-16T07:00:00+09:00", False),
        ],
    )
    def test_until_midnight_in_paris(self, requested_at: str, taken: bool) -> None:  # noqa: FBT001
        """Received on 1 September, asked for around the end of the 15th."""
        assert refusals(request_of(requested_at)) == ([] if taken else ["too-late"])

    def test_never_late_before_the_window_has_begun(self) -> None:
        """Others of the order are still to come: it ends no earlier than if it began today."""
        asked = request_of("2026-12-01T10:00:00+01:00")
        assert refusals(asked) == ["too-late"]
        decision = assess_return(evolve(asked, begun=False), RETURNS, FRANCE)
        assert isinstance(decision, Returnable)
        assert decision.last_day == date(2026, 12, 15)
        assert decision.post_by == date(2026, 12, 15)

    @pytest.mark.parametrize(
        ("received", "last_moment"),
        [
            (date(2026, 3, 15), "2026-03-30T23:59:59.999999+02:00"),  # the clocks went forward
            (date(2026, 10, 12), "2026-10-26T23:59:59.999999+01:00"),  # the clocks went back
            (date(2026, 12, 18), "2027-01-04T23:59:59.999999+01:00"),  # over the end of the year
            (date(2028, 2, 15), "2028-02-29T23:59:59.999999+01:00"),  # on a leap day
        ],
    )
    def test_whatever_the_clocks_and_the_calendar_do(
        self, received: date, last_moment: str
    ) -> None:
        """The last moment of the last day is in time, the next is late."""
        at = paris(last_moment)
        assert refusals(request_of(at, received=received)) == []
        assert refusals(request_of(at + TICK, received=received)) == ["too-late"]

    @given(
        st.dates(date(2026, 1, 1), date(2027, 12, 1)),
        st.integers(min_value=0, max_value=18 * 24 * 60),
    )
    def test_exactly_when_its_day_is_not_after_the_last(self, received: date, later: int) -> None:
        """For any receipt and any minute, the answer and the last day agree."""
        start = paris(f"{received}T00:00:00+01:00")
        request = request_of(start + timedelta(minutes=later), received=received)
        decision = assess(request)
        assert decision.last_day is not None
        late = request.requested_at.astimezone(RETURNS.where).date() > decision.last_day
        assert isinstance(decision, ReturnRefused if late else Returnable)

    def test_before_the_parcel_arrives(self) -> None:
        """L221-18: a buyer may withdraw from the day of the contract, before receipt."""
        early = request_of("2026-08-20T12:00:00+02:00", received=date(2026, 9, 1))
        assert returnable(early).post_by == date(2026, 9, 15)

    def test_gives_both_last_days(self) -> None:
        """Until when it could be requested, and until when it is posted."""
        decision = returnable(request_of("2026-09-15T23:59:59+02:00"))
        assert decision == Returnable(
            last_day=date(2026, 9, 15),
            post_by=date(2026, 9, 29),
            proof=PostingProof.POSTMARK,
            edition=EDITION,
            sources=("R1", "R2"),
        )

    def test_from_the_moment_of_receipt_as_from_its_day(self) -> None:
        """A moment of receipt is the day it falls on in Paris."""
        moment = paris("2026-09-01T18:30:00+02:00")
        assert assess(request_of(received=moment)) == assess(request_of())

    def test_with_the_holidays_of_the_calendar(self) -> None:
        """In Alsace Good Friday is no last day."""
        request = request_of("2026-04-07T12:00:00+02:00", received=date(2026, 3, 20))
        assert isinstance(assess_return(request, RETURNS, ALSACE), Returnable)
        assert isinstance(assess_return(request, RETURNS, FRANCE), ReturnRefused)

    def test_a_window_of_hours_ends_at_its_moment(self) -> None:
        """Forty-eight hours after receipt is late, the instant before is not."""
        hours = Window(anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE)
        policy = with_terms(terms_of(PREPAID_TO_THE_SELLERS, window=hours))
        received = paris("2026-09-01T12:00:00+02:00")
        end = received + timedelta(hours=48)
        assert refusals(request_of(end - TICK, received=received), policy) == []
        assert refusals(request_of(end, received=received), policy) == ["too-late"]
        late = assess(request_of(end, received=received), policy)
        assert isinstance(late, ReturnRefused)
        assert (late.ends_at, late.zone) == (end, "Europe/Paris")
        evening = paris("2026-09-08T23:30:00+00:00")  # already the 9th in Paris
        assert returnable(request_of(received=evening), policy).last_day == date(2026, 9, 11)


class TestR1PostBy:
    """R1: 14 more days are given to post it."""

    def test_none_where_no_second_clock_runs(self) -> None:
        """A house may set no term for posting."""
        policy = with_terms(terms_of(PREPAID_TO_THE_SELLERS, posting=None))
        assert returnable(request_of(), policy).post_by is None

    def test_none_where_nothing_comes_back(self) -> None:
        """A refund without a return has nothing to post."""
        nowhere = evolve(PREPAID_TO_THE_SELLERS, to=ReturnTo.NOWHERE)
        assert returnable(request_of(), with_terms(terms_of(nowhere))).post_by is None

    def test_within_the_first_clock_where_it_is_anchored_at_receipt(self) -> None:
        """Another house wants it asked for *and* posted within 14 days of receipt."""
        posting = evolve(TWO_WEEKS_TO_POST, window=FORTNIGHT)
        policy = with_terms(terms_of(PREPAID_TO_THE_SELLERS, posting=posting))
        moment = paris("2026-09-01T18:30:00+02:00")
        assert returnable(request_of(received=moment), policy).post_by == date(2026, 9, 15)
        evening = paris("2026-08-31T23:30:00+00:00")  # already the 1st in Paris
        assert returnable(request_of(received=evening), policy).post_by == date(2026, 9, 15)


class TestR2InWriting:
    """R2: in writing, before the window closes, with the parcel number and the pieces."""

    @pytest.mark.parametrize("number", [None, "", " \t"])
    def test_needs_the_parcel_number(self, number: str | None) -> None:
        """Without it, or with an empty one or a blank one, the request is refused."""
        assert refusals(request_of(parcel_number=number)) == ["no-parcel-number"]

    def test_needs_the_pieces(self) -> None:
        """A request names one piece or more."""
        decision = assess(request_of(names=()))
        assert isinstance(decision, ReturnRefused)
        assert decision.reasons == (ReturnRefusal.NO_PIECES,)
        assert decision.sources == ("R2",)
        assert refusals(request_of(names=("coat", "bag"))) == []

    def test_needs_to_be_in_writing(self) -> None:
        """A phone call is not enough."""
        assert refusals(request_of(in_writing=False)) == ["not-in-writing"]

    def test_asks_for_no_photos(self) -> None:
        """A change of mind shows nothing."""
        assert refusals(request_of(photos=0)) == []

    def test_tells_every_reason_at_once_in_alphabetical_order(self) -> None:
        """A buyer mends a request once."""
        worst = request_of(
            "2026-10-01T12:00:00+02:00",
            names=(),
            parcel_number=None,
            in_writing=False,
            wants=Wants.EXCHANGE,
        )
        decision = assess(worst)
        assert isinstance(decision, ReturnRefused)
        assert [str(reason) for reason in decision.reasons] == [
            "exchange",
            "no-parcel-number",
            "no-pieces",
            "not-in-writing",
            "too-late",
        ]
        assert decision.last_day == date(2026, 9, 15)
        assert decision.sources == ("R8", "R2", "R1", "L221-19")
        assert decision.edition == EDITION

    def test_a_request_names_a_piece_once(self) -> None:
        """Two of the same, or one without a name, is no request."""
        with pytest.raises(InvalidValueError, match="pieces"):
            request_of(names=("coat", "coat"))
        with pytest.raises(IdentifierError, match="pieces"):
            request_of(names=("",))

    def test_a_request_has_a_moment_with_an_offset(self) -> None:
        """A clock on a wall somewhere is no moment."""
        with pytest.raises(DayError):
            request_of(datetime(2026, 9, 10, 12))  # noqa: DTZ001 - what is refused


class TestR6LaterRequests:
    """R6: requests after the window are refused, for the seller has been paid."""

    def test_are_refused_with_the_day_it_closed(self) -> None:
        """Years later the answer is the same."""
        decision = assess(request_of("2027-09-16T00:00:00+02:00"))
        assert isinstance(decision, ReturnRefused)
        assert decision.reasons == (ReturnRefusal.TOO_LATE,)
        assert decision.sources == ("R1", "L221-19")


class TestR8NoExchanges:
    """R8: no exchanges, since every piece is unique."""

    def test_an_exchange_is_refused(self) -> None:
        """The buyer asks for a refund instead."""
        assert refusals(request_of(wants=Wants.EXCHANGE)) == ["exchange"]

    def test_another_house_may_exchange(self) -> None:
        """It is a value of the policy."""
        assert refusals(request_of(wants=Wants.EXCHANGE), policy_of(exchanges=True)) == []

    def test_an_exchange_asked_for_by_its_name_is_one(self) -> None:
        """Text that names what is wanted is what it names."""
        named = evolve(request_of(), wants="exchange")
        assert named == request_of(wants=Wants.EXCHANGE)
        assert refusals(named) == ["exchange"]
        assert refusals(evolve(request_of(), wants="refund")) == []


class TestR9Claims:
    """R9: a defect or a piece not as described is shown on photos, and a person looks."""

    def test_needs_a_photo(self) -> None:
        """None is refused, one is looked at."""
        assert refusals(request_of(case=CLAIM, photos=0)) == ["too-few-photos"]
        assert refusals(request_of(case=CLAIM, photos=1)) == []

    def test_is_looked_at_by_a_person(self) -> None:
        """It is neither accepted nor refused by itself."""
        decision = assess(request_of(case=CLAIM, photos=1))
        assert decision == NeedsReview(
            reasons=(ReturnReview.EVIDENCE_TO_JUDGE,),
            last_day=date(2026, 9, 15),
            post_by=date(2026, 9, 24),
            proof=PostingProof.POSTMARK,
            edition=EDITION,
            sources=("R9",),
        )

    def test_has_its_own_window(self) -> None:
        """A claim after the window is refused, photo or not."""
        late = request_of("2026-09-16T00:00:00+02:00", case=CLAIM, photos=0)
        assert refusals(late) == ["too-few-photos", "too-late"]

    def test_what_was_upheld_is_sent_back_whenever_it_was_judged(self) -> None:
        """Time, photos and the look of a person were the claim's; the second clock runs anew."""
        late = request_of("2026-10-20T12:00:00+02:00", case=CLAIM, photos=0, upheld=True)
        taken = returnable(late)
        assert (taken.last_day, taken.post_by) == (date(2026, 9, 15), date(2026, 11, 3))

    def test_the_rest_is_still_asked_of_what_was_upheld(self) -> None:
        """A parcel number, in writing, and no exchange."""
        bare = request_of(
            case=CLAIM, upheld=True, in_writing=False, parcel_number=None, wants=Wants.EXCHANGE
        )
        assert refusals(bare) == ["exchange", "no-parcel-number", "not-in-writing"]


class TestR10NotReceived:
    """R10: of what has not been received no window has run; a person looks."""

    def test_a_withdrawal_before_receipt_is_looked_at(self) -> None:
        """Nothing is late, and no last day is known."""
        decision = assess(request_of(received=None))
        assert decision == NeedsReview(
            reasons=(ReturnReview.NOT_RECEIVED,),
            last_day=None,
            post_by=None,
            proof=None,
            edition=EDITION,
            sources=("R1", "R2"),
        )

    def test_a_claim_before_receipt_is_looked_at_for_both_reasons(self) -> None:
        """The photos, and that it is not there."""
        decision = assess(request_of(received=None, case=CLAIM, photos=1))
        assert isinstance(decision, NeedsReview)
        assert decision.reasons == (ReturnReview.EVIDENCE_TO_JUDGE, ReturnReview.NOT_RECEIVED)

    def test_what_is_refused_anyway_is_refused(self) -> None:
        """A person need not look at a request that cannot be taken."""
        assert refusals(request_of(received=None, in_writing=False)) == ["not-in-writing"]


class TestPrivateSellers:
    """Where a house takes nothing back from private sellers, its table says so."""

    PRIVATE = ReturnRule(
        name="private",
        when=when(seller_kind="private"),
        terms=None,
        review=False,
        sources=("between individuals",),
    )
    POLICY = policy_of((PRIVATE, *RULES), hit=HitPolicy.FIRST)
    CASE = POLICY.case(ITALY, reason="withdrawal", seller_kind="private")

    def test_are_not_eligible(self) -> None:
        """There is no window, and evidence would not help."""
        decision = assess(request_of(case=self.CASE, parcel_number=None), self.POLICY)
        assert decision == ReturnRefused(
            reasons=(ReturnRefusal.NOT_ELIGIBLE,),
            last_day=None,
            ends_at=None,
            zone="Europe/Paris",
            edition=EDITION,
            sources=("between individuals",),
        )

    def test_tell_what_else_is_wrong(self) -> None:
        """An exchange of nothing has three reasons against it."""
        request = request_of(case=self.CASE, names=(), wants=Wants.EXCHANGE)
        assert refusals(request, self.POLICY) == ["exchange", "no-pieces", "not-eligible"]


@given(
    received=st.one_of(st.none(), st.just(date(2026, 9, 1))),
    later=st.integers(min_value=0, max_value=20),
    pieces=st.sampled_from([(), ("coat",), ("coat", "bag")]),
    number=st.sampled_from([None, "8R123"]),
    in_writing=st.booleans(),
    photos=st.integers(min_value=0, max_value=2),
    wants=st.sampled_from(Wants),
    reason=st.sampled_from(["withdrawal", "claim"]),
)
def test_a_request_is_refused_exactly_when_there_is_a_reason(
    *,
    received: date | None,
    later: int,
    pieces: tuple[str, ...],
    number: str | None,
    in_writing: bool,
    photos: int,
    wants: Wants,
    reason: str,
) -> None:
    """No refusal is without a reason, none is missing, and they are in alphabetical order."""
    request = request_of(
        paris("2026-09-01T12:00:00+02:00") + timedelta(days=later),
        received=received,
        case=case_of(reason=reason),
        names=pieces,
        parcel_number=number,
        in_writing=in_writing,
        photos=photos,
        wants=wants,
    )
    against = {
        "exchange": wants is Wants.EXCHANGE,
        "no-parcel-number": number is None,
        "no-pieces": not pieces,
        "not-in-writing": not in_writing,
        "too-few-photos": reason == "claim" and photos < 1,
        "too-late": received is not None and later > 14,
    }
    assert refusals(request) == [name for name, holds in against.items() if holds]


def test_terms_of_a_refund_are_anchored_where_the_law_counts_from() -> None:
    """A refund by law runs from being informed or from recovering the goods, in days."""
    wrong = Window(anchor="paid", length=Duration.of(14, "days"), roll=Roll.NONE)
    with pytest.raises(InvalidValueError, match="anchor"):
        evolve(REFUND_OF_A_WITHDRAWAL, law=wrong)
    hours = Window(anchor="informed", length=Duration.of(14, "hours"), roll=Roll.NONE)
    with pytest.raises(InvalidValueError, match="law"):
        evolve(REFUND_OF_A_WITHDRAWAL, law=hours)
