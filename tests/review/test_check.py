from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.review.findings import findings_in, heading_of, kept, said_of
from tests.review.seeds import (
    COMMISSION,
    DEFECT,
    ONLY_AUTHENTICATION,
    PAYOUT,
    POSTING,
    ROOT,
    SEEDS,
    SOUND,
    Seed,
)
from vintage_rules.errors import UnknownPolicyError
from vintage_rules.fields import ANCHORS, OFFER_EVENTS
from vintage_rules.offers import Acceptance
from vintage_rules.policies import shipped_policies
from vintage_rules.review import CheckCode, Severity, check_document, check_policy
from vintage_rules.wording import locales

OF_READING = {seed.code for seed in SEEDS} - set(CheckCode)
A_FEE = "[[edition.pricing.fees]]"
ELSEWHERE = {CheckCode.DAYS_UNCOVERED, CheckCode.THRESHOLD_WITHOUT_RATE}
"""What is only found when the host says what it needs; tested below."""


def name_of(seed: Seed) -> str:
    """Call a seed by its code and its place."""
    return f"{seed.code}-{SEEDS.index(seed)}"


@pytest.mark.parametrize("seed", SEEDS, ids=name_of)
class TestSeededFaults:
    """A sound document into which one fault was put by editing its text."""

    def test_is_found(self, seed: Seed) -> None:
        """The fault is among the findings, at a line that holds what was written."""
        found = [f for f in findings_in(seed.text) if f.code == seed.code]
        assert found
        lines = seed.text.split("\n")
        assert any(seed.line in lines[finding.line - 1] for finding in found)

    def test_is_told(self, seed: Seed) -> None:
        """Every finding has a place, a reason and, unless nothing could be read, an example."""
        for finding in findings_in(seed.text):
            for locale in locales():
                assert finding.reason(locale)
                assert "{" not in finding.report(locale)
            assert finding.column >= 1
            assert (finding.example is None) == (finding.code in OF_READING)

    def test_brings_no_stranger(self, seed: Seed) -> None:
        """One fault has at most one consequence beside it, so that nobody looks in vain."""
        codes = {finding.code for finding in findings_in(seed.text)}
        assert len(codes) <= 2, codes

    def test_is_said_as_it_was_read(self, seed: Seed) -> None:
        """Severity, place, reason and example change only with the file somebody has read."""
        said = "run python -m tests.review.findings, and read the diff"
        assert said_of(seed) == kept()[heading_of(seed)], said


class TestCodes:
    """The codes of findings."""

    def test_are_all_seeded(self) -> None:
        """No check is without a document that shows it."""
        assert set(CheckCode) - {seed.code for seed in SEEDS} == ELSEWHERE

    def test_are_read_of_no_other_seed(self) -> None:
        """No section of the file is left of a seed that is gone."""
        assert list(kept()) == [heading_of(seed) for seed in SEEDS]

    def test_are_many(self) -> None:
        """More than twenty distinct faults are found."""
        assert len({seed.code for seed in SEEDS}) > 60


class TestSoundDocuments:
    """Documents that mean what they say."""

    def test_what_a_return_costs_is_kept_of_any_part(self) -> None:
        """Of shipping alone too: it is not taken of the price."""
        kept = 'parts = ["shipping"]\ndeduction = { per_return = 4.90, rounding = "up" }'
        found = found_in_lune(('parts = ["pieces", "shipping", "fee"]', kept))
        assert "deduction-of-nothing" not in [code for code, _, _ in found]

    @pytest.mark.parametrize("name", [*shipped_policies(), str(SOUND["lune"])])
    def test_raise_no_alarm(self, name: str) -> None:
        """Nothing is found in the shipped policies and in the house of the guide."""
        assert check_policy(name) == ()

    def test_of_a_house_that_asks_for_more_are_told_what_is_odd(self) -> None:
        """What a host must do itself, and what cannot happen, is told of an invented house."""
        path = ROOT / "tests" / "policies" / "houses" / "grand-bazaar.toml"
        codes = [finding.code for finding in check_policy(path)]
        assert set(codes) > {"label-missing"}  # it speaks to nobody
        assert [code for code in codes if code != "label-missing"] == [
            "place-without-price",
            "band-never-reached",
            "registration-unknown",
            "paid-before-window-closes",
            "fee-gone",
            "fee-gone",
        ]


