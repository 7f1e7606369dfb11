"""What a backtest found, in English: the names of groups, bands, parties and changes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from attrs import frozen

from vintage_rules.frames.backtest.result import Backtest, Dimension, Group, Party
from vintage_rules.money import Money
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.wording.phrases import Country, Term
from vintage_rules.wording.voice import Voice, capitalized, voice_of

ENGLISH = "en-GB"
PARTIES = {
    Party.BUYERS: "Buyers pay",
    Party.SELLERS: "Sellers get",
    Party.HOUSE: "The house keeps",
    Party.CARRIERS: "Carriers get",
}
DIMENSIONS = {
    Dimension.COUNTRY: "Country",
    Dimension.MONTH: "Month",
    Dimension.MODE: "Mode",
    Dimension.PRICE: "Price of the pieces",
}


@frozen
class Texts:
    """How figures and names are written.

    >>> texts = Texts.english()
    >>> texts.signed(Money("12.30", "EUR")), texts.signed(Money("-12.30", "EUR"))
    ('+€12.30', '−€12.30')
    >>> texts.band(None, Money("20", "EUR")), texts.band(Money("20", "EUR"), None)
    ('below €20', '€20 and more')
    """

    voice: Voice

    @classmethod
    def english(cls, labels: HouseLabels = NO_LABELS) -> Texts:
        """Return them in English, with what a house calls its own modes."""
        return cls(voice_of(ENGLISH).of_house(labels))

    def money(self, amount: Money) -> str:
        """Return an amount."""
        return self.voice.show(amount).replace("-", "−")

    def signed(self, change: Money) -> str:
        """Return a change with its sign."""
        return f"{'+' if change.amount > 0 else ''}{self.money(change)}"

    def whole(self, change: Money) -> str:
        """Return a change with its sign, to the nearest whole unit, without its currency.

        >>> Texts.english().whole(Money("-1234.50", "EUR"))
        '−1,235'
        """
        units = int(change.amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return f"{'+' if units > 0 else ''}{self.count(units)}".replace("-", "−")

    def count(self, number: int) -> str:
        """Return a number of orders."""
        return self.voice.show(number)

    def share(self, part: int, whole: int) -> str:
        """Return a part of a whole in percent."""
        return f"{100 * part / whole:.1f} %" if whole else "–"

    def band(self, least: Money | None, below: Money | None) -> str:
        """Return a band of amounts from its bounds."""
        if least is None:
            return "any" if below is None else f"below {self._bound(below)}"
        if below is None:
            return f"{self._bound(least)} and more"
        return f"{self._bound(least)} to {self._bound(below)}"

    def _bound(self, bound: Money) -> str:
        written = self.money(bound)
        return written.removesuffix(".00")

    def group(self, by: Dimension, group: Group) -> str:
        """Return the name of a group."""
        match by:
            case Dimension.COUNTRY:
                return self.country(group.name)
            case Dimension.MODE:
                return self.mode(group.name)
            case Dimension.MONTH:
                return group.name
            case Dimension.PRICE:
                return self.band(group.least, group.below)

    def country(self, code: str) -> str:
        """Return the name of a country."""
        return self.voice.show(Country(code))

    def mode(self, name: str) -> str:
        """Return what a mode is called."""
        return capitalized(self.voice.show(Term("mode", name)))

    def summary(self, found: Backtest) -> str:
        """Return how many orders were compared and how many change."""
        share = self.share(found.changed, found.compared)
        return (
            f"{self.count(found.orders)} orders, of which both policies price "
            f"{self.count(found.compared)}. {self.count(found.changed)} of these change ({share}): "
            f"{self.count(found.dearer)} cost their buyers more, {self.count(found.cheaper)} less."
        )
