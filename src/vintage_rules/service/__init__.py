"""What the house does for people, what may pass between them, and when it can be reached."""

from vintage_rules.service.contact import (
    ContactAssessment,
    ContactClosed,
    ContactOpen,
    assess_contact,
)
from vintage_rules.service.policy import ContactPolicy, OpeningHours, RequestRule, ServicePolicy
from vintage_rules.service.requests import (
    MessageAssessment,
    MessagePasses,
    MessageRefusal,
    MessageRefused,
    RequestAssessment,
    RequestGranted,
    RequestRefused,
    assess_message,
    assess_request,
)

__all__ = [
    "ContactAssessment",
    "ContactClosed",
    "ContactOpen",
    "ContactPolicy",
    "MessageAssessment",
    "MessagePasses",
    "MessageRefusal",
    "MessageRefused",
    "OpeningHours",
    "RequestAssessment",
    "RequestGranted",
    "RequestRefused",
    "RequestRule",
    "ServicePolicy",
    "assess_contact",
    "assess_message",
    "assess_request",
]
