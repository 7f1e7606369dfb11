from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from vintage_rules.errors import InvalidValueError, UnknownLocaleError, UnknownTermError
from vintage_rules.money import Money
from vintage_rules.orders.labels import NO_LABELS
from vintage_rules.ports.notifier import MESSAGE_FACTS, MessageKind
from vintage_rules.returns.cancellation_policy import CancelledBy
from vintage_rules.returns.policy import CustomsOutcome
from vintage_rules.returns.terms import ReturnPayer
from vintage_rules.testing.contracts.notifier import FACTS
from vintage_rules.wording import locales
from vintage_rules.wording.catalogues import catalogue
from vintage_rules.wording.messages import Action, Fact, Letter, Verbatim, kinds, letter

_K = MessageKind
AT = datetime(2026, 9, 7, 8, 30, tzinfo=UTC)
A_DAY_LATER = AT + timedelta(hours=24)
PRICE = Money("1234.50", "EUR")
OFFER: Mapping[str, Fact] = {"piece": "Wool coat", "price": PRICE, "until": A_DAY_LATER}
REFUND: Mapping[str, Fact] = {"order": "o-1", "pieces": ("Wool coat",)}


def told(
    kind: MessageKind, locale: str = "en", facts: Mapping[str, Fact] | None = None, **more: Fact
) -> Letter:
    """Write a letter, from the example of its kind unless told otherwise."""
    given = {**(FACTS[kind] if facts is None else facts), **more}
    return letter(kind, given, locale, name="Ada", at=AT)


def words(written: Letter) -> str:
    """Give everything a letter says, from its greeting on."""
    parts = ("\n".join(p.lines) if isinstance(p, Verbatim) else p for p in written.parts)
    return "\n".join([written.greeting, *parts, written.reply])


def variants(kind: MessageKind) -> Iterator[Mapping[str, Fact]]:
    """Give the example of a kind, with every choice made both ways and every fact that may be
    missing left out.
    """
    example = FACTS[kind]
    yield example
    for name, fact in example.items():
        if isinstance(fact, bool):
            yield {**example, name: not fact}
            yield {key: each for key, each in example.items() if key != "until"} | {name: not fact}
        if f"{name}?" in MESSAGE_FACTS[kind]:
            yield {key: each for key, each in example.items() if key != name}
        if name == "until":
            yield {**example, name: AT + timedelta(minutes=90)}
        yield from ({**example, name: each} for each in CHOICES.get(name, ()))
    yield from ({**example, **more} for more in TOGETHER.get(kind, ()))


CHOICES: Mapping[str, Iterable[Fact]] = {
    "by": CancelledBy,
    "cause": ("refused", "undeliverable"),
    "customs": ("paid",),
    "outcome": CustomsOutcome,
    "paid_by": ReturnPayer,
    "proof": ("arrival",),
}
SEVERAL_MEANS = ("card", "paypal", "gift-card", "cheque", "cheque")
ONE_PIECE: Mapping[str, Fact] = {"pieces": ("Wool coat",), "prices": (PRICE,)}
# Facts that decide together what is said.
TOGETHER: Mapping[MessageKind, Iterable[Mapping[str, Fact]]] = {
    _K.PIECES_SOLD: (
        {**ONE_PIECE, "collected": True},
        {**ONE_PIECE, "to_workshop": True},
        {**ONE_PIECE, "to_workshop": False},
    ),
    _K.REFUND_SENT: (
        {
            "tenders": SEVERAL_MEANS,
            "amounts": (PRICE,) * len(SEVERAL_MEANS),
            "earliest": ("5 ouvres", "0 days", "0 days", "1 days", "0 days"),
            "latest": ("10 ouvres", "0 days", "0 days", "1 days", "1 month"),
        },
    ),
    _K.RETURN_ACCEPTED: ({"prepaid": False, "paid_by": "buyer"},),
}


