"""The contract of a store fails each store that breaks one of its promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.broken_stores import BROKEN
from tests.adapters.contract_runs import failed_tests

# What webhooks each, among others.
NOTICED_BY = {
    "AcceptsStrangers": "test_an_unknown_message_is_refused",
    "AddsRebuiltRows": "test_they_replace_all_that_were_there",
    "AllowsGaps": "test_a_stream_that_is_not_there_holds_no_record",
    "ComposesAccents": "test_data_is_read_as_it_was_written",
    "CutsLongData": "test_data_is_read_as_it_was_written",
    "CountsNoDeadWorker": "test_a_lease_without_an_outcome_is_a_failure",
    "ErasesPeople": "test_what_is_erased_is_gone",
    "DrawsPositionsEarly": "test_a_reader_misses_nothing_while_many_write",
    "FeedsAgain": "test_a_reader_goes_on_from_the_last_position",
    "FeedsByMoment": "test_records_come_in_the_order_they_were_written",
    "FoldsCase": "test_streams_whose_names_look_alike_are_apart",
    "Forgetful": "test_records_are_found",
    "ForgetsDeadlines": "test_a_new_deadline_replaces_the_one_before",
    "ForgetsDeadLettering": "test_what_is_dead_lettered_waits_for_a_person",
    "ForgetsNothing": "test_what_is_erased_is_gone",
    "ForgetsLateDone": "test_after_a_take_over_done_is_still_done",
    "ForgetsVersions": "test_another_number_of_records_is_a_conflict",
    "GivesDueTwice": "test_nobody_is_given_a_leased_stream",
    "GivesTooMany": "test_a_limit_takes_the_earliest_messages",
    "GivesTwice": "test_nobody_is_given_a_leased_message",
    "KeepsLeases": "test_a_new_deadline_ends_the_lease",
    "KeepsOldDeadlines": "test_no_deadline_replaces_the_one_before_too",
    "KeepsOldPlaces": "test_a_row_that_is_written_again_is_replaced",
    "KeepsTheFirst": "test_the_same_name_replaces_what_was_kept",
    "LeaksWildcards": "test_a_prefix_is_taken_literally",
    "LetsStaleWorkersSettle": "test_after_a_take_over_a_late_word_is_ignored",
    "ListsAPage": "test_many_streams_are_listed_once_each",
    "LosesMicroseconds": "test_moments_are_read_in_utc_to_the_microsecond",
    "LosesReasons": "test_the_reason_is_kept_as_it_was_given",
    "LosesTheZone": "test_moments_are_read_in_utc_to_the_microsecond",
    "MixesStreams": "test_several_streams_are_read_as_each_alone",
    "NamesTheWrongConflict": "test_the_first_of_several_conflicts_is_named",
    "NeverForgives": "test_what_is_resumed_begins_again",
    "NeverTakesOver": "test_nobody_is_given_a_leased_message",
    "PagesBySort": "test_pages_follow_on_one_another",
    "PostponesTooSoon": "test_nothing_is_postponed_to_before_its_moment",
    "PurgesDeadLetters": "test_what_is_not_done_is_kept",
    "Races": "test_of_many_that_append_the_same_one_wins",
    "RebuildsBlindly": "test_a_stream_that_has_grown_is_a_conflict",
    "RemovesNoRows": "test_a_row_that_is_removed_is_gone",
    "ReadsAll": "test_a_stream_is_read_without_its_first_records",
    "Reorders": "test_records_are_read_in_the_order_they_were_written",
    "RepeatsMessages": "test_a_key_that_is_known_is_left_as_it_was",
    "ShowsDueOnly": "test_what_is_postponed_says_why",
    "ShowsFormerWorkers": "test_what_is_postponed_says_why",
    "StartsOver": "test_a_reader_of_what_waits_goes_on_after_the_last",
    "CountsPostponements": "test_each_kind_is_counted",
    "ResumesAnything": "test_what_is_not_dead_lettered_cannot_be_resumed",
    "RevivesDone": "test_a_key_that_was_settled_stays_so",
    "ShowsWhatWasRefused": "test_a_conflict_writes_no_row",
    "SleepsThroughLeases": "test_the_end_of_a_lease_counts",
    "SortsAsPeopleDo": "test_rows_are_in_the_order_of_their_sorts",
    "SortsByName": "test_the_earliest_come_first_then_in_the_order_of_names",
    "SwallowsErrors": "test_another_number_of_records_is_a_conflict",
    "TellsNaiveMoments": "test_it_is_in_utc",
    "WritesHalf": "test_a_conflict_in_the_second_stream_writes_nothing",
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Run a sound store through all, each broken one through its test: what failed for each."""
    module = Path(__file__).parent / "broken_stores.py"
    return failed_tests(module, NOTICED_BY, ["MemoryStore"], tmp_path_factory.mktemp("broken"))


class TestContract:
    """The contract of an `EventStore`, turned against stores that break it."""

    def test_every_broken_store_is_expected_to_be_noticed(self) -> None:
        """None is left out of the table."""
        assert {kind.__name__ for kind in BROKEN} | {"Forgetful"} == set(NOTICED_BY)

    def test_lets_a_sound_store_pass(self, failures: dict[str, set[str]]) -> None:
        """Run in the same way: it is the fault that is noticed."""
        assert failures["MemoryStore"] == set()

    @pytest.mark.parametrize(("broken", "test"), NOTICED_BY.items(), ids=NOTICED_BY)
    def test_notices(self, failures: dict[str, set[str]], broken: str, test: str) -> None:
        """At least the test fails that is about what it breaks."""
        assert test in failures[broken]
