from __future__ import annotations

import pytest
from attrs import evolve

from tests.wording.render import told
from tests.wording.samples import (
    FRANCE,
    MORNING,
    SAMPLES,
    SERVICE,
)
from vintage_rules.service import assess_contact, assess_request
from vintage_rules.wording import explain


class TestL13L15L16Customs:
    """L13, L15, L16: what customs want, on what, and what is not known."""

    def test_charged(self) -> None:
        """The tax, its base, what may come on top, and the threshold beside its own value."""
        assert told(SAMPLES["import tax"], "en")[:5] == [
            "The recipient owes £30.00 to customs: VAT at 20% on £150.00.",
            "That amount includes the pieces, shipping, and handling.",
            "Customs duty may come on top; it depends on the kind and the origin of each piece.",
            "The threshold is £135.00; it is compared with the value of the pieces alone.",
            "That value is £140.00.",
        ]
        assert explain(SAMPLES["import tax"], "fr").sources == ("L13", "L15", "L16")

    def test_nothing_at_the_border(self) -> None:
        """What is collected with the sale is told apart."""
        assert told(SAMPLES["nothing at the border"], "fr")[:4] == [
            "Rien n’est dû à l’arrivée du colis.",
            "Dû à la vente, en revanche~: TVA au taux de 20~%.",
            "Le seuil est de 135,00~£GB^; il est comparé à la valeur des pièces seules.",
            "Cette valeur est de 135,00~£GB.",
        ]

    def test_no_import(self) -> None:
        """Inside one area there is none."""
        assert told(SAMPLES["no import"], "en")[0] == (
            "There is no import: the parcel stays inside one customs and VAT area."
        )

    def test_a_flat_duty_and_a_fee(self) -> None:
        """The duty is in the sum that is taxed, the fee in no figure."""
        sentences = told(SAMPLES["flat duty"], "en")
        assert sentences[0] == ("The recipient owes €31.20 to customs: VAT at 20% on €156.00.")
        assert sentences[2:4] == [
            "Customs duty of €6.00 is owed as well; the tax is computed on it too.",
            "A fee for each article may come on top.",
        ]

    def test_goods_sent_back(self) -> None:
        """The relief is claimed; no amount is promised."""
        assert told(SAMPLES["sent back"], "en")[:2] == [
            "Something may be owed to customs; how much is not known.",
            "Claim relief for returned goods from customs, with proof of the first dispatch.",
        ]

    def test_unknown(self) -> None:
        """What is missing is named, and no zero is printed."""
        sentences = told(SAMPLES["rate missing"], "en")
        assert sentences[:3] == [
            "Something may be owed to customs; how much is not known.",
            "Give an exchange rate into the currency of the destination.",
            "The exchange rate from Euro to British Pound is missing.",
        ]
        assert not any("£0" in sentence for sentence in sentences)

    def test_fact_says_where_it_is_known_from(self) -> None:
        """Each fact has its source and its date."""
        sentence = told(SAMPLES["import tax"], "en")[-2]
        assert sentence.startswith("Source: gov.uk")
        assert sentence.endswith("as of November 22, 2026.")


class TestK1Contact:
    """K1: opening hours on the clock of Paris."""

    def test_open(self) -> None:
        """Until when, and through what."""
        assert told(SAMPLES["open"], "en")[:2] == [
            (
                "We answer now by chat, e-mail, and phone, until September 7, 2026 at 12:30^PM "
                "(Paris time)."
            ),
            (
                "Opening hours (chat and phone): Monday to Friday, 9:30^AM to 12:30^PM and 1:30^PM "
                "to 6:30^PM."
            ),
        ]

    def test_closed(self) -> None:
        """When again, and what can be used meanwhile."""
        assert told(SAMPLES["closed"], "fr")[:3] == [
            (
                "Personne ne répond en ce moment^; reprise le 7 septembre 2026 à 13:30 (heure de "
                "Paris)."
            ),
            "À tout moment, écrivez par e-mail.",
            (
                "Horaires (chat et téléphone)~: du lundi au vendredi, de 09:30 à 12:30 et de 13:30 "
                "à 18:30."
            ),
        ]

    def test_on_some_days(self) -> None:
        """Days that make no range are listed, and holidays are mentioned where they count."""
        assert told(SAMPLES["closed on some days"], "fr")[1:3] == [
            (
                "Horaires (chat et téléphone)~: mardi et jeudi, de 09:00 à 17:30 et samedi, de "
                "10:00 à 12:00."
            ),
            "Personne ne répond les jours fériés.",
        ]

    def test_three_days_with_a_gap_are_no_range(self) -> None:
        """Monday to Wednesday is one; Monday, Tuesday and Thursday leave a day out."""
        for days, said in (
            ((0, 1, 2), "Monday to Wednesday"),
            ((0, 1, 3), "Monday, Tuesday, and Thu"),
        ):
            hours = tuple(evolve(h, weekdays=frozenset(days)) for h in SERVICE.contact.hours)
            decision = assess_contact(MORNING, evolve(SERVICE.contact, hours=hours), FRANCE)
            assert f"(chat and phone): {said}" in told(decision, "en")[1]

    def test_follows_the_policy(self) -> None:
        """A house in London tells London's time."""
        abroad = evolve(SERVICE.contact, zone="Europe/London")
        assert "(London time)" in told(assess_contact(MORNING, abroad, FRANCE), "en")[0]


class TestA1Messages:
    """A1: only an offer passes, and it carries a price."""

    def test_passes_or_not(self) -> None:
        """What is too much is named."""
        assert told(SAMPLES["message"], "fr")[0] == (
            "D’un acheteur à un vendeur, ceci peut passer~: une offre."
        )
        assert told(SAMPLES["message with a note"], "en")[:3] == [
            "From a buyer to a seller this may not pass: an offer.",
            "It says more than may pass.",
            "Leave out: note.",
        ]


class TestA2C3L6L7Requests:
    """A2, C3, L6, L7: what the house does when asked, and what it does not."""

    @pytest.mark.parametrize(
        ("request_name", "french", "clause"),
        [
            ("try-on", "Nous ne le faisons pas~: essayer une pièce avant l’achat.", "A2"),
            (
                "change-shipping-address",
                "Nous ne le faisons pas~: changer l’adresse de livraison d’une commande passée.",
                "C3",
            ),
            ("collection", "Nous ne le faisons pas~: retirer une commande à l’atelier.", "L6"),
            (
                "deliver-by-date",
                (
                    "Nous le faisons sur demande, de notre mieux~: livrer un colis avant une date "
                    "donnée."
                ),
                "L7",
            ),
        ],
    )
    def test_each_request(self, request_name: str, french: str, clause: str) -> None:
        """Each answer names the request and its clause."""
        decision = assess_request(request_name, SERVICE)
        assert told(decision, "fr")[0] == french
        assert explain(decision, "fr").sources == (clause,)
