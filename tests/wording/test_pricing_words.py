from __future__ import annotations

from datetime import date
from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.wording.render import SHIPPED_EN, SHIPPED_FR, told
from tests.wording.samples import (
    CARDS,
    MORNING,
    QUALITY_CONTROL,
    REDUCTIONS,
    SAMPLES,
    SHOWN,
    component,
    euros,
    fee,
)
from vintage_rules.dates import Duration
from vintage_rules.pricing import Tier, assess_gift_card, assess_price_reduction, quote_fee


class TestL4QualityControlFee:
    """L4: grouped orders bear a share of their price, up to a cap."""

    def test_charged(self) -> None:
        """The fee, its rate and base, its cap and its clause."""
        assert told(SAMPLES["fee"], "en") == [
            "The quality-control fee: €12.06.",
            "It is 10% of the price of the pieces.",
            "It is never more than €15.00.",
            f"Basis: clause L4 {SHIPPED_EN}",
        ]
        assert told(SAMPLES["fee"], "fr") == [
            "Les frais de contrôle qualité~: 12,06~€.",
            "Calcul~: 10~% sur le prix des pièces.",
            "Maximum~: 15,00~€.",
            f"Fondement~: clause L4 {SHIPPED_FR}",
        ]

    def test_not_charged(self) -> None:
        """There is none on a direct order, and the sentence says when there is."""
        assert told(SAMPLES["no fee"], "en")[:2] == [
            "The quality-control fee: nothing is charged here.",
            "It is charged with grouped shipping.",
        ]
        assert told(SAMPLES["no fee"], "fr")[:2] == [
            "Les frais de contrôle qualité~: rien n’est facturé ici.",
            "Facturation uniquement avec l’envoi groupé.",
        ]

    @given(st.integers(1, 99), st.integers(1, 10_000))
    def test_follows_the_policy(self, percent: int, cap: int) -> None:
        """Another rate and another cap are told without a word being changed."""
        rate, maximum = Decimal(percent) / 100, Decimal(cap)
        part = evolve(QUALITY_CONTROL.components[0], rate=rate, maximum=maximum)
        policy = evolve(QUALITY_CONTROL, components=(part,))
        quote = quote_fee(policy, {"pieces": euros("100.00")}, mode="grouped")
        sentences = told(quote, "en")
        assert sentences[1] == f"It is {percent}% of the price of the pieces."
        assert sentences[2] == f"It is never more than €{cap:,}.00."


class TestFeesOfOtherHouses:
    """Fees with parts, steps and conditions, which this house does not have."""

    def test_steps(self) -> None:
        """Each step says from where it holds and what it charges."""
        assert told(SAMPLES["fee by whole steps"], "en")[1:3] == [
            "Of several amounts, the greatest applies.",
            (
                "It is the step that is reached, applied to all of the price of the pieces: "
                "12% from €0.00 on and €5.00 plus 6% above €500.00."
            ),
        ]
        assert told(SAMPLES["fee by marginal steps"], "fr")[1] == (
            "Calcul~: chaque tranche au taux de son palier, sur le prix des pièces~: "
            "12~% à partir de 0,00~€ et 5,00~€ plus 6~% au-dessus de 500,00~€."
        )

    def test_step_of_a_fixed_amount(self) -> None:
        """A step without a rate says its amount alone."""
        step = Tier(at_least=Decimal(0), above=None, fixed=Decimal(3), rate=Decimal(0))
        quote = quote_fee(fee(component(tiers=(step,))), {"pieces": euros("10.00")}, mode="direct")
        assert told(quote, "en")[1].endswith("the price of the pieces: €3.00 from €0.00 on.")

    def test_parts_and_bases(self) -> None:
        """What is added and what is taken off are told apart."""
        assert told(SAMPLES["fee of several parts"], "en")[:2] == [
            "“handling”: €5.00.",
            (
                "It is a fixed €1.00 and 5% of the price of the pieces and shipping less the "
                "voucher."
            ),
        ]

    def test_minimum(self) -> None:
        """The least that is charged is told."""
        assert told(SAMPLES["fee with a minimum"], "en")[2] == "It is never less than €2.00."
        assert told(SAMPLES["fee with a minimum"], "fr")[2] == "Minimum~: 2,00~€."

    def test_conditions(self) -> None:
        """All conditions are told, with a name that has no words in quotation marks."""
        assert told(SAMPLES["no fee below a limit"], "fr")[1] == (
            "Facturation uniquement avec l’envoi groupé, pour l’Europe et «~moon~», "
            "pour «~coats~», pour les vendeurs professionnels, pour une vente, "
            "à partir de 100,00~€ (le prix des pièces) et en dessous de 900,00~€ "
            "(le prix des pièces)."
        )


