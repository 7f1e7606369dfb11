from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tests.review.lawful import (
    BELOW,
    FILE,
    INFORMATION,
    LAWFUL,
    PARTS,
    POSTING,
    REFUND,
    REGRET,
    TODAY,
    findings_of,
    lawful,
    said_of,
)
from vintage_rules.errors import NoEditionError, UnknownTermError
from vintage_rules.policies import load_policy, parse_policy, shipped_policies
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.loading import policy_content
from vintage_rules.review import CONSUMERS, LegalFinding, Verdict, Weight, hold_against_law
from vintage_rules.review.law.holding import CHECKS
from vintage_rules.wording import locales
from vintage_rules.world import all_statutes, statutes

BEFORE_RECEIPT = ("accepted", "ordered", "paid", "dispatched", "latest-estimate")


def unmet(findings: Iterable[LegalFinding]) -> set[tuple[str, str, str]]:
    """Say what is not met: the check, the country and the verdict."""
    return {
        (finding.check, finding.statute.jurisdiction, str(finding.verdict))
        for finding in findings
        if finding.verdict is not Verdict.MET
    }


def held(book: PolicyBook, on: date = TODAY) -> set[tuple[str, str, str]]:
    """Say what of the law of a day is not met."""
    return unmet(hold_against_law(book, on))


def of(check: str, book: PolicyBook, country: str = "FR") -> LegalFinding:
    """Give the first finding of one check."""
    return first(check, hold_against_law(book, TODAY), country)


def first(check: str, found: Iterable[LegalFinding], country: str) -> LegalFinding:
    """Give the first finding of one check among some."""
    return next(f for f in found if f.check == check and f.statute.jurisdiction == country)


class TestLawfulHouse:
    """A house that meets all that the table knows."""

    def test_falls_short_of_nothing(self) -> None:
        """Every law is looked at, and met."""
        assert held(lawful()) == set()
        checks = {finding.check for finding in hold_against_law(lawful(), TODAY)}
        assert checks == set(CHECKS) - {"gift-card"}


class TestLabels:
    """What a policy says is in its own words."""

    def test_are_those_of_the_edition(self) -> None:
        """By the labels of its document."""
        finding = of("refund-contents", lawful())
        assert finding.labels.of("mode", "post", "en") == "Parcel post"


