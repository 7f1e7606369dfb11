"""How much the long tests do: all of it in CI, a tenth of it otherwise.

`CI=true`, which `.ci/run` sets, or the profiles `ci` and `deep` of Hypothesis run all of it. What
is shortened is sampled in either case: months in a town, conversations with a machine, sales in a
race.
"""

from __future__ import annotations

from hypothesis import settings

PROFILE = settings.get_current_profile_name()
WHOLE = PROFILE in {"ci", "deep"}
SAID = (
    "all of the long tests"
    if WHOLE
    else "a tenth of the long tests (simulated months, conversations, races): CI=true runs them all"
)


def sampled(whole: int, part: int = 10) -> int:
    """How many of so many samples are tried; outside CI one part of ten, or of so many."""
    return whole if WHOLE else whole // part


# With each machine, of a dozen steps or so.
CONVERSATIONS = sampled(20_000 if PROFILE == "deep" else 2_000)
