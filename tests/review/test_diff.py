from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations

import pytest

from tests.policies.plain_houses import house_in
from tests.review.mutations import mutants, named, parsed
from tests.review.seeds import ROOT, SOUND
from vintage_rules.errors import NoEditionError
from vintage_rules.findings import Path, is_table, table_in
from vintage_rules.policies import load_policy, parse_policy, shipped_policies
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.schema import policy_schema
from vintage_rules.review import Audience, Change, PolicyDiff, diff_policies
from vintage_rules.review.diff.changes import CONCERNS, changes_between
from vintage_rules.review.diff.comparing import NAMED, TOPICS
from vintage_rules.review.diff.leaves import leaves_of
from vintage_rules.review.diff.render import in_words
from vintage_rules.wording import locales
from vintage_rules.wording.voice import voice_of

TODAY = date(2026, 11, 22)
HOUSES = {
    **{name: path.read_text("utf-8") for name, path in SOUND.items()},
    "grand-bazaar": (ROOT / "tests/policies/houses/grand-bazaar.toml").read_text("utf-8"),
}

REDUCTION = """
[[edition.pricing.reductions]]
name = "free-postage"
borne_by = "house"
applies_to = "shipping"
counts_as = "reduction"
least = 150.00
flat = 0.00
on_return = "withdrawn"
source = "V2"
"""


BOUNDS = """
[edition.listing.offers.seller_bounds]
lowest = 0.50
highest = 0.95
source = "N13"
"""


def with_gifts(text: str) -> str:
    """Let gifts be sent back as what is withdrawn from."""
    text = text.replace(
        'reasons = ["withdrawal", "claim"]', 'reasons = ["withdrawal", "claim", "gift"]'
    )
    return text.replace(
        'when = { reasons = ["withdrawal"]', 'when = { reasons = ["withdrawal", "gift"]'
    )


def first_edition(text: str) -> str:
    """Leave out all editions but the first, so that every value is one of the edition compared."""
    return (
        text.split("\n[[edition]]\n", 2)[0] + "\n[[edition]]\n" + text.split("\n[[edition]]\n")[1]
    )


@cache
def book(text: str) -> PolicyBook:
    """Read a document, once for all tests."""
    return parse_policy(text.encode(), "x.toml")


def compared(before: PolicyBook, after: PolicyBook) -> PolicyDiff:
    """Compare what is in force today."""
    return diff_policies(before, after, on_before=TODAY, on_after=TODAY)


def changed(name: str, *edits: tuple[str, str]) -> PolicyDiff:
    """Compare a house with itself after some edits."""
    text = HOUSES[name]
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return compared(book(HOUSES[name]), book(text))


@cache
def found(name: str) -> list[tuple[Path, list[Change]]]:
    """Change every value of a house once, and give what is reported of each."""
    document = book(first_edition(HOUSES[name])).document
    before = leaves_of(document, document.editions[0])
    return [
        (path, list(changes_between(before, leaves_of(after.document, after.document.editions[0]))))
        for path, after in mutated(name)
        if after is not None
    ]


@cache
def mutated(name: str) -> list[tuple[Path, PolicyBook | None]]:
    """Change every value of a house once."""
    return list(mutants(parsed(first_edition(HOUSES[name]))))


