"""A coat in Paris: an offer countered, the price back a day later, another offer, a sale.

    python -m examples.negotiate_a_piece

A host keeps the events and nothing else. Whatever the coat is at any moment follows from them, and
time needs no timer: a late query finds what happened in the meantime, dated when it happened.
"""

from datetime import UTC, date, datetime, timedelta

from vintage_rules import Money, Refused, explain, load_policy
from vintage_rules.offers import (
    LISTING,
    AcceptOffer,
    Command,
    CounterOffer,
    Event,
    MakeOffer,
    SellerTerms,
    SellPiece,
    list_piece,
)

HOUSE = load_policy("imparfaite").on(date(2026, 8, 31)).listing
MONDAY = datetime(2026, 8, 31, 8, tzinfo=UTC)


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def hours(count: float) -> datetime:
    """So many hours after Monday morning."""
    return MONDAY + timedelta(hours=count)


COMMANDS: list[Command] = [
    MakeOffer(at=hours(0), buyer="zoe", price=euros("139.99"), signed_in=True),
    MakeOffer(at=hours(0), buyer="zoe", price=euros("150.00"), signed_in=True),
    CounterOffer(at=hours(2), buyer="zoe", price=euros("180.00")),
    MakeOffer(at=hours(20), buyer="zoe", price=euros("175.00"), signed_in=True),
    MakeOffer(at=hours(30), buyer="max", price=euros("160.00"), signed_in=True),
    AcceptOffer(at=hours(32), buyer="max"),
    SellPiece(at=hours(33), buyer="zoe", price=euros("160.00")),
]


def main() -> None:
    """Give each command to the coat and print what comes of it."""
    terms = SellerTerms.only(open_to_offers=True)
    history: list[Event] = [list_piece(MONDAY, euros("200.00"), terms, HOUSE.offers)]
    for command in COMMANDS:
        answer = LISTING.decide(LISTING.replay(history), command, HOUSE)
        if isinstance(answer, Refused):
            print(f"{command.at:%a %H:%M}  {command.name} refused: {', '.join(answer.reasons)}")
        else:
            for event in answer:
                history.append(event)
                price = LISTING.replay(history).price
                print(f"{event.at:%a %H:%M}  {event.name}: the coat costs {price}")
    gone = LISTING.fall_due(LISTING.replay(history), hours(24 * 365))
    print(*(f"{event.at:%a %d %B %H:%M}  {event.name}" for event in gone), sep="\n")

    too_low = LISTING.decide(LISTING.replay(history[:1]), COMMANDS[0], HOUSE)
    print()
    print("\n".join(explain(too_low, "en-GB").sentences))


if __name__ == "__main__":
    main()
