"""Pages written out to the last sign, the names by which they are linked to, and what is said in
answers that the shipped house does not give.
"""

from __future__ import annotations

import json

import pytest
from attrs import evolve

from tests.publishing.houses import PUBLISHER, TODAY, house_of
from tests.publishing.test_faq import answer, written
from tests.publishing.test_ucp import document
from vintage_rules.errors import InvalidValueError, PlaceError
from vintage_rules.publishing import (
    Faq,
    Publisher,
    faq_as_html,
    return_policies,
    write_faq,
)
from vintage_rules.publishing.documents import text_of
from vintage_rules.publishing.faq.page import Point, Points, Question, Section, Table
from vintage_rules.returns.policy import CustomsOutcome

IMPARFAITE = house_of("imparfaite")


def question(name: str, *answer: str | Points | Table, basis: str = "") -> Question:
    """Write a question."""
    return Question(name=name, text=f"{name}?", answer=answer, basis=basis, sources=())


PAGE = Faq(
    language="en",
    name="English",
    title="Lune & Co",
    edition="Since 2026.",
    contents="Topics",
    sections=(
        Section(
            name="cart",
            title="The cart",
            questions=(question("mine", "No.", "Not yet.", basis="C1"), question("kept", "No.")),
        ),
        Section(
            name="post",
            title="The post",
            questions=(
                question("free", Points((Point("From here", "Yes."), Point("", "No.")))),
                question(
                    "long", Table(("To", "Days"), (("France", "2 to 5"), ("Spain", "3 to 7")))
                ),
            ),
        ),
    ),
)
BODY = """\
<section aria-labelledby="cart">
<h2 id="cart">The cart</h2>
<article id="question-mine">
<h3>mine?</h3>
<p>No.</p>
<p>Not yet.</p>
<p class="basis">C1</p>
</article>
<article id="question-kept">
<h3>kept?</h3>
<p>No.</p>
</article>
</section>
<section aria-labelledby="post">
<h2 id="post">The post</h2>
<article id="question-free">
<h3>free?</h3>
<ul>
<li><strong>From here</strong> – Yes.</li>
<li>No.</li>
</ul>
</article>
<article id="question-long">
<h3>long?</h3>
<div class="table" role="region" aria-label="long?" tabindex="0">
<table>
<thead><tr><th scope="col">To</th><th scope="col">Days</th></tr></thead>
<tbody>
<tr><th scope="row">France</th><td>2 to 5</td></tr>
<tr><th scope="row">Spain</th><td>3 to 7</td></tr>
</tbody>
</table>
</div>
</article>
</section>
"""
TOPICS = '<li><a href="#cart">The cart</a></li>\n<li><a href="#post">The post</a></li>\n'
LANGUAGES = (
    '<li><a href="faq.en.html" hreflang="en" lang="en" aria-current="page">English</a></li>\n'
    '<li><a href="faq.fr.html" hreflang="fr" lang="fr">Français</a></li>\n'
)


class TestHtml:
    """A page of every kind of answer."""

    def test_is_this(self) -> None:
        """Sections, questions, what they rest on, lists and tables, and nothing between them."""
        text = faq_as_html(PAGE)
        assert BODY in text
        assert TOPICS in text
        assert text.count("<section") == 2
        assert text.count("<li>") == 4

    def test_links_to_other_languages(self) -> None:
        """The page's own is marked as the one that is read."""
        french = evolve(PAGE, language="fr", name="Français")
        others = {"faq.en.html": PAGE, "faq.fr.html": french}
        assert LANGUAGES in faq_as_html(PAGE, others)
        assert "hreflang" not in faq_as_html(PAGE)


class TestNames:
    """A question is linked to by its name, which therefore stays."""

    NAMES = (
        "buying: seller request-try-on request-change-shipping-address request-collection",
        "request-deliver-by-date sold alert",
        "ordering: cart account address",
        "payment: tenders charge fee-quality-control reduction",
        "gift-cards: gift-card",
        "shipping: modes dispatch delays postage number tracking",
        "customs: customs customs-gb unpaid",
        "returns: cancel return return-how return-where return-cost return-post exchange",
        "claim-defect",
        "claim-not-received",
        "refunds: refund-when refund-what refund-how refund-seen refund-late",
        "negotiation: offer offer-count offer-low offer-time agreed",
        "contact: contact",
    )

    def test_are_these(self) -> None:
        """Those of the shipped house, in their order."""
        found = [
            name
            for section in written().sections
            for name in (f"{section.name}:", *(each.name for each in section.questions))
        ]
        assert found == " ".join(self.NAMES).split()


