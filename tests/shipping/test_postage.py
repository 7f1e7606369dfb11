"""What it costs to ship a parcel."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import (
    BORDEAUX,
    EDITION,
    FORT_DE_FRANCE,
    LIEGE,
    LISBON,
    SYDNEY,
    destination,
    imparfaite,
)
from vintage_rules.errors import InvalidValueError, MoneyError
from vintage_rules.places import Area, Destination
from vintage_rules.shipping import (
    Band,
    PostagePolicy,
    PostageQuoted,
    PostageRefused,
    PostageTable,
    quote_postage,
)


def table(
    zone: str,
    *bands: tuple[int, str],
    codes: str = "",
    areas: frozenset[Area] = frozenset(),
    modes: str = "direct",
) -> PostageTable:
    """Give a table of prices for codes, areas and modes."""
    return PostageTable(
        name=zone,
        areas=areas,
        codes=frozenset(codes.split()),
        codes_sources=(),
        modes=frozenset(modes.split()),
        bands=tuple(Band(up_to_g=grams, price=Decimal(price)) for grams, price in bands),
        sources=(zone,),
    )


def rates(*tables: PostageTable, packaging_g: int = 0) -> PostagePolicy:
    """Give a policy of these tables."""
    return PostagePolicy(
        edition=EDITION, currency="EUR", tables=tables, packaging_g=packaging_g, sources=("L12",)
    )


FRANCE = table(
    "france",
    (250, "5.49"),
    (1000, "9.59"),
    (30_000, "39.59"),
    areas=frozenset({Area.METROPOLITAN_FRANCE}),
)
IBERIA = table("iberia", (500, "12.00"), codes="ES PT", modes="direct grouped")
GROUPED_EUROPE = table(
    "grouped-europe", (500, "20.00"), areas=frozenset({Area.EUROPE}), modes="grouped"
)
EUROPE = table(
    "europe", (500, "14.99"), areas=frozenset({Area.EUROPE, Area.WORLD}), modes="direct grouped"
)
SHIPPED = rates(FRANCE, IBERIA, GROUPED_EUROPE, EUROPE)


def price(
    weight_g: int, to: Destination, mode: str = "direct", policy: PostagePolicy = SHIPPED
) -> str:
    """Give the price of a parcel, or the reason why it has none."""
    match quote_postage(weight_g, to.territory, mode, policy):
        case PostageQuoted(price=found):
            return str(found)
        case PostageRefused(reasons=(reason,)):
            return str(reason)
        case refused:
            return repr(refused)


class TestL12Postage:
    """The price depends on weight, destination and mode, and is exact."""

    @pytest.mark.parametrize(
        ("weight_g", "wanted"),
        [
            (1, "5.49 EUR"),
            (249, "5.49 EUR"),
            (250, "5.49 EUR"),
            (251, "9.59 EUR"),
            (999, "9.59 EUR"),
            (1000, "9.59 EUR"),
            (1001, "39.59 EUR"),
            (29_999, "39.59 EUR"),
            (30_000, "39.59 EUR"),
            (30_001, "above-last-band"),
        ],
    )
    def test_bands_are_up_to_and_including(self, weight_g: int, wanted: str) -> None:
        """A gram on either side of each limit."""
        assert price(weight_g, BORDEAUX) == wanted

    @pytest.mark.parametrize(
        ("to", "mode", "wanted"),
        [
            (BORDEAUX, "direct", "5.49 EUR"),
            (BORDEAUX, "grouped", "no-rate"),
            (LISBON, "direct", "12.00 EUR"),
            (LISBON, "grouped", "12.00 EUR"),
            (LIEGE, "direct", "14.99 EUR"),
            (LIEGE, "grouped", "20.00 EUR"),
            (SYDNEY, "grouped", "14.99 EUR"),
            (LIEGE, "drone", "no-rate"),
        ],
        ids=lambda value: value.place.country if isinstance(value, Destination) else value,
    )
    def test_the_first_table_that_covers_place_and_mode_decides(
        self, to: Destination, mode: str, wanted: str
    ) -> None:
        """Whatever a later one would say."""
        assert price(100, to, mode) == wanted

    def test_a_table_covers_by_territory_or_country(self) -> None:
        """The Canaries are Spain unless they have a table of their own."""
        canaries = destination("ES", Area.EUROPE, code="ES-CN")
        assert price(100, canaries) == "12.00 EUR"
        own = table("canaries", (500, "17.00"), codes="ES-CN")
        assert price(100, canaries, policy=rates(own, IBERIA)) == "17.00 EUR"
        assert price(100, destination("ES", Area.EUROPE), policy=rates(own, IBERIA)) == "12.00 EUR"

    def test_packaging_is_weighed_too(self) -> None:
        """As the policy says; the answer tells the weight that was looked up."""
        policy = attrs.evolve(SHIPPED, packaging_g=100)
        assert price(150, BORDEAUX, policy=policy) == "5.49 EUR"
        assert price(151, BORDEAUX, policy=policy) == "9.59 EUR"
        quoted = quote_postage(150, BORDEAUX.territory, "direct", policy)
        assert isinstance(quoted, PostageQuoted)
        assert (quoted.weight_g, quoted.up_to_g) == (250, 250)

    def test_above_the_last_band_there_is_no_price(self) -> None:
        """The answer says what the heaviest parcel may weigh, without its packaging."""
        policy = attrs.evolve(SHIPPED, packaging_g=100)
        refused = quote_postage(29_901, BORDEAUX.territory, "direct", policy)
        assert isinstance(refused, PostageRefused)
        assert (refused.weight_g, refused.heaviest_g) == (30_001, 29_900)
        assert (refused.sources, refused.edition) == (("france",), EDITION)
        assert price(29_900, BORDEAUX, policy=policy) == "39.59 EUR"

    def test_without_a_table_there_is_no_price(self) -> None:
        """And no weight that would have one."""
        refused = quote_postage(100, BORDEAUX.territory, "grouped", SHIPPED)
        assert isinstance(refused, PostageRefused)
        assert (refused.weight_g, refused.heaviest_g, refused.sources) == (100, None, ("L12",))
        assert refused.edition == EDITION

    def test_says_why(self) -> None:
        """By the table it was found in."""
        quoted = quote_postage(100, LISBON.territory, "direct", SHIPPED)
        assert isinstance(quoted, PostageQuoted)
        assert (quoted.sources, quoted.table, quoted.edition) == (("iberia",), IBERIA, EDITION)

    def test_is_exact_money(self) -> None:
        """A price of the table has at most the currency's decimals, and is written with them."""
        assert (
            price(
                1,
                BORDEAUX,
                policy=rates(attrs.evolve(FRANCE, bands=(Band(up_to_g=9, price=Decimal("5.5")),))),
            )
            == "5.50 EUR"
        )
        inexact = attrs.evolve(FRANCE, bands=(Band(up_to_g=9, price=Decimal("5.555")),))
        with pytest.raises(MoneyError, match="amount: must be at most 2 decimals for EUR"):
            price(1, BORDEAUX, policy=rates(inexact))

    @pytest.mark.parametrize("weight", [0, -1, 1.0, True, None], ids=repr)
    def test_a_parcel_weighs_something(self, weight: object) -> None:
        """Whole grams above 0."""
        with pytest.raises(
            InvalidValueError, match="weight_g: must be a whole number of grams abo"
        ):
            price(weight, BORDEAUX)  # type: ignore[arg-type]


