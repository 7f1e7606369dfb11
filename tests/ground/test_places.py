"""Addresses as far as rules need them, and the territories they lie in."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import BORDEAUX
from vintage_rules.errors import PlaceError
from vintage_rules.places import Area, Membership, Place, Territory

WRITTEN = st.text(
    st.characters(max_codepoint=0xFF)
    | st.sampled_from("\uff11\uff19\uff21\u2013\u200b\u200c\u200d\u202f\u2066\ufeff"),
    max_size=30,
)


def plain(value: object) -> str:
    """Name a value without brackets and backslashes, over which tools trip that call a test by its
    name.
    """
    return "-".join(f"{ord(letter):x}" for letter in repr(value)[:20])


class TestPlace:
    """Capitals and spaces are tidied; what cannot be an address is refused by its field."""

    @pytest.mark.parametrize(
        ("country", "tidy"),
        [
            ("FR", "FR"),
            ("fr", "FR"),
            (" gB ", "GB"),
            ("\tde\n", "DE"),
            ("\ufeffFR\u00a0", "FR"),
            ("\u200eit\u200b", "IT"),
        ],
    )
    def test_country(self, country: str, tidy: str) -> None:
        """Two letters, in capitals."""
        assert Place(country=country).country == tidy

    @pytest.mark.parametrize(
        "country",
        [
            "",
            " ",
            "F",
            "FRA",
            "F1",
            "F R",
            "ß",
            "ﬁ",
            "\u017f\u017f",
            "ÉÉ",
            "\uff26\uff32",
            "33",
            None,
            33,
            b"FR",
        ],
        ids=plain,
    )
    def test_no_country(self, country: object) -> None:
        """Also what only becomes two letters in capitals: ß is not South Sudan, ﬁ not Finland."""
        with pytest.raises(PlaceError, match="country: must be a country code of two letters"):
            Place(country=country)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("code", "tidy"),
        [
            ("75011", "75011"),
            (" bt7  1nn ", "BT7 1NN"),
            ("1000-001", "1000-001"),
            ("\uff19\uff17\uff12\uff10\uff10", "97200"),
            ("SW1A\u00a01AA", "SW1A 1AA"),
            ("\u202a75011\u202c", "75011"),
            ("\ufeff75\u00ad011", "75011"),
            ("75\u200c0\u200d11", "75011"),
            ("D\u201310115", "D-10115"),
            ("100\uff0d0001", "100-0001"),
            ("1000\u2011001", "1000-001"),
            ("\u200b", None),
            ("", None),
            ("   ", None),
            (None, None),
            ("1" * 100, "1" * 100),
        ],
    )
    def test_postal_code(self, code: str | None, tidy: str | None) -> None:
        """In capitals and narrow digits, with single spaces; nothing is no code."""
        assert Place(country="FR", postal_code=code).postal_code == tidy

    @pytest.mark.parametrize(
        "code", ["1" * 101, "7\n5", "7\t5", "75\x00", 75011, b"75011"], ids=plain
    )
    def test_no_postal_code(self, code: object) -> None:
        """A number has lost its leading zeros already."""
        allowed = "postal_code: must be at most 100 printable characters, got"
        with pytest.raises(PlaceError, match=allowed):
            Place(country="FR", postal_code=code)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("city", "tidy"),
        [
            ("Livigno", "Livigno"),
            ("  Campione   d’Italia ", "Campione d’Italia"),
            ("Le\u00a0Mans", "Le Mans"),
            ("La\u202fRoche\u2007sur\u3000Yon", "La Roche sur Yon"),
            ("\ufeffStras\u00adbourg\u200b", "Strasbourg"),
            ("\u202bخبر\u202c", "خبر"),
            ("\u2068\u200fתל אביב\u2069", "תל אביב"),
            (
                "\u0646\u062c\u0641\u200c\u0622\u0628\u0627\u062f",
                "\u0646\u062c\u0641\u200c\u0622\u0628\u0627\u062f",
            ),
            ("\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"),
            ("Saint–Malo", "Saint–Malo"),
            (" ", None),
            ("\u00a0\u200b\ufeff", None),
            ("\u200c \u200d", None),
            (None, None),
            ("x" * 100, "x" * 100),
            ("\u200b" + "x" * 100, "x" * 100),
        ],
        ids=plain,
    )
    def test_city(self, city: str | None, tidy: str | None) -> None:
        """As it is written, with single spaces and without what only copying brings."""
        assert Place(country="IT", city=city).city == tidy

    @pytest.mark.parametrize(
        "city",
        [
            "x" * 101,
            "Livigno\n",
            "Livigno\u2028",
            "Livi\ufffegno",
            "\x00",
            "\u200c" + "x" * 101,
            5,
            b"Livigno",
        ],
        ids=plain,
    )
    def test_no_city(self, city: object) -> None:
        """The message names the field."""
        with pytest.raises(PlaceError, match="city: must be at most 100 printable characters, got"):
            Place(country="IT", city=city)  # type: ignore[arg-type]

    @given(code=WRITTEN, city=WRITTEN)
    def test_is_tidy_or_refused(self, code: str, city: str) -> None:
        """Tidying twice changes nothing; what is refused does not print."""
        try:
            place = Place(country="FR", postal_code=code, city=city)
        except PlaceError as refused:
            found = {"postal_code": code, "city": city}[refused.field]
            assert not found.isprintable()
        else:
            assert attrs.evolve(place) == place

    def test_cannot_be_changed(self) -> None:
        """It is a value."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            BORDEAUX.place.country = "BE"  # type: ignore[misc]


class TestInsideTheUnion:
    """Goods reach a territory without import only inside both the customs and the VAT area. L13."""

    @pytest.mark.parametrize("customs", Membership)
    @pytest.mark.parametrize("vat", Membership)
    def test_needs_both(self, customs: Membership, vat: Membership) -> None:
        """Fully or for goods; a customs union is not enough, and unknown is not inside."""
        territory = Territory(
            code="XX",
            name="somewhere",
            country="XX",
            area=Area.WORLD,
            eu_customs=customs,
            eu_vat=vat,
            source="assumption: made up for a test",
        )
        belongs = {
            Membership.FULL: True,
            Membership.GOODS_ONLY: True,
            Membership.CUSTOMS_UNION: False,
            Membership.NONE: False,
            Membership.UNKNOWN: False,
        }
        assert territory.is_inside_the_union is (belongs[customs] and belongs[vat])
