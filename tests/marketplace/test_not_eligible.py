"""A return that the house does not take is refused as the rule refuses it, with every reason."""

from __future__ import annotations

from tests.marketplace.town import COAT, ZOE, Town
from vintage_rules import load_policy
from vintage_rules.machine import Refused
from vintage_rules.marketplace.commands.payment_holds import Means
from vintage_rules.returns.eligibility import Wants


class TestR2NotEligible:
    """R2, R8: a withdrawal under a policy that knows none."""

    def refused(self, *, wants: Wants) -> tuple[str, ...]:
        """Deliver a coat bought on Vinted, and request its return without a reason of Vinted's."""
        town = Town.built().under(load_policy("vinted")).stock()
        card = Means(tender="card", source="approved")
        town.buy(COAT, means=card, mode="direct")
        town.work()
        town.deliver()
        answer = town.market.returns.request_return(
            ZOE, "o1", "r1", [COAT], parcel_number="8R1", reason="withdrawal", wants=wants
        )
        assert isinstance(answer, Refused)
        assert town.order().returns == {}
        return tuple(map(str, answer.reasons))

    def test_is_refused_for_that(self) -> None:
        """And not as one that has no address to go to."""
        assert self.refused(wants=Wants.REFUND) == ("not-eligible",)

    def test_with_every_reason(self) -> None:
        """No exchange either."""
        assert self.refused(wants=Wants.EXCHANGE) == ("exchange", "not-eligible")