@pytest.mark.parametrize("name", HOUSES)
class TestEveryValue:
    """A document in which one value is changed, for every value of three houses."""

    def test_is_reported_by_its_path(self, name: str) -> None:
        """No value can change unseen."""
        table = parsed(first_edition(HOUSES[name]))
        missed = [
            named(table, path)
            for path, reported in found(name)
            if not any(change.path.startswith(named(table, path)) for change in reported)
        ]
        assert missed == []

    def test_brings_no_other(self, name: str) -> None:
        """What has not changed is not told; a new name is another thing, and ends the old one."""
        table = parsed(first_edition(HOUSES[name]))
        for path, reported in found(name):
            if "name" not in path and path != ("currency",):
                paths = {change.path for change in reported}
                assert all(each.startswith(named(table, path)) for each in paths), path

    def test_can_be_changed(self, name: str) -> None:
        """The tests above look at most of them; what refers to another cannot change alone."""
        tried = [after for _, after in mutated(name)]
        assert len([after for after in tried if after is not None]) > len(tried) * 0.8

    def test_is_answered_and_told(self, name: str) -> None:
        """The rules answer under every changed policy, in every language."""
        before = book(first_edition(HOUSES[name]))
        for _, after in mutated(name)[::15]:
            if after is not None:
                day = max(one.latest.edition.since for one in (before, after))
                diff = diff_policies(before, after, on_before=day, on_after=day)
                check_words_of(diff)


def check_words_of(diff: PolicyDiff) -> None:
    """Say every change and every example in every language."""
    for locale in locales():
        voice = voice_of(locale)
        for one in in_words(diff.changes):
            assert "{" not in voice.say(one.sentence)
        for topic in diff.topics:
            for example in topic.examples:
                for said in (example.question, *example.before, *example.after):
                    assert voice.sentence(said)


class TestSame:
    """A policy beside itself."""

    @pytest.mark.parametrize("name", shipped_policies())
    def test_has_no_difference(self, name: str) -> None:
        """Nothing is made up."""
        house = load_policy(name)
        day = house.latest.edition.since
        assert diff_policies(house, house, on_before=day, on_after=day).topics == ()

    def test_is_the_same_however_an_edition_is_written(self) -> None:
        """An edition that extends the one before and one written in full decide alike."""
        lune = book(HOUSES["lune"])
        full = first_edition(HOUSES["lune"]).replace("2025-03-01", "2026-01-01")
        full = full.replace('patience = "4 ouvrables"', 'patience = "3 ouvrables"')
        paths = {change.path for change in compared(lune, book(full)).changes}
        assert paths == {"shipping.tracking.source", "edition.source"}


TIERS = "tiers = [{ at_least = 0.00, rate = 0.05 }, { above = 500.00, rate = 0.02 }]"
THREE = TIERS.replace("{ above", "{ at_least = 100.00, rate = 0.03 }, { above")


class TestStepsAddedAndMoved:
    """Tiers and bands have no names: they are compared by where they begin or end."""

    @staticmethod
    def said(old: str, new: str) -> dict[str, tuple[str | None, str | None]]:
        """Give what differs where the tiers of the protection fee are written so and so."""
        voice, text = voice_of("en"), HOUSES["lune"]
        assert TIERS in text
        sides = (book(text.replace(TIERS, tiers, 1)) for tiers in (old, new))
        changes = (change for topic in compared(*sides).topics for change in topic.changes)
        return {
            change.path.partition("tiers")[2]: (
                None if change.before is None else voice.show(change.before),
                None if change.after is None else voice.show(change.after),
            )
            for change in changes
        }

    def test_one_between_two_others_is_one_addition(self) -> None:
        """The tier above 500 EUR is as it was."""
        assert self.said(TIERS, THREE) == {
            "[1].at_least": (None, "€100.00"),
            "[1].rate": (None, "3%"),
        }

    def test_one_that_is_taken_out_is_one_removal(self) -> None:
        """The same the other way round."""
        assert self.said(THREE, TIERS) == {
            "[1].at_least": ("€100.00", None),
            "[1].rate": ("3%", None),
        }

    def test_a_limit_that_moves_is_one_change(self) -> None:
        """As many tiers as before: they are compared in turn."""
        moved = TIERS.replace("500.00", "400.00")
        assert self.said(TIERS, moved) == {"[1].above": ("€500.00", "€400.00")}

    def test_a_limit_that_moves_beside_one_that_is_added(self) -> None:
        """What lies between tiers that begin alike is compared in turn; the rest is added."""
        moved = THREE.replace("500.00", "400.00")
        assert self.said(TIERS, moved) == {
            "[1].above": ("€500.00", None),
            "[1].at_least": (None, "€100.00"),
            "[1].rate": ("2%", "3%"),
            "[2].above": (None, "€400.00"),
            "[2].rate": (None, "2%"),
        }


