"""An order from Paris to London: priced, dated, taken through customs, and explained.

python -m examples.quote_an_order
"""

from datetime import date
from decimal import Decimal

from vintage_rules import (
    Money,
    Piece,
    PieceId,
    Place,
    SellerId,
    assess_import,
    calendar_of,
    estimate_delivery,
    explain,
    import_rules,
    load_policy,
    locate,
    quote_order,
)
from vintage_rules.orders import OrderNotQuoted
from vintage_rules.shipping import ImportFacts

TODAY = date(2026, 11, 22)
DISPATCHED = date(2026, 12, 21)
PARIS = locate(Place(country="FR", postal_code="75011")).territory
RATES = {("EUR", "GBP"): Decimal("0.85")}


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def main() -> None:
    """Print one order."""
    house = load_policy("imparfaite").on(TODAY)
    london = locate(Place(country="GB", postal_code="E8 3PN", city="London"))
    pieces = [
        Piece(
            id=PieceId("trench coat"), seller=SellerId("ada"), price=euros("120.00"), weight_g=1500
        ),
        Piece(
            id=PieceId("ankle boots"), seller=SellerId("noe"), price=euros("65.00"), weight_g=1100
        ),
    ]

    quote = quote_order(pieces, london, "grouped", house)
    if isinstance(quote, OrderNotQuoted):
        print(explain(quote, "en").text)
        return
    fee = quote.price.fee("quality-control")
    print(f"pieces {quote.price.goods}, check {fee}, shipping {quote.price.shipping}")
    print(f"total  {quote.price.total}")

    calendar = calendar_of(london)
    estimate = estimate_delivery(london, DISPATCHED, house.shipping.delivery, calendar)
    print(f"leaves {DISPATCHED}, arrives {estimate.window.earliest} to {estimate.window.latest}")

    parcel = ImportFacts(
        origin=PARIS,
        goods=quote.price.goods,
        shipping=quote.price.shipping,
        handling=fee,
        rates=RATES,
        dispatched=DISPATCHED,
    )
    customs = assess_import(
        parcel, london, import_rules(london, DISPATCHED, PARIS), house.shipping.customs
    )

    for decision in (quote, estimate, customs):
        explanation = explain(decision, "en-GB")
        print()
        print("\n".join(explanation.sentences))


if __name__ == "__main__":
    main()
