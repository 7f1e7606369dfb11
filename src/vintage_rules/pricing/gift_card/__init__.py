"""The machine of a gift card."""