class TestEveryKind:
    """Every occasion on which somebody is written to."""

    def test_has_words(self) -> None:
        """None that the port knows is forgotten, and none is made up."""
        assert kinds() == tuple(sorted(MessageKind))

    @pytest.mark.parametrize("language", locales())
    @pytest.mark.parametrize("kind", MessageKind)
    def test_is_told_in_whole_sentences(self, kind: MessageKind, language: str) -> None:
        """In every language, with every choice, and with nothing left to fill in."""
        for facts in variants(kind):
            written = told(kind, language, facts)
            assert written.subject
            assert "\n" not in written.subject
            for sentence in [written.reply, *written.parts]:
                if isinstance(sentence, str):
                    assert re.fullmatch(r"[^a-z{}][^{}]*[.!?:]|[“„«].*[”“»]", sentence), sentence

    @pytest.mark.parametrize("language", locales())
    def test_uses_every_message_there_is(self, language: str) -> None:
        """No word of a catalogue is never said."""
        keys = {key for key in catalogue(language).keys if key.startswith("mail.")}
        texts = {key: pattern(language, key) for key in keys}
        said = [
            text
            for kind in MessageKind
            for facts in variants(kind)
            for text in everything(told(kind, language, facts))
        ]
        never = [key for key, text in texts.items() if not any(map(text.search, said))]
        assert sorted(never) == []

    def test_is_known_by_its_name(self) -> None:
        """Another is refused with those there are."""
        with pytest.raises(UnknownTermError, match="offer-lapsed"):
            letter("offer-lasped", {}, "en", name="Ada", at=AT)

    def test_needs_its_facts(self) -> None:
        """One that is missing is named."""
        with pytest.raises(InvalidValueError, match=r"^facts.public: must be given for offer"):
            letter("offer-accepted", {"piece": "x", "price": PRICE}, "en", name="Ada", at=AT)

    def test_needs_a_language_with_words(self) -> None:
        """As everything that is told."""
        with pytest.raises(UnknownLocaleError):
            told(_K.OFFER_LAPSED, "tlh")


def everything(written: Letter) -> list[str]:
    """Give everything a letter says."""
    return [written.subject, words(written), written.label or ""]


def pattern(language: str, key: str) -> re.Pattern[str]:
    """Make what finds a message in a text, whatever it was filled with."""
    found = catalogue(language).words
    forms = {found.gettext(key), found.ngettext(key, key, 2)} - {key}
    filled = [re.sub(r"(?:l\\ )?\\\{\w+\\\}", ".+", re.escape(form)) for form in forms]  # al {day}
    return re.compile("|".join(filled), re.IGNORECASE)


class TestN5OfferOutcome:
    """N5: a buyer is told whatever becomes of their offer."""

    @pytest.mark.parametrize(
        ("kind", "sentence"),
        [
            (_K.OFFER_ACCEPTED, "The seller accepts your offer of €1,234.50 for “Wool coat”."),
            (
                _K.OFFER_COUNTERED,
                "The seller answers your offer for “Wool coat” with a price of €1,234.50.",
            ),
            (_K.OFFER_DECLINED, "The seller has declined your offer of €1,234.50 for “Wool coat”."),
            (
                _K.OFFER_LAPSED,
                "The seller has not answered your offer of €1,234.50 for “Wool coat” in time.",
            ),
            (
                _K.OFFER_ENDED,
                "Your offer of €1,234.50 for “Wool coat” has ended, because the piece is",
            ),
        ],
    )
    def test_is_told(self, kind: MessageKind, sentence: str) -> None:
        """With the piece and the price."""
        assert str(told(kind, facts=OFFER, public=True).parts[0]).startswith(sentence)


