"""The host's own models."""

from __future__ import annotations

from django.db import models


class Purchase(models.Model):
    """A purchase in the host's books, written in the transaction of the order.

    While a bank wants to see the buyer it keeps what they have sent, so that the bank's webhook can
    place the order; once it is placed, what was paid.
    """

    order = models.CharField(max_length=100, primary_key=True)
    buyer = models.CharField(max_length=150)
    paid = models.CharField(max_length=40)
    waiting = models.JSONField(null=True)

    def __str__(self) -> str:
        """Return the name of the order."""
        return str(self.order)


class Case(models.Model):
    """A case for review. It has no table here: the admin lists the library's."""

    class Meta:
        """Nothing is migrated for it."""

        managed = False
        verbose_name = "case for review"
        verbose_name_plural = "cases for review"

    def __str__(self) -> str:
        """Return what it is."""
        return "case for review"
