"""Questions about paying, fees, announced reductions and gift cards. Clauses C5 to C7, L4."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.pricing.fee_policy import Combine, FeePolicy, Payer
from vintage_rules.pricing.policy import GiftCardPolicy
from vintage_rules.pricing.reduction_policy import ReductionPolicy
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Line, Part, entry
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import Amount, Phrase, Term, Value, listed, phrase, terms
from vintage_rules.wording.pricing import fee_component, fee_conditions, gift_card_terms


def payment(request: FaqRequest) -> Iterator[Entry]:
    """C6, C7, L4: means of payment, what buyers and sellers are charged, reductions."""
    pricing = request.house.pricing
    tenders = pricing.tenders
    answer = [phrase("faq.tenders.answer", tenders=listed(_tenders(request)))]
    card = pricing.gift_card
    answer += [] if card is None else [phrase("faq.tenders.gift-card")]
    decided = [tenders.sources]
    if tenders.intermediaries:
        names = listed(tenders.intermediaries_of(tenders.kinds))
        answer.append(phrase("faq.tenders.intermediaries", intermediaries=names))
        decided.append(tenders.intermediary_sources)
    if pricing.payable is not None:
        step = Amount(pricing.payable.step, pricing.currency)
        answer.append(phrase("faq.tenders.step", step=step))
        decided.append(pricing.payable.sources)
    yield from entry("tenders", phrase("faq.tenders.question"), answer, *decided)
    charge = [phrase("faq.charge.answer")]
    charge_sources = request.house.checkout.charge_sources
    yield from entry("charge", phrase("faq.charge.question"), charge, charge_sources)
    for fee in sorted(pricing.fees, key=lambda each: each.payer is Payer.SELLER):
        question = phrase(f"faq.fee.question.{fee.payer}", name=Term("fee", fee.name))
        sources = (part.sources for part in fee.components)
        of_return = fee.refundable_sources if fee.on is None else ()
        yield from entry(f"fee-{fee.name}", question, _fee(fee), fee.sources, *sources, of_return)
    reductions = [_reduction(each) for each in pricing.reductions]
    of_reductions = (each.sources for each in pricing.reductions)
    yield from entry("reductions", phrase("faq.reductions.question"), reductions, *of_reductions)
    reduction = pricing.price_reduction
    answer = [phrase("faq.reduction.answer", look_back=length(reduction.look_back))]
    answer += [phrase("reduction.successive")] if reduction.successive_from_first else []
    yield from entry("reduction", phrase("faq.reduction.question"), answer, reduction.sources)


def _tenders(request: FaqRequest) -> Iterator[Value]:
    for kind in request.house.pricing.tenders.kinds:
        brands = request.house.pricing.tenders.brands.get(kind)
        if brands is None:
            yield Term("tender", kind)
        else:
            named = terms("brand", brands)
            yield phrase("tender.branded", kind=Term("tender", kind), brand=named)


def _fee(fee: FeePolicy) -> Iterator[Part]:
    if fee.on is not None:
        yield phrase(f"faq.fee.on.{fee.on}.{fee.payer}")
    yield phrase(f"faq.fee.per.{fee.per}")
    if fee.combine is Combine.GREATEST:
        yield phrase("fee.greatest")
    for part in fee.components:
        conditions = fee_conditions(part.when, part.chosen_by, fee)
        if conditions:
            yield phrase("fee.applies", conditions=listed(conditions))
        yield from fee_component(part, fee.currency)
    if fee.optional:
        yield phrase(f"faq.fee.optional.{fee.payer}")
    if fee.on is None:  # no return changes what is owed on an outcome
        yield phrase(f"faq.fee.refundable.{fee.payer}" if fee.refundable else "faq.fee.kept")


def _reduction(reduction: ReductionPolicy) -> Line:
    """C5, L12: what it is taken off, from which amount on, and what a return does to it."""
    sentences = [_taken_off(reduction)]
    if reduction.least is not None:
        least = Amount(reduction.least, reduction.currency)
        sentences.append(phrase("faq.reductions.least", amount=least))
    sentences.append(phrase(f"faq.reductions.return.{reduction.on_return}"))
    return Line((Term("reduction", reduction.name),), tuple(sentences))


def _taken_off(reduction: ReductionPolicy) -> Phrase:
    if reduction.flat is None:
        return phrase(f"faq.reductions.off.{reduction.applies_to}")
    if not reduction.flat:
        return phrase("faq.reductions.free")
    return phrase("faq.reductions.flat", amount=Amount(reduction.flat, reduction.currency))


def gift_cards(request: FaqRequest) -> Iterator[Entry]:
    """C5: gift cards, where the house sells them."""
    card = request.house.pricing.gift_card
    if card is not None:
        yield from entry(
            "gift-card", phrase("faq.gift-card.question"), _gift_card(card), card.sources
        )


def _gift_card(card: GiftCardPolicy) -> Iterator[Phrase]:
    yield from gift_card_terms(card)
    if not card.validity.ends:
        yield phrase("faq.gift-card.for-ever")
    yield phrase("faq.gift-card.mailed")
    if not card.may_buy_gift_card:
        yield phrase("reason.bought-with-gift-card")
