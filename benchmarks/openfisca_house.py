"""The fee, the window of delivery and the return of `frame_speed` in OpenFisca, a rules engine.

It computes over arrays of numpy, from codes of its own enumerations; days are gathered from tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Column: TypeAlias = NDArray[Any]
Orders: TypeAlias = Callable[[str, object], Column]
TODAY = "2026-11-22"
ORDER = build_entity(key="order", plural="orders", label="An order of one piece", is_person=True)


class Mode(Enum):
    """How an order is shipped."""

    direct = "direct"
    grouped = "grouped"


def given(name: str, value_type: type, **more: object) -> type[Variable]:
    """What is given of an order, whichever day it is."""
    of = {"value_type": value_type, "entity": ORDER, "definition_period": DateUnit.ETERNITY}
    return type(name, (Variable,), {**of, **more})


def computed(
    name: str, value_type: type, formula: Callable[[Orders, object], Column]
) -> type[Variable]:
    """What is computed of an order on a day."""
    of = {"value_type": value_type, "entity": ORDER, "definition_period": DateUnit.DAY}
    return type(name, (Variable,), {**of, "formula": formula})


def fee(orders: Orders, period: object) -> Column:
    amount = orders("pieces", period)
    grouped = orders("mode", period) == Mode.grouped
    return np.where(grouped, np.minimum((amount * 10 + 50) // 100, 1500), 0)


def returnable(orders: Orders, period: object) -> Column:
    in_time = orders("requested", period) <= orders("last_day", period)
    complete = orders("has_parcel_number", period) * orders("in_writing", period)
    taken: Column = in_time * complete * (orders("returned_pieces", period) >= 1)
    return taken


def system(tables: Mapping[str, Column], first: date, days: int) -> TaxBenefitSystem:
    """A tax and benefit system with tables of days, by place and then by day from the first on."""

    def gathered(table: str, day: str) -> type[Variable]:
        def formula(orders: Orders, period: object) -> Column:
            number = (orders(day, period) - np.datetime64(first)).astype(np.int64)
            return tables[table][orders("place", period) * days + number]

        return computed(table, date, formula)

    made = TaxBenefitSystem([ORDER])
    made.add_variables(
        *(given(name, int) for name in ("pieces", "place", "returned_pieces")),
        *(given(name, bool) for name in ("has_parcel_number", "in_writing")),
        *(given(name, date) for name in ("dispatched", "received", "requested")),
        given("mode", Enum, possible_values=Mode, default_value=Mode.direct),
        computed("fee_quality_control", int, fee),
        computed("returnable", bool, returnable),
        *(gathered(table, "dispatched") for table in ("earliest", "latest")),
        gathered("last_day", "received"),
    )
    return made


def answers(
    made: TaxBenefitSystem, inputs: Mapping[str, Column], *wanted: str
) -> dict[str, Column]:
    """What a simulation of some orders computes, by variable."""
    rows = len(next(iter(inputs.values())))
    simulation = SimulationBuilder().build_default_simulation(made, count=rows)
    for name, column in inputs.items():
        simulation.set_input(name, TODAY, column)
    return {name: simulation.calculate(name, TODAY) for name in wanted}
