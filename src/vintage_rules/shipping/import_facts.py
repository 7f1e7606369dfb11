"""How a house reads the rules of customs, and one parcel as customs see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias, assert_never

from attrs import field, frozen

from vintage_rules.dates import require_day
from vintage_rules.errors import InvalidValueError, MoneyError
from vintage_rules.fields import (
    Called,
    FromHouseOf,
    LeftOut,
    Name,
    NotEmpty,
    NotForCustomers,
    SourceOf,
    Sources,
    TerritoryCode,
    Words,
)
from vintage_rules.findings import Described, Finding, Written, as_written, items_in
from vintage_rules.ids import Edition
from vintage_rules.money import (
    Money,
    Rounding,
    currency_of,
    finite,
    non_negative,
    require_currency,
)
from vintage_rules.places import Territory
from vintage_rules.shipping.import_rules import Compared, ImportPart, ImportRule, Limit

Rates: TypeAlias = Mapping[tuple[str, str], Decimal]


@frozen(kw_only=True)
class CustomsPolicy:
    """How the house reads the rules of customs; the rules themselves are facts of the world.

    `compared_on` are the parts compared where a law compares what the goods are worth in themselves
    (L15); `tax_base` the parts a tax may be computed on (L16); `registrations` the foreign schemes
    under which the house collects tax at the sale; `collected_at_checkout` the destinations whose
    duties and taxes the house takes with the price, so that nothing is owed at the border; `limit`
    how the house reads a value of exactly the threshold, None where it reads the law as the facts
    do. `origin` is where parcels start unless the facts say otherwise, None for the country whose
    holidays the house keeps. `import_sources` say where there is an import at all (L13).

    Raises:
        InvalidValueError: If a list of parts lacks the goods or names a part twice.
    """

    edition: FromHouseOf[Edition]
    compared_on: Annotated[
        tuple[ImportPart, ...],
        NotEmpty(),
        "the parts that are compared with a threshold on what the goods are worth",
        NotForCustomers("the law's own sum; the page says what is compared, from its tables"),
    ]
    tax_base: Annotated[
        tuple[ImportPart, ...], NotEmpty(), "the parts an import tax may be computed on"
    ]
    tax_base_sources: Annotated[tuple[str, ...], SourceOf("tax_base")]
    registrations: Annotated[
        frozenset[str],
        Name(),
        "schemes under which the house collects tax at the sale; [] where there is none",
        NotForCustomers("not published yet: where the house pays import VAT itself (L15)"),
    ]
    collected_at_checkout: Annotated[
        frozenset[str],
        TerritoryCode(),
        LeftOut(means=frozenset[str](), shown=False),
        "countries and territories whose duties and import taxes are part of the price, as a fee "
        "on `duties`, so that nothing is owed at their border",
    ]
    origin: Annotated[
        str | None,
        TerritoryCode(),
        "where parcels start unless a fact says otherwise, such as FR or GB-NIR; the country whose "
        "public holidays the house keeps, if left out",
        NotForCustomers("where a parcel comes from is said with each order"),
    ]
    rounding: Annotated[
        Rounding,
        "the direction in which the last cent of a tax is rounded",
        NotForCustomers("a cent at most, of an estimate"),
    ]
    limit: Annotated[
        Limit | None,
        Called("bound"),
        Words({">": Limit.TAXED_ABOVE, ">=": Limit.TAXED_FROM}),
        "whether a value of exactly the threshold is taxed (>=) or not (>), as the house reads it; "
        "as the facts of the world say, if left out",
        NotForCustomers("how a law is read at one amount; an estimate says which it took"),
    ]
    sources: Sources
    import_sources: Annotated[tuple[str, ...], SourceOf("imports")]
    checkout_sources: Annotated[tuple[str, ...], SourceOf("collected_at_checkout")]

    def __attrs_post_init__(self) -> None:
        _require_parts("tax_base", self.tax_base)
        _require_parts("compared_on", self.compared_on)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require that the goods are always among what is compared and taxed."""
        for key in ("compared_on", "tax_base"):
            parts = items_in(table.get(key))
            if parts and ImportPart.GOODS.value not in parts:
                allowed = "goods, alone or with shipping and handling"
                yield Finding((key,), allowed, Described(as_written(parts)))

    def collects(self, destination: Territory) -> bool:
        """Return whether the price already holds what is owed at the border of a destination."""
        return destination.lies_in((), self.collected_at_checkout)

    def taxed_parts(self, rule: ImportRule) -> tuple[ImportPart, ...]:
        """Return the parts that the tax of a rule is computed on."""
        return tuple(part for part in rule.base if part in self.tax_base)

    def compared_parts(self, rule: ImportRule) -> tuple[ImportPart, ...]:
        """Return the parts that are compared with the threshold of a rule."""
        match rule.compared:
            case Compared.TAXABLE:
                return self.taxed_parts(rule)
            case Compared.WITH_SHIPPING:
                return (ImportPart.GOODS, ImportPart.SHIPPING)
            case Compared.GOODS | Compared.EACH_PIECE:
                return self.compared_on
            case _:
                assert_never(rule.compared)

    def citing(self, clauses: Iterable[str]) -> tuple[str, ...]:
        """Return the sources of a decision, without clauses that this house does not have.

        Only clauses that repeat a fact of the world are left out.
        """
        own = (clause for clause in clauses if clause in self.sources)
        return tuple(dict.fromkeys((*self.import_sources, *own)))


