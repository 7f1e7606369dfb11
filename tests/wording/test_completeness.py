from __future__ import annotations

import re
from collections.abc import Iterable
from types import ModuleType

import attrs
import pytest

from tests.wording.samples import HOUSE, SAMPLES
from tests.wording.vocabulary import (
    REASONS,
    codes,
    decisions,
    decisions_of,
    enumerations,
    own_classes,
)
from vintage_rules.dates import DayCount, Unit, Window
from vintage_rules.fields import ANCHORS, OFFER_EVENTS
from vintage_rules.offers import events
from vintage_rules.offers.policy import (
    Acceptance,
)
from vintage_rules.offers.terms import Silence
from vintage_rules.orders import CheckoutRefused, HousePolicy, OrderQuote
from vintage_rules.policies import load_policy, shipped_policies
from vintage_rules.pricing import FeeCharged, Per, Tiering
from vintage_rules.pricing.fee_policy import PARTS
from vintage_rules.returns.terms import Label, RefundPart, RefundTrigger, ReturnPayer
from vintage_rules.service import Addressee, SilenceMeans
from vintage_rules.shipping import Comfortable, Wait
from vintage_rules.shipping.import_rules import Compared, ImportPart, ImportRemark, ImportTax
from vintage_rules.wording import (
    advice_text,
    clause_text,
    explain,
    locales,
    reason_text,
)
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.voice import voice_of

CLAUSES = [
    f"{section}{number}"
    for section, last in {"A": 5, "C": 7, "L": 16, "S": 3, "R": 10, "F": 4, "N": 9, "K": 1}.items()
    for number in range(1, last + 1)
]
KEYS_OF_CODES = {
    "remark": ImportRemark,
    "term.tax": ImportTax,
    "term.compared": Compared,
    "term.import-part": ImportPart,
    "term.label": Label,
    "route.paid-by": ReturnPayer,
    "fee.tiers": Tiering,
    "faq.agreed": Acceptance,
    "faq.fee.per": Per,
    "faq.paid-by": ReturnPayer,
    "faq.silence": Silence,
    "faq.trigger": RefundTrigger,
    "duration": Unit,
    "silence": SilenceMeans,
    "term.asked": Addressee,
    "term.refund-part": RefundPart,
    "term.refunded": RefundPart,
}


def unworded(found: Iterable[type]) -> list[str]:
    """Name the decisions that nobody has put into words."""
    nothing = account_of.dispatch(object)
    return sorted(each.__name__ for each in found if account_of.dispatch(each) is nothing)


@pytest.fixture(params=locales())
def language(request: pytest.FixtureRequest) -> str:
    """Each language there is a catalogue for."""
    return str(request.param)


class TestEveryDecision:
    """What the contexts decide, found by looking into their packages."""

    def test_is_found(self) -> None:
        """The search finds decisions of each shape."""
        assert {FeeCharged, OrderQuote, CheckoutRefused, Comfortable, Wait} <= decisions()

    def test_has_words(self) -> None:
        """No decision of any context is left unexplained."""
        assert unworded(decisions()) == []

    def test_has_a_sample(self) -> None:
        """The samples below leave no kind of decision out."""
        sampled = {type(sample) for sample in SAMPLES.values()}
        assert sorted(each.__name__ for each in decisions() - sampled) == []

    @pytest.mark.parametrize("name", SAMPLES)
    def test_is_explained(self, name: str, language: str) -> None:
        """Every sample is told in whole sentences, with nothing left to fill in."""
        explanation = explain(SAMPLES[name], language)
        assert explanation.sentences
        for sentence in explanation.sentences:
            assert re.fullmatch(r"[^a-z{}][^{}]*\.", sentence), sentence
        assert explanation.text == " ".join(explanation.sentences)

    def test_would_be_missed(self) -> None:
        """A decision that a context gains is noticed, and so is that it has no words."""
        module = ModuleType("vintage_rules.pricing.extra")
        fields = ["edition", "sources"]
        extra = attrs.make_class("ExtraGranted", fields)
        extra.__module__ = module.__name__
        vars(module)["ExtraGranted"] = extra
        for field in fields:
            setattr(extra, field, ())
        assert decisions_of(module) == {extra}
        assert unworded([extra]) == ["ExtraGranted"]


