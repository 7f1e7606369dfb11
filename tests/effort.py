"""How much the long tests do: all of it under the profile `deep` of Hypothesis, an eighth of it in
CI, a tenth of it otherwise.

`CI=true`, which `.ci/run` sets, chooses the profile `ci`. What is shortened is sampled in any case:
months in a town, conversations with a machine, sales in a race.
"""

from __future__ import annotations

from hypothesis import settings

PROFILE = settings.get_current_profile_name()
_LONG = "long tests (simulated months, conversations, races)"
SAID = {
    "deep": f"all of the {_LONG}",
    "ci": f"an eighth of the {_LONG}: HYPOTHESIS_PROFILE=deep runs them all",
}.get(PROFILE, f"a tenth of the {_LONG}: CI=true runs an eighth, HYPOTHESIS_PROFILE=deep all")


def sampled(whole: int, part: int = 10) -> int:
    """How many of so many samples are tried, rounded up; outside CI one in ten, or in `part`."""
    return -(-whole // {"deep": 1, "ci": 8}.get(PROFILE, part))


# With each machine, of a dozen steps or so.
CONVERSATIONS = sampled(4_000, 20)