def _require_parts(name: str, parts: tuple[ImportPart, ...]) -> None:
    if ImportPart.GOODS not in parts or len(set(parts)) < len(parts):
        raise InvalidValueError(name, parts, "goods, alone or with shipping and handling")


def _copied(rates: Rates) -> Rates:
    return dict(rates)


@frozen(kw_only=True)
class ImportFacts:
    """One parcel as customs see it: where it starts, its contents, the other amounts, its day.

    `rates` holds, for a pair such as ("EUR", "GBP"), the units of the second for one of the first.
    `tariff_lines` counts the kinds of goods that customs distinguish, None if it is not known;
    `returned` says that goods come back to where they were sold from, `duties_paid` that the buyer
    has paid duties with the price where the house collects them.

    Raises:
        InvalidValueError: If the tariff lines are no number above zero.
        MoneyError: For an amount below zero or a rate that is not above zero.
        CurrencyMismatchError: For amounts in several currencies.
        DayError: For no plain date.
    """

    origin: Territory
    goods: Money
    shipping: Money
    handling: Money
    rates: Rates = field(converter=_copied, hash=False)
    dispatched: date
    tariff_lines: int | None = None
    returned: bool = False
    duties_paid: bool = True

    def __attrs_post_init__(self) -> None:
        for name in ImportPart:
            non_negative(self.part(name), name)
            require_currency(self.part(name), self.currency, name)
        for pair, rate in self.rates.items():
            _require_rate(pair, rate)
        require_day(self.dispatched, "dispatched")
        lines = self.tariff_lines
        if lines is not None and not (type(lines) is int and lines > 0):
            raise InvalidValueError("tariff_lines", lines, "a whole number, 1 or more")

    @property
    def currency(self) -> str:
        """The currency of all three amounts."""
        return str(self.goods.currency.code)

    def part(self, name: ImportPart) -> Money:
        """Return one of the three amounts."""
        amounts = {
            ImportPart.GOODS: self.goods,
            ImportPart.SHIPPING: self.shipping,
            ImportPart.HANDLING: self.handling,
        }
        return amounts[name]


def _require_rate(pair: tuple[str, str], rate: Decimal) -> None:
    for code in pair:
        currency_of(code, "rates")
    if finite(rate, "rates") <= 0:
        raise MoneyError("rates", rate, "above 0")