class TestUnpaid:
    """L14: what becomes of a parcel that went back because customs were not paid."""

    @pytest.mark.parametrize(
        ("outcome", "said"),
        [
            (CustomsOutcome.REFUND, "refund the price of the pieces, standard shipping and"),
            (CustomsOutcome.RELIST, "for sale"),
            (CustomsOutcome.NOTHING, "The parcel goes back, and nothing is refunded."),
        ],
    )
    def test_says_what_the_house_does(self, outcome: CustomsOutcome, said: str) -> None:
        """Each outcome in words of its own."""
        returns = IMPARFAITE.returns
        unpaid = evolve(returns.undelivered.of_unpaid_customs, outcome=outcome)
        undelivered = evolve(returns.undelivered, unpaid_customs=unpaid)
        house = evolve(IMPARFAITE, returns=evolve(returns, undelivered=undelivered))
        assert said in answer("unpaid", house)


class TestPostage:
    """L12: prices, as they stand in the policy of each house."""

    @pytest.mark.parametrize(
        ("house", "row"),
        [
            (
                "imparfaite",
                "Metropolitan France and Monaco | €5.49 up to 250 g | €39.59 up to 30 kg",
            ),
            ("corner-shop", "All destinations | €5.00 up to 500 g | €11.00 up to 2 kg"),
            ("vinted-pl", "Destination | Price / Poland | PLN 12.99 up to 25 kg"),
            ("grand-bazaar", "(“together”) | CHF 0.00 up to 1 g | CHF 99.95 up to 1,000 kg"),
            ("grand-bazaar", "“apart” (“apart”) | CHF 7.00 up to 2 kg | CHF 7.00 up to 2 kg"),
        ],
    )
    def test_is_the_first_and_the_last_band(self, house: str, row: str) -> None:
        """Where all tables have one band it is told once."""
        assert row in answer("postage", house_of(house))

    def test_of_one_band_is_told_once(self) -> None:
        """Poland's house has one price, and nothing stands after it."""
        assert answer("postage", house_of("vinted-pl")).endswith("/ Poland | PLN 12.99 up to 25 kg")


class TestAnswersOfOtherHouses:
    """What the shipped house does not say, in whole sentences."""

    WINDOW = 'length = "14 days", roll = "next-working-day" }\nrefund'

    @pytest.mark.parametrize(
        ("house", "name", "said"),
        [
            ("grand-bazaar", "agreed", "make a counter-offer; you then have 12 hours to answer."),
            ("oskelly", "agreed", "make a counter-offer; you then have 24 hours to answer."),
            ("grand-bazaar", "refund-seen", "Card: 2 to 30 days after"),
            ("grand-bazaar", "refund-seen", "at most 1 working day (Monday to Friday) after"),
            ("corner-shop", "refund-seen", "Card: 1 to 10 working days (Monday to Friday) after"),
            (
                "corner-shop",
                "return",
                "“home” - You have 48 hours from receipt of the parcel to request a return",
            ),
            ("corner-shop", "return", "“away” - Such pieces are not taken back."),
        ],
    )
    def test_are_these(self, house: str, name: str, said: str) -> None:
        """Each with its figures."""
        assert said in answer(name, house_of(house))

    def test_leave_out_a_counter_that_a_seller_cannot_make(self) -> None:
        """Where only buyers counter, nothing is said of sellers."""
        by_buyers = ('by = ["buyer", "seller"]', 'by = ["buyer"]')
        assert "counter-offer" not in answer("agreed", house_of("grand-bazaar", by_buyers))

    def test_say_what_a_seller_may_give(self) -> None:
        """Up to so long, where the house lets them."""
        longer = (self.WINDOW, self.WINDOW.replace("refund", 'seller_up_to = "30 days"\nrefund'))
        assert "30 days" not in answer("return")
        assert "30 days" in answer("return", house_of("imparfaite", longer))

    @pytest.mark.parametrize(
        ("length", "days", "category"),
        [
            ("48 hours", 2, "FiniteReturnWindow"),
            ("47 hours", 1, "FiniteReturnWindow"),
            ("24 hours", 1, "FiniteReturnWindow"),
            ("23 hours", None, "Unspecified"),
            ("1 month", 28, "FiniteReturnWindow"),
            ("1 year", 365, "FiniteReturnWindow"),
            ("1 day", 1, "FiniteReturnWindow"),
        ],
    )
    def test_name_whole_days_that_are_sure(
        self, length: str, days: int | None, category: str
    ) -> None:
        """schema.org knows whole days alone: those that a window holds whenever it begins."""
        house = house_of(
            "imparfaite", (self.WINDOW, f'length = "{length}", roll = "none" }}\nrefund')
        )
        found = json.loads(text_of(return_policies(house, PUBLISHER)))[0]
        assert found.get("merchantReturnDays") == days
        assert found["returnPolicyCategory"] == f"https://schema.org/MerchantReturn{category}"