class TestPartsNotGiven:
    """A fee on duties or a tax, which an order has only where the host gives them."""

    def test_is_what_a_price_with_duties_needs(self) -> None:
        """`collected_at_checkout` requires a fee on duties: the host is reminded to give them."""
        seed = next(seed for seed in SEEDS if seed.code == "part-not-given")
        (found,) = (each for each in findings_in(seed.text) if each.code == seed.code)
        assert found.reason("en") == (
            "the fee authentication is computed on duties, which no order has by itself: "
            "the host must give it with each order"
        )
        assert found.example is not None
        assert found.example.values == {"value": "duties"}


class TestWaitsWithoutEnd:
    """What no time ends and no person looks at, of what an edition lets happen."""

    REVIEW = '[edition.service.review]\nafter = "720 hours"\nsource = "article 13"\n'
    CONTACT = "[edition.service.contact]"

    def waits(self, *edits: tuple[str, str]) -> list[str]:
        """What is named, of the house of the guide without a review and with these edits."""
        text = SOUND["lune"].read_text("utf-8")
        for old, new in ((self.REVIEW, ""), *edits):
            assert old in text, old
            text = text.replace(old, new)
        found = check_document(text.encode(), "lune.toml")
        said = [each.reason("en") for each in found if each.code == "waits-without-end"]
        return [each.partition(" waits for ")[2].partition(", and no")[0] for each in said]

    def test_names_all_that_may_happen(self) -> None:
        """A workshop, returns, and claims whose piece comes back."""
        (said,) = self.waits()
        assert said == (
            "a parcel to be posted, the check of a piece, a decision on a return or a claim, "
            "and the return of a piece after a claim"
        )

    def test_not_what_a_question_ends(self) -> None:
        """Silence on a request declines it; silence that approves a sale ends nothing."""
        asked = """[[edition.service.questions]]
name = "{name}"
asked = "house"
window = {{ anchor = "{anchor}", length = "9 days", roll = "none" }}
on_silence = "{silence}"
source = "article 13"

"""
        requests = asked.format(name="decide", anchor="requested", silence="refuse")
        sale = asked.format(name="confirm", anchor="paid", silence="approve")
        (said,) = self.waits((self.CONTACT, requests + sale + self.CONTACT))
        assert said == (
            "a parcel to be posted, the check of a piece, and the return of a piece after a claim"
        )

    def test_nothing_where_a_person_looks(self) -> None:
        """The house of the guide says after how long."""
        assert [each.code for each in check_document(SOUND["lune"].read_bytes(), "lune.toml")] == []


class TestFeesGone:
    """A list of fees that is written replaces the one before it, and loses what it leaves out."""

    def test_are_told_by_name(self) -> None:
        """Each fee that the edition before had, where the list that lacks it starts."""
        text = SOUND["lune"].read_text("utf-8") + ONLY_AUTHENTICATION
        found = check_document(text.encode(), "lune.toml")
        gone = [finding for finding in found if finding.code == "fee-gone"]
        assert [finding.message.values["fee"] for finding in gone] == ["protection", "commission"]
        assert {finding.path for finding in gone} == {"edition[1].pricing.fees[0]"}
        assert {finding.severity for finding in gone} == {Severity.NOTE}
        labels = [finding.path for finding in found if finding not in gone]
        assert labels == ["edition[1].labels.fees.protection", "edition[1].labels.fees.commission"]

    def test_are_not_told_where_all_are_written_again(self) -> None:
        """Nothing is lost by a list that names every fee."""
        text = SOUND["lune"].read_text("utf-8")
        start = text.index(A_FEE)
        again = text + "\n" + text[start : text.index("[edition.pricing.tenders]")]
        assert check_document(again.encode(), "lune.toml") == ()

    def test_are_not_told_of_an_edition_that_takes_nothing_over(self) -> None:
        """Whoever writes a whole edition leaves a fee out knowingly."""
        first = SOUND["lune"].read_text("utf-8").partition("\n[[edition]]\nsince = 2026")[0]
        start = first.index("[[edition]]")
        protection = first[first.index(A_FEE) : first.index(A_FEE, first.index(A_FEE) + 1)]
        second = first[start:].replace("2025-03-01", "2027-01-01").replace(protection, "")
        label = 'protection = { en = "Buyer protection", fr = "Protection acheteur" }\n'
        assert label in second
        second = second.replace(label, "")
        assert check_document(f"{first}\n{second}".encode(), "lune.toml") == ()


