"""`work`: one round of the worker, for cron; `vintage-rules worker` goes on and on."""

from __future__ import annotations

from django.core.management import BaseCommand

from examples.shops.django_shop.shop import market


class Command(BaseCommand):
    """Fires timers and handles effects."""

    help = "Fire timers and handle effects: one round."

    def handle(self, *_: object, **__: object) -> None:
        """Do what is due, and say how much it was."""
        progress = market().worker("django").round()
        self.stdout.write(f"{progress.timers} timers, {progress.done} effects done")
