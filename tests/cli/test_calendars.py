"""Whose holidays count: those where a parcel goes, and those of the house for what it promises.

In July 2026 Belgium rests on Tuesday 21 (national day) and not on Tuesday 14, France on the 14th
and not on the 21st; Germany on neither. Houses of other countries keep
days of their own.
"""

from __future__ import annotations

import pytest

from tests.cli.asking import BORDEAUX, LIEGE, ask, question, reply

BERLIN = {"country": "DE", "postal_code": "10115"}


def value_of(answer: dict[str, object], *names: str) -> tuple[object, ...]:
    """Give some of what an answer says."""
    value = answer["value"]
    assert isinstance(value, dict), answer
    return tuple(value[name] for name in names)


class TestTheDestinations:
    """L9 to L11, S3: what a carrier does is counted in days that are worked where it goes."""

    @pytest.mark.parametrize(
        ("place", "dispatched", "latest"),
        [
            # 3 to 5 ouvrés from Friday 10 July: 13, 14, 15, 16, 17
            (BERLIN, "2026-07-10", "2026-07-17"),
            # 3 to 4 to Belgium, which works on the 14th: 13, 14, 15, 16
            (LIEGE, "2026-07-10", "2026-07-16"),
            # 2 to 5 ouvrables to France from then: 11, 13, 15, 16, 17
            (BORDEAUX, "2026-07-10", "2026-07-17"),
            # from Friday 17: Belgium 20, 22, 23, 24; Germany 20, 21, 22, 23, 24
            (LIEGE, "2026-07-17", "2026-07-24"),
            (BERLIN, "2026-07-17", "2026-07-24"),
            # France from then: 18, 20, 21, 22, 23
            (BORDEAUX, "2026-07-17", "2026-07-23"),
        ],
    )
    def test_holidays_make_it_later(
        self, place: dict[str, str], dispatched: str, latest: str
    ) -> None:
        """By the table of the house, from the day of dispatch on."""
        answer = ask("estimate-delivery", destination=place, dispatched=dispatched)
        assert value_of(answer, "latest") == (latest,)

    @pytest.mark.parametrize(
        ("place", "seen", "until"),
        [
            # three ouvrés without a movement, from Friday 17 July: 20, 21, 22
            (BERLIN, "2026-07-17", "2026-07-22"),
            # Belgium: 20, 22, 23
            (LIEGE, "2026-07-17", "2026-07-23"),
            # France works on the 21st
            (BORDEAUX, "2026-07-17", "2026-07-22"),
            # and rests on the 14th: from Friday 10 July 13, 15, 16
            (BORDEAUX, "2026-07-10", "2026-07-16"),
            (LIEGE, "2026-07-10", "2026-07-15"),
        ],
    )
    def test_holidays_let_one_wait_longer(
        self, place: dict[str, str], seen: str, until: str
    ) -> None:
        """S3: a parcel that does not move is waited for so many days of its destination: to the
        last of them, and not a day longer.
        """
        facts = {"destination": place, "dispatched": seen, "last_movement": seen}
        waiting = ask("tracking", **facts, now=until)
        assert (waiting["decision"], waiting["value"]) == ("wait", {"until": until})
        after = f"{until[:-2]}{int(until[-2:]) + 1:02}"
        assert ask("tracking", **facts, now=after)["decision"] == "contact"

    @pytest.mark.parametrize(
        ("place", "wanted", "decision"),
        [
            (LIEGE, "2026-07-22", "unlikely"),
            (LIEGE, "2026-07-23", "possible"),
            (LIEGE, "2026-07-24", "comfortable"),
            (BERLIN, "2026-07-21", "unlikely"),
            (BERLIN, "2026-07-22", "possible"),
            (BERLIN, "2026-07-24", "comfortable"),
        ],
    )
    def test_holidays_make_it_less_sure(
        self, place: dict[str, str], wanted: str, decision: str
    ) -> None:
        """L7: the third working day after Friday 17 July is the 22nd, in Belgium the 23rd."""
        answer = ask("arrive-by", destination=place, dispatched="2026-07-17", wanted=wanted)
        assert answer["decision"] == decision


class TestTheHouses:
    """R1, R6, K1: what the house promises is counted in its own days, wherever the buyer is."""

    @pytest.mark.parametrize("place", [BORDEAUX, LIEGE, BERLIN])
    @pytest.mark.parametrize(
        ("received", "last_day"),
        [
            # 14 days end on 14 July, which France keeps
            ("2026-06-30", "2026-07-15"),
            # on the 21st, which only Belgium does
            ("2026-07-07", "2026-07-21"),
        ],
    )
    def test_a_window_ends_on_a_day_the_house_works(
        self, place: dict[str, str], received: str, last_day: str
    ) -> None:
        """The buyer's own holidays do not count."""
        answer = ask("return-deadline", destination=place, received=received)
        assert value_of(answer, "last_day") == (last_day,)

    def test_a_payout_waits_as_long(self) -> None:
        """Received on 30 June: until the end of the 15th in Paris, wherever it went."""
        for place in (BORDEAUX, LIEGE):
            facts = {"received": "2026-06-30", "returns_open": False, "destination": place}
            held = ask("assess-payout", **facts, now="2026-07-15T21:59:59Z")
            assert held["value"] == {"until": "2026-07-15T22:00:00Z"}
            assert ask("assess-payout", **facts, now="2026-07-15T22:00:00Z")["decision"] == "due"

    @pytest.mark.parametrize(
        ("policy", "day", "decision"),
        [
            ("imparfaite", "14", "open"),
            ("selency", "14", "closed"),
            ("selency", "21", "open"),
            ("docs/guide/lune.toml", "21", "closed"),
        ],
    )
    def test_nobody_answers_on_its_holidays(self, policy: str, day: str, decision: str) -> None:
        """Noon on two Tuesdays, in a house that names no holidays, a French and a Belgian one."""
        given = reply(question("contact", {"at": f"2026-07-{day}T10:00:00Z"}, policy=policy))
        assert given["decision"] == decision

    @pytest.mark.parametrize(
        ("at", "decision"),
        [
            ("2026-09-07T07:29:59.999999Z", "closed"),
            ("2026-09-07T07:30:00Z", "open"),
            ("2026-09-07T10:29:59.999999Z", "open"),
            ("2026-09-07T10:30:00Z", "closed"),
            ("2026-12-07T08:29:59.999999Z", "closed"),
            ("2026-12-07T08:30:00Z", "open"),
        ],
    )
    def test_hours_are_those_of_its_zone(self, at: str, decision: str) -> None:
        """From 9:30 to 12:30 in Paris, in summer and in winter."""
        assert ask("contact", at=at)["decision"] == decision

    @pytest.mark.parametrize(
        ("policy", "received", "last_day"),
        [
            ("imparfaite", "2026-10-28", "2026-11-12"),
            ("vinted-pl", "2026-10-28", "2026-11-12"),
            ("vinted-pl", "2026-06-30", "2026-07-14"),
            ("docs/guide/lune.toml", "2026-07-07", "2026-07-22"),
        ],
    )
    def test_other_houses_keep_other_days(self, policy: str, received: str, last_day: str) -> None:
        """France and Poland rest on 11 November, Belgium on 21 July, and Poland not on 14 July."""
        facts = {
            "destination": LIEGE,
            "received": received,
            "seller_kind": "professional",
        }
        given = reply(question("return-deadline", facts, policy=policy))
        assert value_of(given, "last_day") == (last_day,)
