"""From an address to its territory: every sample, every trap, and exactly one answer."""

from __future__ import annotations

import re

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.errors import PlaceError
from vintage_rules.places import Destination, Place
from vintage_rules.world import locate, territories
from vintage_rules.world.tables import rows

PREFIXED = [row for row in rows("addresses") if row["written"] == "prefix"]
SAMPLES = [row for row in rows("addresses") if row["written"] == "code"]
WRITTEN = sorted({row["country"] for row in SAMPLES})


def at(country: str, postal_code: str | None = None, city: str | None = None) -> Destination:
    """The destination of an address."""
    return locate(Place(country=country, postal_code=postal_code, city=city))


def territory(country: str, postal_code: str | None = None, city: str | None = None) -> str:
    """The code of the territory of an address."""
    return at(country, postal_code, city).territory.code


def patterns(country: str) -> list[tuple[str, re.Pattern[str]]]:
    """Every pattern that may be written under a country, with the territory it leads to."""
    found = [
        (row["territory"], re.compile(row["pattern"]))
        for row in SAMPLES
        if row["country"] == country
    ]
    for row in rows("addresses"):
        if row["country"] == country and row["written"] == "under":
            found += [pair for other in row["pattern"].split() for pair in patterns(other)]
    return found


class TestEverySample:
    """Each row of the table leads its own example to its own territory."""

    @pytest.mark.parametrize("row", SAMPLES, ids=lambda row: f"{row['country']}-{row['example']}")
    def test_lands_in_its_row(self, row: dict[str, str]) -> None:
        """With spaces, without, in small letters, and with the country written before."""
        country, example = row["country"], row["example"]
        spellings = [
            example,
            example.lower(),
            example.replace(" ", "").replace("-", ""),
            f" {example[:2]} {example[2:]} ",
            f"{country}-{example}",
        ]
        assert {territory(country, spelling) for spelling in spellings} == {row["territory"]}

    @pytest.mark.parametrize(
        "row", [row for row in rows("addresses") if row["written"] == "under"], ids=str
    )
    def test_lands_there_from_the_other_country_too(self, row: dict[str, str]) -> None:
        """One place written two ways is one territory."""
        for other in row["pattern"].split():
            for sample in SAMPLES:
                if sample["country"] == other:
                    assert territory(row["country"], sample["example"]) == sample["territory"]

    @pytest.mark.parametrize(
        "row", [row for row in rows("addresses") if row["written"] == "under"], ids=str
    )
    def test_lands_there_with_the_signs_of_the_other_country(self, row: dict[str, str]) -> None:
        """Réunion is written F-97400 and FR-97400 as well."""
        signs = {sign["pattern"] for sign in PREFIXED if sign["country"] == row["country"]}
        for sample in SAMPLES:
            if sample["country"] in row["pattern"].split():
                for sign in signs | {row["country"]}:
                    spelling = f"{sign}-{sample['example']}"
                    assert territory(sample["country"], spelling) == sample["territory"]

    @pytest.mark.parametrize("row", PREFIXED, ids=lambda row: f"{row['country']}-{row['example']}")
    def test_lands_there_with_the_sign_of_its_country_too(self, row: dict[str, str]) -> None:
        """With its hyphen, a space or nothing between; the sign of another country is refused."""
        country, example, sign = row["country"], row["example"], row["pattern"]
        bare = example.removeprefix(f"{sign}-")
        expected = territory(country, bare)
        spellings = [example, example.lower(), f"{sign} {bare}", f"{sign}\u2013{bare}", sign + bare]
        assert {territory(country, spelling) for spelling in spellings} == {expected}
        for wrong in (f"X-{bare}", f"{sign}-{sign}-{bare}", f"{bare}-{sign}"):
            with pytest.raises(PlaceError, match=f"must be a code of {country} such as"):
                at(country, wrong)

    @pytest.mark.parametrize("country", WRITTEN)
    def test_leads_to_a_territory_that_exists(self, country: str) -> None:
        """Every territory named has a row or is a country."""
        for code, _ in patterns(country):
            assert code in territories() or pycountry.countries.get(alpha_2=code)


