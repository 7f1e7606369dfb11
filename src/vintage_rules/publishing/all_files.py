"""Everything that is published about a house, as files by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.documents import text_of
from vintage_rules.publishing.faq.html import faq_as_html
from vintage_rules.publishing.faq.markdown import faq_as_markdown
from vintage_rules.publishing.faq.page import Faq, write_faq
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.publishing.schema_document import schema_org
from vintage_rules.publishing.ucp_document import ucp


def publication(
    house: HousePolicy, publisher: Publisher, locales: Iterable[str], on: date
) -> Mapping[str, str]:
    """Return the text of each published file, by its name.

    Files for machines are published once, those for people in each language. `on` is the day whose
    facts of the world apply.

    Raises:
        UnknownLocaleError: If the language has no catalogue.
        UnknownTermError: If the publisher has an address for a channel that the policy has not.

    >>> from vintage_rules.policies import load_policy
    >>> today = date(2026, 11, 22)
    >>> house = load_policy("imparfaite").on(today)
    >>> sorted(publication(house, Publisher(name="Imparfaite"), ["fr"], today))
    ['faq.fr.html', 'faq.fr.md', 'schema-org.json', 'ucp.fr.json']
    """
    _require_channels(house, publisher)
    pages = {
        page.language: page for page in (write_faq(house, publisher, each, on) for each in locales)
    }
    return {
        "schema-org.json": text_of(schema_org(house, publisher)) + "\n",
        **dict(_in_each_language(pages)),
        **{
            f"ucp.{language}.json": text_of(ucp(house, publisher, language)) + "\n"
            for language in pages
        },
    }


def _require_channels(house: HousePolicy, publisher: Publisher) -> None:
    contact = house.service.contact
    known = (*contact.always, *contact.staffed)
    for channel in publisher.contacts:
        if channel not in known:
            raise UnknownTermError("contact", channel, known)


def _in_each_language(pages: Mapping[str, Faq]) -> Iterator[tuple[str, str]]:
    addresses = {f"faq.{language}.html": page for language, page in pages.items()}
    others = addresses if len(addresses) > 1 else {}
    for language, page in pages.items():
        yield f"faq.{language}.md", faq_as_markdown(page)
        yield f"faq.{language}.html", faq_as_html(page, others)
