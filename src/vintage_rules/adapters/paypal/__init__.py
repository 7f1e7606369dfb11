"""PayPal as a provider of payments: Orders v2, Payments v2 and webhooks.

Needs the extra `paypal`.

A charge is a PayPal order that the buyer approves in the browser and that then holds an amount
(`intent` AUTHORIZE). Its `reference` is the order, its `receipt` the capture.
"""

from __future__ import annotations

from vintage_rules.adapters.paypal.api import LIVE, SANDBOX, PayPalAccount, PayPalSite
from vintage_rules.adapters.paypal.gateway import PayPalGateway
from vintage_rules.adapters.paypal.payouts import PayPalPayoutReader

__all__ = [
    "LIVE",
    "SANDBOX",
    "PayPalAccount",
    "PayPalGateway",
    "PayPalPayoutReader",
    "PayPalSite",
]
