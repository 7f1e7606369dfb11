"""What a check finds in a sound document: a code, a place, words, and an input that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

from vintage_rules.dates import Calendar
from vintage_rules.findings import Path
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Territory
from vintage_rules.policies.pages import Page
from vintage_rules.wording.phrases import Amount, Phrase, Value, phrase


class Severity(StrEnum):
    """How bad it is: it cannot be meant, it is most likely not meant, or it is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class CheckCode(StrEnum):
    """What is wrong in a document that can be read; stable for ever."""

    ADDRESS_FIELD_UNKNOWN = "address-field-unknown"
    ALWAYS_AT_MAXIMUM = "always-at-maximum"
    ALWAYS_AT_MINIMUM = "always-at-minimum"
    AMOUNTS_BETWEEN_COMPONENTS = "amounts-between-components"
    AMOUNTS_WITHOUT_TIER = "amounts-without-tier"
    AUTO_ANSWERS_CONTRADICT = "auto-answers-contradict"
    AUTO_ANSWERS_LEAVE_BOUNDARY = "auto-answers-leave-boundary"
    BAND_NEVER_REACHED = "band-never-reached"
    BAND_PRICE_FALLS = "band-price-falls"
    BEYOND_CALENDARS = "beyond-calendars"
    CARD_EXPIRES_AT_ONCE = "card-expires-at-once"
    CELL_ALWAYS_TRUE = "cell-always-true"
    CELL_NEVER_TRUE = "cell-never-true"
    CHANNEL_TWICE = "channel-twice"
    CHARGE_LEFT_TO_HOST = "charge-left-to-host"
    CHARGES_NOTHING = "charges-nothing"
    CLAUSE_UNKNOWN = "clause-unknown"
    CODE_ALREADY_COVERED = "code-already-covered"
    CODE_TAKEN_BEFORE = "code-taken-before"
    COLLECTED_WITHOUT_FEE = "collected-without-fee"
    COMPONENTS_OVERLAP = "components-overlap"
    COUNTER_NEVER_MADE = "counter-never-made"
    COUNTRY_TIME_NEVER_USED = "country-time-never-used"
    COVERED_BEFORE = "covered-before"
    DAYS_UNCOVERED = "days-uncovered"
    DEDUCTION_OF_NOTHING = "deduction-of-nothing"
    DUTIES_ASKED_TWICE = "duties-asked-twice"
    EDITION_CHANGES_NOTHING = "edition-changes-nothing"
    EVENT_OF_NO_ORDER = "event-of-no-order"
    FALLBACK_NEVER_REACHED = "fallback-never-reached"
    FEE_GONE = "fee-gone"
    FEE_LEFT_TO_HOST = "fee-left-to-host"
    FLOOR_ALWAYS_TRUE = "floor-always-true"
    HANDLING_FEE_OF_SELLER = "handling-fee-of-seller"
    LABEL_MISSING = "label-missing"
    LABEL_NEVER_SHOWN = "label-never-shown"
    LABEL_OF_NOTHING = "label-of-nothing"
    LABEL_WITHOUT_LANGUAGE = "label-without-language"
    LIMIT_DECIDES_NOTHING = "limit-decides-nothing"
    LISTING_FEE_LEFT_TO_HOST = "listing-fee-left-to-host"
    MAXIMUM_NEVER_REACHED = "maximum-never-reached"
    MINIMUM_NEVER_MATTERS = "minimum-never-matters"
    MIXED_BOUNDS = "mixed-bounds"
    NO_DAY_TO_POST = "no-day-to-post"
    NO_OFFER_POSSIBLE = "no-offer-possible"
    NO_TIME = "no-time"
    OVERDUE_BEFORE_DUE = "overdue-before-due"
    PAID_BEFORE_DISPATCH = "paid-before-dispatch"
    PAID_BEFORE_WINDOW_CLOSES = "paid-before-window-closes"
    PART_ALWAYS_NOTHING = "part-always-nothing"
    PART_NOT_GIVEN = "part-not-given"
    PAYOUT_NEVER_DUE = "payout-never-due"
    PLACE_WITHOUT_PRICE = "place-without-price"
    POSTING_CLOSES_BEFORE_WINDOW = "posting-closes-before-window"
    PRICE_WITHOUT_DELIVERY_TIME = "price-without-delivery-time"
    QUESTION_NEVER_OPENS = "question-never-opens"
    QUOTA_NEVER_USED_UP = "quota-never-used-up"
    RANK_NEVER_USED = "rank-never-used"
    REFUND_NEVER_TRIGGERED = "refund-never-triggered"
    REGISTRATION_UNKNOWN = "registration-unknown"
    RESET_NEVER_MATTERS = "reset-never-matters"
    RETURN_MAY_NEVER_END = "return-may-never-end"
    RETURN_NOT_AWAITED = "return-not-awaited"
    ROUNDS_NEVER_REACHED = "rounds-never-reached"
    SILENCE_NEVER_COMES = "silence-never-comes"
    SOURCE_SAYS_NOTHING = "source-says-nothing"
    SUM_CHOOSES_NOTHING = "sum-chooses-nothing"
    TERMS_NEVER_USED = "terms-never-used"
    THRESHOLD_WITHOUT_RATE = "threshold-without-rate"
    TIER_CHANGES_NOTHING = "tier-changes-nothing"
    TIER_NEVER_REACHED = "tier-never-reached"
    WAITS_WITHOUT_END = "waits-without-end"
    WINDOW_AFTER_REQUEST = "window-after-request"
    WINDOW_CLOSES_BEFORE_DELIVERY = "window-closes-before-delivery"
    WINDOW_MAY_CLOSE_BEFORE_DELIVERY = "window-may-close-before-delivery"
    WINDOW_NEVER_OPENS = "window-never-opens"
    WINDOW_OPENS_TOO_LATE = "window-opens-too-late"
    WITHDRAWAL_NEVER_MADE = "withdrawal-never-made"
    ZONE_NEVER_REACHED = "zone-never-reached"


