"""What the house does for people, what may pass between them, and when it can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.service.contact import (
        assess_contact as assess_contact,
        ContactAssessment as ContactAssessment,
        ContactClosed as ContactClosed,
        ContactOpen as ContactOpen,
    )
    from vintage_rules.service.policy import (
        Addressee as Addressee,
        ContactPolicy as ContactPolicy,
        InformationPolicy as InformationPolicy,
        MessagePolicy as MessagePolicy,
        OpeningHours as OpeningHours,
        QuestionRule as QuestionRule,
        RequestRule as RequestRule,
        ReviewPolicy as ReviewPolicy,
        ServicePolicy as ServicePolicy,
        SilenceMeans as SilenceMeans,
        Topic as Topic,
    )
    from vintage_rules.service.requests import (
        assess_message as assess_message,
        assess_request as assess_request,
        MessageAssessment as MessageAssessment,
        MessagePasses as MessagePasses,
        MessageRefusal as MessageRefusal,
        MessageRefused as MessageRefused,
        RequestAssessment as RequestAssessment,
        RequestGranted as RequestGranted,
        RequestRefused as RequestRefused,
    )
    from vintage_rules.service.silence import (
        AnswerAwaited as AnswerAwaited,
        assess_silence as assess_silence,
        NotAnswered as NotAnswered,
        SilenceAssessment as SilenceAssessment,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