class TestN6PublicPrice:
    """N6: the agreed or the counter-price is everybody's for 24 hours; the mail has a buy link."""

    @pytest.mark.parametrize("kind", [_K.OFFER_ACCEPTED, _K.OFFER_COUNTERED])
    def test_is_told_with_its_hours_and_to_whom_it_is_open(self, kind: MessageKind) -> None:
        """And that the initial price comes back."""
        written = told(kind, "en-GB", OFFER, public=True)
        assert written.parts[-1] == (
            "“Wool coat” costs €1,234.50 for everybody for 24 hours, until 8 September 2026 at "
            "10:30 (Paris time): whoever buys it first gets it. Then the initial price returns."
        )
        assert (written.action, written.label) == (Action.BUY, "Buy “Wool coat”")

    def test_of_a_counter_needs_no_answer(self) -> None:
        """Where the price is everybody's."""
        needless = "You need not answer: buy it at this price, if you like."
        assert needless in told(_K.OFFER_COUNTERED, facts=OFFER, public=True).parts
        assert needless not in told(_K.OFFER_COUNTERED, facts=OFFER, public=False).parts

    def test_may_be_the_buyers_own(self) -> None:
        """In a house whose accepted prices are private."""
        assert told(_K.OFFER_ACCEPTED, "en-GB", OFFER, public=False).parts[-1] == (
            "This price is for you alone for 24 hours, until 8 September 2026 at 10:30 "
            "(Paris time)."
        )

    def test_lasts_elapsed_hours_whatever_the_clocks_do(self) -> None:
        """24 hours from a Saturday morning in October end an hour earlier on the clock."""
        at = datetime.fromisoformat("2026-10-24T10:30:00+02:00")
        facts = {**OFFER, "until": at + timedelta(hours=24), "public": True}
        written = letter(_K.OFFER_ACCEPTED, facts, "fr", name="Ada", at=at)
        said = str(written.parts[-1]).replace("\N{NO-BREAK SPACE}", " ")
        assert "pendant 24 heures, jusqu’au 25 octobre 2026 à 09:30" in said

    def test_that_ends_at_an_odd_moment_tells_only_when(self) -> None:
        """An hour and a half is not rounded."""
        facts = {**OFFER, "until": AT + timedelta(minutes=90)}
        said = told(_K.OFFER_ACCEPTED, "en-GB", facts, public=True).parts[-1]
        assert "everybody until 7 September 2026 at 12:00" in str(said)


class TestN7A5:
    """N7: who is not answered is told; A5: who set an alert is told once."""

    def test_a_piece_is_back(self) -> None:
        """At its price, with a link, and the alert ends."""
        written = told(_K.PIECE_BACK, facts=OFFER)
        assert written.subject == "“Wool coat” is for sale again"
        assert "for sale again, at €1,234.50." in words(written)
        assert "This alert ends with this e-mail." in words(written)
        assert written.action is Action.BUY


class TestS1S3Parcel:
    """S1: the mail at dispatch has the tracking number and opens the carrier's page; S3: that page
    may stand still for some days.
    """

    def test_is_on_its_way(self) -> None:
        """With its number in the subject too."""
        written = told(_K.PARCEL_HANDED_IN)
        assert written.subject == "Your parcel is on its way: 8R0000000001"
        assert written.action is Action.FOLLOW

    @pytest.mark.parametrize(
        ("patience", "days"),
        [("3 ouvres", "3 working days (Monday to Friday)"), ("1 days", "1 day")],
    )
    def test_may_stand_still_as_long_as_the_page_says(self, patience: str, days: str) -> None:
        """The figure of the policy, in the words that are published."""
        said = words(told(_K.PARCEL_HANDED_IN, patience=patience))
        assert (
            f"It is normal that a parcel does not move for {days} after its last movement." in said
        )
        assert "After that, write to us." in said


