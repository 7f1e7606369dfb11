from __future__ import annotations

from datetime import date

import pytest

from tests.wording.render import SHIPPED_EN, told
from tests.wording.samples import (
    EDITION,
    SAMPLES,
)
from vintage_rules.returns.deadline import ReturnDeadline


class TestOrders:
    """L1, L2, L4, L12, C1, C2, C4, C5: a whole order, and what keeps it from being taken."""

    def test_quote(self) -> None:
        """Everything that makes the price, and all that it rests on."""
        assert told(SAMPLES["order"], "fr")[:5] == [
            "2~pièces avec l’envoi groupé (pays de livraison~: France).",
            (
                "Total~: 170,69~€, soit 145,00~€ pour les pièces, 14,50~€ pour les frais de "
                "contrôle qualité et 11,19~€ pour le port."
            ),
            "La carte cadeau en règle 50,00~€^; il reste 120,69~€ à payer.",
            "Les frais de contrôle qualité~: 14,50~€.",
            "Calcul~: 10~% sur le prix des pièces.",
        ]
        assert told(SAMPLES["order"], "en")[-1] == (
            "Basis: clauses L1, L2, L3, L4, C5, and L12 and 1 assumption of the policy "
            f"{SHIPPED_EN}"
        )

    def test_no_quote(self) -> None:
        """Which parcel has no price, and why."""
        assert told(SAMPLES["order without price"], "en")[:3] == [
            "The order has no price, because a parcel of it has none.",
            "A parcel of 31 kg has no shipping price here.",
            "The parcel is heavier than the last weight that has a price.",
        ]

    def test_checkout(self) -> None:
        """Every reason, then what to put right."""
        assert told(SAMPLES["checkout"], "en")[0] == "The order can be placed."
        assert told(SAMPLES["checkout refused"], "fr")[:-1] == [
            "La commande n’est pas prise, et rien n’est débité.",
            "Une adresse est incomplète.",
            "Identifiez-vous d’abord.",
            "Une pièce n’est plus en vente~: un panier ne réserve rien.",
            "Le prix d’une pièce a changé.",
            "Plus en vente~: la pièce bag.",
            "Le prix de coat était de 90,00~€, il est maintenant de 120,00~€.",
            "Il manque~: ville (adresse de livraison).",
        ]


class TestOffers:
    """N1 to N9, A4: offers, negotiations, the catalogue."""

    def test_refused(self) -> None:
        """Every reason is told."""
        assert told(SAMPLES["offer refused"], "en") == [
            "The offer cannot be made.",
            "Please sign in first.",
            "The price is cut further than allowed.",
            "Basis: clauses N2 and N8 (policy house, edition of January 1, 2026).",
        ]

    def test_negotiation(self) -> None:
        """Where it led, what happened and what was refused."""
        assert told(SAMPLES["negotiation"], "fr")[:4] == [
            "La pièce est en vente à 200,00~€.",
            "2~événements ont eu lieu~: pièce mise en vente et prix rétabli.",
            "1~demande a été refusée.",
            "Le délai est dépassé.",
        ]
        assert told(SAMPLES["negotiation without events"], "en")[0] == (
            "The piece is not for sale; its price is €200.00."
        )

    def test_catalogue(self) -> None:
        """A sold piece says until when it is shown."""
        assert told(SAMPLES["sold"], "en")[0] == (
            "The piece is sold; it stays in the catalogue until September 7, 2026 at 10:00^AM "
            "(Paris time), for it may come back."
        )


class TestReturns:
    """R1 to R10, F1 to F4: returns, claims, refunds, payouts."""

    def test_deadline(self) -> None:
        """Until when, how many days, by which clause and which law."""
        assert told(SAMPLES["return deadline"], "fr") == [
            (
                "Un retour peut être demandé jusqu’au 15 septembre 2026 inclus, soit 14~jours "
                "après la réception."
            ),
            (
                "Fondement~: clause R1 et article L221-19 du Code de la consommation (politique "
                "house, édition du 1er janvier 2026)."
            ),
        ]

    @pytest.mark.parametrize(("days", "text"), [(0, "0~jour"), (1, "1~jour"), (2, "2~jours")])
    def test_deadline_counts_its_days(self, days: int, text: str) -> None:
        """The number of days agrees with its noun."""
        deadline = ReturnDeadline(
            last_day=date(2026, 9, 15),
            window_days=days,
            anchor="received",
            ends_at=None,
            zone="Europe/Paris",
            edition=EDITION,
            sources=("R1",),
        )
        assert f"soit {text} après" in told(deadline, "fr")[0]

    def test_says_what_its_time_is_counted_from(self) -> None:
        """A window from dispatch is not one after receipt (P19)."""
        assert told(SAMPLES["return deadline from dispatch"], "en")[0] == (
            "A return can be requested up to September 15, 2026, included, that is 14 days "
            "from dispatch of the parcel."
        )

    def test_says_what_counts_as_proof(self) -> None:
        """The postmark, or the arrival where the policy says so (P19)."""
        posted, arrived = (SAMPLES[name] for name in ("returnable", "returnable, and arrived"))
        assert told(posted, "en")[1] == "Post it by September 29, 2026: the postmark counts."
        assert told(arrived, "en")[1] == (
            "It must have arrived by September 29, 2026: the arrival counts, not the postmark."
        )

    def test_refused(self) -> None:
        """Every reason, and when the window closed."""
        assert told(SAMPLES["return refused"], "en")[:4] == [
            "The return is refused.",
            "Pieces are not exchanged: each is unique.",
            "It comes after the time allowed.",
            "The last day to request it is or was September 15, 2026.",
        ]

    def test_hours_end_at_a_moment_where_the_house_is(self) -> None:
        """The deadline and the refusal after it tell the same hour, in the zone of the house."""
        said = "To the minute, the time ends on September 7, 2026 at 10:00^AM (Paris time)."
        assert told(SAMPLES["return deadline of hours"], "en")[1] == said
        assert told(SAMPLES["return refused after hours"], "en")[3] == said
        assert not any("minute" in text for text in told(SAMPLES["return refused"], "en"))

    def test_route(self) -> None:
        """Where to, under whose label, at whose cost."""
        assert told(SAMPLES["route"], "fr")[:2] == [
            (
                "2~colis à renvoyer~: coat au vendeur ada, avec un bordereau prépayé et bag à "
                "l’atelier, avec un bordereau payé par l’acheteur."
            ),
            "La maison paie le port du retour.",
        ]

    def test_refund(self) -> None:
        """What makes it up, and where it goes back to."""
        assert told(SAMPLES["refund"], "en")[:4] == [
            (
                "Refunded: €103.55, that is €90.00 for the pieces, €9.59 for shipping, €9.00 "
                "for fees, and -€0.04 for rounding."
            ),
            (
                "It goes back to the means of payment that were used: "
                "€53.55 by card and €50.00 by gift card."
            ),
            "Kept from this return: €4.00.",
            "Not refunded: €1.00, because everything that was paid has been refunded by now.",
        ]

    def test_payout(self) -> None:
        """Why a seller waits, and until when."""
        assert told(SAMPLES["payout held"], "fr")[:3] == [
            "Le vendeur n’est pas encore payé.",
            "Un retour ou une réclamation est encore en cours.",
            "Le délai avant le paiement n’est pas écoulé.",
        ]
