"""What a house of any country and currency says is sound, published, compared and shown."""

from __future__ import annotations

from datetime import date

import pytest
from babel.numbers import get_currency_symbol

from tests.policies.plain_houses import (
    COUNTRIES,
    first_edition,
    house_in,
    house_without_offers,
    house_without_returns,
)
from vintage_rules.policies import parse_policy, policy_rows
from vintage_rules.policies.book import PolicyBook
from vintage_rules.publishing import Publisher, publication
from vintage_rules.review import check_document, diff_policies, hold_against_law
from vintage_rules.wording import locales
from vintage_rules.wording.voice import voice_of

TODAY = date(2026, 11, 22)
CURRENCIES = {"EUR", "GBP", "USD", *(country.currency for country in COUNTRIES.values())}
HOUSES = {
    **{name: house_in(name) for name in COUNTRIES},
    "no-returns": house_without_returns(),
    "no-offers": house_without_offers(),
}


def book(name: str) -> PolicyBook:
    """Read one of the houses."""
    return parse_policy(HOUSES[name].encode(), f"{name}.toml")


def currencies_in(text: str) -> set[str]:
    """Find the currencies that a text names, by their codes or by their signs in any language."""
    return {
        code for code in CURRENCIES if any(sign in text for sign in (code, *(currency_signs(code))))
    }


def currency_signs(code: str) -> set[str]:
    """Give the signs of a currency in the languages there are."""
    return {get_currency_symbol(code, language) for language in locales()}


@pytest.mark.parametrize("name", HOUSES)
class TestPlainHouses:
    """Each is the house of the guide, but elsewhere, or without returns or offers."""

    def test_is_sound(self, name: str) -> None:
        """Nothing is found that cannot be meant."""
        found = check_document(HOUSES[name].encode(), f"{name}.toml")
        assert [finding.report("en") for finding in found] == []

    def test_is_published_in_every_language(self, name: str) -> None:
        """Every file is written, and no other currency is named but that of a threshold abroad."""
        house = book(name).latest
        files = publication(house, Publisher(name=name), locales(), TODAY)
        assert len(files) == 1 + 3 * len(locales())
        assert all(files.values())
        abroad = set() if name in COUNTRIES else {"GBP"}
        assert currencies_in("\n".join(files.values())) == {house.currency, *abroad}

    def test_is_shown_with_its_sources(self, name: str) -> None:
        """Every value has one."""
        rows = policy_rows(book(name), TODAY)
        assert len(rows) > 100
        assert all(row.sources for row in rows)

    def test_is_compared_with_the_house_of_the_guide(self, name: str) -> None:
        """Both ways, in words of every language."""
        lune = parse_policy(first_edition().encode(), "lune.toml")
        for one, other in ((lune, book(name)), (book(name), lune)):
            diff = diff_policies(one, other, on_before=TODAY, on_after=TODAY)
            assert diff.changes
            for language in locales():
                voice = voice_of(language)
                for topic in diff.topics:
                    for example in topic.examples:
                        said = (example.question, *example.before, *example.after)
                        assert all(map(voice.sentence, said))

    def test_is_held_against_the_law_of_where_it_delivers(self, name: str) -> None:
        """The table knows France and the United Kingdom: of Japan it says nothing."""
        found = hold_against_law(book(name), TODAY)
        assert bool(found) == (name not in COUNTRIES)


class TestPages:
    """What customers of such a house read."""

    @staticmethod
    def page(name: str) -> str:
        """Give the questions and answers of a house in English."""
        return publication(book(name).latest, Publisher(name="eBay"), ["en"], TODAY)["faq.en.md"]

    @pytest.mark.parametrize(
        ("name", "country"),
        [("japan", "Japan"), ("kuwait", "Kuwait"), ("switzerland", "Switzerland")],
    )
    def test_speak_of_their_own_country(self, name: str, country: str) -> None:
        """And not of the European Union."""
        page = self.page(name)
        assert f"Within {country} nothing is asked at arrival." in page
        assert "European Union" not in page

    def test_speak_of_the_union_in_the_union(self) -> None:
        """A parcel from Belgium owes nothing in all of it."""
        assert "customs and VAT area of the European Union" in self.page("no-returns")

    def test_say_that_no_offers_are_taken(self) -> None:
        """One question about offers is left, with a plain answer and its source."""
        page = self.page("no-offers")
        answer = page.partition("Can I negotiate a price?")[2].partition("#")[0]
        assert "No: a piece costs its listed price, and no offers are accepted." in answer
        assert "article 12" in answer
        assert "How low may an offer be?" not in page

    def test_say_what_sellers_pay(self) -> None:
        """After what buyers pay, in the same words."""
        page = self.page("japan")
        assert page.index("what do sellers pay?") > page.index("Authentication: how much is it?")
        sellers = page.partition("what do sellers pay?")[2].partition("###")[0]
        assert "20% from ¥0 on and 12% from ¥32,000 on" in sellers

    def test_write_a_name_as_it_is_written(self) -> None:
        """A name with a small letter keeps it."""
        assert self.page("japan").startswith("# eBay: questions and answers")
