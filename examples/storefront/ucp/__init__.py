"""The storefront for shopping agents: checkout, fulfilment, discounts and orders of UCP over REST.

The Universal Commerce Protocol, version 2026-01-11: the one that its public conformance suite
tests. Prices, days, reductions and refunds are the library's; see `docs/guide/ucp.md`.
"""
