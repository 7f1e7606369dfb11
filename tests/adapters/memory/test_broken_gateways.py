"""The contracts of payments and payouts fail whatever breaks one of their promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.contract_runs import failed_tests
from tests.adapters.memory.broken_gateways import BROKEN

SOUND = ["MemoryGateway", "MemoryPayouts"]

# What notices each, among others.
NOTICED_BY = {
    "AcceptsEndings": "test_refuses_what_was_changed_on_the_way",
    "AcceptsForgeries": "test_refuses_the_signature_of_another_message",
    "AcceptsOldWebhooks": "test_refuses_what_is_old",
    "AcceptsWhatNobodySigned": "test_refuses_what_nobody_signed",
    "AsksAgainByItself": "test_a_charge_is_held_once",
    "BelievesAnybody": "test_refuses_what_the_payer_did_not_say",
    "CallsOutagesDeclines": "test_a_charge_is_held_once",
    "CallsOutagesMistakes": "test_an_amount_is_given_back_once",
    "CallsOutagesVoided": "test_a_charge_is_released",
    "CallsVoidedRefused": "test_releases_what_is_held",
    "CapturesAnotherHold": "test_takes_nothing_else_under_a_key",
    "CapturesEverything": "test_takes_a_part_and_releases_the_rest",
    "CapturesForEachKey": "test_takes_nothing_with_another_key",
    "CapturesForgottenAgain": "test_takes_nothing_again_under_a_forgotten_key",
    "CapturesNothing": "test_takes_something",
    "CapturesSomethingElse": "test_takes_nothing_else_under_a_key",
    "CapturesTooMuch": "test_takes_no_more_than_is_held",
    "CapturesTwice": "test_takes_once_for_a_key",
    "ChecksHeadersAlone": "test_refuses_what_is_not_signed",
    "ChallengesForEver": "test_asks_to_see_the_buyer",
    "DeclinesStrangers": "test_wrong_credentials_are_our_mistake",
    "FindsAllThatWasHeld": "test_finds_what_was_captured_under_any_key",
    "FindsAnyCapture": "test_finds_what_was_captured_under_any_key",
    "ForgetsCaptures": "test_takes_once_for_a_key",
    "ForgetsCharges": "test_holds_a_charge_once",
    "ForgetsPayouts": "test_pays_once_for_a_key",
    "ForgetsRefunds": "test_gives_back_once_for_a_key",
    "ForgetsThousandths": "test_takes_exactly_what_is_held",
    "ForgetsWhatWasCaptured": "test_stays_authorised_once_it_is_captured",
    "GuessesKinds": "test_leaves_unknown_what_it_has_no_word_for",
    "HoldsByAnotherSource": "test_holds_nothing_else_under_a_key",
    "HoldsForAnotherOrder": "test_holds_nothing_else_under_a_key",
    "HoldsSomethingElse": "test_holds_nothing_else_under_a_key",
    "HoldsWhatWasVoided": "test_releases_what_is_held",
    "InventsAnswers": "test_an_amount_is_taken_once",
    "InventsPayouts": "test_pays_once_although_the_answer_was_lost",
    "KeepsTheRest": "test_takes_a_part_and_releases_the_rest",
    "KnowsAnyReceipt": "test_does_not_know_a_receipt_of_nobody",
    "KnowsAnyReference": "test_does_not_know_a_reference_of_nobody",
    "KnowsFewKinds": "test_reads_each_kind",
    "LeavesChallengesOpen": "test_ends_a_challenge",
    "MakesKnownChargesAgain": "test_looks_a_charge_up_under_its_reference",
    "MendsBodies": "test_refuses_what_is_not_whole",
    "MixesCurrencies": "test_takes_nothing_of_another_currency",
    "NamesNobody": "test_names_the_authorisation_of_what_was_captured",
    "NamesRefundsAlike": "test_gives_back_in_parts_up_to_what_was_captured",
    "NamesSomebodyElse": "test_reads_each_kind",
    "NeverChallenges": "test_asks_to_see_the_buyer",
    "NumbersWebhooksAnew": "test_knows_a_notice_that_comes_twice",
    "NumbersReportsAnew": "test_knows_a_message_that_comes_twice",
    "PaysNothing": "test_pays_something",
    "PaysReturnsAgain": "test_does_not_pay_again_what_came_back",
    "PaysSomethingElse": "test_pays_nothing_else_under_a_key",
    "PaysTwice": "test_pays_once_for_a_key",
    "PaysWithoutAccount": "test_refuses_a_seller_without_an_account",
    "RaisesDeclines": "test_declines_as_a_value",
    "ReadsItsOwnCase": "test_reads_headers_of_any_case",
    "RefundsAnotherCapture": "test_gives_nothing_else_back_under_a_key",
    "RefundsForgottenAgain": "test_gives_nothing_back_again_under_a_forgotten_key",
    "RefundsInAnyCurrency": "test_gives_back_in_the_currency_that_was_captured",
    "RefundsNothing": "test_gives_something_back",
    "RefundsOnPaper": "test_books_what_it_refunds",
    "RefundsSomethingElse": "test_gives_nothing_else_back_under_a_key",
    "RefundsTheRest": "test_refuses_what_goes_beyond_as_a_whole",
    "RefundsTooMuch": "test_gives_back_in_parts_up_to_what_was_captured",
    "RefundsTwiceOnPaper": "test_books_what_it_refunds",
    "RefusesToVoidDeclines": "test_has_nothing_to_release_of_what_was_declined",
    "ReportsAnotherPayout": "test_reads_each_kind",
    "ReportsInItsOwnCase": "test_reads_headers_of_any_case",
    "ReportsNothingFailed": "test_reads_that_a_payout_came_back",
    "StumblesOverSignatures": "test_refuses_a_signature_that_cannot_be_read",
    "TakesOutagesForMistakes": "test_a_provider_that_is_not_there_may_be_asked_again",
    "TakesStrangersForOutages": "test_wrong_credentials_are_our_mistake",
    "TakesYenForCents": "test_takes_exactly_what_is_held",
    "TriesDeclinesAgain": "test_declines_as_a_value",
    "VoidsEverything": "test_releases_one_charge_only",
    "VoidsNothing": "test_releases_what_is_held",
    "VoidsOnce": "test_releases_what_is_held",
    "VoidsOnPaper": "test_books_a_hold_until_it_is_void",
    "VoidsOnlyWhatItKnows": "test_closes_a_charge_that_was_never_asked_for",
    "VoidsOutOfReach": "test_a_provider_that_is_not_there_may_be_asked_again",
    "VoidsWhatWasCaptured": "test_leaves_what_was_captured",
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Run what is sound through all, what is broken through its test: what failed for each."""
    module = Path(__file__).parent / "broken_gateways.py"
    return failed_tests(module, NOTICED_BY, SOUND, tmp_path_factory.mktemp("broken"))


class TestContracts:
    """The contracts of a `PaymentGateway` and of `SellerPayouts`, turned against broken ones."""

    def test_expect_everything_broken_to_be_noticed(self) -> None:
        """None is left out of the table."""
        assert {kind.__name__ for kind in BROKEN} == set(NOTICED_BY)

    @pytest.mark.parametrize("sound", SOUND)
    def test_let_what_is_sound_pass(self, failures: dict[str, set[str]], sound: str) -> None:
        """Run in the same way: it is the fault that is noticed."""
        assert failures[sound] == set()

    @pytest.mark.parametrize(("broken", "test"), NOTICED_BY.items(), ids=NOTICED_BY)
    def test_notice(self, failures: dict[str, set[str]], broken: str, test: str) -> None:
        """At least the test fails that is about what is broken."""
        assert test in failures[broken]
