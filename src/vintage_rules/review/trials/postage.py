"""Questions about parcels, of weights around a limit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Territory
from vintage_rules.review.limits import PolicyLimit
from vintage_rules.review.places import territory_of
from vintage_rules.review.trials.trial import Trial, count_of
from vintage_rules.shipping.policy import PostageTable
from vintage_rules.shipping.postage import quote_postage
from vintage_rules.wording.phrases import (
    Country,
    Grams,
    Term,
    phrase,
)


def of_a_band(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Weigh a parcel a gram below, at and above a band, where its table is the one that decides."""
    postage, table = house.shipping.postage, limit.within(PostageTable)
    for mode in house.shipping.modes:
        territory = territory_of(house, partial(_decides, table, mode, house))
        weight = count_of(limit) - postage.packaging_g
        for near in (weight - 1, weight, weight + 1):
            if territory is not None and near > 0:
                yield _posted(near, territory, mode)


def _decides(table: PostageTable, mode: str, house: HousePolicy, territory: Territory) -> bool:
    tables = house.shipping.postage.tables
    return next((each for each in tables if each.covers(territory, mode)), None) is table


def _posted(weight: int, territory: Territory, mode: str) -> Trial:
    question = phrase(
        "diff.ask.postage",
        weight=Grams(weight),
        country=Country(territory.country),
        mode=Term("mode", mode),
    )
    ask = partial(_postage, weight, territory, mode)
    return Trial(question=question, ask=ask, at=weight, varies="weight")


def _postage(weight: int, territory: Territory, mode: str, house: HousePolicy) -> object:
    return quote_postage(weight, territory, mode, house.shipping.postage)
