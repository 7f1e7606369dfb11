"""How a locale says things: the words of its catalogue, the formats of its region."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, localcontext
from functools import lru_cache

from attrs import evolve, frozen
from babel import Locale
from babel.dates import format_date, format_time, get_day_names, get_timezone, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from babel.units import format_unit

from vintage_rules.errors import MissingWordsError
from vintage_rules.money import EXACT, Money
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.wording.catalogues import Catalogue, catalogue, language_of, locale_of
from vintage_rules.wording.elision import elided
from vintage_rules.wording.phrases import (
    UTC,
    Amount,
    Country,
    CurrencyName,
    Figure,
    Grams,
    Listed,
    Moment,
    Name,
    Percent,
    Phrase,
    Term,
    Value,
    Weekday,
    phrase,
)

_GRAMS_IN_A_KILOGRAM = 1000
_CODE_THEN_DIGIT = re.compile(r"(?<=[A-Z])(?=\d)")


@frozen
class Voice:
    """One locale: its words, and how it writes amounts, days, times, weights and lists.

    `labels` are what a house calls its own names.
    """

    locale: Locale
    catalogue: Catalogue
    labels: HouseLabels = NO_LABELS

    def of_house(self, labels: HouseLabels) -> Voice:
        """Return the voice with what a house calls its own names."""
        return evolve(self, labels=labels)

    @property
    def name(self) -> str:
        """The locale's own name for itself.

        >>> voice_of("es").name
        'español'
        """
        return self.locale.get_display_name(self.locale) or str(self.locale)

    def sentence(self, message: Phrase) -> str:
        """Return a message as a sentence, which starts with a capital.

        Raises:
            MissingWordsError: If the catalogue lacks the message.
        """
        return capitalized(self.say(message))

    def say(self, message: Phrase) -> str:
        """Return a message in words.

        Raises:
            MissingWordsError: If the catalogue does not hold it.
        """
        template = self._template(message.key, message.count)
        shown = {name: self.show(value) for name, value in message.values.items()}
        return elided(template.format_map(shown), self.locale.language)

    def knows(self, key: str) -> bool:
        """Return whether the catalogue holds a message."""
        return key in self.catalogue.keys

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of one kind of messages, in alphabetical order."""
        start = f"{kind}."
        return tuple(
            sorted(k.removeprefix(start) for k in self.catalogue.keys if k.startswith(start))
        )

    def _template(self, key: str, count: int | None) -> str:
        words = self.catalogue.words
        text = words.gettext(key) if count is None else words.ngettext(key, key, count)
        if text == key:
            raise MissingWordsError(key, str(self.locale))
        return text

    def show(self, value: Value) -> str:
        """Return one value as this locale writes it.

        Raises:
            MissingWordsError: If the catalogue lacks a word for it.
        """
        match value:
            case Phrase():
                return self.say(value)
            case Listed():
                return format_list([self.show(item) for item in value.items], locale=self.locale)
            case Term() | Country() | CurrencyName() | Weekday():
                return self._name(value)
            case str():
                return value
            case _:
                with localcontext(EXACT):  # Babel rounds in the ambient context
                    return self._figure(value)

    def _name(self, value: Name) -> str:
        match value:
            case Term():
                return self._term(value)
            case Country():
                return self._country(value.code)
            case CurrencyName():
                return get_currency_name(value.code, locale=self.locale)
            case Weekday():
                return str(get_day_names(locale=self.locale)[value.number])

    def _country(self, code: str) -> str:
        names = dict[str, str](self.locale.territories)
        return names.get(code, code)

    def _figure(self, value: Figure) -> str:
        match value:
            case Money() | Amount():
                return self._amount(value.amount, str(value.currency))
            case Moment():
                return self._moment(value)
            case date():
                return self._day(value)
            case time():
                return format_time(value, "short", locale=self.locale)
            case Percent():
                return format_percent(value.rate, locale=self.locale, decimal_quantization=False)
            case Grams():
                return self._weight(value.weight)
            case int():
                return format_decimal(value, locale=self.locale)

    def _term(self, term: Term) -> str:
        label = self.labels.of(term.kind, term.name, self.locale.language)
        if label is not None:
            return label
        key = f"term.{term.kind}.{term.name}"
        if self.knows(key):
            return self._template(key, None)
        return self.say(phrase("format.quoted", name=term.name))

    def _amount(self, amount: Decimal, currency: str) -> str:
        # CLDR sets a space between a code and the digits, which Babel leaves out.
        written = format_currency(amount, currency, locale=self.locale, decimal_quantization=False)
        return _CODE_THEN_DIGIT.sub("\N{NO-BREAK SPACE}", written)

    def _day(self, day: date) -> str:
        # In some languages the first of the month is an ordinal; no locale data says so.
        key = "format.first-of-month" if day.day == 1 else "format.day"
        return format_date(day, self._template(key, None), locale=self.locale)

    def _moment(self, moment: Moment) -> str:
        zone = get_timezone(moment.zone)
        local = moment.at.astimezone(zone)
        day, clock = local.date(), local.time()
        if moment.zone == UTC:
            return self.say(phrase("format.moment.utc", day=day, time=clock))
        city = get_timezone_location(zone, locale=self.locale, return_city=True)
        return self.say(phrase("format.moment", day=day, time=clock, city=city))

    def _weight(self, grams: int) -> str:
        if grams < _GRAMS_IN_A_KILOGRAM:
            return format_unit(grams, "mass-gram", "short", locale=self.locale)
        kilograms = Decimal(grams) / _GRAMS_IN_A_KILOGRAM
        return format_unit(kilograms, "mass-kilogram", "short", locale=self.locale)


@lru_cache(maxsize=128)
def voice_of(identifier: str) -> Voice:
    """Return the voice of a locale, built once.

    Raises:
        UnknownLocaleError: If the language has no catalogue.

    >>> voice_of("en").show(Money("1234.50", "EUR"))
    '€1,234.50'
    """
    locale = locale_of(identifier)
    return Voice(locale, catalogue(language_of(locale)))


def capitalized(text: str) -> str:
    """Begin a text with a capital, unless it is a name whose second letter is one.

    >>> capitalized("an offer"), capitalized("l'Europe"), capitalized("eBay sells it")
    ('An offer', "L'Europe", 'eBay sells it')
    """
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]
