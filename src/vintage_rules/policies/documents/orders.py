"""The table about taking an order."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vintage_rules.orders.policy import AfterAnOffer, CheckoutPolicy
from vintage_rules.policies.documents.common import House, Table, distinct
from vintage_rules.policies.documents.values import Fee, Key, named


class CheckoutDocument(Table):
    """What must hold before an order is taken."""

    guests_may_order: bool = Field(
        description="whether one may order with an e-mail address that belongs to no account"
    )
    required_address_fields: Annotated[list[Key], distinct()] = Field(
        description="what an address must hold, such as [ name, line1, city, country ]"
    )
    handling_fees: Annotated[list[Fee], distinct()] = Field(
        description="the fees that customs count as handling"
    )

    after_an_offer: Annotated[AfterAnOffer, named] = Field(
        default=AfterAnOffer.AS_PLACED,
        description="as-placed: an order is under the edition in force on its day, as if left out; "
        "as-offered: one that follows an accepted offer keeps the edition of that offer",
    )

    def to_policy(self, house: House) -> CheckoutPolicy:
        """Build the policy that the rules take."""
        return CheckoutPolicy(
            edition=house.edition,
            guests_may_order=self.guests_may_order,
            required_address_fields=tuple(self.required_address_fields),
            handling_fees=tuple(self.handling_fees),
            after_an_offer=self.after_an_offer,
            availability_sources=self.source,
            address_sources=self.source_of("required_address_fields"),
            account_sources=self.source_of("guests_may_order"),
        )