class TestBelow:
    """What falls short of a law, changed in the lawful house one value at a time."""

    @pytest.mark.parametrize(("check", "country", "old", "new"), BELOW)
    def test_is_found(self, check: str, country: str, old: str, new: str) -> None:
        """The law is named, with its country, and no law is that has nothing to do with it."""
        found = unmet(findings_of((old, new)))
        assert (check, country, "below") in found
        assert {name for name, _, _ in found} <= {check, "withdrawal-roll"}

    @pytest.mark.parametrize("case", range(len(BELOW)))
    def test_is_said_as_it_was_read(self, case: int) -> None:
        """Its weight, place and sources, what the policy says and what the law requires change
        only with the file in which somebody has read them.
        """
        kept = FILE.read_text("utf-8").split("\n\n")
        assert len(kept) == len(BELOW)
        said = "run python -m tests.review.lawful, and read the diff"
        assert said_of(*BELOW[case]).strip() == kept[case].strip(), said

    @pytest.mark.parametrize("anchor", BEFORE_RECEIPT)
    def test_a_withdrawal_that_begins_before_receipt(self, anchor: str) -> None:
        """L221-18: 14 days from the order, its payment or its dispatch are not 14 from receipt."""
        found = of("withdrawal-length", lawful((REGRET, REGRET.replace("received", anchor))))
        assert found.verdict is Verdict.BELOW

    @pytest.mark.parametrize("anchor", BEFORE_RECEIPT)
    def test_a_claim_that_begins_before_receipt(self, anchor: str) -> None:
        """L217-3: what is claimed from the order or its dispatch on is that nothing arrived."""
        uninformed = ('"conformity", ', "")
        defect = 'name = "defect"\nwindow = { anchor = "received", length = "48 hours"'
        years = defect.replace("48 hours", "2 years").replace("received", anchor)
        assert of("conformity", lawful(uninformed, (defect, years))).verdict is Verdict.BELOW

    @pytest.mark.parametrize(("payer", "found"), [("buyer", "met"), ("seller", "below")])
    def test_what_a_return_costs(self, payer: str, found: str) -> None:
        """L221-23: its postage alone may be kept, where the buyer bears it."""
        costs = f'deduction = {{ per_return = 4.90, rounding = "up" }}\n{PARTS}'
        house = lawful((PARTS, costs), ('paid_by = "buyer"', f'paid_by = "{payer}"'))
        assert str(of("refund-contents", house).verdict) == found

    def test_a_refused_withdrawal(self) -> None:
        """A professional cannot refuse one."""
        text = LAWFUL
        start = text.index('[edition.returns.returns.rules.terms]\nwindow = { anchor = "received"')
        end = text.index("[[edition.returns.returns.rules]]", start)
        text = text[:start] + text[end:]
        text = text.replace('outcome = "taken"', 'outcome = "refused"', 1)
        text = text.replace('when = { reasons = ["withdrawal"] }', 'when = { reasons = ["none"] }')
        text = text.replace(
            'when = { reasons = ["withdrawal"], seller_kinds = ["professional"] }',
            'when = { reasons = ["withdrawal"] }',
        ).replace('reasons = ["withdrawal", "claim"]', 'reasons = ["withdrawal", "claim", "none"]')
        found = of("withdrawal-length", parse_policy(text.encode(), "x.toml"))
        assert found.verdict is Verdict.BELOW
        assert found.says_in("en").startswith("a withdrawal is refused")

    def test_a_last_day_that_does_not_roll(self) -> None:
        """L221-19: received on Friday 2 January 2026, it may be requested until Friday 16; received
        the day after, until Monday 19, although the fourteenth day is a Saturday.
        """
        rolls = lawful((REGRET, REGRET.replace("next-working-day", "none")))
        values = of("withdrawal-roll", rolls).says.values
        assert values["start"] == date(2026, 1, 3)
        assert (values["end"], values["other"]) == (date(2026, 1, 17), date(2026, 1, 19))


