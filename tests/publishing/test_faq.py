from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from attrs import evolve

from tests.policies.corner_shop import with_point
from tests.publishing.houses import NAMES, PUBLISHER, TODAY, document_of, house_of
from tests.publishing.pages import PAGES, page, path_of
from vintage_rules.errors import UnknownLocaleError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing import Faq, Publisher, faq_as_html, faq_as_markdown, write_faq
from vintage_rules.publishing.faq.page import Block, Point, Points, Question, Section, Table
from vintage_rules.wording import locales
from vintage_rules.wording.catalogues import catalogue

IMPARFAITE = house_of("imparfaite")
FINAL = "refundable = false"


def written(house: HousePolicy = IMPARFAITE, locale: str = "en-GB") -> Faq:
    """Write the questions of a house."""
    return write_faq(house, PUBLISHER, locale, TODAY)


def questions(faq: Faq) -> dict[str, Question]:
    """Give the questions by their names."""
    return {question.name: question for section in faq.sections for question in section.questions}


def told(block: Block) -> str:
    """Give the text of a part of an answer."""
    match block:
        case str():
            return block
        case Points():
            return " / ".join(f"{point.cases} - {point.text}" for point in block.items)
        case Table():
            return " / ".join(" | ".join(row) for row in (block.head, *block.rows))


def answer(name: str, house: HousePolicy = IMPARFAITE, locale: str = "en-GB") -> str:
    """Give the whole answer to a question, with plain spaces."""
    blocks = questions(written(house, locale))[name].answer
    return re.sub(r"\s", " ", " // ".join(told(block) for block in blocks))


@pytest.fixture(params=locales())
def language(request: pytest.FixtureRequest) -> str:
    """Each language there is a catalogue for."""
    return str(request.param)


@pytest.fixture(params=NAMES)
def house(request: pytest.FixtureRequest) -> HousePolicy:
    """Each house that is shipped or invented."""
    return house_of(str(request.param))


class TestPages:
    """The pages as they were read."""

    @pytest.mark.parametrize(("name", "locale"), PAGES)
    def test_are_those_that_were_read(self, name: str, locale: str) -> None:
        """What customers read changes only with the file in which somebody has read it."""
        kept = path_of(name, locale).read_text("utf-8")
        assert page(name, locale) == kept, "run python -m tests.publishing.pages, and read the diff"

    def test_ask_the_same_in_every_language(self, house: HousePolicy) -> None:
        """No language is told less, and every answer rests on the same."""
        asked = [
            [
                (name, q.sources, len(q.answer))
                for name, q in questions(written(house, each)).items()
            ]
            for each in locales()
        ]
        assert all(each == asked[0] for each in asked)

    def test_answer_many_questions(self) -> None:
        """The shipped house answers at least twenty-five over ten topics."""
        faq = written()
        assert len(questions(faq)) >= 25
        assert len(faq.sections) == 10

    def test_leave_nothing_to_fill_in(self, house: HousePolicy, language: str) -> None:
        """No placeholder, no key and no doubled sign is left in any text."""
        text = faq_as_markdown(written(house, language))
        assert re.findall(r"[{}]|\.\.| {2}|\?\?", text) == []
        assert [key for key in catalogue(language).keys if key in text and "." in key] == []

    def test_rest_on_something(self, house: HousePolicy) -> None:
        """Each answer carries what it rests on."""
        without = [q.name for q in questions(written(house)).values() if not q.sources]
        assert without == []

    def test_rest_on_clauses(self) -> None:
        """The shipped house's answers carry its clauses."""
        found = questions(written())
        assert found["fee-quality-control"].sources[:1] == ("L4",)
        assert found["delays"].basis == "Source: clauses L9, L10 and L11."
        assert found["postage"].basis == "Source: clause L12; the rest is an assumption."
        assert found["return"].sources[:2] == ("R1", "R2")

    def test_speak_as_the_region_does(self) -> None:
        """A region has the words of its language and its own formats."""
        assert "CHF" not in answer("gift-card", locale="de-CH")
        assert "EUR 25.00" in answer("gift-card", locale="de-CH").replace("\N{NO-BREAK SPACE}", " ")
        assert written(locale="de-CH").language == "de-CH"

    def test_refuse_an_unknown_language(self) -> None:
        """A language without a catalogue is the library's error."""
        with pytest.raises(UnknownLocaleError):
            written(locale="nl")


