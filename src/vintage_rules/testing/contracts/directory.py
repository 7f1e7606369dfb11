"""What a `Directory` owes, as tests.

An adapter passes them in its own test module::

    class TestOurPeople(DirectoryContract):
        @pytest.fixture
        def directory(self, database):
            for recipient, contact in PEOPLE.items():
                database.write(recipient.role, recipient.id, contact)
            return OurPeople(database, workshop=WORKSHOP)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest

from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.places import Place
from vintage_rules.ports.directory import Contact, Directory, PostalAddress, Recipient, Role
from vintage_rules.testing.contracts.missing import missing

WORKSHOP = PostalAddress(
    name="Atelier",
    lines=("1 rue du Lin", "Bâtiment B"),
    place=Place(country="FR", postal_code="75010", city="Paris"),
    phone="+33199000000",
    email="atelier@example.com",
)
ADA = Recipient(role=Role.BUYER, id="ada")
LOU = Recipient(role=Role.SELLER, id="lou")
ADA_SELLS = Recipient(role=Role.SELLER, id="ada")
STRANGER = Recipient(role=Role.BUYER, id="nobody")
PEOPLE: Mapping[Recipient, Contact] = {
    ADA: Contact(name="Ada Lovelace", email="ada@example.com", locale="fr", address=None),
    ADA_SELLS: Contact(name="Adas Kleider", email="shop@example.com", locale="de", address=None),
    LOU: Contact(
        name="Lou Andreas",
        email="lou@example.com",
        locale="en-GB",
        address=PostalAddress(
            name="Lou Andreas",
            lines=("3 place du Marché",),
            place=Place(country="FR", postal_code="33000", city="Bordeaux"),
        ),
    ),
}


class DirectoryContract:
    """What a `Directory` owes, and what an adapter of it declares about itself."""

    can_be_silent: ClassVar[bool] = False
    """Whether it may not answer; then there is a fixture `silent`."""

    @pytest.fixture
    def directory(self) -> Directory:
        """Make the adapter, which knows `directory.PEOPLE` and is at `directory.WORKSHOP`."""
        raise missing(self, "directory")

    @pytest.fixture
    def silent(self) -> Directory:
        """Make the adapter with something behind it that does not answer."""
        raise missing(self, "silent", "can_be_silent")

    @pytest.mark.parametrize("recipient", PEOPLE, ids=lambda each: f"{each.role} {each.id}")
    def test_everybody_is_known_with_all_there_is(
        self, directory: Directory, recipient: Recipient
    ) -> None:
        """Name, mail, language and address; the same at each query."""
        assert directory.contact(recipient) == PEOPLE[recipient]
        assert directory.contact(recipient) == PEOPLE[recipient]

    def test_a_buyer_is_not_the_seller_of_that_name(self, directory: Directory) -> None:
        """They are two people, and may be neither."""
        assert directory.contact(ADA) != directory.contact(ADA_SELLS)
        assert directory.contact(Recipient(role=Role.BUYER, id="lou")) is None

    @pytest.mark.parametrize("name", ["nobody", "ada/../lou", "' or ''='", "ADA", "ad\u0430", "%"])
    def test_nobody_is_made_up(self, directory: Directory, name: str) -> None:
        """Whatever the name looks like, it is that name or no one's."""
        assert directory.contact(Recipient(role=Role.BUYER, id=name)) is None

    def test_the_workshop_is_an_address(self, directory: Directory) -> None:
        """All of it, since parcels are sent there."""
        assert directory.workshop() == WORKSHOP

    def test_no_answer_is_not_nobody(self, request: pytest.FixtureRequest) -> None:
        """A directory that cannot be reached does not say that there is no such person."""
        if not self.can_be_silent:
            pytest.skip("it always answers")
        silent: Directory = request.getfixturevalue("silent")
        with pytest.raises(OutsideUnavailableError):
            silent.contact(ADA)
        with pytest.raises(OutsideUnavailableError):
            silent.workshop()
