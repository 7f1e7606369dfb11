"""A `Directory` in this process, of the people added to it."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.ports.directory import Contact, PostalAddress, Recipient


class MemoryDirectory:
    """A `Directory` of the people added to it.

    >>> from vintage_rules import Place
    >>> from vintage_rules.ports import Role
    >>> paris = Place(country="FR", postal_code="75011", city="Paris")
    >>> workshop = PostalAddress(name="Workshop", lines=("1 rue du Lin",), place=paris)
    >>> ada = Contact(name="Ada", email="ada@example.com", locale="fr", address=None)
    >>> buyer = Recipient(role=Role.BUYER, id="ada")
    >>> people = MemoryDirectory(workshop, {buyer: ada})
    >>> people.contact(buyer).name
    'Ada'
    >>> people.contact(Recipient(role=Role.SELLER, id="ada")) is None
    True
    """

    def __init__(
        self, workshop: PostalAddress, contacts: Mapping[Recipient, Contact] | None = None
    ) -> None:
        self._workshop = workshop
        self._contacts = dict(contacts or {})

    def put(self, recipient: Recipient, contact: Contact) -> None:
        """Add a person, or replace how they are reached."""
        self._contacts[recipient] = contact

    def contact(self, recipient: Recipient) -> Contact | None:
        """Return how a person is reached."""
        return self._contacts.get(recipient)

    def workshop(self) -> PostalAddress:
        """Return where the house receives parcels."""
        return self._workshop
