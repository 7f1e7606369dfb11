from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from tests.wording.render import SHIPPED_EN, SHIPPED_FR, told
from tests.wording.samples import (
    BORDEAUX,
    FRANCE,
    SAMPLES,
    SHIPPING,
    tracking,
)
from vintage_rules.dates import Duration
from vintage_rules.shipping import (
    assess_tracking,
    estimate_delivery,
    quote_postage,
)
from vintage_rules.wording import explain


class TestL1L2L8Parcels:
    """L1, L2, L8: parcels, and who posts what where."""

    def test_direct(self) -> None:
        """One parcel for each seller."""
        assert told(SAMPLES["direct parcels"], "en")[:3] == [
            "The order makes 2 parcels: coat from the seller ada and bag from the seller lou.",
            "The seller ada posts coat to the buyer.",
            "The seller lou posts bag to the buyer.",
        ]

    def test_grouped(self) -> None:
        """One parcel from the workshop."""
        assert told(SAMPLES["grouped parcel"], "fr")[:2] == [
            "La commande fait 1~colis~: coat et bag depuis l’atelier.",
            "Le vendeur ada envoie coat à l’atelier.",
        ]


class TestL12Postage:
    """L12: shipping depends on weight, destination and mode."""

    def test_quoted(self) -> None:
        """The price and its band, and that the rates are an assumption."""
        assert told(SAMPLES["postage"], "en") == [
            "Shipping costs €11.19 for a parcel of 1.4 kg.",
            "In the rates for France this price holds up to 2 kg, included.",
            f"Basis: clause L12 and 1 assumption of the policy {SHIPPED_EN}",
        ]

    def test_refused(self) -> None:
        """How heavy a parcel may be, where there are rates at all."""
        assert told(SAMPLES["too heavy"], "fr")[:3] == [
            "Un colis de 31^kg n’a pas de prix de port ici.",
            "Le colis dépasse le dernier poids qui a un prix.",
            "Les pièces d’un même colis peuvent peser 30^kg au plus.",
        ]
        assert told(SAMPLES["no rate"], "en")[:2] == [
            "A parcel of 500 g has no shipping price here.",
            "There is no shipping rate for this place and mode.",
        ]

    def test_follows_the_policy(self) -> None:
        """Another price list is told without a word being changed."""
        first, *others = SHIPPING.postage.tables
        dearer = evolve(first.bands[0], price=Decimal("6.20"))
        table = evolve(first, bands=(dearer, *first.bands[1:]))
        postage = evolve(SHIPPING.postage, tables=(table, *others))
        quote = quote_postage(200, BORDEAUX.territory, "direct", postage)
        assert told(quote, "fr")[0] == "Le port coûte 6,20~€ pour un colis de 200^g."


class TestL9L10L11Windows:
    """L9, L10, L11: ranges of working days, of a zone or of a country's own."""

    def test_of_a_zone(self) -> None:
        """*Ouvrables* are Monday to Saturday."""
        assert told(SAMPLES["estimate by zone"], "fr") == [
            "Livraison entre le 16 mai 2026 et le 20 mai 2026.",
            "Une fois expédié, un colis voyage 2 à 5~jours ouvrables (du lundi au samedi).",
            "Les jours fériés du lieu de livraison ne comptent pas.",
            "C’est le délai prévu pour la France métropolitaine.",
            f"Fondement~: clause L9 {SHIPPED_FR}",
        ]

    def test_of_a_country(self) -> None:
        """*Ouvrés* are Monday to Friday."""
        assert told(SAMPLES["estimate by country"], "en") == [
            "Delivery between September 9, 2026 and September 10, 2026.",
            "Once dispatched, a parcel travels for 3 to 4 working days (Monday to Friday).",
            "Public holidays of the destination do not count.",
            "This is the country’s own range; it replaces the one for Europe.",
            f"Basis: clause L10 {SHIPPED_EN}",
        ]

    def test_of_a_day(self) -> None:
        """A window and a range of one day are no ranges."""
        assert told(SAMPLES["estimate of a day"], "fr")[:3] == [
            "Livraison le 8 septembre 2026.",
            "Une fois expédié, un colis voyage 1~jour.",
            "Tous les jours comptent, dimanches et jours fériés compris.",
        ]

    def test_follows_the_policy(self) -> None:
        """A house that takes 4 to 6 days says so."""
        first, *others = SHIPPING.delivery.zones
        slower = evolve(first, transit=evolve(first.transit, minimum=4, maximum=6))
        policy = evolve(SHIPPING.delivery, zones=(slower, *others))
        estimate = estimate_delivery(BORDEAUX, date(2026, 9, 7), policy, FRANCE)
        assert "4 to 6 working days" in told(estimate, "en")[1]