QUESTION = """
[[edition.service.questions]]
name = "alert"
asked = "buyer"
window = { anchor = EVENT, length = "30 minutes", roll = "none" }
on_silence = "lapse"
source = "article 20"
"""
DISPATCH = (
    QUESTION.replace("EVENT", '"paid"').replace("alert", "dispatch").replace("buyer", "seller")
)
CANCELLATIONS = """
[edition.returns.cancellations]
refund = "never-arrived"
source = "article 21"
buyer = { until = "handed-in", refund = "never-arrived", piece = "on-sale", source = "article 21" }
seller = { until = "never", refund = "never-arrived", piece = "on-sale", source = "article 21" }
house = { until = "handed-in", refund = "never-arrived", piece = "on-sale", source = "article 21" }
"""
CONTACT = "[edition.service.contact]"
WORKSHOP = 'sender = "workshop"'
NEVER = ["event-of-no-order"]
OF_A_REQUEST = {
    "issue-reported",
    "requested",
    "return-accepted",
    "posted",
    "returned",
    "checked",
}
REGRET_WINDOW = """terms]
window = { anchor = "received","""
SEVERAL = "{ %s_of = [%s] }"


def found_in_lune(*edits: tuple[str, str], more: str = "") -> list[tuple[str, str, str]]:
    """Give the code, path and severity of what is found in the changed house of the guide."""
    text = SOUND["lune"].read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    found = check_document((text + more).encode(), "lune.toml")
    return [
        (finding.code, finding.path, str(finding.severity))
        for finding in found
        if finding.code != "label-missing"  # of what the change names
    ]


