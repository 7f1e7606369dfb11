"""What customs will charge on parcels, over columns. Clauses L13, L15, L16.

The scalar rule is `shipping.assess_import`. Which rule of customs applies depends on the places and
the day alone; on which side of its threshold a parcel lies is compared in columns, exactly. For
each rule that applies, the scalar rule says what follows below, at and above the threshold, with
and without tariff lines, and without a rate of exchange: the rows are joined with these answers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import gcd

import narwhals as nw
from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.frames.arithmetic import LARGEST, decimals, first_of, number, rounded, whole
from vintage_rules.frames.by_day import Answer, answered_by_day, days_outside
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, Table, Value, carry_out
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.frames.tables import known_territories, territory_of
from vintage_rules.money import Money, currency_of, decimals_of, quantum_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination, Place, Territory
from vintage_rules.shipping.customs import (
    Charged,
    ImportAssessment,
    NoImport,
    NothingAtBorder,
    UnknownImport,
    assess_import,
)
from vintage_rules.shipping.import_facts import ImportFacts, Rates
from vintage_rules.shipping.import_rules import ImportPart, ImportRule
from vintage_rules.world.imports import days_of_change, import_rules
from vintage_rules.world.territory_rows import mainland

_PARTS = ("goods", "shipping", "handling")
_MOST_LINES = 1_000_000
_NO_RATES: Rates = {}
_ANSWERS = (
    "import_decision",
    "import_advice",
    "missing_rate",
    "import_kind",
    "import_currency",
    "at_sale",
    "collected_by",
    "remarks",
)
_AMOUNTS = ("taxable", "import_tax", "import_duty")

IMPORTED = RuleColumns(
    needed=columns("territory", *_PARTS, "dispatched"),
    optional=columns("origin", "currency", "tariff_lines", "goods_returned", "error"),
    added=columns(*_ANSWERS, *_AMOUNTS, "error"),
)
"""The columns of `assess_imports`."""


def assess_imports(frame: FrameT, policy: FramePolicy, *, rates: Rates = _NO_RATES) -> FrameT:
    """Return a frame with what customs will charge on each parcel. Clauses L13, L15, L16.

    A row is a parcel; `rates` holds, for a pair such as ("EUR", "GBP"), the units of the second for
    one of the first, for all rows. `taxable`, `import_tax` and `import_duty` are in the last
    decimal of `import_currency`, and null unless the decision is `charged`: what is not known is
    never a zero. A row that the scalar rule `assess_import` refuses has its reason as `error`.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> parcels = pl.DataFrame(
    ...     {
    ...         "territory": ["GB-GBN", "GB-GBN", "US"],
    ...         "currency": ["GBP", "EUR", "EUR"],
    ...         "goods": [14000, 14000, 14000],
    ...         "shipping": [1000, 1000, 1000],
    ...         "handling": [0, 0, 0],
    ...         "dispatched": [date(2026, 9, 7)] * 3,
    ...     }
    ... )
    >>> found = assess_imports(parcels, house)
    >>> found["import_decision"].to_list(), found["import_tax"].to_list()
    (['charged', 'unknown', 'unknown'], [3000, None, None])
    >>> found["missing_rate"].to_list()
    [None, 'EUR/GBP', None]
    """
    policy.require(FrameRule.ASSESS_IMPORTS)
    return carry_out(
        frame, IMPORTED, lambda engine, lazy: _Imports(engine, lazy, policy.house, rates).assessed()
    )


@frozen(kw_only=True)
class _Case:
    """A rule of customs for parcels in a currency: what is compared and taxed, in whole numbers.

    A value of `reached` or more lies at or above the threshold, one of `at` exactly there (-1 for
    none). The taxable value times `divisor` is the parts times `factor` and the lines times `flat`;
    the tax times `divisor` and `rate_divisor` is that times `rate`.
    """

    reached: int = 0
    at: int = -1
    compared: frozenset[ImportPart] = frozenset()
    taxed: frozenset[ImportPart] = frozenset()
    factor: int = 0
    flat: int = 0
    flat_duty: int = 0
    divisor: int = 1
    rate: int = 0
    rate_divisor: int = 1
    exchanged: bool = True

    def row(self) -> dict[str, int | bool]:
        """Return its numbers by the columns of the table that rows are joined with."""
        return {
            "case~reached": self.reached,
            "case~at": self.at,
            **{f"compared~{part}": int(part in self.compared) for part in ImportPart},
            **{f"taxed~{part}": int(part in self.taxed) for part in ImportPart},
            "case~factor": self.factor,
            "case~flat": self.flat,
            "case~flat_duty": self.flat_duty,
            "case~divisor": self.divisor,
            "case~rate": self.rate,
            "case~rate_divisor": self.rate_divisor,
            "case~exchanged": self.exchanged,
        }


_STATES = ("below", "at", "above")
_NO_RATE = "no-rate"


class _Cases:
    """The cases of a frame while its days are listed, each with what the scalar rule says of it."""

    def __init__(self, house: HousePolicy, rates: Rates) -> None:
        self._house = house
        self._rates = rates
        self._names: dict[object, str] = {}
        self._cases: dict[str, _Case] = {}
        self._answers: dict[str, dict[str, str | None]] = {}

    def name(self, terms: Sequence[str], day: date) -> Answer:
        """Return the name of the case of parcels between two territories on a day."""
        to, start, currency, returned = terms
        currency_of(currency)
        key = (*terms, bisect_right(days_of_change(), day))
        if key in self._names:
            return {"import~case": self._names[key]}
        parcel = _Parcel(
            origin=territory_of(start),
            destination=_destination(territory_of(to)),
            currency=currency,
            returned=returned == "true",
        )
        name = f"case-{len(self._names)}"
        self._add(name, parcel, day)
        self._names[key] = name
        return {"import~case": name}

    def _add(self, name: str, parcel: _Parcel, day: date) -> None:
        policy = self._house.shipping.customs
        probe = parcel.assessed(Money(0, parcel.currency), day, self._house)
        rules = () if isinstance(probe, NoImport) else probe.rules
        rule = rules[0] if len(rules) == 1 else None
        self._answers[f"{name} {_NO_RATE}"] = _answers(probe)
        unit = parcel.currency if rule is None else rule.currency
        threshold = Money(0 if rule is None or rule.threshold is None else rule.threshold, unit)
        step = Money(quantum_of(currency_of(unit)), unit)
        worth = {"below": Money(0, unit), "at": threshold, "above": threshold + step}
        taxed: dict[bool, list[ImportAssessment]] = {True: [], False: []}
        for state, goods in worth.items():
            for lines in (None, 1):
                found = parcel.assessed(goods, day, self._house, lines)
                self._answers[f"{name} {state}{'' if lines is None else ' lines'}"] = _answers(
                    found
                )
                taxed[lines is not None].append(found)
        if rule is None:
            self._cases[name] = _Case()
            return
        pair = (parcel.currency, rule.currency)
        exchange = Decimal(1) if pair[0] == pair[1] else self._rates.get(pair)
        charged = [each for each in taxed[True] if isinstance(each, Charged)]
        self._cases[name] = _case(
            rule,
            parcel.currency,
            exchange,
            compared=frozenset(policy.compared_parts(rule)),
            taxed=frozenset(policy.taxed_parts(rule)),
            rate=charged[0].rate if charged else Decimal(0),
        )

    def cases(self) -> Table:
        """Return the numbers of each case."""
        found = self._cases or {"": _Case()}
        rows = [case.row() for case in found.values()]
        table: dict[str, list[Value]] = {"import~case": [*found]}
        return {**table, **{column: [row[column] for row in rows] for column in rows[0]}}

    def answers(self) -> Table:
        """Return what the scalar rule says of each case and state."""
        found = self._answers or {"": dict.fromkeys(_TEXTS)}
        table: dict[str, list[Value]] = {"import~state": [*found]}
        for column in _TEXTS:
            table[f"{column}~found"] = [answers[column] for answers in found.values()]
        return table


_TEXTS = (*_ANSWERS, "flat")


def _case(
    rule: ImportRule,
    currency: str,
    exchange: Decimal | None,
    *,
    compared: frozenset[ImportPart],
    taxed: frozenset[ImportPart],
    rate: Decimal,
) -> _Case:
    """Return a case in whole numbers; without a rate of exchange nothing of it is computed."""
    if exchange is None:
        return _Case(exchanged=not rule.needs_amounts)
    mine, theirs = decimals_of(currency_of(currency)), decimals_of(currency_of(rule.currency))
    digits = decimals(exchange)
    factor, divisor = _reduced(int(exchange.scaleb(digits)) * 10**theirs, 10 ** (mine + digits))
    flat = int((rule.flat_duty or Decimal(0)).scaleb(theirs))
    rate_divisor = 10 ** decimals(rate)
    most = (len(ImportPart) * LARGEST * factor + _MOST_LINES * flat * divisor) * 4
    if most * max(int(rate * rate_divisor), 1) >= 2**63:
        raise InvalidValueError("rates", str(exchange), "rates of fewer digits in a frame")
    reached, at = 0, -1
    if rule.threshold is not None:
        limit = rule.threshold.scaleb(theirs) * divisor
        whole_, rest = divmod(int(limit), factor)
        reached, at = whole_ + (rest > 0), whole_ if rest == 0 else -1
    return _Case(
        reached=reached,
        at=at,
        compared=compared,
        taxed=taxed,
        factor=factor,
        flat=flat * divisor,
        flat_duty=flat,
        divisor=divisor,
        rate=int(rate * rate_divisor),
        rate_divisor=rate_divisor,
    )


def _reduced(one: int, other: int) -> tuple[int, int]:
    common = gcd(one, other)
    return one // common, other // common


@frozen(kw_only=True)
class _Parcel:
    """What is known of a parcel without its amounts."""

    origin: Territory
    destination: Destination
    currency: str
    returned: bool

    def rules(self, day: date) -> tuple[ImportRule, ...]:
        """Return the rules of customs that may apply on a day."""
        return import_rules(self.destination, day, self.origin, returned=self.returned)

    def assessed(
        self, goods: Money, day: date, house: HousePolicy, lines: int | None = None
    ) -> ImportAssessment:
        """Return what the scalar rule says of goods of some worth alone."""
        nothing = goods - goods
        facts = ImportFacts(
            origin=self.origin,
            goods=goods,
            shipping=nothing,
            handling=nothing,
            rates={},
            dispatched=day,
            tariff_lines=lines,
            returned=self.returned,
        )
        return assess_import(facts, self.destination, self.rules(day), house.shipping.customs)


def _destination(territory: Territory) -> Destination:
    place = Place(country=territory.country[:2])
    return Destination(place=place, territory=territory, calendar=territory.country[:2])


def _answers(found: ImportAssessment) -> dict[str, str | None]:
    """Return what an assessment says that is no amount, by column."""
    answers: dict[str, str | None] = dict.fromkeys(_TEXTS)
    match found:
        case NoImport():
            answers |= {"import_decision": "no-import", "at_sale": "", "remarks": ""}
        case NothingAtBorder(at_sale=at_sale, remarks=remarks):
            answers |= {
                "import_decision": "nothing-at-border",
                "at_sale": ",".join(sorted(each.tax for each in at_sale)),
                "collected_by": at_sale[0].collected_by.value if at_sale else None,
                "remarks": ",".join(sorted(remarks)),
            }
        case Charged(tax_kind=kind, duty=duty, remarks=remarks):
            answers |= {
                "import_decision": "charged",
                "import_kind": kind.value,
                "import_currency": found.tax.currency.code,
                "at_sale": "",
                "remarks": ",".join(sorted(remarks)),
                "flat": None if duty is None else "flat",
            }
        case UnknownImport(advice=advice, missing_rate=pair):
            answers |= {
                "import_decision": "unknown",
                "import_advice": advice.value,
                "missing_rate": None if pair is None else "/".join(pair),
            }
    return answers


class _Imports:
    """The columns of imports while they are computed; those that it does not add are dropped."""

    def __init__(self, engine: Engine, frame: Lazy, house: HousePolicy, rates: Rates) -> None:
        self.engine = engine
        self.frame = frame
        self.house = house
        self.names = frame.collect_schema().names()
        self.cases = _Cases(house, rates)

    def _add(self, **added: nw.Expr) -> None:
        self.frame = self.frame.with_columns(**added)

    def assessed(self) -> Lazy:
        self._find_faults()
        self.frame = answered_by_day(
            self.engine,
            self.frame,
            keys=("to~sound", "origin~sound", "currency~sound", "returned~sound"),
            day="dispatched",
            answer=self.cases.name,
            into={"import~case": nw.String()},
        )
        self._add(error=nw.coalesce(nw.col("fault"), nw.col("answer~error")))
        self.frame = self.engine.lookup(self.frame, self.cases.cases(), ["import~case"])
        self._find_state()
        self.frame = self.engine.lookup(self.frame, self.cases.answers(), ["import~state"])
        return self._decided()

    def _find_faults(self) -> None:
        known = [territory.code for territory in known_territories()]
        origin = mainland(self.house.origin).code
        self._add(
            **{
                "to~sound": nw.col("territory"),
                "origin~sound": self._or("origin", nw.lit(origin)),
                "currency~sound": nw.col("currency")
                if "currency" in self.names
                else nw.lit(self.house.currency),
                "returned~sound": nw.when(self._or("goods_returned", nw.lit(value=False)))
                .then(nw.lit("true"))
                .otherwise(nw.lit("false")),
            }
        )
        places: Sequence[tuple[str, str]] = (("to", "territory"), ("origin", "origin"))
        faults: list[tuple[nw.Expr, str]] = [
            (
                ~nw.col(f"{name}~sound").is_in(known).fill_null(value=False),
                f"{column}: must be the code of a territory",
            )
            for name, column in places
        ]
        if "currency" in self.names:
            faults.append((nw.col("currency").is_null(), _CURRENCY))
        for part in _PARTS:
            amount = nw.col(part)
            faults += [
                (amount.is_null(), f"{part}: must be money"),
                (amount < 0, f"{part}: must be 0 or more"),
                (amount > LARGEST, f"{part}: must be at most {LARGEST} in a frame"),
            ]
        faults += [(nw.col("dispatched").is_null(), "dispatched: must be given")]
        faults += [days_outside("dispatched")]
        if "tariff_lines" in self.names:
            lines = nw.col("tariff_lines")
            faults += [
                (lines < 1, "tariff_lines: must be a whole number, 1 or more"),
                (lines > _MOST_LINES, f"tariff_lines: must be at most {_MOST_LINES} in a frame"),
            ]
        reason = first_of(*faults)
        error = nw.coalesce(nw.col("error"), reason) if "error" in self.names else reason
        self._add(fault=error)
        sound = nw.col("fault").is_null()
        for name in ("to", "origin", "currency", "returned"):
            column = nw.col(f"{name}~sound")
            self._add(**{f"{name}~sound": nw.when(sound).then(column).otherwise(None)})
        for part in _PARTS:
            self._add(**{f"{part}~sound": nw.when(sound).then(nw.col(part)).otherwise(None)})
        lines = nw.col("tariff_lines") if "tariff_lines" in self.names else number(0)
        self._add(**{"lines~sound": nw.when(sound).then(lines.fill_null(0)).otherwise(None)})

    def _or(self, name: str, otherwise: nw.Expr) -> nw.Expr:
        return nw.coalesce(nw.col(name), otherwise) if name in self.names else otherwise

    def _sum(self, prefix: str) -> nw.Expr:
        goods, shipping, handling = (
            nw.col(f"{part}~sound") * nw.col(f"{prefix}~{part}") for part in _PARTS
        )
        return goods + shipping + handling

    def _find_state(self) -> None:
        """Say on which side of its threshold a parcel lies, and what else is known of it."""
        self._add(compared=self._sum("compared"), taxed=self._sum("taxed"))
        compared = nw.col("compared")
        side = (
            nw.when(compared == nw.col("case~at"))
            .then(nw.lit("at"))
            .otherwise(
                nw.when(compared >= nw.col("case~reached"))
                .then(nw.lit("above"))
                .otherwise(nw.lit("below"))
            )
        )
        lines = nw.when(nw.col("lines~sound") > 0).then(nw.lit(" lines")).otherwise(nw.lit(""))
        state = nw.concat_str([side, lines])
        state = nw.when(nw.col("case~exchanged")).then(state).otherwise(nw.lit(_NO_RATE))
        self._add(**{"import~state": nw.concat_str([nw.col("import~case"), nw.lit(" "), state])})

    def _decided(self) -> Lazy:
        text = nw.String()
        sound = nw.col("error").is_null()
        charged = (nw.col("import_decision~found").cast(text) == "charged").fill_null(value=False)
        flat = charged & ~nw.col("flat~found").cast(text).is_null()
        lines = nw.when(flat).then(nw.col("lines~sound")).otherwise(number(0))
        exact = nw.col("taxed") * nw.col("case~factor") + lines * nw.col("case~flat")
        self._add(exact=nw.when(charged).then(exact).otherwise(None))
        rounding = self.house.shipping.customs.rounding
        divisor = nw.col("case~divisor")
        tax = rounded(
            self.engine,
            nw.col("exact") * nw.col("case~rate"),
            divisor * nw.col("case~rate_divisor"),
            rounding,
        )
        amounts = {
            "taxable": rounded(self.engine, nw.col("exact"), divisor, rounding),
            "import_tax": tax,
            "import_duty": nw.when(flat).then(lines * nw.col("case~flat_duty")).otherwise(None),
        }
        answers = {
            **{name: nw.col(f"{name}~found").cast(text) for name in _ANSWERS},
            **{name: whole(amount) for name, amount in amounts.items()},
        }
        return self.frame.with_columns(
            **{
                name: nw.when(sound).then(answer).otherwise(None)
                for name, answer in answers.items()
            }
        )


_CURRENCY = "currency: must be an ISO 4217 currency code in capitals, such as EUR"
