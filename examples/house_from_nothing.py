"""A house from nothing: its document grows part by part until it is sound and answers.

    python -m examples.house_from_nothing

The document is that of the guide "Write your house". Nothing is assumed: what a house has not
decided is a fault, and faults are named all at once.
"""

from __future__ import annotations

import re
from pathlib import Path

from vintage_rules import Money, Piece, PieceId, Place, SellerId, explain, locate, quote_order
from vintage_rules.errors import PolicyDocumentError
from vintage_rules.policies import parse_policy

DOCUMENT = Path(__file__).parents[1] / "docs" / "guide" / "brocante.toml"


def parts() -> dict[str, str]:
    """Return the document by its parts; the first says whose terms it is, and since when."""
    first, *tables = re.split(r"\n(?=\[+edition\.)", DOCUMENT.read_text("utf-8"))
    found = {"edition": first}
    for table in tables:
        name = table.removeprefix("[").removeprefix("[").split(".")[1].split("]")[0]
        found[name] = found.get(name, "") + "\n" + table
    return found


def main() -> None:
    """Add one part after the other, then have the house price an order."""
    document = ""
    for name, text in parts().items():
        document += text + "\n"
        try:
            book = parse_policy(document.encode(), "brocante.toml")
        except PolicyDocumentError as error:
            print(f"with {name}: {len(error.faults)} to decide still, first {error.faults[0].path}")
        else:
            print(f"with {name}: sound, {book.latest.edition}")

    house = parse_policy(document.encode(), "brocante.toml").latest
    liege = locate(Place(country="BE", postal_code="4000", city="Liège"))
    lamp = Piece(
        id=PieceId("lamp"), seller=SellerId("ada"), price=Money("40.00", "EUR"), weight_g=1_800
    )
    print()
    print("\n".join(explain(quote_order([lamp], liege, "post", house), "en").sentences))


if __name__ == "__main__":
    main()