class TestL8Sold:
    """L8: sellers are mailed of what they have sold, and post to the buyer or to the workshop."""

    SOLD: Mapping[str, Fact] = {
        "order": "o-1",
        "pieces": ("Wool coat", "Felt hat"),
        "prices": (PRICE, Money("20.00", "EUR")),
        "to_workshop": False,
        "collected": False,
    }

    def test_names_each_piece_with_its_price(self) -> None:
        """All of one seller in one mail."""
        written = told(_K.PIECES_SOLD, facts=self.SOLD)
        assert written.subject == "“Wool coat” and “Felt hat” are sold"
        assert written.parts[0] == (
            "Sold in order o-1: “Wool coat” for €1,234.50 and “Felt hat” for €20.00."
        )

    @pytest.mark.parametrize(
        ("to_workshop", "sentence"),
        [
            (False, "Please post them together, in one parcel, to the buyer."),
            (
                True,
                (
                    "Please post them together, in one parcel, to our workshop, where they are "
                    "checked and wrapped for the buyer."
                ),
            ),
        ],
    )
    def test_says_what_to_post_together_and_where(
        self, sentence: str, *, to_workshop: bool
    ) -> None:
        """The address is below, where it is known."""
        written = told(_K.PIECES_SOLD, facts=self.SOLD, to_workshop=to_workshop)
        assert written.parts[1:] == (sentence,)
        written = told(_K.PIECES_SOLD, facts=self.SOLD, to_workshop=to_workshop, to="Bo\nFR")
        assert written.parts[1:] == (sentence, "The address is:", Verbatim(("Bo", "France")))

    @pytest.mark.parametrize(
        ("number", "sentence"),
        [
            (
                "8R 1",
                "Stick the label that comes with this e-mail on the parcel. Its number is 8R 1.",
            ),
            (None, "We send you a prepaid label; please wait for it before you post the parcel."),
        ],
    )
    def test_says_which_label_to_stick_on_it(self, number: str | None, sentence: str) -> None:
        """One that is attached, or one to wait for."""
        facts = self.SOLD if number is None else {**self.SOLD, "tracking_number": number}
        written = told(_K.PIECES_SOLD, facts=facts, to="Bo\nFR", prepaid=True)
        assert written.parts[-1] == sentence

    def test_says_that_it_is_collected(self) -> None:
        """Then nothing is posted."""
        written = told(_K.PIECES_SOLD, facts=self.SOLD, collected=True)
        assert written.parts[1:] == ("The buyer collects them from you.",)


class TestL14Back:
    """L14: a parcel whose customs were not paid goes back, and the buyer is asked."""

    @pytest.mark.parametrize(
        ("cause", "why"),
        [
            ("unpaid-duties", "because the duties or taxes that customs asked for were not paid."),
            ("refused", "because it was refused at delivery."),
            ("undeliverable", "because it could not be delivered."),
        ],
    )
    def test_says_why(self, cause: str, why: str) -> None:
        """In the first sentence."""
        assert str(told(_K.REFUND_QUESTION, cause=cause).parts[0]).endswith(f"sender, {why}")

    def test_makes_no_reason_up(self) -> None:
        """Where none is known."""
        facts = {**FACTS[_K.REFUND_QUESTION]}
        del facts["cause"]
        assert str(told(_K.REFUND_QUESTION, facts=facts).parts[0]).endswith("at its sender.")

    @pytest.mark.parametrize(
        ("outcome", "subject", "sentence"),
        [
            ("refund", "shall we refund you?", "Do you agree to be refunded?"),
            (
                "relist",
                "your parcel came back",
                "If you agree, the pieces are listed for sale again",
            ),
            ("nothing", "your parcel came back", "Under our rules nothing is refunded then."),
        ],
    )
    def test_says_what_comes_next(self, outcome: str, subject: str, sentence: str) -> None:
        """What the policy does of it once the buyer has answered, and nothing else."""
        written = told(_K.REFUND_QUESTION, outcome=outcome)
        assert written.subject == f"Order order-1: {subject}"
        assert str(written.parts[1]).startswith(sentence)


class TestR10Lost:
    """R10: what is not found is lost, and refunded in full."""

    @pytest.mark.parametrize(
        ("refunded", "sentence"),
        [
            (False, "We are refunding you; another e-mail follows once the refund has left."),
            (True, "You have been refunded for it already."),
        ],
    )
    def test_is_mailed_with_what_comes_next(self, sentence: str, *, refunded: bool) -> None:
        """That it was looked for, what was in it, and its refund."""
        written = told(_K.PARCEL_LOST, refunded=refunded)
        assert written.subject == "Order order-1: your parcel is lost"
        assert written.parts[1:] == (sentence,)
        assert "with “coat-7” and “hat-3”, and have not found it" in str(written.parts[0])