class TestUcp:
    """The ways of shipping, by what they are called and where they go."""

    def test_are_called_by_their_names(self) -> None:
        """Each mode's own, with a capital."""
        found = document()["shipping"][0]
        assert isinstance(found, dict)
        (method,) = found["fulfillment"]["methods"]
        titles = [(option["id"], option["title"]) for option in method["options"]]
        assert titles == [("direct", "Direct shipping"), ("grouped", "Grouped shipping")]
        assert method["type"] == "shipping"

    def test_go_only_where_there_is_a_price_and_a_delivery(self) -> None:
        """Poland's house prices Poland alone; oskelly delivers to thirty countries."""
        poland = [region["countries"] for region in document(house_of("vinted-pl"))["shipping"]]  # type: ignore[index]
        assert poland == [["PL"]]
        served = [
            code
            for region in document(house_of("oskelly"))["shipping"]
            for code in region["countries"]  # type: ignore[index]
        ]
        assert len(served) == 30
        assert "US" not in served

    @pytest.mark.parametrize("order", [("apart", "together"), ("together", "apart")])
    def test_go_together_only_where_every_way_is_alike(self, order: tuple[str, str]) -> None:
        """Pieces go apart to Switzerland alone: Liechtenstein, as near, stands by itself."""
        house = house_of("grand-bazaar")
        modes = {name: house.shipping.modes[name] for name in order}
        house = evolve(house, shipping=evolve(house.shipping, modes=modes))
        found = {
            tuple(region["countries"]): [  # type: ignore[index]
                option["id"]
                for option in region["fulfillment"]["methods"][0]["options"]  # type: ignore[index]
            ]
            for region in document(house)["shipping"]
        }
        assert found["CH",] == [*order]
        assert found["LI",] == ["together"]
        assert len(found) == 3


class TestPublisher:
    """Who publishes, refused by the field that is wrong."""

    @pytest.mark.parametrize(
        ("name", "url", "page", "said"),
        [
            (" ", None, None, "name: must be a name that can be printed"),
            ("a\x00b", None, None, "name: must be a name that can be printed"),
            ("Lune", "l.example", None, "url: must be an address that starts with https://"),
            ("Lune", None, "l.html", "page: must be an address that starts with https://"),
        ],
    )
    def test_is_refused_by_field(
        self, name: str, url: str | None, page: str | None, said: str
    ) -> None:
        """The message begins with it."""
        with pytest.raises(InvalidValueError) as error:
            Publisher(name=name, url=url, page=page)
        assert str(error.value).startswith(said)

    def test_is_in_a_country(self) -> None:
        """One that ISO 3166 does not name is refused; small letters are taken."""
        with pytest.raises(PlaceError) as error:
            Publisher(name="L", country="XX")
        assert str(error.value).startswith("country: must be the ISO 3166 code of a country")
        assert Publisher(name=" Lune ", country="fr") == Publisher(name="Lune", country="FR")

    @pytest.mark.parametrize("address", ["https://l.example", "http://l.example"])
    def test_has_addresses(self, address: str) -> None:
        """Of its site and of the page."""
        publisher = Publisher(name="L", url=address, page=address)
        assert (publisher.url, publisher.page) == (address, address)


class TestEdition:
    """Since when the answers hold, and of whom."""

    @pytest.mark.parametrize(
        ("house", "said"),
        [
            ("grand-bazaar", "These answers follow our rules, in force since 1 January 2025."),
            ("imparfaite", "These answers follow our rules in force."),
        ],
    )
    def test_is_named(self, house: str, said: str) -> None:
        """The first day of the edition, unless the house only assumes it."""
        faq = write_faq(house_of(house), PUBLISHER, "en-GB", TODAY)
        assert faq.edition == said
        assert faq.title == "Maison Lune: questions and answers"

    def test_is_dated_where_any_source_says_so(self) -> None:
        """A day that is written down is one, whatever else about it is assumed."""
        since = ("assumption: the first page that was kept", "C1")
        house = evolve(IMPARFAITE, since_sources=since)
        said = write_faq(house, PUBLISHER, "en-GB", TODAY).edition
        assert said == "These answers follow our rules, in force since 1 January 2023."