class TestTwoHouses:
    """Different houses beside one another."""

    @pytest.mark.parametrize("pair", list(combinations(HOUSES, 2)), ids="-".join)
    def test_differ_both_ways(self, pair: tuple[str, str]) -> None:
        """The same values differ whichever house comes first, and all of it can be said."""
        one, other = (book(HOUSES[name]) for name in pair)
        forth, back = compared(one, other), compared(other, one)
        assert {c.path for c in forth.changes} == {c.path for c in back.changes}
        turned = {c.path: (c.after, c.before) for c in back.changes}
        assert {c.path: (c.before, c.after) for c in forth.changes} == turned
        for diff in (forth, back):
            check_words_of(diff)

    def test_are_told_what_is_new_and_gone_as_a_whole(self) -> None:
        """A fee that only one house has is one line and not twenty."""
        said = {
            one.path: one.sentence.key
            for one in in_words(compared(book(HOUSES["imparfaite"]), book(HOUSES["lune"])).changes)
        }
        assert said["pricing.fees[quality-control]"] == "diff.gone"
        assert said["pricing.fees[commission]"] == "diff.new"
        assert not any(path.startswith("pricing.fees[commission].") for path in said)

    def test_call_things_as_the_second_does(self) -> None:
        """By the labels of its document."""
        labels = compared(book(HOUSES["imparfaite"]), book(HOUSES["lune"])).labels
        assert labels.of("fee", "protection", "fr") == "Protection acheteur"

    def test_need_an_edition(self) -> None:
        """A day before a house began is refused."""
        with pytest.raises(NoEditionError):
            diff_policies(
                book(HOUSES["lune"]),
                book(HOUSES["lune"]),
                on_before=date(2020, 1, 1),
                on_after=TODAY,
            )


def answers(diff: PolicyDiff, topic: str, locale: str = "en-GB") -> list[tuple[str, str, str]]:
    """Give the examples of one topic: the question and the first sentence of either answer."""
    voice = voice_of(locale)
    (found,) = (one for one in diff.topics if one.path == topic)
    return [
        (
            voice.sentence(example.question),
            voice.sentence(example.before[0]),
            voice.sentence(example.after[0]),
        )
        for example in found.examples
    ]