class TestPrices:
    """What an order costs and what a seller receives."""

    def test_order_price(self) -> None:
        """The parts, the total, and what a gift card leaves."""
        assert told(SAMPLES["price with gift card"], "en") == [
            (
                "Total: €142.20, that is €120.55 for the pieces, €12.06 for the quality-control "
                "fee, and €9.59 for shipping."
            ),
            "The gift card pays €50.00 of it; €92.20 is left to pay.",
            f"Basis: clauses L4 and C5 {SHIPPED_EN}",
        ]
        assert told(SAMPLES["price with gift card"], "fr")[:2] == [
            (
                "Total~: 142,20~€, soit 120,55~€ pour les pièces, 12,06~€ pour les frais de "
                "contrôle qualité et 9,59~€ pour le port."
            ),
            "La carte cadeau en règle 50,00~€^; il reste 92,20~€ à payer.",
        ]

    def test_price_without_a_card(self) -> None:
        """No card is mentioned where none was used."""
        assert len(told(SAMPLES["price"], "en")) == 2


class TestC5GiftCards:
    """C5: gift cards are sold within bounds and good for a limited time."""

    def test_valid(self) -> None:
        """Until when, between which amounts, for how long."""
        assert told(SAMPLES["gift card"], "fr") == [
            "La carte cadeau est utilisable jusqu’au 28 février 2029 inclus.",
            "Les cartes cadeaux vont de 25,00~€ à 500,00~€, bornes comprises.",
            "Elles sont valables 1~an à compter du jour de l’achat.",
            f"Fondement~: clause C5 {SHIPPED_FR}",
        ]

    def test_refused(self) -> None:
        """Every reason is a sentence."""
        assert told(SAMPLES["gift card refused"], "en")[:5] == [
            "The gift card is refused.",
            "The amount is below the smallest one allowed.",
            "A gift card cannot be bought with a gift card.",
            "The gift card has expired.",
            "Its last day was September 1, 2026.",
        ]

    def test_last_day_of_a_card_that_has_not_expired_is_left_out(self) -> None:
        """A card too small to be sold has no last day."""
        assert not any("last day" in text for text in told(SAMPLES["gift card too small"], "en"))

    def test_follows_the_policy(self) -> None:
        """Cards from 10 euros on, good for eighteen months, are told so."""
        longer = evolve(CARDS, minimum=Decimal(10), validity=Duration.of(18, "months"))
        valid = assess_gift_card(euros("10"), longer, purchased_on=date(2026, 9, 1))
        assert told(valid, "fr")[:3] == [
            "La carte cadeau est utilisable jusqu’au 1er mars 2028 inclus.",
            "Les cartes cadeaux vont de 10,00~€ à 500,00~€, bornes comprises.",
            "Elles sont valables 18~mois à compter du jour de l’achat.",
        ]

    def test_for_ever(self) -> None:
        """A card without an end says so, and no length."""
        assert told(SAMPLES["gift card for ever"], "en")[0] == "The gift card never expires."
        assert len(told(SAMPLES["gift card for ever"], "en")) == 3


class TestC6Tenders:
    """C6: some cards and PayPal are taken; any other is refused by name."""

    def test_accepted(self) -> None:
        """A card with its brand, PayPal without."""
        assert told(SAMPLES["tender"], "en")[0] == "Payment by card (Visa) is accepted."
        assert told(SAMPLES["tender without brand"], "fr")[0] == (
            "Le paiement par PayPal est accepté."
        )

    def test_refused(self) -> None:
        """The brand is named, and those that are taken."""
        assert told(SAMPLES["tender refused"], "fr") == [
            "Le paiement par carte bancaire («~Diners Club~») est refusé.",
            "Les cartes de cette marque ne sont pas acceptées.",
            "Acceptés~: American Express, Mastercard et Visa.",
            f"Fondement~: clause C6 {SHIPPED_FR}",
        ]


class TestLawPriceReductions:
    """Directive 98/6 article 6a and L112-1-1: what a reduction refers to."""

    def test_announced(self) -> None:
        """The reduction, its share, its reference, and both laws."""
        assert told(SAMPLES["reduction"], "en") == [
            "A reduction of €30.00 (16.66%) may be announced, from the reference price of €180.00.",
            (
                "The reference is the lowest public price over 30 days before the reduction, "
                "looked at from October 23, 2026 on."
            ),
            "In a run of reductions, the time before the first of them counts.",
            (
                "Basis: article L112-1-1 of the Code de la consommation and Directive 98/6 article "
                f"6a {SHIPPED_EN}"
            ),
        ]

    def test_none(self) -> None:
        """A price that is no reduction, of a house that looks at no run."""
        assert told(SAMPLES["no reduction"], "fr")[:2] == [
            (
                "Ce prix ne peut pas être annoncé comme une réduction~: il n’est pas inférieur au "
                "prix de référence de 180,00~€."
            ),
            (
                "La référence est le prix public le plus bas sur 30~jours avant la réduction, "
                "relevé depuis le 23 octobre 2026."
            ),
        ]

    def test_follows_the_policy(self) -> None:
        """A look-back of 60 days is told so."""
        longer = evolve(REDUCTIONS, look_back=Duration.of(60, "days"))
        announced = assess_price_reduction(
            SHOWN, longer, price=euros("150"), at=MORNING.replace(month=11)
        )
        assert "over 60 days before" in told(announced, "en")[1]