class TestL3Promises:
    """L3: a grouped order leaves when its slowest piece has been checked."""

    def test_from_the_order_on(self) -> None:
        """The way to the workshop and the check are told with their own days."""
        assert told(SAMPLES["promise by workshop"], "en")[:5] == [
            "It leaves between September 9, 2026 and September 15, 2026.",
            "It arrives between September 11, 2026 and September 21, 2026.",
            "The slowest seller decides.",
            "The pieces travel to the workshop for 2 to 3 working days (Monday to Friday).",
            "There they are checked within 1 working day (Monday to Friday).",
        ]

    def test_from_dispatch_only(self) -> None:
        """Where nothing is promised nothing is made up."""
        assert told(SAMPLES["no promise"], "fr")[0] == (
            "Aucun jour d’expédition n’est promis avec l’envoi groupé."
        )


class TestL7ArrivalByADate:
    """L7: an answer, not a promise."""

    @pytest.mark.parametrize(
        ("name", "english", "french"),
        [
            (
                "comfortable",
                "In time for May 20, 2026, comfortably: even the slowest estimate makes it.",
                (
                    "À temps pour le 20 mai 2026, sans difficulté~: même l’estimation la plus "
                    "lente convient."
                ),
            ),
            (
                "possible",
                (
                    "In time for May 16, 2026, possibly: the quickest estimate makes it, the "
                    "slowest does not."
                ),
                (
                    "À temps pour le 16 mai 2026, peut-être~: l’estimation la plus rapide "
                    "convient, la plus lente non."
                ),
            ),
            (
                "unlikely",
                "In time for May 15, 2026, hardly: not even the quickest estimate makes it.",
                (
                    "À temps pour le 15 mai 2026, c’est peu probable~: même l’estimation la plus "
                    "rapide ne convient pas."
                ),
            ),
        ],
    )
    def test_each_answer(self, name: str, english: str, french: str) -> None:
        """Each answer says which estimate makes it, and cites both clauses."""
        assert told(SAMPLES[name], "en")[:2] == [english, "This is an estimate, not a promise."]
        assert told(SAMPLES[name], "fr")[0] == french
        assert explain(SAMPLES[name], "en").sources == ("L7", "L9")


class TestS3Tracking:
    """S3: standing still for some days is normal."""

    @pytest.mark.parametrize(
        ("name", "english", "french"),
        [
            (
                "wait",
                "All is well: it is normal for a parcel not to move until September 10, 2026.",
                "Tout va bien~: l’absence de mouvement est normale jusqu’au 10 septembre 2026.",
            ),
            (
                "contact",
                (
                    "Please write to us: it was normal for the parcel not to move until "
                    "September 10, 2026, but no longer."
                ),
                (
                    "Écrivez-nous~: l’absence de mouvement n’était normale que jusqu’au 10 "
                    "septembre 2026."
                ),
            ),
            (
                "investigate",
                (
                    "We are looking for the parcel: it was expected by September 12, 2026 at the "
                    "latest."
                ),
                (
                    "Nous recherchons le colis~: il était attendu pour le 12 septembre 2026 au "
                    "plus tard."
                ),
            ),
        ],
    )
    def test_each_answer(self, name: str, english: str, french: str) -> None:
        """Each answer says what to do and until when."""
        assert (told(SAMPLES[name], "en")[0], told(SAMPLES[name], "fr")[0]) == (english, french)

    def test_follows_the_policy(self) -> None:
        """A more patient house says how patient it is."""
        patient = evolve(SHIPPING.tracking, patience=Duration.of(1, "days"))
        decision = assess_tracking(
            estimate_delivery(BORDEAUX, date(2026, 9, 7), SHIPPING.delivery, FRANCE),
            patient,
            FRANCE,
            last_movement=date(2026, 9, 7),
            today=date(2026, 9, 8),
        )
        assert told(decision, "en")[1] == (
            "It is normal that a parcel does not move for 1 day after its last movement."
        )
        assert (
            "3 working days (Monday to Friday)"
            in told(tracking(date(2026, 9, 7), date(2026, 9, 8)), "en")[1]
        )
