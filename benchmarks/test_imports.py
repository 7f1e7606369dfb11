"""How long a fresh interpreter takes to import us, and to give a first answer."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

FIRST_ANSWER = """
from datetime import date
import vintage_rules as vr
house = vr.load_policy("imparfaite").on(date(2026, 11, 22))
place = vr.locate(vr.Place(country="FR", postal_code="33000"))
coat = vr.Piece(id="coat", seller="ada", price=vr.Money("90.00", "EUR"), weight_g=1400)
vr.quote_order([coat], place, "grouped", house)
vr.estimate_delivery(place, date(2026, 11, 23), house.shipping.delivery, vr.calendar_of(place))
"""

PROGRAMS = {
    "nothing: the interpreter itself": "",
    "import attrs": "import attrs",
    "import vintage_rules": "import vintage_rules",
    "policy, first quote, first window": FIRST_ANSWER,
}


@pytest.mark.parametrize("way", PROGRAMS)
@pytest.mark.benchmark(group="a fresh interpreter", min_rounds=7)
def test_fresh_interpreter(benchmark: BenchmarkFixture, way: str) -> None:
    """The program runs; how long it takes is printed, not asserted."""
    benchmark.extra_info["way"] = way
    finished = benchmark(subprocess.run, [sys.executable, "-c", PROGRAMS[way]], check=True)
    assert finished.returncode == 0