_ERRORS = frozenset(
    {
        CheckCode.AUTO_ANSWERS_CONTRADICT,
        CheckCode.BEYOND_CALENDARS,
        CheckCode.CARD_EXPIRES_AT_ONCE,
        CheckCode.COUNTER_NEVER_MADE,
        CheckCode.COVERED_BEFORE,
        CheckCode.DAYS_UNCOVERED,
        CheckCode.NO_DAY_TO_POST,
        CheckCode.NO_OFFER_POSSIBLE,
        CheckCode.NO_TIME,
        CheckCode.PAYOUT_NEVER_DUE,
        CheckCode.POSTING_CLOSES_BEFORE_WINDOW,
        CheckCode.QUESTION_NEVER_OPENS,
        CheckCode.REFUND_NEVER_TRIGGERED,
        CheckCode.REGISTRATION_UNKNOWN,
        CheckCode.THRESHOLD_WITHOUT_RATE,
        CheckCode.WINDOW_AFTER_REQUEST,
        CheckCode.WINDOW_CLOSES_BEFORE_DELIVERY,
        CheckCode.WINDOW_OPENS_TOO_LATE,
        CheckCode.ZONE_NEVER_REACHED,
    }
)
_NOTES = frozenset(
    {
        CheckCode.AUTO_ANSWERS_LEAVE_BOUNDARY,
        CheckCode.FEE_GONE,
        CheckCode.LABEL_MISSING,
        CheckCode.MIXED_BOUNDS,
        CheckCode.RANK_NEVER_USED,
        CheckCode.RESET_NEVER_MATTERS,
    }
)


def severity_of(code: CheckCode) -> Severity:
    """Return how bad a finding is.

    >>> severity_of(CheckCode.NO_OFFER_POSSIBLE)
    <Severity.ERROR: 'error'>
    """
    if code in _ERRORS:
        return Severity.ERROR
    return Severity.NOTE if code in _NOTES else Severity.WARNING


@frozen(kw_only=True)
class Flaw:
    """One thing found in an edition: where in it, what to say, and an example that shows it."""

    code: CheckCode
    at: Path
    values: Mapping[str, Value]
    example: Phrase


@frozen(kw_only=True)
class Sheet:
    """What the checks of one edition look at.

    `calendar` counts the days of examples; `rates` are the currencies the host can convert into,
    None if that is not known.
    """

    edition: Page
    policy: HousePolicy
    territories: tuple[Territory, ...]
    calendar: Calendar
    rates: frozenset[str] | None


def flaw(code: CheckCode, at: Path, example: Phrase, /, **values: Value) -> Flaw:
    """Put a finding together.

    >>> flaw(CheckCode.NO_TIME, ("listing",), shown("0 hours")).code
    <CheckCode.NO_TIME: 'no-time'>
    """
    return Flaw(code=code, at=at, values=values, example=example)


def shown(value: str) -> Phrase:
    """Show a flaw by a value, as a document writes it.

    >>> shown("0 hours").key
    'lint.example.value'
    """
    return phrase("lint.example.value", value=value)


def of_amount(amount: Amount) -> Phrase:
    """Show a flaw by an amount.

    >>> from decimal import Decimal
    >>> of_amount(Amount(Decimal("12.30"), "EUR")).key
    'lint.example.amount'
    """
    return phrase("lint.example.amount", amount=amount)
