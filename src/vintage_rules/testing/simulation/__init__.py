"""A town that lives on a shop, with everything going wrong that can, and its books checked.

`Simulation` runs one from a seed; `Wire` and the ports that it wraps are there for a
shop's own tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.testing.simulation.audit import (
        Books as Books,
        unfinished as unfinished,
        violations as violations,
    )
    from vintage_rules.testing.simulation.faults import (
        Calm as Calm,
        Crash as Crash,
        CrashAt as CrashAt,
        Fault as Fault,
        Plan as Plan,
        Seeded as Seeded,
        Wire as Wire,
    )
    from vintage_rules.testing.simulation.ports import (
        WiredCarrier as WiredCarrier,
        WiredGateway as WiredGateway,
        WiredNotifier as WiredNotifier,
        WiredPayouts as WiredPayouts,
        WiredStore as WiredStore,
    )
    from vintage_rules.testing.simulation.run import (
        Report as Report,
        Simulation as Simulation,
    )
    from vintage_rules.testing.simulation.town import (
        Scale as Scale,
        Town as Town,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