class TestR5R7Return:
    """R5: the address comes when the request is accepted; R7: who pays."""

    def test_has_an_address(self) -> None:
        """Line by line, with the country in the reader's language."""
        written = told(_K.RETURN_ACCEPTED, "it")
        (address,) = [part for part in written.parts if isinstance(part, Verbatim)]
        assert address.lines == ("Lou Andreas", "3 place du Marché", "33000 Bordeaux", "Francia")

    @pytest.mark.parametrize(
        ("paid_by", "sentence"),
        [
            ("house", "The return costs you nothing: we pay the postage."),
            ("seller", "The return costs you nothing: the seller pays the postage."),
            ("buyer", "You pay the postage of the return."),
        ],
    )
    def test_tells_who_pays(self, paid_by: str, sentence: str) -> None:
        """As the policy says, whoever's label it is."""
        for prepaid in (True, False):
            assert sentence in told(_K.RETURN_ACCEPTED, paid_by=paid_by, prepaid=prepaid).parts

    def test_has_the_label_with_it(self) -> None:
        """Where there is one: it is the one that is attached."""
        label = "Stick the label that comes with this e-mail on the parcel."
        assert label in words(told(_K.RETURN_ACCEPTED))

    @pytest.mark.parametrize(
        ("prepaid", "paid_by", "sentence"),
        [
            (True, "house", "No label comes with this e-mail. Answer it, and we send you"),
            (False, "house", "Post the parcel with a label of your own, and send us the receipt"),
            (False, "buyer", "Post the parcel with a carrier of your choice."),
        ],
    )
    def test_promises_no_label_that_is_not_attached(
        self, paid_by: str, sentence: str, *, prepaid: bool
    ) -> None:
        """It says how the parcel goes back instead."""
        facts = {**FACTS[_K.RETURN_ACCEPTED], "paid_by": paid_by, "prepaid": prepaid}
        del facts["tracking_number"]
        said = words(told(_K.RETURN_ACCEPTED, facts=facts))
        assert sentence in said
        assert "comes with this e-mail on the parcel" not in said

    def test_tells_until_when_it_is_posted(self) -> None:
        """By which day, and that the postmark counts."""
        assert "by the end of October 5, 2026 at the latest. The postmark counts" in words(
            told(_K.RETURN_ACCEPTED)
        )

    def test_is_declined_with_every_reason(self) -> None:
        """In sentences where we have them, as it is where we have none."""
        said = told(_K.RETURN_DECLINED, reasons=("too-late", "odd-one")).parts
        assert said[1:] == ("It comes after the time allowed.", "“odd-one”")


class TestF2F3Refund:
    """F2: the buyer is mailed when a refund has been passed on to the intermediary that was used;
    F3: a card shows it after a few days, PayPal at once.
    """

    def test_names_the_intermediaries_that_were_used(self) -> None:
        """By the names that the policy gives them, each as it is given."""
        one = told(_K.REFUND_SENT, intermediaries=("Stripe",)).parts[0]
        assert str(one).endswith("of order order-1 on to Stripe.")
        two = told(_K.REFUND_SENT, intermediaries=("Adyen", "PayPal")).parts[0]
        assert str(two).endswith("of order order-1 on to Adyen and PayPal.")

    def test_calls_means_of_payment_as_the_house_does(self) -> None:
        """Where its policy has a label for one."""
        labels = evolve(NO_LABELS, means_of_payment={"bancontact": {"en": "Bancontact!"}})
        facts = {**FACTS[_K.REFUND_SENT], "tenders": ("bancontact", "gift-card")}
        said = words(letter(_K.REFUND_SENT, facts, "en", name="Ada", at=AT, labels=labels))
        assert "“bancontact”" not in said
        assert "Bancontact!" in said
        assert "“bancontact”" in words(told(_K.REFUND_SENT, facts=facts))

    def test_names_none_where_there_is_none(self) -> None:
        """As where a gift card alone paid."""
        facts = {**FACTS[_K.REFUND_SENT]}
        del facts["intermediaries"]
        first = told(_K.REFUND_SENT, facts=facts).parts[0]
        assert first == "We have passed on your refund for “coat-7” and “hat-3” of order order-1."

    def test_shows_when_its_means_of_payment_does(self) -> None:
        """Each with its own amount, in the order given, after the days of the policy."""
        written = told(
            _K.REFUND_SENT,
            "en-GB",
            facts=REFUND,
            tenders=("paypal", "card", "gift-card", "twint"),
            amounts=tuple(Money(f"{n}.00", "EUR") for n in (1, 2, 3, 4)),
            earliest=("0 days", "5 ouvres", "0 days", "2 days"),
            latest=("0 days", "10 ouvres", "0 days", "1 month"),
        )
        assert written.parts[1:] == (
            "€1.00 on your PayPal account: it shows at once.",
            (
                "€2.00 on your card: it shows after 5 to 10 working days (Monday to Friday), "
                "depending on your bank."
            ),
            "€3.00 on your gift card: you can spend it again at once.",
            "€4.00 by “twint”: it shows after at most 1 month.",
        )

    def test_takes_its_days_as_a_policy_writes_them(self) -> None:
        """Anything else is refused, with the fact."""
        with pytest.raises(InvalidValueError, match=r"^facts.latest: must be durations such as"):
            told(_K.REFUND_SENT, latest=("a few days", "0 days"))