class TestMet:
    """The other side of each limit."""

    @pytest.mark.parametrize(
        ("check", "country", "old", "new"),
        [
            ("withdrawal-length", "FR", REGRET, REGRET.replace("14 days", "1 month")),
            ("posting-time", "FR", POSTING, POSTING.replace("requested", "return-accepted")),
            (
                "posting-time",
                "FR",
                POSTING,
                POSTING.replace('"requested"', '{ latest_of = ["requested", "received"] }'),
            ),
            (
                "withdrawal-length",
                "FR",
                REGRET,
                REGRET.replace('"received"', '{ latest_of = ["dispatched", "received"] }'),
            ),
            ("refund-time", "GB", REFUND, REFUND.replace("informed", "recovered")),
            ("refund-time", "FR", REFUND, REFUND.replace("14 days", "13 days")),
            ("refund-withholding", "FR", PARTS, PARTS.replace("posted", "none-needed")),
            ("refund-contents", "FR", PARTS, PARTS.replace('"fee"', '"supplement", "fee"')),
            ("price-reduction", "FR", 'look_back = "30 days"', 'look_back = "31 days"'),
            (
                "return-cost",
                "FR",
                'label = "buyer"\npaid_by = "buyer"',
                'label = "prepaid"\npaid_by = "house"',
            ),
        ],
    )
    def test_stays_met(self, check: str, country: str, old: str, new: str) -> None:
        """More than the law asks is no finding."""
        found = of(check, lawful((old, new)), country)
        assert (found.verdict, found.severity) == (Verdict.MET, Weight.NONE)

    def test_without_a_last_day_to_post(self) -> None:
        """A house that sets no time to send back takes nothing away."""
        start = LAWFUL.index("[edition.returns.returns.rules.terms.posting]")
        end = LAWFUL.index("[edition.returns.returns.rules.terms.evidence]")
        book = parse_policy((LAWFUL[:start] + LAWFUL[end:]).encode(), "x.toml")
        assert of("posting-time", book).verdict is Verdict.MET

    def test_with_a_claim_of_two_years(self) -> None:
        """L217-3: a house whose own claims last as long need not tell it apart."""
        book = lawful(
            ('"conformity", ', ""),
            (
                'name = "defect"\nwindow = { anchor = "received", length = "48 hours"',
                'name = "defect"\nwindow = { anchor = "received", length = "2 years"',
            ),
        )
        assert of("conformity", book).verdict is Verdict.MET

    def test_with_a_row_of_the_table_for_faults(self) -> None:
        """A claim may be a row of the table of returns; the longest of all claims is told."""
        found = of("conformity", load_policy("selency"))
        assert found.path.startswith("returns.returns.rules[")
        assert found.says.key == "law.says.claim"

    @pytest.mark.parametrize(
        ("kind", "other", "told"),
        [("professional", "private", True), ("private", "professional", False)],
    )
    def test_with_rows_for_one_kind_of_seller(self, kind: str, other: str, *, told: bool) -> None:
        """L217-3 binds professionals: what a private seller takes back says nothing of it."""
        text, _ = policy_content("selency")
        of_one = text.decode()
        for reasons in ('["broken"]', '["not-as-described", "claim"]'):
            row = f"when = {{ reasons = {reasons} }}"
            assert row in of_one
            of_one = of_one.replace(row, f'{row[:-2]}, seller_kinds = ["{kind}"] }}')
        of_one += f"""
[[edition.returns.returns.rules]]
name = "of-the-others"
when = {{ reasons = ["broken", "not-as-described", "claim"], seller_kinds = ["{other}"] }}
outcome = "refused"
source = "S1"
"""
        found = of("conformity", parse_policy(of_one.encode(), "x.toml"))
        assert found.path.startswith("returns.returns.rules[") == told

    def test_is_not_told_by_sellers(self) -> None:
        """Article 9: whether the parcels of several sellers are pooled is unsettled."""
        found = of("withdrawal-start", lawful(('"last-of-order"', '"last-of-sender"')))
        assert (found.verdict, found.severity) == (Verdict.UNSETTLED, Weight.LOW)


class TestSilence:
    """What a policy does not say."""

    def test_about_what_is_told(self) -> None:
        """Without the table of information nobody knows what buyers are told."""
        found = held(lawful((INFORMATION, "[edition.service.contact]")))
        assert {name for name, country, verdict in found if verdict == "silent"} == {
            "conformity",
            "return-cost",
            "seller-kind",
            "withdrawal-function",
            "withdrawal-information",
        }

    def test_about_the_time_before_dispatch(self) -> None:
        """L216-1 counts from the contract; a house may promise nothing before dispatch."""
        book = lawful(('sender = "seller"\nhandling = "3 ouvres"', 'sender = "seller"'))
        assert ("delivery-time", "FR", "silent") in held(book)

    def test_about_withdrawals(self) -> None:
        """A table without that reason cannot be looked at."""
        text = LAWFUL.replace('"withdrawal"', '"regret"').replace(
            ', "regret"]\nwithdrawal_f', ', "withdrawal"]\nwithdrawal_f'
        )
        assert ("withdrawal-length", "FR", "silent") in held(parse_policy(text.encode(), "x.toml"))


class TestDates:
    """Laws by their date of effect."""

    def test_the_function_to_withdraw_begins(self) -> None:
        """From 19 June 2026 on, and not the day before."""
        shop = load_policy("imparfaite")
        found = ("withdrawal-function", "FR", "below")
        assert found not in held(shop, date(2026, 6, 18))
        assert found in held(shop, date(2026, 6, 19))

    def test_of_conformity_follow_one_another(self) -> None:
        """The presumption of 12 months began with 2022; a row ends where the next begins."""
        old, new = (
            s for s in sorted(all_statutes(), key=lambda s: s.since) if s.check == "conformity"
        )
        assert old.until is not None
        assert new.since == old.until + timedelta(days=1)

    def test_are_those_of_an_edition(self) -> None:
        """A day before the first edition has no policy to look at."""
        with pytest.raises(NoEditionError):
            hold_against_law(load_policy("imparfaite"), date(2020, 1, 1))