class TestAnswers:
    """Answers that say what the policy says."""

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("seller", "do not talk directly"),
            ("request-try-on", "No, we do not offer this."),
            ("request-deliver-by-date", "it is not a promise"),
            ("sold", "14 days from its sale"),
            ("alert", "ends the alert"),
            ("cart", "the first order that is validated wins"),
            ("account", "you can order as a guest"),
            ("tenders", "card (American Express, Mastercard and Visa) and PayPal"),
            (
                "fee-quality-control",
                "10% of the price of the pieces. It is never more than €15.00.",
            ),
            ("gift-card", "from €25.00 to €500.00"),
            ("dispatch", "No day of dispatch is promised with direct shipping."),
            ("delays", "Germany | 3 to 5 working days (Monday to Friday)"),
            ("delays", "Metropolitan France | 2 to 5 working days (Monday to Saturday)"),
            ("postage", "Metropolitan France and Monaco | €5.49 up to 250 g | €39.59 up to 30 kg"),
            ("tracking", "3 working days (Monday to Friday)"),
            ("customs-gb", "The threshold is £135.00; it is compared with the value of the pieces"),
            ("customs-gb", "VAT at 20%"),
            ("unpaid", "refund the price of the pieces, standard shipping and refundable fees."),
            ("return", "You have 14 days from receipt"),
            ("return-how", "Give the number of the parcel"),
            ("return-where", "From elsewhere - Up to 1 piece of a request goes to its seller"),
            ("return-cost", "From metropolitan France - A return is free for you"),
            ("return-cost", "From elsewhere - You pay the postage"),
            ("return-post", "You have 14 days from your request to post it"),
            ("exchange", "Pieces are not exchanged"),
            ("claim-defect", "Add at least 1 photo."),
            ("claim-not-received", "at most 10 working days (Monday to Friday)"),
            ("refund-when", "Once the piece is back and has been checked."),
            ("refund-when", "The law requires it within 14 days"),
            ("refund-how", "in this order: card / PayPal, then gift card."),
            ("refund-seen", "Card: 5 to 10 working days (Monday to Friday)"),
            ("refund-late", "5 working days (Monday to Friday)"),
            ("offer", "You have to be signed in."),
            ("offer-count", "1 offer on each piece"),
            ("offer-low", "At most 30% below the initial price."),
            ("offer-time", "The seller has 24 hours to answer. Without an answer the offer lapses"),
            ("agreed", "the public price, for everybody, for 24 hours"),
            ("contact", "Monday to Friday, 09:30 to 12:30 and 13:30 to 18:30"),
            ("contact", "E-mail: hello@lune.example"),
        ],
    )
    def test_say_what_the_policy_says(self, name: str, said: str) -> None:
        """Every figure of the shipped house stands in its answer."""
        assert said in answer(name)

    @pytest.mark.parametrize(
        ("name", "change", "said"),
        [
            ("fee-quality-control", ("maximum = 15.00", "maximum = 17.50"), "€17.50"),
            ("fee-quality-control", ("rate = 0.10", "rate = 0.125"), "12.5%"),
            ("fee-quality-control", ("optional = false", "optional = true"), "You choose"),
            ("gift-card", ("maximum = 500.00", "maximum = 300.00"), "to €300.00"),
            ("gift-card", ('validity = "1 year"', 'validity = "never"'), "They never expire."),
            ("delays", ('ES = "3 to 7 ouvres"', 'ES = "2 to 6 days"'), "Spain | 2 to 6 days"),
            ("postage", ("price = 5.49", "price = 5.99"), "€5.99 up to 250 g"),
            ("tracking", ('patience = "3 ouvres"', 'patience = "4 ouvres"'), "4 working days"),
            ("return-cost", ('paid_by = "house"', 'paid_by = "seller"'), "the seller pays"),
            ("return-where", ("to_seller_up_to = 1", "to_seller_up_to = 3"), "Up to 3 pieces"),
            ("exchange", ("exchanges = false", "exchanges = true"), "Yes: ask for it"),
            ("claim-defect", ("order_number = false", "order_number = true"), "of the order"),
            ("refund-late", ('length = "5 ouvres"', 'length = "8 days"'), "8 days"),
            ("refund-how", ('["card", "paypal"], ["gift-card"]', '["card", "paypal", "gift-card"]'),
             "To the means of payment you used."),
            ("offer-low", ("largest_cut = 0.30", "largest_cut = 0.25"), "At most 25% below"),
            ("offer-low", ('bound = ">="', 'bound = ">"'), "Less than 30% below"),
            ("offer-count", ("per_piece = 1", "per_piece = 3"), "3 offers on each piece"),
            ("offer-time", ('stands_for = "24 hours"', 'stands_for = "3 days"'), "3 days"),
            ("agreed", ('acceptance = "public"', 'acceptance = "reserving"'), "held for you"),
            ("sold", ('visible_for = "336 hours"', 'visible_for = "100 hours"'), "100 hours"),
            ("alert", ("single_use = true", "single_use = false"), "set an alert"),
            ("account", ("guests_may_order = true", "guests_may_order = false"), "Yes: to order"),
            ("unpaid", ('name = "sent-back"\nparts = ["pieces", "shipping", "fee"]',
                        'name = "sent-back"\nparts = ["pieces"]'),
             "we refund the price of the pieces."),
            ("contact", ('closes = "18:30"', 'closes = "19:00"'), "13:30 to 19:00"),
            ("seller", ('offer = ["price"]', 'offer = ["price"], question = ["text"]'),
             "an offer and “question”"),
        ],
    )  # fmt: skip
    def test_change_with_the_document(
        self, name: str, change: tuple[str, str], said: str, language: str
    ) -> None:
        """One value is changed in the document, and the answer changes, in every language."""
        changed = house_of("imparfaite", change)
        assert said in answer(name, changed)
        assert answer(name, changed, language) != answer(name, IMPARFAITE, language)

    @pytest.mark.parametrize(
        ("payer", "on", "said"),
        [
            ("buyer", "cancelled", "It is charged only if you cancel. It is charged once for"),
            ("buyer", "late", "It is charged only if you post late."),
            ("buyer", "not-paid", "It is charged only if you do not pay."),
            ("seller", "cancelled", "It is charged only if the seller cancels."),
            ("seller", "late", "It is charged only if the seller posts late."),
            ("seller", "not-paid", "It is charged only if the seller does not pay."),
        ],
    )
    def test_say_with_which_outcome_a_fee_is_charged(
        self, payer: str, on: str, said: str, language: str
    ) -> None:
        """It is not published as if always charged, nor as what a return gives back."""
        name = "fee-quality-control"
        mine, kept = ('payer = "buyer"', f'payer = "{payer}"'), ("refundable = true", FINAL)
        always = house_of("imparfaite", mine, kept)
        house = house_of("imparfaite", mine, kept, (FINAL, f'{FINAL}\non = "{on}"'))
        assert said in answer(name, house)
        assert "only if" not in answer(name, always)
        assert "after a return" in answer(name, always)
        assert "after a return" not in answer(name, house)
        assert answer(name, house, language) != answer(name, always, language)

    @pytest.mark.parametrize(
        ("change", "gone"),
        [
            (('[edition.listing.alerts]\nsingle_use = true\nsource = "A5"\n', ""), "alert"),
            (('visible_for = "336 hours"', 'visible_for = "0 hours"'), "sold"),
        ],
    )  # fmt: skip
    def test_leave_out_what_the_house_does_not_do(self, change: tuple[str, str], gone: str) -> None:
        """A question that has no answer is not asked."""
        assert gone in questions(written())
        assert gone not in questions(written(house_of("imparfaite", change)))

    def test_leave_out_a_topic(self) -> None:
        """A house without gift cards has no such topic, and does not name them as a payment."""
        document = re.search(
            r"\[edition\.pricing\.gift_card\]\n.*?\n\n", document_of("imparfaite"), re.DOTALL
        )
        assert document is not None
        without = house_of("imparfaite", (document.group(), ""))
        faq = written(without)
        assert "gift-cards" not in [section.name for section in faq.sections]
        assert "gift card" not in answer("tenders", without)

    def test_tell_cases_apart_only_where_they_differ(self) -> None:
        """The bazaar takes back by reason, kind of seller and mode; broken pieces are kept."""
        where = answer("return-where", house_of("grand-bazaar"))
        assert "A piece that arrived broken - Nothing has to be sent back." in where
        assert "from a private seller" not in where
        assert "from a private seller - Such pieces are not taken back." in answer(
            "return", house_of("grand-bazaar")
        )

    def test_never_call_all_holidays_counted_and_not(self) -> None:
        """Where one range counts plain days and another does not, the answer says which."""
        assert "only where plain days are named" in answer("delays", house_of("grand-bazaar"))

    def test_say_what_is_only_assumed(self) -> None:
        """A house that has published nothing of a matter does not look as if it had."""
        found = questions(written(house_of("oskelly")))
        assert found["cart"].basis == "An assumption: the house has not stated this elsewhere."
        assert found["offer-low"].basis == "Source: faq.oskelly.co; the rest is an assumption."

    @pytest.mark.parametrize(
        ("house", "name", "said"),
        [
            ("selency", "problem-broken", "You have 48 hours from"),
            ("selency", "problem-not-as-described", "You have 72 hours from"),
            ("selency", "problem-not-as-described", "the seller pays the postage"),
            (
                "vinted",
                "problem-claim",
                "From Canada - You have 4 days from delivery of the parcel to report it",
            ),
            (
                "vinted",
                "problem-claim",
                "From elsewhere - You have 2 days from delivery of the parcel to report it",
            ),
            ("vinted", "problem-counterfeit", "Nothing has to be sent back."),
            ("selency", "unanswered", "Confirming a sale - The seller has 72 hours"),
            ("vinted", "unanswered", "Reporting a problem (Canada) - The buyer has 4 days"),
            ("vinted", "unanswered", "your payment. The piece is cancelled and refunded."),
            ("selency", "offer-time", "An offer at or above the price that the seller may"),
            ("grand-bazaar", "offer-time", "declined at once"),
            ("selency", "modes", "Collection by hand: you collect the pieces from their sellers."),
            ("oskelly", "delays", "We do not deliver anywhere else."),
            ("vinted-pl", "postage", "Destination | Price / Poland | PLN 12.99 up to 25 kg"),
        ],
    )
    def test_say_what_other_houses_do(self, house: str, name: str, said: str) -> None:
        """What the shipped house does not have is told where another has it."""
        assert said in answer(name, house_of(house))

    def test_name_only_what_a_report_must_bring(self) -> None:
        """A loss is reported with the order's number, in writing; a claim that needs none of that
        still has to say what it is about.
        """
        needs = "order_number = true", "photos = 0\nin_writing = true\nparcel_number = false"
        nothing = "order_number = false", "photos = 0\nin_writing = false\nparcel_number = false"
        house = house_of("imparfaite", *zip(needs, nothing, strict=True))
        which = "Tell us which pieces it is about."
        assert which not in answer("claim-not-received")
        assert which in answer("claim-not-received", house)

    def test_name_the_countries_whose_duties_are_paid_at_the_checkout(self) -> None:
        """Only where there are any."""
        said = "nothing is owed on arrival: United States."
        assert "owed on arrival" not in answer("customs")
        assert said in answer("customs", with_point("10-customs").latest)

    def test_tell_a_fault_once(self) -> None:
        """Where a claim says what is done about a fault, the table of returns is not read out."""
        names = questions(written())
        assert "claim-defect" in names
        assert not [name for name in names if name.startswith("problem-")]

    def test_ship_nothing_that_is_collected(self) -> None:
        """What the buyer collects has no postage and no day of dispatch."""
        selency = house_of("selency")
        for name in ("dispatch", "postage"):
            assert "collection" not in answer(name, selency).lower()

    def test_deny_no_place_that_is_served(self) -> None:
        """The shipped house delivers everywhere, and does not say that it does not."""
        assert "anywhere else" not in answer("delays")

    @pytest.mark.parametrize(
        ("origin", "within"),
        [
            ("FR", "the customs and VAT area of the European Union"),
            ("GB-NIR", "the customs and VAT area of the European Union"),
            ("GB", "Within United Kingdom"),
            ("ES-CN", "Within Spain"),
        ],
    )
    def test_say_within_what_nothing_is_owed(self, origin: str, within: str) -> None:
        """Northern Ireland is inside the Union for goods, Great Britain and the Canaries not."""
        customs = evolve(IMPARFAITE.shipping.customs, origin=origin)
        house = evolve(IMPARFAITE, shipping=evolve(IMPARFAITE.shipping, customs=customs))
        assert within in answer("customs", house)

    def test_name_no_contact_that_is_not_given(self) -> None:
        """Without addresses the hours are told all the same."""
        plain = write_faq(IMPARFAITE, Publisher(name="Lune"), "en-GB", TODAY)
        assert len(questions(plain)["contact"].answer) == 1


