"""Checks of postage: bands that no parcel reaches, and heavier parcels that cost less."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vintage_rules.findings import Path
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw
from vintage_rules.shipping.policy import PostageTable
from vintage_rules.wording.phrases import Amount, Grams, Phrase, phrase


def postage_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check the bands of every table."""
    postage = sheet.policy.shipping.postage
    for i, table in enumerate(postage.tables):
        at: Path = ("shipping", "postage", "tables", i, "bands")
        yield from _too_light(table, at, postage.packaging_g)
        yield from _falling(table, at, sheet.policy.currency)


def _of_weight(grams: int) -> Phrase:
    return phrase("lint.example.weight", weight=Grams(grams))


def _too_light(table: PostageTable, at: Path, packaging_g: int) -> Iterator[Flaw]:
    """A parcel weighs a gram more than its packaging at least."""
    for k, band in enumerate(table.bands):
        if band.up_to_g <= packaging_g:
            values = {"band": Grams(band.up_to_g), "packaging": Grams(packaging_g)}
            example = _of_weight(packaging_g + 1)
            yield flaw(CheckCode.BAND_NEVER_REACHED, (*at, k), example, **values)


def _falling(table: PostageTable, at: Path, currency: str) -> Iterator[Flaw]:
    for k, (lighter, heavier) in enumerate(pairwise(table.bands), start=1):
        if heavier.price < lighter.price:
            values = {
                "heavier": Amount(heavier.price, currency),
                "lighter": Amount(lighter.price, currency),
            }
            example = _of_weight(heavier.up_to_g)
            yield flaw(CheckCode.BAND_PRICE_FALLS, (*at, k, "price"), example, **values)
