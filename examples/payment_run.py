"""A payment run: what sellers are due on a day, as a file that a bank takes, summing to the books.

python -m examples.payment_run [HOW MANY ORDERS]

It needs the extra `frames`, and `pip install sepaxml`, which writes the file and holds it against
the schema of pain.001, the SEPA credit transfer.
"""

import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
from sepaxml import SepaTransfer

from vintage_rules import load_policy
from vintage_rules.frames import (
    assess_payouts,
    compile_policy,
    locate_places,
    past_orders,
    quote_orders,
)
from vintage_rules.orders import HousePolicy

DAY = date(2025, 11, 18)
SCHEMA = "pain.001.001.09"
TAG = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
OUT = Path("build") / "payouts.xml"


def payouts(house: HousePolicy, orders: int) -> pl.DataFrame:
    """Return the pieces of some weeks, with what their sellers are paid for them."""
    pieces = past_orders(house, orders=orders, seed=7, since=date(2025, 10, 6), days=35)
    priced = quote_orders(locate_places(pieces), compile_policy(house))
    return priced.filter(pl.col("error").is_null())


def due(pieces: pl.DataFrame, house: HousePolicy, day: date) -> pl.DataFrame:
    """Return the pieces whose payout falls due on a day. A piece that comes back is held.

    The window of a piece ends by where it went and by the kind of its sale, where the house has
    other times there: `payouts.elsewhere`.
    """
    comes_back = pl.col("requested").is_not_null()
    known = pieces.with_columns(today=pl.lit(day), return_open=comes_back)
    assessed = assess_payouts(known, compile_policy(house))
    ended = pl.col("payout_window_ends") == day - timedelta(days=1)
    return assessed.filter(pl.col("payout_due") & ended)


def iban_of(seller: str) -> str:
    """Return the account of a seller: a real shop looks it up. Its check digits are right."""
    account = f"50010517{int(seller.removeprefix('seller-')):010}"
    check = 98 - int(f"{account}131400") % 97  # D and E are 13 and 14, and 00 for the digits
    return f"DE{check:02}{account}"


def bank_file(sellers: pl.DataFrame, day: date) -> bytes:
    """Return one transfer for each seller, checked against the schema of the file."""
    house = {"name": "Imparfaite", "IBAN": "FR1420041010050500013M02606"}
    run = SepaTransfer({**house, "batch": True, "currency": "EUR"}, schema=SCHEMA)
    # Banks refuse a message they know: a run that is sent again pays no seller twice.
    run.msg_id = f"payouts-{day}"
    run._xml.find(".//MsgId").text = run.msg_id  # noqa: SLF001 - it draws one of its own
    for seller, cents in sellers.iter_rows():
        run.add_payment(
            {
                "name": seller,
                "IBAN": iban_of(seller),
                "amount": cents,
                "execution_date": day,
                "description": f"Your sales, paid on {day}",
                "endtoend_id": f"{seller}-{day:%Y%m%d}",
            }
        )
    return bytes(run.export(validate=True))


def main() -> None:
    """Write the file of a day and hold it against the books."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    house = load_policy("imparfaite").on(DAY)
    pieces = payouts(house, orders)
    today = due(pieces, house, DAY)
    sellers = (
        today.group_by("seller")
        .agg(pl.col("payout").sum())
        .filter(pl.col("payout") > 0)
        .sort("seller")
    )
    content = bank_file(sellers, DAY)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(content)

    header = ET.fromstring(content).find(f".//{TAG}GrpHdr")  # noqa: S314 - written above
    if header is None:
        raise SystemExit("the file has no header")
    in_file = Decimal(header.findtext(f"{TAG}CtrlSum", "0"))
    in_books = Decimal(int(today["payout"].sum())).scaleb(-2)
    print(f"{pieces.height} pieces, of which {today.height} fall due on {DAY}")
    print(f"{header.findtext(f'{TAG}NbOfTxs')} sellers are paid {in_file} EUR in {OUT}")
    print(f"the books say {in_books} EUR: {'the same' if in_file == in_books else 'NOT THE SAME'}")


if __name__ == "__main__":
    main()