class TestExamples:
    """Decisions on both sides of what has changed."""

    def test_of_a_fee(self) -> None:
        """L4: with a cap of 15.00 the fee stops at 150.00, with one of 20.00 at 200.00."""
        found = answers(
            changed("imparfaite", ("maximum = 15.00", "maximum = 20.00")),
            "pricing.fees[quality-control]",
        )
        fee = "The quality-control fee"
        assert [(q.split("€")[1].split(" ")[0], a, b) for q, a, b in found] == [
            ("149.90", f"{fee}: €14.99.", f"{fee}: €14.99."),
            ("150.00", f"{fee}: €15.00.", f"{fee}: €15.00."),
            ("150.10", f"{fee}: €15.00.", f"{fee}: €15.01."),
            ("199.90", f"{fee}: €15.00.", f"{fee}: €19.99."),
            ("200.00", f"{fee}: €15.00.", f"{fee}: €20.00."),
            ("200.10", f"{fee}: €15.00.", f"{fee}: €20.00."),
        ]

    def test_of_a_cap_above_three_tiers(self) -> None:
        """5 % of 100.00, 3 % of 400.00 and 2 % of the next 400.00 are 25.00; 26.00 at 950.00.

        0.70 of the fee are fixed. A step of 0.50 is a cent of the last tier.
        """
        tiers = 'tiering = "marginal"\n' + THREE
        lune = HOUSES["lune"].replace('tiering = "whole"\n' + TIERS, f"{tiers}\nmaximum = 25.00")
        dearer = lune.replace("maximum = 25.00", "maximum = 26.00", 1)
        found = answers(compared(book(lune), book(dearer)), "pricing.fees[protection]")
        fee = "“protection”: €"
        assert [(q.split("€")[1].split(" ")[0], a, b) for q, a, b in found][-6:] == [
            ("899.50", f"{fee}25.69.", f"{fee}25.69."),
            ("900.00", f"{fee}25.70.", f"{fee}25.70."),
            ("900.50", f"{fee}25.70.", f"{fee}25.71."),
            ("949.50", f"{fee}25.70.", f"{fee}26.69."),
            ("950.00", f"{fee}25.70.", f"{fee}26.70."),
            ("950.50", f"{fee}25.70.", f"{fee}26.70."),
        ]

    def test_of_a_floor(self) -> None:
        """N8: 30 % of 200.00 leaves 140.00, 40 % leaves 120.00; both exactly allowed."""
        found = answers(
            changed("imparfaite", ("largest_cut = 0.30", "largest_cut = 0.40")), "listing.offers"
        )
        no, yes = "The offer cannot be made.", "The offer can be made."
        assert [(q.split("€")[1].split(" ")[0], a, b) for q, a, b in found] == [
            ("119.99", no, no),
            ("120.00", no, yes),
            ("120.01", no, yes),
            ("139.99", no, yes),
            ("140.00", yes, yes),
        ]

    def test_of_a_quota(self) -> None:
        """N3: one offer on a piece, or two."""
        found = answers(changed("imparfaite", ("per_piece = 1", "per_piece = 2")), "listing.offers")
        assert [(q.split(" ")[3], a[:13], b[:13]) for q, a, b in found] == [
            ("0", "The offer can", "The offer can"),
            ("1", "The offer can", "The offer can"),
            ("2", "The offer can", "The offer can"),
        ]
        assert found[1][1:] == ("The offer cannot be made.", "The offer can be made.")

    def test_of_a_time(self) -> None:
        """N9: 24 or 48 elapsed hours from noon."""
        found = answers(
            changed("imparfaite", ('stands_for = "24 hours"', 'stands_for = "48 hours"')),
            "listing.offers",
        )
        assert [(q.split(" at ")[-1], a[:10], b[:10]) for q, a, b in found] == [
            ("12:59 (Paris time)", "It runs un", "It runs un"),
            ("13:00 (Paris time)", "It ended o", "It runs un"),
            ("12:59 (Paris time)", "It ended o", "It runs un"),
            ("13:00 (Paris time)", "It ended o", "It ended o"),
        ]
        assert ["3 March" in found[1][1], "4 March" in found[1][2]] == [True, True]

    def test_of_a_time_that_ends_no_more(self) -> None:
        """N9: of 24 hours, and of no end."""
        diff = changed("imparfaite", ('stands_for = "24 hours"', 'stands_for = "never"'))
        assert [(a[:10], b) for _, a, b in answers(diff, "listing.offers")] == [
            ("It runs un", "Without end"),
            ("It ended o", "Without end"),
        ]

    def test_of_what_a_seller_may_set(self) -> None:
        """N13: at least half of 200.00, or 60 % of it."""
        half = HOUSES["imparfaite"] + BOUNDS
        found = answers(compared(book(half), book(half.replace("0.50", "0.60"))), "listing.offers")
        no, yes = "This is not allowed", "This is allowed"
        assert [(q.split("€")[1].split(" ")[0], a, b) for q, a, b in found] == [
            ("99.99", no, no),
            ("100.00", yes, no),
            ("100.01", yes, no),
            ("119.99", yes, no),
            ("120.00", yes, yes),
        ]

    def test_of_a_reason_that_one_policy_alone_knows(self) -> None:
        """It is answered whichever of the two comes first."""
        shorter, longer = book(HOUSES["imparfaite"]), book(with_gifts(HOUSES["imparfaite"]))
        unknown = "The policy does not know this"
        there = answers(compared(shorter, longer), "returns.returns")
        back = answers(compared(longer, shorter), "returns.returns")
        assert {before for _, before, _ in there} == {unknown}
        assert [(question, after, before) for question, before, after in there] == back
        assert {question.partition("(")[2].partition("/")[0] for question, *_ in back} == {"gift"}

    def test_of_a_band(self) -> None:
        """L12: up to and including 500 g, or 600 g."""
        diff = changed(
            "imparfaite", ("up_to_g = 500, price = 14.99", "up_to_g = 600, price = 14.99")
        )
        found = [
            (question.split(" ")[3], before[15:21], after[15:21])
            for question, before, after in answers(diff, "shipping.postage")
            if "direct" in question
        ]
        assert ("501", "€19.39", "€14.99") in found
        assert ("600", "€19.39", "€14.99") in found
        assert ("601", "€19.39", "€19.39") in found

    def test_of_a_window(self) -> None:
        """R1: received on Monday 2 March, 14 days end on the 16th and 15 days on the 17th."""
        rule = 'window = { anchor = "received", length = "14 days", roll = "next-working-day" }'
        diff = changed("imparfaite", (rule, rule.replace("14", "15")))
        found = {
            question.split(" from ")[0][-13:]: (a, b)
            for question, a, b in answers(diff, "returns.returns")
        }
        assert [b.split(";")[0] for _, b in found.values()] == [
            "The return is accepted",
            "The return is accepted",
            "The return is refused.",
        ]
        assert [a.split(";")[0] for a, _ in found.values()] == [
            "The return is accepted",
            "The return is refused.",
            "The return is refused.",
        ]

    def test_of_a_payout(self) -> None:
        """R6: the seller waits for the window."""
        old = '[edition.returns.payouts]\nwindow = { anchor = "received", length = "14 days"'
        diff = changed("lune", (old, old.replace("14", "2")))
        found = answers(diff, "returns.payouts")
        runs, over = "It runs through 16 March 2026", "It is over after 16 March 2026"
        assert [(q.split("on: ")[1], a) for q, a, _ in found] == [
            ("4 March 2026", runs),
            ("5 March 2026", runs),
            ("16 March 2026", runs),
            ("17 March 2026", over),
        ]
        assert [b.split(" 4")[0] for *_, b in found] == [
            "It runs through",
            *["It is over after"] * 3,
        ]

    def test_of_two_currencies_compare_no_amounts(self) -> None:
        """A hundred francs are not a hundred euros; the days of a price reduction are days."""
        diff = compared(book(HOUSES["imparfaite"]), book(HOUSES["grand-bazaar"]))
        paths = {topic.path for topic in diff.topics if topic.examples}
        in_amounts = {path for path in paths if path.startswith(("pricing", "listing.offers"))}
        assert in_amounts == {"pricing.price_reduction"}

    def test_of_a_reduction_in_two_currencies_compare_no_amounts(self) -> None:
        """Free postage from 150 euros on is not compared with free postage from 24,000 yen on."""
        euros = HOUSES["imparfaite"] + REDUCTION
        yen = house_in("japan") + REDUCTION.replace("150.00", "24000").replace("0.00", "0")
        for one, other in ((euros, yen), (yen, euros)):
            found = {topic.path: topic for topic in compared(book(one), book(other)).topics}
            assert found["pricing.reductions"].changes
            assert found["pricing.reductions"].examples == ()
        dearer = HOUSES["imparfaite"] + REDUCTION.replace("150.00", "200.00")
        (topic,) = compared(book(euros), book(dearer)).topics
        assert (topic.path, bool(topic.examples)) == ("pricing.reductions", True)

    def test_are_there_for_what_is_decided(self) -> None:
        """Nearly every topic that differs between two houses of one currency has an example."""
        diff = compared(book(HOUSES["imparfaite"]), book(HOUSES["lune"]))
        with_examples = {topic.path for topic in diff.topics if topic.examples}
        assert set(TOPICS) - with_examples <= {"returns.payouts", "shipping.tracking"}
        assert {path.partition("[")[0] for path in with_examples if "[" in path} == set(NAMED)