class TestWhatNoOrderDoes:
    """Values that are read, and that a host must act on, since no order does."""

    @pytest.mark.parametrize(
        ("outcome", "payer", "more", "left"),
        [
            ("cancelled", "seller", "", False),
            ("cancelled", "buyer", "", False),
            ("cancelled", "buyer", CANCELLATIONS, False),
            ("cancelled", "seller", CANCELLATIONS, True),
            ("late", "seller", "", True),
            ("late", "seller", DISPATCH, False),
            ("late", "buyer", DISPATCH, True),
            ("late", "seller", DISPATCH.replace("dispatch", "confirm"), True),
            ("late", "seller", DISPATCH.replace("seller", "house"), True),
            ("not-paid", "buyer", DISPATCH, True),
        ],
    )
    def test_a_fee_on_an_outcome(self, outcome: str, payer: str, more: str, *, left: bool) -> None:
        """Charged where an order can come to the outcome; else the host must."""
        on = COMMISSION.replace("true", f'false\non = "{outcome}"')
        paid = ('"commission"\npayer = "seller"', f'"commission"\npayer = "{payer}"')
        found = [("fee-left-to-host", "edition[0].pricing.fees[2].on", "warning")]
        first = (CONTACT, f"{more}\n{CONTACT}")
        assert found_in_lune((COMMISSION, on), paid, first) == (found if left else [])

    def test_a_fee_on_what_the_workshop_waits_for(self) -> None:
        """Its sellers are late when it has waited in vain."""
        on = COMMISSION.replace("true", 'false\non = "late"')
        waits = (WORKSHOP, f'{WORKSHOP}\narrives_within = "10 days"')
        assert found_in_lune((COMMISSION, on), waits) == []

    @pytest.mark.parametrize("event", ANCHORS)
    @pytest.mark.parametrize(
        ("edit", "path", "code", "never"),
        [
            (PAYOUT, "returns.payouts.window", "payout-never-due", {*OF_A_REQUEST, "confirmed"}),
            (DEFECT, "returns.claims[0].window", "window-after-request", OF_A_REQUEST),
            (
                REGRET_WINDOW,
                "returns.returns.rules[0].terms.window",
                "window-after-request",
                OF_A_REQUEST,
            ),
        ],
    )
    def test_a_time_that_never_starts(
        self, edit: str, path: str, code: str, never: set[str], event: str
    ) -> None:
        """At an event of an offer, which no order knows; of a return or a problem, for what is paid
        to a seller since there was none, and before it is requested.
        """
        edited = edit.replace('anchor = "received"', f'anchor = "{event}"')
        found = found_in_lune((edit, edited))
        unknown = ("event-of-no-order", f"edition[0].{path}.anchor", "warning")
        assert (unknown in found) == (event in OFFER_EVENTS)
        assert ((code, f"edition[0].{path}", "error") in found) == (event in never)

    @pytest.mark.parametrize(
        ("anchor", "codes"),
        [
            ('"reviewed"', NEVER),
            ('"paid"', []),
            (SEVERAL % ("earliest", '"offer-sent", "paid"'), []),
            (SEVERAL % ("earliest", '"offer-sent", "reviewed"'), NEVER),
            (SEVERAL % ("latest", '"paid", "offer-sent"'), NEVER),
            (SEVERAL % ("latest", '"paid", "received"'), []),
        ],
    )
    def test_a_question(self, anchor: str, codes: list[str]) -> None:
        """The first of several is known without the others, the last is not."""
        found = found_in_lune(more=QUESTION.replace("EVENT", anchor))
        assert [code for code, _, _ in found] == codes

    def test_a_return_is_posted_once_it_is_accepted(self) -> None:
        """A return knows when it was accepted."""
        accepted = POSTING.replace("requested", "return-accepted")
        assert found_in_lune((POSTING, accepted)) == []

    @pytest.mark.parametrize(
        "start",
        [
            '"received"',
            '"dispatched"',
            '"day-after-received"',
            '{ latest_of = ["dispatched", "requested"] }',
            '{ earliest_of = ["dispatched", "requested"] }',
        ],
    )
    def test_the_time_for_posting_starts_at_any_event_of_an_order(self, start: str) -> None:
        """Each is done by the machine, so that a fortnight after any of them is sound."""
        assert found_in_lune((POSTING, POSTING.replace('"requested"', start))) == []

    @pytest.mark.parametrize(
        ("start", "length", "closes"),
        [
            ('"dispatched"', "13 days", True),
            ('{ earliest_of = ["received", "requested"] }', "13 days", True),
            ('{ latest_of = ["received", "requested"] }', "13 days", False),
            ('"day-after-received"', "12 days", True),
            ('"issue-reported"', "13 days", False),
        ],
    )
    def test_the_time_for_posting_is_over_before_the_last_request(
        self, start: str, length: str, *, closes: bool
    ) -> None:
        """Returns are requested for a fortnight from receipt, before which nothing is posted."""
        posting = POSTING.replace('"requested"', start).replace("14 days", length)
        found = found_in_lune((POSTING, posting))
        assert ("posting-closes-before-window" in [code for code, *_ in found]) == closes

    @pytest.mark.parametrize("acceptance", [each.value for each in Acceptance])
    def test_an_offer_that_is_charged(self, acceptance: str) -> None:
        """Every other acceptance is done by the marketplace and its buyer; here the host has as
        long as the piece waits.
        """
        written = f'payment = "held"\nacceptance = "{acceptance}"'
        found = found_in_lune(('acceptance = "private"', written))
        charge = ("charge-left-to-host", "edition[0].listing.offers.acceptance", "warning")
        assert found == ([charge] if acceptance == "charge" else [])