class TestC5GiftCard:
    """C5: a gift card is mailed with a message, to be printed."""

    def test_has_its_code_its_last_day_and_the_words_of_its_giver(self) -> None:
        """The words line by line, as they were written."""
        written = told(_K.GIFT_CARD, words="Alles Gute!\n\nDeine Zoé")
        assert Verbatim(("Alles Gute!", "", "Deine Zoé")) in written.parts
        assert "Its code is LIN-7Q4W-88." in written.parts
        assert "up to the end of September 7, 2027." in words(written)
        assert "Print this e-mail" in words(written)

    def test_may_have_no_words_and_no_end(self) -> None:
        """Then nothing is said about them."""
        facts: Mapping[str, Fact] = {
            "amount": PRICE,
            "code": "X",
            "words": "",
            "giver": "Zoé",
        }
        assert len(told(_K.GIFT_CARD, facts=facts).parts) == 2


class TestLocales:
    """Amounts, days and plural forms, by the language and the region."""

    @pytest.mark.parametrize(
        ("locale", "sentence"),
        [
            ("en", "order o-1 of 1 piece: “Wool coat”. You have paid €1,234.50."),
            ("fr", "commande o-1 de 1 pièce : « Wool coat ». Vous avez payé 1 234,50 €."),
            ("de", "Bestellung o-1 mit 1 Stück: „Wool coat“. Sie haben 1.234,50 € bezahlt."),
            ("de-AT", "Bestellung o-1 mit 1 Stück: „Wool coat“. Sie haben € 1.234,50 bezahlt."),
            ("es", "pedido o-1 de 1 pieza: «Wool coat». Ha pagado 1.234,50 €."),
            ("it", "ordine o-1 di 1 pezzo: «Wool coat». Ha pagato 1.234,50 €."),
        ],
        ids=["en", "fr", "de", "de-AT", "es", "it"],
    )
    def test_are_followed(self, locale: str, sentence: str) -> None:
        """One piece is one piece."""
        facts: Mapping[str, Fact] = {"order": "o-1", "pieces": ("Wool coat",), "total": PRICE}
        said = str(told(_K.ORDER_CONFIRMED, locale, facts).parts[0])
        assert re.sub(r"[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", said).endswith(
            sentence
        )

    def test_know_several(self) -> None:
        """Two pieces are listed and counted."""
        assert "2 pieces: “coat-7” and “hat-3”." in words(told(_K.ORDER_CONFIRMED))

    def test_tell_days(self) -> None:
        """As the region writes them."""
        assert date(2026, 10, 5) == FACTS[_K.RETURN_ACCEPTED]["post_by"]
        assert "am 5. Oktober 2026 auf" in words(told(_K.RETURN_ACCEPTED, "de"))