class TestL12ShippedTable:
    """The rate table that ships as an example, marked as an assumption."""

    @pytest.mark.parametrize(
        ("to", "weight_g", "wanted"),
        [
            (BORDEAUX, 250, "5.49 EUR"),
            (BORDEAUX, 251, "7.59 EUR"),
            (BORDEAUX, 2000, "11.19 EUR"),
            (BORDEAUX, 30_001, "above-last-band"),
            (FORT_DE_FRANCE, 500, "12.02 EUR"),
            (LIEGE, 1000, "19.39 EUR"),
            (LIEGE, 20_001, "above-last-band"),
            (SYDNEY, 20_000, "256.89 EUR"),
            (destination("CH", Area.EUROPE), 500, "14.99 EUR"),
            (destination("GB", Area.EUROPE), 500, "18.99 EUR"),
            (destination("NO", Area.EUROPE), 500, "23.79 EUR"),
            (destination("MC", Area.EUROPE), 500, "7.59 EUR"),
        ],
        ids=lambda value: value.place.country if isinstance(value, Destination) else str(value),
    )
    def test_samples(self, to: Destination, weight_g: int, wanted: str) -> None:
        """One or two of each zone, both modes alike."""
        policy = imparfaite().shipping.postage
        assert price(weight_g, to, "direct", policy) == wanted
        assert price(weight_g, to, "grouped", policy) == wanted

    @given(
        lighter=st.integers(1, 30_000),
        more=st.integers(0, 30_000),
        to=st.sampled_from([BORDEAUX, LIEGE, SYDNEY, FORT_DE_FRANCE]),
    )
    def test_a_heavier_parcel_is_never_cheaper(
        self, lighter: int, more: int, to: Destination
    ) -> None:
        """And never has a price where a lighter one has none."""
        policy = imparfaite().shipping.postage
        light = quote_postage(lighter, to.territory, "direct", policy)
        heavy = quote_postage(lighter + more, to.territory, "direct", policy)
        if isinstance(heavy, PostageQuoted):
            assert isinstance(light, PostageQuoted)
            assert light.price <= heavy.price
        else:
            assert heavy.heaviest_g is not None
            assert lighter + more > heavy.heaviest_g