class TestStatutes:
    """The table of statutes."""

    def test_has_a_check_for_every_row(self) -> None:
        """No row waits for somebody to look at it, and no check is without a row."""
        assert {statute.check for statute in all_statutes()} == set(CHECKS)

    def test_is_sourced(self) -> None:
        """Every row says where it comes from, how sure that is, and when it was looked at."""
        for statute in all_statutes():
            assert statute.source
            assert statute.note
            assert statute.verified in {"page", "secondary", "memory"}
            assert statute.severity in set(Weight)
            assert statute.jurisdiction in CONSUMERS
            assert statute.as_of >= statute.since

    def test_never_has_two_rows_for_one_day(self) -> None:
        """On any day a check has one row for each country."""
        for day in {s.since for s in all_statutes()} | {TODAY}:
            pairs = [(s.check, s.jurisdiction) for s in statutes(day)]
            assert len(set(pairs)) == len(pairs)


class TestShippedHouse:
    """The shipped house, reported as it is."""

    def test_falls_short_where_its_text_does(self) -> None:
        """A request by mail alone, a refund after a check, a request with the parcel's number, 14
        days for what is guaranteed for two years, sellers whose kind is not told.
        """
        found = held(load_policy("imparfaite"))
        assert {(check, country) for check, country, verdict in found if verdict == "below"} == {
            ("conformity", "FR"),
            ("refund-withholding", "FR"),
            ("seller-kind", "FR"),
            ("withdrawal-function", "FR"),
            ("withdrawal-request", "FR"),
            ("withdrawal-request", "GB"),
        }
        assert {check for check, _, verdict in found if verdict == "silent"} == {
            "delivery-time",
            "gift-card",
        }

    def test_is_told_with_its_sources(self) -> None:
        """A finding names the clause that says so."""
        found = of("refund-withholding", load_policy("imparfaite"))
        assert found.path == "returns.refund_terms[0].trigger"
        assert found.sources == ("F1", "L221-24")
        assert found.severity is Weight.HIGH

    @pytest.mark.parametrize("name", shipped_policies())
    def test_has_words_in_every_language(self, name: str) -> None:
        """What a shipped policy says and what the law asks can be read by everybody."""
        book = load_policy(name)
        for finding in hold_against_law(book, max(TODAY, book.latest.edition.since)):
            for locale in locales():
                assert finding.says_in(locale)
                assert finding.asked(locale)

    @pytest.mark.parametrize(("check", "country", "old", "new"), BELOW)
    def test_would_be_told_too(self, check: str, country: str, old: str, new: str) -> None:
        """What falls short has words in every language."""
        found = first(check, findings_of((old, new)), country)
        for locale in locales():
            assert "{" not in found.says_in(locale) + found.asked(locale)


class TestJurisdictions:
    """The countries whose law is looked at."""

    def test_can_be_chosen(self) -> None:
        """One country alone."""
        found = hold_against_law(load_policy("imparfaite"), TODAY, jurisdictions=["GB"])
        assert {finding.statute.jurisdiction for finding in found} == {"GB"}

    def test_must_be_known(self) -> None:
        """No law is made up."""
        with pytest.raises(UnknownTermError):
            hold_against_law(load_policy("imparfaite"), TODAY, jurisdictions=["US"])

    def test_are_those_a_house_delivers_to(self) -> None:
        """A house that does not deliver to Great Britain owes its consumers nothing there."""
        near = 'codes = ["BE", "FR", "LU", "NL"]\ntransit'
        book = lawful(
            (
                'name = "europe"\nareas = ["metropolitan-france", "europe"]\ntransit',
                'name = "europe"\ncodes = ["DE"]\ntransit',
            ),
            (near, near),
        )
        assert {f.statute.jurisdiction for f in hold_against_law(book, TODAY)} == {"FR"}