class TestExactlyOne:
    """No address leads to two territories."""

    @pytest.mark.parametrize("country", [name for name in WRITTEN if len(patterns(name)) > 1])
    @given(data=st.data())
    def test_the_patterns_of_a_country_are_disjoint(
        self, country: str, data: st.DataObject
    ) -> None:
        """A code made from one pattern fits no other."""
        chosen = data.draw(st.sampled_from(patterns(country)))
        code = data.draw(st.from_regex(chosen[1], fullmatch=True))
        assert sum(bool(pattern.fullmatch(code)) for _, pattern in patterns(country)) == 1

    @pytest.mark.parametrize(("country", "digits"), [("FR", 5), ("ES", 5), ("DE", 5), ("IT", 5)])
    def test_every_number_of_five_digits_leads_to_one_place_at_most(
        self, country: str, digits: int
    ) -> None:
        """Every seventh of a hundred thousand."""
        known = patterns(country)
        for number in range(0, 10**digits, 7):
            code = f"{number:0{digits}}"
            assert sum(bool(pattern.fullmatch(code)) for _, pattern in known) <= 1, code

    @pytest.mark.parametrize(("country", "digits"), [("CH", 4), ("DK", 4), ("NO", 4), ("AU", 4)])
    def test_every_number_of_four_digits_leads_to_one_place_at_most(
        self, country: str, digits: int
    ) -> None:
        """All ten thousand of them."""
        known = patterns(country)
        for number in range(10**digits):
            code = f"{number:0{digits}}"
            assert sum(bool(pattern.fullmatch(code)) for _, pattern in known) <= 1, code


class TestEveryCountry:
    """Every country of ISO 3166 can be placed, and a few that have no code there."""

    @pytest.mark.parametrize("country", sorted(c.alpha_2 for c in pycountry.countries))
    def test_can_be_placed(self, country: str) -> None:
        """With its own postal code where it must have one."""
        destination = at(country, "75011" if country == "FR" else None)
        assert destination.territory.country == country
        assert destination.territory.source

    @pytest.mark.parametrize(
        ("country", "code"), [("XK", "XK"), ("IC", "ES-CN"), ("EA", "EA"), ("UK", "GB")]
    )
    def test_and_reserved_codes_too(self, country: str, code: str) -> None:
        """Kosovo, the Canaries, Ceuta and Melilla, and what people write for Britain."""
        assert territory(country) == code

    def test_greece_is_also_written_el(self) -> None:
        """As the Union writes it."""
        assert territory("EL", "10431") == territory("GR", "10431") == "GR"

    @pytest.mark.parametrize("country", ["ZZ", "XX", "CS", "QQ"])
    def test_an_unknown_country_is_refused(self, country: str) -> None:
        """The error is about the country, and names it."""
        with pytest.raises(PlaceError) as refused:
            at(country)
        assert (refused.value.field, refused.value.found) == ("country", country)