class TestEveryCode:
    """The codes by which programs know reasons, advice and kinds."""

    def test_is_found(self) -> None:
        """The search finds enumerations in every context that refuses something."""
        homes = {found.__module__.split(".")[1] for found in enumerations(*REASONS)}
        assert homes == {"offers", "orders", "pricing", "returns", "service", "shipping"}

    @pytest.mark.parametrize("code", codes(*REASONS))
    def test_of_a_refusal_has_words(self, code: str, language: str) -> None:
        """Every reason why something is refused, held or looked at is a sentence."""
        assert reason_text(code, language).endswith(".")

    @pytest.mark.parametrize("code", codes("Advice"))
    def test_of_advice_has_words(self, code: str, language: str) -> None:
        """Every advice is a sentence."""
        assert advice_text(code, language).endswith(".")

    @pytest.mark.parametrize("kind", KEYS_OF_CODES)
    def test_of_a_kind_has_words(self, kind: str, language: str) -> None:
        """Every member of what a sentence chooses by has its message."""
        assert unknown(KEYS_OF_CODES[kind], kind, language) == []

    def test_of_a_range_has_words(self, language: str) -> None:
        """Each way of counting days has its range; calendar days are called days."""
        counts = {"days", *DayCount} - {DayCount.CALENDAR}
        assert unknown(counts, "range", language) == []

    def test_of_an_event_has_words(self, language: str) -> None:
        """Each thing that can happen to a piece has a name."""
        names = [getattr(found, "name", None) for found in own_classes(events)]
        known = [name for name in names if isinstance(name, str)]
        assert len(known) > 20
        assert unknown(known, "term.event", language) == []


def unknown(found: Iterable[str], kind: str, language: str) -> list[str]:
    """Name what has no message of a kind."""
    voice = voice_of(language)
    return sorted(str(name) for name in found if not voice.knows(f"{kind}.{name}"))


class TestEveryClause:
    """The clauses a decision can rest on."""

    @pytest.mark.parametrize("clause", CLAUSES)
    def test_has_a_sentence(self, clause: str, language: str) -> None:
        """From A1 to K1, each is said in one short sentence."""
        text = clause_text(clause, language)
        assert re.fullmatch(r"[A-ZÀ-Ý][^.]{15,120}\.", text), text

    def test_has_no_stranger_beside_it(self, language: str) -> None:
        """No sentence is kept for a clause that does not exist."""
        assert sorted(voice_of(language).names("clause")) == sorted(CLAUSES)

    def test_has_no_number_of_its_own(self, language: str) -> None:
        """Figures belong to the policy, which may change; a clause's sentence stays true."""
        texts = [clause_text(clause, language) for clause in CLAUSES]
        assert [text for text in texts if re.search(r"\d", text)] == []


def starts_of(house: HousePolicy) -> set[str]:
    """Collect the events that a customer's time is counted from."""
    terms = [rule.terms for rule in house.returns.returns.rules if rule.terms is not None]
    posts = [each.posting.window for each in terms if each.posting is not None]
    claims = [each.window for each in house.returns.claims.kinds.values()]
    windows = (*(each.window for each in terms), *claims, *posts)
    return {event for window in windows for event in events_of(window)}


def events_of(window: Window) -> tuple[str, ...]:
    """Give the events a window may start at."""
    anchor = window.anchor
    return (anchor,) if isinstance(anchor, str) else anchor.events


def names_used(house: HousePolicy) -> dict[str, set[str]]:
    """Collect the names that a policy uses, by the kind of their words."""
    fees, shipping, service = house.pricing.fees, house.shipping, house.service
    domain = house.returns.returns.domain
    brands = house.pricing.tenders.brands
    bases = [
        base for fee in fees for part in fee.components for base in (part.base, part.chosen_by)
    ]
    return {
        "fee": {fee.name for fee in fees},
        "part": {name for base in bases for name in (*base.plus, *base.minus)},
        "mode": set(shipping.modes),
        "zone": {each.name for each in shipping.delivery.zones}
        | {table.name for table in shipping.postage.tables},
        "tender": set(house.pricing.tenders.kinds),
        "brand": {name for names in brands.values() for name in names},
        "message": set(service.messages.passes),
        "request": set(service.requests),
        "channel": {*service.contact.staffed, *service.contact.always},
        "field": set(house.checkout.required_address_fields),
        "question": {question.name for question in service.questions},
        "claim": set(house.returns.claims.kinds),
        "reason": set(domain.reason),
        "return-zone": set(domain.zone),
        "seller-kind": set(domain.seller_kind),
        "bought-from": set(domain.seller_kind),
        "category": set(domain.category),
        "sale-kind": set(domain.sale_kind),
        "start": starts_of(house),
        "from": starts_of(house),
    }


class TestEveryEvent:
    """The events that a time of an order may start at."""

    @pytest.mark.parametrize("kind", ["anchor", "from", "start"])
    def test_has_words(self, kind: str, language: str) -> None:
        """For staff who read a check against the law, and for customers."""
        assert unknown(set(ANCHORS).difference(OFFER_EVENTS), f"term.{kind}", language) == []


class TestEveryName:
    """The names that policies give to fees, modes, zones and the like."""

    @pytest.mark.parametrize("part", PARTS)
    def test_of_a_part_has_words(self, part: str, language: str) -> None:
        """Whatever a fee may be reckoned on can be told."""
        assert unknown([part], "term.part", language) == []

    @pytest.mark.parametrize("kind", names_used(HOUSE))
    def test_of_a_shipped_policy_has_words(self, kind: str, language: str) -> None:
        """No buyer of a house that we ship reads a name meant for programs."""
        used: set[str] = set()
        for name in shipped_policies():
            for house in load_policy(name).editions:
                used |= names_used(house)[kind]
        assert used
        assert unknown(used, f"term.{kind}", language) == []