PACKING = """[[edition.pricing.fees]]
name = "packing"
payer = "PAYER"
per = "order"
optional = false
refundable = true
source = "article 5"

[[edition.pricing.fees.components]]
base = ["pieces"]
fixed = 1.00
rounding = "up"
source = "article 5"

"""


class TestAudiences:
    """Whom a change concerns."""

    @pytest.mark.parametrize(
        ("name", "old", "new", "concerned"),
        [
            (
                "lune",
                "at_least = 200.00, rate = 0.12",
                "at_least = 200.00, rate = 0.13",
                {"sellers"},
            ),
            ("lune", "rate = 0.03", "rate = 0.04", {"buyers"}),
            ("lune", 'length = "2 months"', 'length = "3 months"', {"buyers"}),
            ("lune", 'acceptance = "private"', 'acceptance = "public"', {"buyers", "sellers"}),
            ("lune", 'source = "article 13"', 'source = "article 14"', {"house"}),
        ],
    )
    def test_is_told(self, name: str, old: str, new: str, concerned: set[str]) -> None:
        """Who pays a fee, who waits for a payout, who negotiates, and who only keeps the books."""
        diff = changed(name, (old, new))
        assert {str(one) for one in Audience if diff.concerning(one)} == concerned

    @pytest.mark.parametrize("payer", ["buyer", "seller"])
    def test_is_who_pays_a_fee_that_is_new(self, payer: str) -> None:
        """Though the policy before says nothing of it; so too of one that is gone."""
        tenders = "[edition.pricing.tenders]"
        fee = PACKING.replace("PAYER", payer)
        old, new = book(HOUSES["lune"]), book(HOUSES["lune"].replace(tenders, fee + tenders, 1))
        path = "pricing.fees[packing].components[0].fixed"
        for diff in (compared(old, new), compared(new, old)):
            (change,) = (each for each in diff.changes if each.path == path)
            assert change.concerns == (Audience(f"{payer}s"),)

    def test_is_known_for_every_table(self) -> None:
        """No table of a document is forgotten."""
        starts = {start.partition(".")[0] for start, _ in CONCERNS}
        contexts = set(table_in(part(policy_schema(), "Edition")["properties"]))
        assert contexts - {"since", "extends", "source", "sources"} == starts - {"currency"}


