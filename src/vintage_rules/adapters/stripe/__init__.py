"""Card payments through Stripe, by its own library: the extra `stripe`. Clause C6."""

from __future__ import annotations

from vintage_rules.adapters.stripe.gateway import StripeGateway as StripeGateway
