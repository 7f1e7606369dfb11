"""Examples about fees, offers and requests, where no limit is in question."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from vintage_rules.offers.assess import assess_offer
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.review.diff.examples import Example, asked
from vintage_rules.review.limits import smallest_of
from vintage_rules.review.trials.money import fee_trials
from vintage_rules.review.trials.offers import offer_of
from vintage_rules.review.trials.trial import Trial
from vintage_rules.service.requests import assess_request
from vintage_rules.wording.phrases import Term, phrase

_A_HUNDRED = 10_000  # of the smallest amount


def fee_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Charge a fee that has no limit on a round sum, in circumstances of each of its parts."""
    rows: dict[tuple[str, ...], Trial] = {}
    for house in (before, after):
        fee = house.pricing.fee(name)
        amount = _A_HUNDRED * smallest_of(house.currency)
        trials = () if fee is None else fee_trials(fee, fee.components, [amount], house)
        for trial in trials:
            rows.setdefault(trial.row, trial)
    for trial in rows.values():
        yield asked(trial.question, trial.ask, before, after)


def guest_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Make an offer without an account."""
    yield asked(phrase("diff.ask.guest"), _by_a_guest, before, after)


def _by_a_guest(house: HousePolicy) -> object:
    return assess_offer(evolve(offer_of(house), signed_in=False), house.listing.offers)


def request_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Request something."""
    question = phrase("diff.ask.request", request=Term("request", name))
    yield asked(question, lambda p: assess_request(name, p.service), before, after)
