from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
SOUND = ["TestSoundCarrier", "TestSoundDirectory", "TestSoundOutbox", "TestSoundReader"]
FOUND_OUT = {
    "TestBoundless": "test_nobody_unknown_is_written_to",
    "TestCaseBlind": "test_nobody_is_made_up",
    "TestConfusing": "test_two_keys_are_two_labels",
    "TestDoubling": "test_every_kind_arrives_whole",
    "TestForgetful": "test_a_label_asked_for_twice_is_bought_once",
    "TestHalving": "test_attachments_arrive_byte_by_byte",
    "TestHasty": "test_two_scans_of_one_moment_are_two",
    "TestHopeful": "test_an_unknown_code_stays_unknown",
    "TestLastOnly": "test_scans_come_in_the_order_they_happened",
    "TestLiteral": "test_names_of_headers_are_of_any_case",
    "TestNumbering": "test_a_message_sent_again_has_the_same_id",
    "TestObliging": "test_a_parcel_that_was_seen_cannot_be_given_back",
    "TestPatient": "test_a_message_that_is_too_old_is_refused",
    "TestRaising": "test_what_is_not_carried_is_refused",
    "TestRenaming": "test_a_message_sent_again_can_be_dropped",
    "TestRoleBlind": "test_a_buyer_is_not_the_seller_of_that_name",
    "TestSilenced": "test_nobody_knows_what_was_not_answered",
    "TestSanguine": "test_a_delivery_after_it_was_sent_back_is_to_somebody",
    "TestStubborn": "test_what_is_new_is_reported",
    "TestSwallowing": "test_a_number_nobody_knows_is_not_tracked",
    "TestTerse": "test_every_kind_arrives_whole",
    "TestTrusting": "test_a_message_that_was_changed_is_refused",
    "TestUnsorted": "test_rates_come_cheapest_first",
    "TestWallClock": "test_scans_are_put_in_order_by_instant",
    "TestZoneless": "test_a_moment_keeps_its_offset",
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """Run the contracts against every broken adapter: the tests that each one fails."""
    told = tmp_path_factory.mktemp("broken") / "told.xml"
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests/adapters/broken_adapters.py"),
            *("-q", "-p", "no:cacheprovider", f"--junitxml={told}"),
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    found: dict[str, set[str]] = {}
    for case in ET.parse(told).iter("testcase"):  # noqa: S314 - it was written just now, by us
        failed = found.setdefault(case.attrib["classname"].rpartition(".")[2], set())
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(case.attrib["name"].partition("[")[0])
    return found


class TestContracts:
    """The contracts of carriers, readers of scans, notifiers and directories."""

    def test_are_run_against_every_one(self, failures: Mapping[str, set[str]]) -> None:
        """No broken adapter is without the test that finds it out."""
        assert sorted(failures) == sorted([*SOUND, *FOUND_OUT])

    @pytest.mark.parametrize("name", SOUND)
    def test_pass_what_is_sound(self, failures: Mapping[str, set[str]], name: str) -> None:
        """What finds a fault everywhere finds none."""
        assert failures[name] == set()

    @pytest.mark.parametrize("name", FOUND_OUT)
    def test_find_out_what_is_broken(self, failures: Mapping[str, set[str]], name: str) -> None:
        """By the test that is about it."""
        assert FOUND_OUT[name] in failures[name]