class Outline(HTMLParser):
    """What a page is made of: its tags in order, its links, ids, and what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it refers to."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        if tag == "html":
            self.language = given["lang"]
        if tag == "a":
            self.links.append(given["href"])
        elif {"src", "href", "srcset", "data"} & set(given):
            self.fetched.append(tag)


def outline(text: str) -> Outline:
    """Read a page."""
    found = Outline()
    found.feed(text)
    return found


class TestHtml:
    """The page, before any browser."""

    def test_asks_nothing_of_anybody(self, language: str) -> None:
        """Nothing is fetched, nothing runs, and the page forbids both."""
        text = faq_as_html(written(locale=language))
        found = outline(text)
        assert found.fetched == []
        assert "script" not in found.tags
        assert re.findall(r"https?://|@import|url\(", text) == []
        assert "default-src 'none'" in text

    def test_says_its_language(self, language: str) -> None:
        """So that it is read out and hyphenated right."""
        assert outline(faq_as_html(written(locale=language))).language == language

    def test_has_headings_in_order(self, house: HousePolicy) -> None:
        """One title, a heading for each topic, one for each question below it."""
        faq = written(house)
        headings = [tag for tag in outline(faq_as_html(faq)).tags if re.fullmatch(r"h\d", tag)]
        wanted = ["h1"]
        for section in faq.sections:
            wanted += ["h2", *("h3" for _ in section.questions)]
        assert headings == wanted

    def test_links_to_what_is_there(self) -> None:
        """Each topic is linked to, no id stands twice, and other languages are files beside it."""
        faq, other = written(locale="en"), written(locale="fr")
        found = outline(faq_as_html(faq, {"faq.en.html": faq, "faq.fr.html": other}))
        inside = [link.removeprefix("#") for link in found.links if link.startswith("#")]
        assert inside == [section.name for section in faq.sections]
        assert set(inside) <= set(found.ids)
        assert len(set(found.ids)) == len(found.ids)
        assert [link for link in found.links if link[0] != "#"] == ["faq.en.html", "faq.fr.html"]

    def test_lets_no_text_become_markup(self) -> None:
        """A name, an address or a term with signs of HTML stays a text, in every place."""
        evil = '<script>alert("x")</script>&'
        faq = Faq(
            language="en",
            name=evil,
            title=evil,
            edition=evil,
            contents=evil,
            sections=(
                Section(
                    name="s",
                    title=evil,
                    questions=(
                        Question(
                            name="q",
                            text=evil,
                            answer=(
                                evil,
                                Points((Point(evil, evil),)),
                                Table((evil,), ((evil,),)),
                            ),
                            basis=evil,
                            sources=(),
                        ),
                    ),
                ),
            ),
        )
        text = faq_as_html(faq, {"x.html": faq})
        assert "script" not in outline(text).tags
        assert "<script" not in text

    def test_is_for_light_dark_and_paper(self) -> None:
        """The style knows all three, and moves nothing for who wants no motion."""
        text = faq_as_html(written())
        for query in ("prefers-color-scheme: dark", "@media print", "prefers-reduced-motion"):
            assert query in text


class TestMarkdown:
    """The same as Markdown."""

    def test_escapes_what_has_a_meaning(self) -> None:
        """Signs of Markdown in a text are no markup."""
        lively = Publisher(name="*Lune* [x](y) | <b>")
        text = faq_as_markdown(write_faq(IMPARFAITE, lively, "en", TODAY))
        assert text.startswith(r"# \*Lune\* \[x\](y) \| \<b\>: questions and answers")

    def test_has_tables(self) -> None:
        """The delays are a table with a rule below its head."""
        text = faq_as_markdown(written())
        assert (
            "| Destination | Time from dispatch |\n| --- | --- |\n| Metropolitan France |" in text
        )
