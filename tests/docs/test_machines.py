"""The page of machines says what the tables say."""

from __future__ import annotations

import re

import pytest

from docs.generate_machines import MACHINES, PAGE, Machine, edges, name_of, page
from vintage_rules.offers.events import OfferAccepted, OfferLapsed
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState
from vintage_rules.returns.request.events import ReturnPostedLate
from vintage_rules.shipping.parcel.states import ParcelState

TITLES = [machine.title for machine in MACHINES]


def section(title: str) -> str:
    """Give the part of the page about one machine."""
    return page().split(f"## {title}\n")[1].split("\n## ")[0]


def table_rows(title: str) -> set[tuple[str, str, str, str]]:
    """Give each event of the table on the page: state, where it leads, by whom, its name."""
    rows = re.findall(
        r"^\| (\S+) \| (\S+|the same) \| (\w+) \| (.+) \|$", section(title), re.MULTILINE
    )
    return {(start, end, by, one) for start, end, by, what in rows for one in what.split(", ")}


class TestPage:
    """The page that is committed."""

    def test_is_what_is_generated(self) -> None:
        """Whoever changes a table writes the page anew: python docs/generate_machines.py."""
        assert PAGE.read_text("utf-8") == page()

    @pytest.mark.parametrize("machine", MACHINES, ids=TITLES)
    def test_holds_every_edge_of_every_table(self, machine: Machine) -> None:
        """Each state and event of a table is a row, with the state it leads to."""
        told = {
            (start, end, one.partition(" ")[0]) for start, end, _, one in table_rows(machine.title)
        }
        assert told == {
            (str(start), "the same" if start is end else str(end), name_of(event))
            for start, row in machine.transitions.items()
            for event, end in row.items()
        }

    @pytest.mark.parametrize("machine", MACHINES, ids=TITLES)
    def test_draws_every_state(self, machine: Machine) -> None:
        """No state is left out, not even one that nothing leads to."""
        drawing = section(machine.title).split("```mermaid")[1].split("```")[0]
        drawn = set(re.findall(r"^ +s_\w+[(\[]+([a-z-]+)[)\]]+$", drawing, re.MULTILINE))
        assert drawn == {str(state) for state in machine.states}

    @pytest.mark.parametrize("machine", MACHINES, ids=TITLES)
    def test_colours_the_lines_of_time(self, machine: Machine) -> None:
        """Lines are numbered from 0 as they are drawn, every line from a start included."""
        lines = re.findall(r"^  \S+.* (-\.->|-->)", section(machine.title), re.MULTILINE)
        coloured = re.findall(r"^  linkStyle ([\d,]+) ", section(machine.title), re.MULTILINE)
        numbers = {int(each) for one in coloured for each in one.split(",")}
        assert numbers == {place for place, line in enumerate(lines) if line == "-.->"}

    @pytest.mark.parametrize("machine", MACHINES, ids=TITLES)
    def test_draws_time_apart(self, machine: Machine) -> None:
        """What time brings to another state is a dotted line, and nothing else is."""
        drawing = section(machine.title)
        dotted = " ".join(re.findall(r"-\.->\|\"(.*?)\"\|", drawing)).replace("<br>", " ")
        solid = " ".join(re.findall(r" -->\|\"(.*?)\"\|", drawing)).replace("<br>", " ")
        moving = [edge for edge in edges(machine) if edge.start is not edge.end]
        for edge in moving:
            assert name_of(edge.event) in (dotted if edge.by_time else solid).split()


class TestEdges:
    """What the drawings are made of."""

    def test_of_a_listing_know_time_from_people(self) -> None:
        """A lowered price returns by itself; a sale needs a buyer. Clause N6."""
        listing = next(machine for machine in MACHINES if machine.title == "A piece for sale")
        lowered = {
            (name_of(edge.event), edge.by_time)
            for edge in edges(listing)
            if edge.start is ListingState.LOWERED and edge.end is not ListingState.LOWERED
        }
        assert ("price-restored", True) in lowered
        assert ("piece-sold", False) in lowered

    def test_of_an_offer_say_what_silence_means(self) -> None:
        """The same event is a person's, and time's where silence means it. Clause N7."""
        offer = next(machine for machine in MACHINES if machine.title == "An offer")
        leaving = [edge for edge in edges(offer) if edge.start is OfferState.OPEN]
        accepted = {(e.by_time, e.when) for e in leaving if e.event is OfferAccepted}
        lapsed = {(e.by_time, e.when) for e in leaving if e.event is OfferLapsed}
        assert accepted == {(False, ""), (True, "accept")}
        assert lapsed == {(True, "lapse")}

    def test_shared_by_a_frame_are_drawn_once(self) -> None:
        """Whatever is on its way may be delivered: one line says so."""
        assert (
            section("A parcel").count('|"parcel-delivered"|') == 4
        )  # announced, the frame, going back, found
        assert f's_group -->|"parcel-delivered"| s_{ParcelState.DELIVERED}' in section("A parcel")

    def test_are_named_as_their_events(self) -> None:
        """By the event's own name, or else by its class."""
        assert name_of(OfferLapsed) == "offer-lapsed"
        assert name_of(ReturnPostedLate) == "return-posted-late"