class TestWhatTheHostNeeds:
    """Findings that depend on what the host says beside the document."""

    def test_a_threshold_in_a_currency_without_a_rate(self) -> None:
        """The United Kingdom compares with pounds: without a rate nothing can be compared."""
        found = check_policy("imparfaite", rates=[])
        codes = {(finding.code, str(finding.message.values["currency"])) for finding in found}
        assert ("threshold-without-rate", "GBP") in codes
        assert all(finding.severity is Severity.ERROR for finding in found)

    def test_a_rate_takes_it_away(self) -> None:
        """With a rate the same threshold is no finding."""
        found = check_policy("imparfaite", rates=["GBP"])
        assert "GBP" not in {finding.message.values["currency"] for finding in found}

    def test_days_before_the_first_edition(self) -> None:
        """A house that must decide from a day on needs an edition that began by then."""
        (finding,) = check_policy("imparfaite", since=date(2022, 12, 31))
        assert (finding.code, finding.path) == ("days-uncovered", "edition[0].since")
        assert check_policy("imparfaite", since=date(2023, 1, 1)) == ()


class TestFindings:
    """What a finding tells."""

    def test_are_in_the_order_of_the_text(self) -> None:
        """Whoever mends a document goes through it once."""
        path = ROOT / "tests" / "policies" / "houses" / "grand-bazaar.toml"
        places = [(finding.line, finding.column) for finding in check_policy(path)]
        assert places == sorted(places)

    def test_stand_where_an_edition_took_them_from(self) -> None:
        """What an edition takes over is told once, where it was written."""
        text = SOUND["lune"].read_text("utf-8").replace("price = 9.90", "price = 4.90")
        (finding,) = check_document(text.encode(), "lune.toml")
        assert finding.path == "edition[0].shipping.postage.tables[0].bands[1].price"

    def test_of_an_unknown_policy_are_none(self) -> None:
        """There is nothing to look at."""
        with pytest.raises(UnknownPolicyError):
            check_policy("nowhere")

    def test_of_a_table_that_is_always_true(self) -> None:
        """The cell of another engine's own returns table, where a comma means "or", in our terms.

        A list is the only "or" a cell of ours can hold, so one that asks nothing lists every term
        there is.
        """
        text = SOUND["lune"].read_text("utf-8")
        old = 'seller_kinds = ["professional"]'
        faulty = text.replace(old, 'seller_kinds = ["professional"], modes = ["post", "together"]')
        (finding,) = check_document(faulty.encode(), "lune.toml")
        assert finding.report("en") == (
            "lune.toml:248:77: warning[cell-always-true]: "
            "edition[0].returns.returns.rules[0].when.modes: modes excludes nothing: post and "
            "together is all there is; leave it out, or remove what is not meant\n"
            "    for example: the case withdrawal/professional/everywhere/post/any/sale"
        )

    def test_on_a_path(self, tmp_path: Path) -> None:
        """A document is checked where it lies, and called by its path: folders hold namesakes."""
        path = tmp_path / "x.toml"
        path.write_text("name = 1\n", "utf-8")
        assert {finding.file for finding in check_policy(path)} == {str(path)}


class TestLabels:
    """A finding, a law and a comparison call things as the document does."""

    LABELLED = (
        SOUND["imparfaite"].read_text("utf-8")
        + '\n[edition.labels]\nsource = "C6"\n'
        + '[edition.labels.means_of_payment]\ncard = { en = "Bancontact" }\n'
        + '[edition.labels.modes]\ngrouped = { en = "All in one" }\n'
    )

    def test_are_those_of_the_edition(self) -> None:
        """Of a finding that names a mode."""
        text = self.LABELLED.replace('"A2"', '"?"')
        found = check_document(text.encode(), "x.toml")
        assert {finding.labels.of("mode", "grouped", "en") for finding in found} == {"All in one"}
