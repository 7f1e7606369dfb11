"""What the house does for people, what may pass between them, and when it can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.service.contact import (
        ContactAssessment as ContactAssessment,
        ContactClosed as ContactClosed,
        ContactOpen as ContactOpen,
        assess_contact as assess_contact,
    )
    from vintage_rules.service.policy import (
        ContactPolicy as ContactPolicy,
        OpeningHours as OpeningHours,
        RequestRule as RequestRule,
        ServicePolicy as ServicePolicy,
    )
    from vintage_rules.service.requests import (
        MessageAssessment as MessageAssessment,
        MessagePasses as MessagePasses,
        MessageRefusal as MessageRefusal,
        MessageRefused as MessageRefused,
        RequestAssessment as RequestAssessment,
        RequestGranted as RequestGranted,
        RequestRefused as RequestRefused,
        assess_message as assess_message,
        assess_request as assess_request,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "contact": "ContactAssessment ContactClosed ContactOpen assess_contact",
            "policy": "ContactPolicy OpeningHours RequestRule ServicePolicy",
            "requests": (
                "MessageAssessment MessagePasses MessageRefusal MessageRefused RequestAssessment "
                "RequestGranted RequestRefused assess_message assess_request"
            ),
        },
    )
