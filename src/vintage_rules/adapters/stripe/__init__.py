"""Card payments and payouts through Stripe, by its own library: the extra `stripe`. C6, R6."""

from __future__ import annotations

from vintage_rules.adapters.stripe.gateway import StripeGateway as StripeGateway
from vintage_rules.adapters.stripe.payouts import StripePayoutReader as StripePayoutReader
