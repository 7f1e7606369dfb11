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
        Addressee as Addressee,
        ContactPolicy as ContactPolicy,
        OpeningHours as OpeningHours,
        QuestionRule as QuestionRule,
        RequestRule as RequestRule,
        ServicePolicy as ServicePolicy,
        SilenceMeans as SilenceMeans,
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
    from vintage_rules.service.silence import (
        AnswerAwaited as AnswerAwaited,
        NotAnswered as NotAnswered,
        SilenceAssessment as SilenceAssessment,
        assess_silence as assess_silence,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "contact": "ContactAssessment ContactClosed ContactOpen assess_contact",
            "policy": (
                "Addressee ContactPolicy OpeningHours QuestionRule RequestRule ServicePolicy "
                "SilenceMeans"
            ),
            "requests": (
                "MessageAssessment MessagePasses MessageRefusal MessageRefused RequestAssessment "
                "RequestGranted RequestRefused assess_message assess_request"
            ),
            "silence": "AnswerAwaited NotAnswered SilenceAssessment assess_silence",
        },
    )
