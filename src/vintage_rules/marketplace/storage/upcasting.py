"""What an earlier version stored, as this one reads it.

What is stored is never rewritten, and outlives the code that wrote it. So each event and each
effect has a **version**: 1 as it was first written, and one more for every function in
`UPCASTERS`. Such a function takes the JSON of one version and returns that of the next; what was
read passes through all that are newer than itself. From the second version on, the number is
written beside the name (`"v":2`).

A new field needs no version if it has a default that is right for everything stored before. It
needs one if an older process that ignores the field would act wrongly: for a version that it does
not know, such a process raises `NewerVersionError` and leaves the work to a newer one. Fields that
it does not know, in a version that it knows, it ignores, and they stay in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from vintage_rules.errors import InvalidValueError, NewerVersionError

Json: TypeAlias = dict[str, Any]
Upcaster: TypeAlias = Callable[[Json], Json]

TAG, VERSION, ACTOR = "is", "v", "actor"

# Names of events and effects that were renamed.
_RENAMED: Mapping[str, str] = {
    "notice-taken": "webhook-taken",
    "capture-card": "capture-card-payment",
    "release-charge": "void-charge",
    "undo-payment": "void-payment",
    "undo-card": "void-card-payment",
    "pass-refund": "send-refund",
    "put-back-on-sale": "return-piece-to-sale",
    "ask-for-refund": "request-refund-consent",
    "follow-parcel": "track-parcel",
    "send-card": "send-gift-card",
    "write": "send-message",
}
_EARLIER_ACTOR = "asked_by"  # how 0.1 wrote it
# An effect of 0.1 for a person, whose words are in its message: a case in later versions.
_FOR_A_PERSON = "look-into"


def _with_terms_of_refunds(read: Json) -> Json:
    """Version 2 deducts what is due once for each return, and names the source of each term.

    Before, nothing was deducted once, and the sources were those of all the terms together.
    """
    for piece in read["pieces"]:
        terms = piece["terms"]
        terms["deduction"].setdefault("per_return", "0")
        for name in ("parts_sources", "deduction_sources", "trigger_sources"):
            terms.setdefault(name, terms["sources"])
    return read


def _to_each_seller_once(read: Json) -> Json:
    """Version 2 mails a seller once of all pieces of an order; before, once of each piece."""
    if read["kind"] == "piece-sold":
        one, facts = {"piece": "pieces", "price": "prices"}, read["facts"]
        read["kind"] = "pieces-sold"
        read["facts"] = {
            one.get(name, name): {"all": [fact]} if name in one else fact
            for name, fact in facts.items()
        }
    return read


UPCASTERS: Mapping[str, tuple[Upcaster, ...]] = {
    "refund-owed": (_with_terms_of_refunds,),
    "send-message": (_to_each_seller_once,),
}


def version_of(name: str) -> int:
    """Return the version in which this code writes an event or an effect.

    >>> version_of("refund-owed"), version_of("order-paid")
    (2, 1)
    """
    return 1 + len(UPCASTERS.get(name, ()))


def upcast(read: Json) -> Json:
    """Return what was read as this version would have written it; it may be changed in place.

    Raises:
        InvalidValueError: For the effect of 0.1 that only a person can settle.
        NewerVersionError: For what a newer version wrote.

    >>> upcast({"is": "notice-taken", "asked_by": "card"})
    {'is': 'webhook-taken', 'actor': 'card'}
    >>> upcast({"is": "order-paid", "v": 2})
    Traceback (most recent call last):
    ...
    vintage_rules.errors.NewerVersionError: order-paid: version 2 was written by a newer ...
    """
    name = str(read.get(TAG))
    if name in _RENAMED:
        name = read[TAG] = _RENAMED[name]
    if name == _FOR_A_PERSON:
        raise InvalidValueError("effect", read, "settled by a person, who looks into it")
    if _EARLIER_ACTOR in read:
        read[ACTOR] = read.pop(_EARLIER_ACTOR)
    version, known = read.pop(VERSION, 1), version_of(name)
    if type(version) is int and version > known:
        raise NewerVersionError(name, version, known)
    for upcaster in UPCASTERS.get(name, ())[version - 1 :]:
        read = upcaster(read)
    return read
