from __future__ import annotations

import json
import re

import pytest

from tests.publishing.houses import INVENTED, PUBLISHER, TODAY, document_of, house_of
from vintage_rules.errors import UnknownLocaleError
from vintage_rules.orders.labels import KEYS
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing import Publisher, publication
from vintage_rules.review.check.labels import own_names
from vintage_rules.wording import locales

IMPARFAITE = house_of("imparfaite")
WINDOW = 'window = { anchor = "received", length = "14 days", roll = "next-working-day" }\nrefund'


def published(house: HousePolicy) -> dict[str, str]:
    """Give all files, with plain spaces."""
    files = publication(house, PUBLISHER, locales(), TODAY)
    return {name: re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", text)
            for name, text in files.items()}  # fmt: skip


class TestOneValue:
    """One value of the document is changed, and every file that is published changes with it."""

    @pytest.mark.parametrize(
        "change",
        [
            (WINDOW, WINDOW.replace("14", "173")),
            ('DE = "3 to 5 ouvres"', 'DE = "3 to 173 ouvres"'),
        ],
        ids=["the window of a return", "the way to Germany"],
    )
    def test_changes_every_file(self, change: tuple[str, str]) -> None:
        """The number that is in none of them before is in each of them after."""
        before, after = published(IMPARFAITE), published(house_of("imparfaite", change))
        number = re.compile(r"\b173\b")
        assert [name for name, text in before.items() if number.search(text)] == []
        assert [name for name, text in after.items() if not number.search(text)] == []
        assert len(after) == 1 + 3 * len(locales())

    def test_changes_nothing_else(self) -> None:
        """Where a value stands alone, only the lines that tell it are other lines."""
        before = published(IMPARFAITE)
        after = published(
            house_of("imparfaite", ('ES = "3 to 7 ouvres"', 'ES = "3 to 173 ouvres"'))
        )
        for name, text in after.items():
            lines = zip(before[name].splitlines(), text.splitlines(), strict=True)
            changed = [(was, now) for was, now in lines if was != now]
            assert changed
            assert all(now == was.replace("7", "173") for was, now in changed), name


class TestFiles:
    """What is written, and for whom."""

    def test_are_for_people_in_each_language_and_for_machines(self) -> None:
        """Two pages and a document of UCP a language, and one of schema.org."""
        files = publication(IMPARFAITE, PUBLISHER, ["fr", "de-CH"], TODAY)
        assert set(files) == {
            "schema-org.json", "ucp.fr.json", "ucp.de-CH.json",
            "faq.fr.md", "faq.fr.html", "faq.de-CH.md", "faq.de-CH.html",
        }  # fmt: skip

    def test_are_the_same_each_time(self) -> None:
        """Nothing depends on the hour or on chance: a diff shows what has changed in the policy."""
        assert published(IMPARFAITE) == published(house_of("imparfaite"))

    def test_for_machines_are_json(self) -> None:
        """Each ends with a line break and can be read."""
        for name, text in published(IMPARFAITE).items():
            if name.endswith(".json"):
                assert text.endswith("}\n")
                json.loads(text)

    def test_refuse_an_unknown_language(self) -> None:
        """A language without a catalogue is the library's error, before anything is written."""
        with pytest.raises(UnknownLocaleError):
            publication(IMPARFAITE, PUBLISHER, ["fr", "nl"], TODAY)


class TestLabelsOfAHouse:
    """An own house needs nothing but its document to be published in words."""

    @pytest.mark.parametrize("name", INVENTED)
    def test_leave_no_name_as_it_is_written(self, name: str) -> None:
        """Where each name that the check lists has a label, no page shows one in quotes."""
        house = house_of(name)
        names = sorted({own.name for own in own_names(house)})
        lines = ['\n[edition.labels]\nsource = "assumption: drawn for a test"']
        for key in sorted(set(KEYS.values())):
            lines.append(f"[edition.labels.{key}]")
            known = {own.name for own in own_names(house) if KEYS[own.kind] == key}
            lines += [f'{each} = {{ en = "The {each.upper()}" }}' for each in sorted(known)]
        labelled = house_of(name, (document_of(name), document_of(name) + "\n".join(lines)))
        quoted = re.compile("“(" + "|".join(map(re.escape, names)) + ")”")
        shop = Publisher(name="Shop")
        shown = [publication(each, shop, ["en"], TODAY).values() for each in (house, labelled)]
        assert [bool(quoted.search("".join(texts))) for texts in shown] == [True, False]
