"""One order priced by the rule itself and as a line of JSON; one line from a fresh interpreter.

All in processor time, so that whatever else the machine does counts little. A fresh interpreter
has byte code, as an installed program has: the first round, which compiles it, is not measured.

Where a line's instructions go, in thousands, as `valgrind --tool=callgrind` counted them on CPython
3.11 (the rule by itself: 428, so that the line is 2.0 times the rule; in time it is 2.35 times,
since more code and data than a processor keeps at hand take turns):

    428  the rule
    173  reading facts: 2 pieces (each its money, class and checks), a destination, a gift card
     89  decoding the line, of which 26 see that no name is given twice
     74  writing the answer as text, of which 18 merge the sources of its parts
     54  the answer made of the quote
     22  reading the request
      7  finding the edition
      8  all the rest
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from vintage_rules import Money, Piece, Place, load_policy, locate, quote_order
from vintage_rules.api.answering import reply_to
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.orders import OrderQuote

DAY = date(2026, 11, 22)
HOUSE = load_policy("imparfaite").on(DAY)
LIEGE = locate(Place(country="BE", postal_code="4000", city="Liège"))
PIECES = [
    Piece(id=PieceId("coat"), seller=SellerId("ada"), price=Money("90.00", "EUR"), weight_g=1400),
    Piece(id=PieceId("bag"), seller=SellerId("lou"), price=Money("55.00", "EUR"), weight_g=600),
]
CARD = Money("50.00", "EUR")
REQUEST = {
    "id": "q02",
    "rule": "quote-order",
    "facts": {
        "mode": "grouped",
        "destination": {"country": "BE", "postal_code": "4000", "city": "Liège"},
        "pieces": [
            {
                "id": piece.id,
                "seller": piece.seller,
                "price": {"amount": str(piece.price.amount), "currency": "EUR"},
                "weight_g": piece.weight_g,
            }
            for piece in PIECES
        ],
        "gift_card_balance": {"amount": "50.00", "currency": "EUR"},
    },
}
LINE = json.dumps(REQUEST).encode()
TOTAL = "181.69"
EVAL = "import sys; from vintage_rules.cli import main; sys.exit(main(['eval']))"
PROGRAMS = {
    "import pydantic, babel": "import pydantic, babel",
    "vintage-rules eval, one line": EVAL,
}


def by_the_rule() -> str:
    """The rule, on values that are there already."""
    quote = quote_order(PIECES, LIEGE, "grouped", HOUSE, gift_card_balance=CARD)
    assert isinstance(quote, OrderQuote)
    return str(quote.price.total.amount)


def by_a_line() -> str:
    """A line of JSON in, one out."""
    return reply_to(LINE, today=DAY).line.decode()


@pytest.mark.parametrize(
    ("way", "price"), [("the rule itself", by_the_rule), ("a line of JSON", by_a_line)]
)
@pytest.mark.benchmark(group="one order priced", timer=time.process_time)
def test_price(benchmark: BenchmarkFixture, way: str, price: Callable[[], str]) -> None:
    """Both come to the same total; how long each takes is printed, not asserted.

    A round is many orders: reading the processor's clock takes a while itself.
    """
    benchmark.extra_info["way"] = way
    total = benchmark.pedantic(  # type: ignore[no-untyped-call]
        price, rounds=400, iterations=20, warmup_rounds=3
    )
    assert TOTAL in total


def time_of_children() -> float:
    """The processor time of the programs that have run and ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("way", PROGRAMS)
@pytest.mark.benchmark(group="one line from a fresh interpreter", timer=time_of_children)
def test_first_line(benchmark: BenchmarkFixture, way: str, tmp_path: Path) -> None:
    """The program answers and ends; how long it takes is printed, not asserted."""
    benchmark.extra_info["way"] = way
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    finished = benchmark.pedantic(  # type: ignore[no-untyped-call]
        subprocess.run,
        args=([sys.executable, "-c", PROGRAMS[way]],),
        kwargs={"input": LINE, "env": environment, "capture_output": True, "check": True},
        rounds=25,
        warmup_rounds=1,
    )
    assert (TOTAL.encode() in finished.stdout) == (PROGRAMS[way] == EVAL)