class TestTraps:
    """The places that look like another."""

    @pytest.mark.parametrize(
        ("country", "code", "expected"),
        [
            ("FR", "97133", "BL"),
            ("FR", "97150", "MF"),
            ("FR", "97110", "GP"),
            ("FR", "97800", "MF"),
            ("FR", "97700", "BL"),
            ("FR", "20200", "FR-20R"),
            ("FR", "2 0 2 0 0", "FR-20R"),
            ("FR", "19999", "FR"),
            ("FR", "21000", "FR"),
            ("FR", "98799", "CP"),
            ("GR", "630 86", "GR-69"),
            ("GR", "63087", "GR-69"),
            ("GR", "63088", "GR"),
            ("CH", "9484", "CH"),
            ("CH", "9485", "LI"),
            ("CH", "9498", "LI"),
            ("CH", "9499", "CH"),
            ("GB", "GIR 0AA", "GB-GBN"),
            ("GB", "B1 1AA", "GB-GBN"),
            ("GB", "BT1 1AA", "GB-NIR"),
            ("GB", "G1 1AA", "GB-GBN"),
            ("GB", "GY10 1SF", "GG"),
            ("GB", "GX11 1AA", "GI"),
            ("GB", "BFPO 57", "GB-BFPO"),
            ("DK", "3900", "GL"),
            ("DK", "0900", "DK"),
            ("DK", "100", "FO"),
            ("ES", "34001", "ES"),
            ("ES", "36001", "ES"),
            ("ES", "07001", "ES"),
            ("US", "00901", "PR"),
            ("US", "96799", "AS"),
            ("US", "96813", "US"),
            ("US", "09012-1234", "US-military"),
            ("AT", "6992", "AT-6691"),
            ("DE", "78265", "DE"),
            ("NL", "1012", "NL"),
            ("DE", "D-10115", "DE"),
            ("DE", "D 78266", "DE-78266"),
            ("FR", "F-75003", "FR"),
            ("FR", "F-97400", "RE"),
            ("RE", "F-97400", "RE"),
            ("BE", "B-1000", "BE"),
            ("CH", "CH-8001", "CH"),
            ("CH", "FL-9490", "LI"),
            ("LI", "FL-9490", "LI"),
            ("AT", "A-1010", "AT"),
            ("AT", "A-6991", "AT-6691"),
            ("LU", "L-1009", "LU"),
            ("IE", "D02 X285", "IE"),
            ("IE", "d6w xy00", "IE"),
            ("IE", "H91AF2K", "IE"),
        ],
    )
    def test_are_told_apart(self, country: str, code: str, expected: str) -> None:
        """Each by hand, with its neighbours on both sides."""
        assert territory(country, code) == expected

    @pytest.mark.parametrize(
        ("code", "city", "expected"),
        [
            ("22060", "Campione d'Italia", "IT-22061"),
            ("22060", "CAMPIONE D’ITALIA", "IT-22061"),
            ("22060", "Ponna", "IT"),
            ("22060", None, "IT-22060"),
            ("23030", "Livigno", "IT-23041"),
            ("23030", "Trepalle (Livigno)", "IT-23041"),
            ("23030", "Valfurva", "IT"),
            ("23030", None, "IT-23030"),
            ("00184", "Livigno", "IT"),
        ],
    )
    def test_shared_codes_need_the_city(self, code: str, city: str | None, expected: str) -> None:
        """Old codes of Campione and Livigno, whose neighbours are inside."""
        assert territory("IT", code, city) == expected

    @pytest.mark.parametrize(
        ("city", "expected"), [("Ceuta", "ES-CE"), ("Melilla", "ES-ML"), ("?", "EA"), (None, "EA")]
    )
    def test_ceuta_and_melilla_share_a_code(self, city: str | None, expected: str) -> None:
        """Both have one status, so EA alone is enough."""
        assert territory("EA", None, city) == expected

    @pytest.mark.parametrize("country", ["ES", "DE", "IT", "GR", "FI", "CH", "DK", "NO"])
    def test_without_a_code_delivery_still_answers(self, country: str) -> None:
        """The country is known, and that its part is not."""
        found = at(country).territory
        assert (found.code, found.country) == (f"{country}-unknown", country)

    def test_great_britain_without_a_code_is_the_united_kingdom(self) -> None:
        """Delivery times are one for all of it."""
        assert at("GB").territory.country == at("GB", "BT7 1NN").territory.country == "GB"

    @given(st.text(st.characters(exclude_categories=["Nd"]), max_size=12))
    def test_any_text_without_a_digit_is_refused_by_name(self, code: str) -> None:
        """Nothing else comes out, whatever is typed."""
        with pytest.raises(PlaceError) as refused:
            at("FR", code)
        assert refused.value.field == "postal_code"


class TestRefused:
    """A code that is missing, malformed or of another country is refused, with what is allowed."""

    @pytest.mark.parametrize(
        ("country", "code"),
        [
            ("FR", None),
            ("FR", " "),
            ("FR", "96000"),
            ("FR", "99000"),
            ("FR", "00100"),
            ("FR", "97000"),
            ("FR", "98500"),
            ("FR", "7501"),
            ("FR", "750111"),
            ("FR", "75011 CEDEX"),
            ("FR", "\N{ARABIC-INDIC DIGIT SEVEN}5011"),
            ("RE", "75011"),
            ("GP", "97133"),
            ("MC", "75001"),
            ("AX", "00100"),
            ("IC", "28001"),
            ("IM", "JE2 3AB"),
            ("ES", "53000"),
            ("ES", "00001"),
            ("GB", "SW1A"),
            ("CA", "90210"),
            ("LI", "8001"),
            ("GL", "1050"),
            ("IE", "BT7 1NN"),
            ("IE", "BT12 3AB"),
            ("IE", "Dublin 4"),
            ("IE", "D02"),
            ("IE", "D02 X28"),
            ("IE", "D02 X2850"),
            ("IE", "B02 X285"),
            ("IE", "D02 X28B"),
            ("IE", "D7W X285"),
            ("GB", "D02 X285"),
            ("DE", "F-10115"),
            ("CH", "D-8001"),
            ("BE", "A-1000"),
        ],
    )
    def test_on_the_postal_code(self, country: str, code: str | None) -> None:
        """The message names the country and gives examples."""
        with pytest.raises(PlaceError, match=f"must be a code of {country} such as") as refused:
            at(country, code)
        assert refused.value.field == "postal_code"

    def test_examples_are_few(self) -> None:
        """However many territories are written under a country."""
        with pytest.raises(PlaceError, match=r"such as 75011 or 20000 or 98000, got '1'$"):
            at("FR", "1")

    def test_a_country_without_a_known_pattern_takes_any_code(self) -> None:
        """Nothing is refused that is not known to be wrong."""
        assert territory("JM", "JMAKN10") == territory("JM", "Kingston 10") == "JM"