def part(schema: dict[str, object], name: str) -> dict[str, object]:
    """Give a definition of the schema."""
    return table_in(table_in(schema["$defs"])[name])


def keys_of_values(schema: dict[str, object]) -> set[str]:
    """Name every key under which a value can stand."""
    tables = [schema, *(table_in(found) for found in table_in(schema["$defs"]).values())]
    return {
        key
        for table in tables
        for key, value in table_in(table.get("properties")).items()
        if not is_table_of(schema, table_in(value))
    }


def is_table_of(schema: dict[str, object], value: dict[str, object]) -> bool:
    """Tell whether what stands under a key is a table, or a list of tables."""
    if "$ref" in value:
        name = str(value["$ref"]).rpartition("/")[2]
        return name != "Sources" and part(schema, name).get("type") == "object"
    below = value.get("items", value.get("additionalProperties"))
    return is_table(below) and is_table_of(schema, below)


class TestWords:
    """What the keys of a document are called."""

    @pytest.mark.parametrize("language", locales())
    def test_are_there_for_every_key(self, language: str) -> None:
        """Every value that may change has a name in every language."""
        voice = voice_of(language)
        keys = {*keys_of_values(policy_schema()), "order"} - {"extends"}
        assert len(keys) > 100
        assert sorted(key for key in keys if not voice.knows(f"term.key.{key}")) == []

    def test_are_of_keys_that_exist(self) -> None:
        """No name is kept for a key that is gone."""
        keys = {*keys_of_values(policy_schema()), "order"}
        assert sorted(set(voice_of("en").names("term.key")) - keys) == []
