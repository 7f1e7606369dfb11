"""Each clause that informs customers has a sentence in the published questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from attrs import frozen

from docs.generate_clauses import clauses
from tests.publishing.houses import NAMES, PUBLISHER, TODAY, house_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing import write_faq
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Grid, Line
from vintage_rules.publishing.faq.page import answered
from vintage_rules.wording.phrases import Phrase


@frozen
class Said:
    """A question that is published, and the sentences in its answer that say a clause."""

    question: str
    sentences: tuple[str, ...]


SENTENCES: Mapping[str, tuple[Said, ...]] = {
    "A1": (Said("seller", ("reason.no-direct-contact", "faq.seller.passes", "faq.seller.write")),),
    "A2": (Said("request-try-on", ("faq.request.refused",)),),
    "A3": (
        Said("return", ("faq.return.window",)),
        Said("return-how", ("faq.evidence.in-writing",)),
    ),
    "A4": (Said("sold", ("faq.sold.visible",)),),
    "A5": (Said("alert", ("faq.alert.answer", "faq.alert.once")),),
    "C1": (Said("cart", ("faq.cart.answer",)),),
    "C2": (Said("address", ("faq.address.answer",)),),
    "C3": (Said("request-change-shipping-address", ("faq.request.refused",)),),
    "C4": (Said("account", ("faq.account.guests",)),),
    "C5": (
        Said("gift-card", ("faq.gift-card.mailed", "gift-card.amounts", "gift-card.validity")),
    ),
    "C6": (Said("tenders", ("faq.tenders.answer", "faq.tenders.intermediaries")),),
    "C7": (Said("charge", ("faq.charge.answer",)),),
    "L1": (Said("modes", ("faq.mode.seller", "faq.mode.workshop")),),
    "L2": (Said("modes", ("faq.mode.seller", "faq.mode.workshop")),),
    "L3": (Said("dispatch", ("faq.dispatch.slowest", "faq.dispatch.longer")),),
    "L4": (Said("fee-quality-control", ("fee.component", "fee.maximum")),),
    "L5": (
        Said("modes", ("faq.mode.checked", "faq.mode.check-failed")),
        Said("cancel", ("faq.cancel.otherwise",)),
    ),
    "L6": (Said("request-collection", ("faq.request.refused",)),),
    "L7": (Said("request-deliver-by-date", ("faq.request.granted",)),),
    "L8": (
        Said("dispatch", ("faq.dispatch.notified-seller", "faq.dispatch.notified-workshop")),
    ),
    "L9": (Said("delays", ("faq.delays.answer",)),),
    "L10": (Said("delays", ("faq.delays.answer", "faq.delays.own")),),
    "L11": (Said("delays", ("faq.delays.answer", "faq.delays.own")),),
    "L12": (Said("postage", ("faq.postage.answer",)),),
    "L13": (
        Said("customs", ("faq.customs.answer", "advice.ask-customs")),
    ),
    "L14": (Said("unpaid", ("faq.unpaid.answer",)),),
    "L15": (Said("customs-gb", ("import.threshold",)),),
    "L16": (Said("customs-gb", ("faq.customs.base",)),),
    "S1": (Said("number", ("faq.number.answer",)),),
    "S2": (Said("number", ("faq.number.answer",)),),
    "S3": (Said("tracking", ("tracking.patience", "faq.tracking.answer")),),
    "R1": (
        Said("return", ("faq.return.window", "faq.return.roll")),
        Said("return-post", ("faq.return-post.answer",)),
    ),
    "R2": (
        Said("return-how", ("faq.evidence.in-writing", "faq.evidence.parcel-number")),
        Said("cancel", ("faq.cancel.buyer",)),
    ),
    "R3": (
        Said("return-where", ("faq.route.seller",)),
        Said("return-cost", ("faq.label.prepaid",)),
    ),
    "R4": (Said("return-where", ("faq.route.by-count",)),),
    "R5": (Said("return-where", ("faq.route.address",)),),
    "R6": (Said("return", ("faq.return.late-paid",)),),
    "R7": (Said("return-cost", ("faq.paid-by.house", "faq.paid-by.buyer")),),
    "R8": (Said("exchange", ("reason.exchange",)),),
    "R9": (Said("claim-defect", ("faq.evidence.photos", "faq.claim.returned")),),
    "R10": (
        Said("claim-not-received", ("faq.evidence.order-number", "faq.claim.investigation")),
    ),
    "F1": (Said("refund-when", ("faq.trigger.checked",)),),
    "F2": (Said("refund-seen", ("faq.refund-seen.passed-on",)),),
    "F3": (Said("refund-seen", ("faq.refund-seen.range", "faq.refund-seen.at-once")),),
    "F4": (Said("refund-late", ("faq.refund-late.answer",)),),
    "N1": (Said("offer", ("faq.offer.answer",)),),
    "N2": (Said("offer", ("faq.offer.sign-in",)),),
    "N3": (Said("offer-count", ("faq.offer-count.per-piece",)),),
    "N4": (
        Said("offer-time", ("faq.offer-time.answer",)),
        Said("agreed", ("faq.counter.public",)),
    ),
    "N5": (Said("offer-time", ("faq.offer-time.mailed",)),),
    "N6": (Said("agreed", ("faq.agreed.public", "faq.agreed.link")),),
    "N7": (Said("offer-time", ("faq.silence.lapse",)),),
    "N8": (Said("offer-low", ("faq.offer-low.initial", "faq.offer-low.below")),),
    "N9": (Said("offer-time", ("faq.offer-time.answer",)),),
    "K1": (Said("contact", ("contact.hours", "contact.always")),),
}  # fmt: skip


@cache
def published(name: str) -> Mapping[str, Entry]:
    """Give the questions of a house by their names."""
    return published_by(house_of(name))


def published_by(house: HousePolicy) -> Mapping[str, Entry]:
    """Give the questions of a house, perhaps a changed one, by their names."""
    topics = answered(FaqRequest(house=house, publisher=PUBLISHER, on=TODAY))
    return {entry.name: entry for found in topics.values() for entry in found}


def sentences(entry: Entry) -> Iterator[str]:
    """Give the keys of the sentences of an answer."""
    for part in entry.answer:
        match part:
            case Phrase():
                yield part.key
            case Line(phrases=phrases):
                yield from (each.key for each in phrases)
            case Grid(rows=rows):
                yield from (cell.key for row in rows for cell in row if isinstance(cell, Phrase))


@pytest.mark.parametrize("clause", clauses())
class TestClauses:
    """The shipped house, whose clauses they are."""

    def test_is_said_to_customers(self, clause: str) -> None:
        """The question is there, with each sentence."""
        for said in SENTENCES[clause]:
            found = set(sentences(published("imparfaite")[said.question]))
            assert set(said.sentences) <= found, said.question


class TestSources:
    """What a sentence says rests on its clause."""

    @pytest.mark.parametrize(
        ("clause", "question"),
        [
            ("C7", "charge"),
            ("L5", "modes"),
            ("L8", "dispatch"),
            ("L13", "customs"),
            ("S1", "number"),
            ("S2", "number"),
            ("R5", "return-where"),
            ("R6", "return"),
            ("F2", "tenders"),
            ("F2", "refund-seen"),
        ],
    )
    def test_name_the_clause(self, clause: str, question: str) -> None:
        """The basis below the answer names it."""
        assert clause in published("imparfaite")[question].sources

    @pytest.mark.parametrize(
        ("question", "stated"),
        [
            ("claim-defect", "Source: clause R9; the rest is an assumption."),
            ("claim-not-received", "Source: clause R10; the rest is an assumption."),
            ("fee-quality-control", "Source: clause L4; the rest is an assumption."),
            (
                "refund-how",
                (
                    "Source: article L221-24 of the Code de la consommation; the rest is an "
                    "assumption."
                ),
            ),
            ("contact", "Source: clause K1; the rest is an assumption."),
        ],
    )
    def test_tells_what_is_only_assumed(self, question: str, stated: str) -> None:
        """R9 and R10 name no time, L4 no return, K1 no holiday, and no clause an order of means."""
        page = write_faq(house_of("imparfaite"), PUBLISHER, "en-GB", TODAY)
        bases = {each.name: each.basis for topic in page.sections for each in topic.questions}
        assert bases[question] == stated


class TestOtherHouses:
    """A house that does not have the thing does not say it."""

    def test_without_a_workshop_check_nothing(self) -> None:
        """No house says that a workshop checks, unless pieces travel through one."""
        for name in NAMES:
            modes = house_of(name).shipping.modes.values()
            found = set(sentences(published(name)["modes"]))
            has_workshop = any(mode.sender == "workshop" for mode in modes)
            assert ("faq.mode.checked" in found) == has_workshop, name

    def test_say_nothing_of_payment_where_sellers_are_paid_at_another_time(self) -> None:
        """A later request is refused all the same; the page does not say why."""
        text = 'roll = "next-working-day" }\nlost_disputes'
        later = house_of("imparfaite", (text, 'roll = "none" }\nlost_disputes'))
        found = set(sentences(published_by(later)["return"]))
        assert "faq.return.late" in found
        assert "faq.return.late-paid" not in found

    def test_refuse_nothing_where_sellers_may_give_longer(self) -> None:
        """Where a seller may grant a longer time, a later request may be accepted."""
        for name in NAMES:
            rules = house_of(name).returns.returns.rules
            longer = any(rule.terms and rule.terms.seller_up_to for rule in rules)
            found = set(sentences(published(name)["return"]))
            assert not (longer and "faq.return.late" in found), name

    def test_link_to_no_price_where_an_agreement_is_a_sale(self) -> None:
        """Selency sells by the agreement: there is no price to buy at later."""
        assert "faq.agreed.link" not in set(sentences(published("selency")["agreed"]))
        assert "faq.agreed.link" in set(sentences(published("vinted")["agreed"]))
