"""The words of fees, prices, gift cards, means of payment and reductions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from vintage_rules.orders.payouts import OrderPayouts
from vintage_rules.pricing.fee_policy import Base, Combine, Condition, FeeComponent, FeePolicy, Tier
from vintage_rules.pricing.fees import FeeCharged, FeeNotCharged
from vintage_rules.pricing.gift_card.taking import GiftCardNotTaken
from vintage_rules.pricing.gift_cards import GiftCardRefusal, GiftCardRefused, GiftCardValid
from vintage_rules.pricing.order_price import OrderPrice
from vintage_rules.pricing.policy import GiftCardPolicy, PriceReductionPolicy
from vintage_rules.pricing.reductions import NoReduction, ReductionNotice
from vintage_rules.pricing.tenders import TenderAccepted, TenderRefused
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import length, reasons
from vintage_rules.wording.phrases import (
    Account,
    Amount,
    Percent,
    Phrase,
    Term,
    Value,
    account,
    listed,
    phrase,
    terms,
)


@account_of.register
def fee_charged(decision: FeeCharged) -> Account:
    """L4: what the fee is, and how its components made it."""
    policy = decision.policy
    charged = phrase("fee.charged", name=Term("fee", policy.name), fee=decision.fee)
    greatest = [phrase("fee.greatest")] if policy.combine is Combine.GREATEST else []
    made_of = (
        sentence
        for part in decision.components
        for sentence in fee_component(part, policy.currency)
    )
    return account(decision, charged, *greatest, *made_of)


def fee_component(part: FeeComponent, currency: str) -> Iterable[Phrase]:
    """L4: what one component of a fee is computed from, and its bounds."""
    yield phrase("fee.component", parts=listed(_parts(part, currency)))
    if part.tiers and part.chosen_by != part.base:
        yield phrase("fee.chosen-by", base=_base(part.chosen_by))
    if part.minimum is not None:
        yield phrase("fee.minimum", minimum=Amount(part.minimum, currency))
    if part.maximum is not None:
        yield phrase("fee.maximum", maximum=Amount(part.maximum, currency))


def _parts(part: FeeComponent, currency: str) -> Iterable[Phrase]:
    if part.fixed or not (part.rate or part.tiers):
        yield phrase("fee.fixed", amount=Amount(part.fixed, currency))
    if part.rate:
        yield phrase("fee.rate", rate=Percent(part.rate), base=_base(part.base))
    if part.tiers:
        yield _tiers(part, currency)


def _tiers(part: FeeComponent, currency: str) -> Phrase:
    steps = listed(_tier(tier, currency) for tier in part.tiers)
    return phrase(f"fee.tiers.{part.tiering}", steps=steps, base=_base(part.base))


def _tier(tier: Tier, currency: str) -> Phrase:
    start = phrase(
        "fee.from" if tier.inclusive else "fee.above", amount=Amount(tier.start, currency)
    )
    return phrase("fee.step", charge=_charge(tier.fixed, tier.rate, currency), start=start)


def _charge(fixed: Decimal, rate: Decimal, currency: str) -> Value:
    if not rate:
        return Amount(fixed, currency)
    if not fixed:
        return Percent(rate)
    return phrase("fee.fixed-and-rate", fixed=Amount(fixed, currency), rate=Percent(rate))


def _base(base: Base) -> Phrase:
    plus = listed(Term("part", name) for name in base.plus)
    if not base.minus:
        return phrase("fee.base", plus=plus)
    return phrase("fee.base.less", plus=plus, minus=listed(Term("part", n) for n in base.minus))


@account_of.register
def fee_not_charged(decision: FeeNotCharged) -> Account:
    """L4: say that there is no fee, and when there would be one."""
    policy = decision.policy
    when = (fee_conditions(part.when, part.chosen_by, policy) for part in policy.components)
    applies = (phrase("fee.applies", conditions=listed(found)) for found in when if found)
    return account(decision, phrase("fee.not-charged", name=Term("fee", policy.name)), *applies)


def fee_conditions(when: Condition, base: Base, policy: FeePolicy) -> list[Phrase]:
    """L4: when a component applies; nothing where it always does."""
    found: list[Phrase] = []
    if when.modes is not None:
        found.append(phrase("condition.modes", modes=terms("mode", when.modes)))
    if when.zones is not None:
        found.append(phrase("condition.zones", zones=terms("zone", when.zones)))
    for key, names in (
        ("category", when.categories),
        ("seller-kind", when.seller_kinds),
        ("sale-kind", when.sale_kinds),
    ):
        if names is not None:
            found.append(phrase(f"condition.{key}", names=terms(key, names)))
    if when.at_least is not None:
        least = Amount(when.at_least, policy.currency)
        found.append(phrase("condition.at-least", base=_base(base), amount=least))
    if when.below is not None:
        below = Amount(when.below, policy.currency)
        found.append(phrase("condition.below", base=_base(base), amount=below))
    return found


@account_of.register
def order_price(decision: OrderPrice) -> Account:
    """L4, L12, C5: what the parts come to, and what a gift card leaves to pay."""
    parts = listed(
        [
            phrase("price.goods", amount=decision.goods),
            *_fees(decision.fees),
            phrase("price.shipping", amount=decision.shipping),
            *(
                phrase("price.reduction", amount=amount, name=Term("reduction", name))
                for name, amount in decision.reductions.items()
            ),
            *_rounding(decision),
        ]
    )
    phrases = [phrase("price.total", total=decision.total, parts=parts)]
    if decision.gift_card.amount:
        card, to_pay = decision.gift_card, decision.to_pay
        phrases.append(phrase("price.gift-card", gift_card=card, to_pay=to_pay))
    return account(decision, *phrases)


def _rounding(decision: OrderPrice) -> list[Phrase]:
    if not decision.rounding:
        return []
    return [phrase("price.rounding", amount=decision.rounding)]


def _fees(fees: Iterable[FeeCharged]) -> list[Phrase]:
    return [phrase("price.fee", amount=fee.fee, name=Term("fee", fee.policy.name)) for fee in fees]


@account_of.register
def order_payouts(decision: OrderPayouts) -> Account:
    """What each seller receives, and what was taken off."""
    alone = len(decision.sellers) == 1
    paid = [
        phrase("payout.the-seller", payout=payout)
        if alone
        else phrase("payout.seller", seller=seller, payout=payout)
        for seller, payout in decision.sellers.items()
    ]
    if not decision.fees:
        return account(decision, *paid, phrase("payout.no-fees"))
    return account(decision, *paid, phrase("payout.fees", fees=listed(_fees(decision.fees))))


@account_of.register
def gift_card_valid(decision: GiftCardValid) -> Account:
    """C5: until when the card is good."""
    policy = decision.policy
    ends = policy.validity.ends
    until = phrase("gift-card.valid", last_day=decision.last_day)
    valid = until if ends else phrase("gift-card.valid.for-ever")
    return account(decision, valid, *gift_card_terms(policy))


@account_of.register
def gift_card_refused(decision: GiftCardRefused) -> Account:
    """C5: why the card is not sold or not taken."""
    expired = GiftCardRefusal.EXPIRED in decision.reasons
    last_day = [phrase("gift-card.last-day", last_day=decision.last_day)] if expired else []
    return account(
        decision,
        phrase("gift-card.refused"),
        *reasons(decision.reasons),
        *last_day,
        *gift_card_terms(decision.policy),
    )


@account_of.register
def gift_card_not_taken(decision: GiftCardNotTaken) -> Account:
    """C5: why a card pays nothing, and since when."""
    phrases = [phrase(f"gift-card.{reason}") for reason in decision.reasons]
    if decision.last_day is not None:
        phrases.append(phrase("gift-card.last-day", last_day=decision.last_day))
    return Account((phrase("gift-card.refused"), *phrases), decision.sources, decision.edition)


def gift_card_terms(policy: GiftCardPolicy) -> Iterable[Phrase]:
    """C5: for which amounts cards are sold, and how long they are good."""
    yield phrase(
        "gift-card.amounts",
        minimum=Amount(policy.minimum, policy.currency),
        maximum=Amount(policy.maximum, policy.currency),
    )
    if policy.validity.ends:
        yield phrase("gift-card.validity", validity=length(policy.validity))


@account_of.register
def tender_accepted(decision: TenderAccepted) -> Account:
    """C6: say that a means of payment is taken."""
    return account(decision, phrase("tender.accepted", tender=_tender(decision)))


@account_of.register
def tender_refused(decision: TenderRefused) -> Account:
    """C6: say that a brand is refused, by name, and which are taken."""
    return account(
        decision,
        phrase("tender.refused", tender=_tender(decision)),
        *reasons(decision.reasons),
        phrase("tender.brands", brands=terms("brand", decision.accepted)),
    )


def _tender(decision: TenderAccepted | TenderRefused) -> Value:
    kind = Term("tender", decision.kind)
    if decision.brand is None:
        return kind
    return phrase("tender.branded", kind=kind, brand=Term("brand", decision.brand))


@account_of.register
def reduction_notice(decision: ReductionNotice) -> Account:
    """Directive 98/6 article 6a, L112-1-1: what may be announced."""
    announced = phrase(
        "reduction.notice",
        reduction=decision.reduction,
        share=Percent(decision.share),
        reference=decision.reference,
    )
    return account(decision, announced, *_reference(decision, decision.policy))


@account_of.register
def no_reduction(decision: NoReduction) -> Account:
    """Directive 98/6 article 6a, L112-1-1: say that nothing may be announced."""
    refused = phrase("reduction.none", reference=decision.reference)
    return account(decision, refused, *_reference(decision, decision.policy))


def _reference(
    decision: ReductionNotice | NoReduction, policy: PriceReductionPolicy
) -> Iterable[Phrase]:
    look_back, since = length(policy.look_back), decision.reference_since
    yield phrase("reduction.reference", look_back=look_back, since=since)
    if policy.successive_from_first:
        yield phrase("reduction.successive")
