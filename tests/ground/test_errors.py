"""The tree of errors: what is drawn is what is there, and what they say helps."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from examples.shops.core import failed
from vintage_rules import errors
from vintage_rules.errors import (
    CalendarRangeError,
    CorruptHistoryError,
    CurrencyMismatchError,
    DayError,
    Fault,
    ForgedWebhookError,
    IdentifierError,
    InvalidValueError,
    MissingRateError,
    MissingWordsError,
    MoneyError,
    NameTakenError,
    NewerVersionError,
    NoColumnFormError,
    NoEditionError,
    NotAllowedError,
    NotFoundError,
    OutsideDeniedError,
    OutsideRejectedError,
    OutsideUnavailableError,
    PlaceError,
    PolicyDocumentError,
    RatesEndError,
    UnknownLocaleError,
    UnknownPolicyError,
    UnknownTermError,
    UnsoundTableError,
    VersionConflictError,
    VintageRulesError,
    shortened,
    without_secrets,
)

LINE = re.compile(r"^ {4}(?P<lead>[│├└─ ]*)(?P<name>\w+Error)(?: \(an? (?P<builtin>\w+)\))?")
WIDTH_OF_A_BRANCH = 4
FAULT = Fault(file="x.toml", line=14, column=8, path="rate", allowed="between 0 and 1", found="10")

SAID = [
    (
        NoColumnFormError((("pricing.fees.protection", "fine-rate"),)),
        "policy: must be one that frames can compute, got pricing.fees.protection: fine-rate",
    ),
    (InvalidValueError("weight_g", -5, "above 0"), "weight_g: must be above 0, got -5"),
    (MoneyError("goods", "1.005", "exact"), "goods: must be exact, got '1.005'"),
    (DayError("at", None, "a moment"), "at: must be a moment, got None"),
    (PlaceError("country", "FRA", "two letters"), "country: must be two letters, got 'FRA'"),
    (IdentifierError("piece", "", "a name"), "piece: must be a name, got ''"),
    (
        CurrencyMismatchError("goods", found="GBP", expected="EUR"),
        "goods: must be in EUR, got GBP",
    ),
    (
        CalendarRangeError(date(2051, 1, 1), date(2010, 1, 1), date(2050, 12, 31)),
        "day: must be between 2010-01-01 and 2050-12-31, got 2051-01-01",
    ),
    (MissingRateError("EUR", "GBP"), "rates: must hold EUR/GBP, got no such rate"),
    (
        RatesEndError("EUR", "GBP", date(2030, 1, 1), date(1999, 1, 4), date(2026, 10, 1)),
        "rates: must be of a day between 1999-01-04 and 2026-10-01 for EUR/GBP, got 2030-01-01",
    ),
    (NotFoundError("order", "o9"), "order: must be one that was recorded, got 'o9'"),
    (
        NotFoundError("parcel", "o1-9", ("o1-1", "o1-2")),
        "parcel: must be one of o1-1, o1-2, got 'o1-9'",
    ),
    (
        NotAllowedError("buyer max", "accept an offer", "the seller of the piece"),
        "actor: must be the seller of the piece to accept an offer, got buyer max",
    ),
    (NameTakenError("order", "o1"), "order: must be a name of nothing else, got 'o1'"),
    (
        VersionConflictError("piece/coat", expected=3, found=4),
        "piece/coat: must hold 3 records for this change, got 4",
    ),
    (
        NewerVersionError("refund-owed", 3, 2),
        (
            "refund-owed: version 3 was written by a newer vintage_rules; "
            "this one reads versions 1 to 2"
        ),
    ),
    (
        OutsideUnavailableError("stripe", "capture", "timed out\nafter 30 s"),
        "stripe: capture failed: timed out after 30 s",
    ),
    (OutsideDeniedError("stripe", "capture", "no such key"), "stripe: capture failed: no such key"),
    (OutsideRejectedError("paypal", "refund", "x" * 400), f"paypal: refund failed: {'x' * 299}…"),
    (
        ForgedWebhookError("stripe", "reading a notice", "no valid signature"),
        "stripe: reading a notice failed: no valid signature",
    ),
    (
        UnknownLocaleError("tlh", ("en", "fr")),
        "locale: must be of one of the languages en, fr, got 'tlh'",
    ),
    (MissingWordsError("fee", "fr"), "words: must hold fee in fr, got no such message"),
    (CorruptHistoryError(FAULT, "sold"), "Fault cannot follow 'sold'"),
    (
        PolicyDocumentError((FAULT, FAULT)),
        f"{FAULT}\n{FAULT}",
    ),
    (
        UnknownPolicyError("x", ("imparfaite", "vinted")),
        "policy: must be one of imparfaite, vinted or the path of a document, got 'x'",
    ),
    (
        UnsoundTableError("rules", ("a", "b", "c", "d", "e", "f", "g")),
        "rules: must be a table that decides every case, got: a; b; c; d; e; and 2 more",
    ),
    (
        UnsoundTableError("rules", ("a", "b", "c", "d", "e")),
        "rules: must be a table that decides every case, got: a; b; c; d; e",
    ),
    (
        NoEditionError("imparfaite", date(2022, 1, 1), date(2023, 1, 1)),
        "on: imparfaite has no edition before 2023-01-01, got 2022-01-01",
    ),
    (
        UnknownTermError("mode", "drone", ("direct", "grouped")),
        "mode: must be one of direct, grouped, got 'drone'",
    ),
    (
        UnknownTermError("options", "drone", ()),
        "options: this policy has none, got 'drone'",
    ),
]


def drawn() -> dict[str, tuple[str, str | None]]:
    """Read the tree in the docstring: each error with its parent and its built-in kind."""
    parents: list[str] = []
    tree = {}
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        depth = len(match["lead"]) // WIDTH_OF_A_BRANCH
        parents[depth:] = [match["name"]]
        tree[match["name"]] = (parents[depth - 1] if depth else "Exception", match["builtin"])
    return tree


def real() -> dict[str, tuple[str, str | None]]:
    """Read the same from the classes."""
    tree = {}
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, Exception) and kind.__module__ == errors.__name__:
            ours, *builtins = kind.__bases__
            tree[name] = (ours.__name__, builtins[0].__name__ if builtins else None)
    return tree


class TestTheTree:
    """It is drawn at the top of the module."""

    def test_is_drawn_as_it_is(self) -> None:
        """Every error, its parent and its built-in kind."""
        assert drawn() == real()

    def test_has_one_root(self) -> None:
        """So that a host can catch all of it."""
        assert real().pop("VintageRulesError") == ("Exception", None)
        assert all(issubclass(getattr(errors, name), VintageRulesError) for name in real())

    def test_every_error_is_tried_below(self) -> None:
        """Except those that are only raised as one of their kinds."""
        tried = {type(error).__name__ for error, _ in SAID}
        assert tried == real().keys() - {"VintageRulesError", "PolicyError", "OutsideError"}


STATUSES = re.compile(r"^\| (?P<names>`.*?Error`) \| (?P<status>[45]\d\d) \|", re.MULTILINE)


def statuses() -> dict[type[VintageRulesError], int]:
    """Read the HTTP statuses from the guide, in the order of its rows."""
    guide = (Path(__file__).parents[2] / "docs/guide/marketplace.md").read_text("utf-8")
    return {
        getattr(errors, name): int(row["status"])
        for row in STATUSES.finditer(guide)
        for name in re.findall(r"`(\w+)`", row["names"])
    }


def status(error: VintageRulesError) -> int | None:
    """The status of the first row that fits an error."""
    return next((code for kind, code in statuses().items() if isinstance(error, kind)), None)


class TestWithoutSecrets:
    """An address is shown without what opens the door to it."""

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("sqlite:///shop.db", "sqlite:///shop.db"),
            ("postgresql://db.example:5432/shop", "postgresql://db.example:5432/shop"),
            ("postgresql://shop:hunter2@db.example/shop", "postgresql://***@db.example/shop"),
            ("postgresql://shop:hun/ter2@db/shop", "postgresql://***@db/shop"),
            ("postgresql://shop:hunter2@9@db/shop", "postgresql://***@db/shop"),
            ("postgresql://hunter2@db/shop", "postgresql://***@db/shop"),
            ("postgresql://shop:hunter2", "postgresql://shop:***"),
            ("shop:hunter2@db.example/shop", "***@db.example/shop"),
            ("postgresql:shop:hunter2@db", "***@db"),
            ("x://h/d?password=hunter2&a=1", "x://h/d?password=***&a=1"),
            ("x://h/d?a=1&sslpassword=hunter2", "x://h/d?a=1&sslpassword=***"),
            ("x://h/d?API_TOKEN=hunter2", "x://h/d?API_TOKEN=***"),
            ("host=db password=hunter2 user=shop", "host=db password=*** user=shop"),
            ("shop.db", "shop.db"),
            ("", ""),
        ],
    )
    def test_shows_the_rest(self, address: str, shown: str) -> None:
        """Whatever is wrong with it."""
        assert without_secrets(address) == shown


class TestStatuses:
    """The guide gives a host the HTTP status of each error."""

    @pytest.mark.parametrize("error", [error for error, _ in SAID], ids=lambda e: repr(e)[:60])
    def test_every_error_has_one(self, error: VintageRulesError) -> None:
        """Its own, or that of its kind."""
        assert status(error) is not None

    @pytest.mark.parametrize("error", [error for error, _ in SAID], ids=lambda e: repr(e)[:60])
    def test_the_examples_answer_with_them(self, error: VintageRulesError) -> None:
        """By the first kind that fits; what is 500 they leave to their framework."""
        answer = failed(error)
        assert (500 if answer is None else answer[0]) == status(error)

    def test_no_row_is_hidden_by_one_above(self) -> None:
        """A kind stands below the kinds it comprises."""
        rows = list(statuses())
        for number, kind in enumerate(rows):
            assert not any(issubclass(kind, above) for above in rows[:number])

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (NotFoundError("order", "o9"), 404),
            (UnknownTermError("mode", "drone", ("direct",)), 422),
            (NotAllowedError("buyer max", "see an order", "the buyer"), 403),
            (NameTakenError("order", "o1"), 409),
            (InvalidValueError("weight_g", -5, "above 0"), 422),
            (OutsideUnavailableError("stripe", "capture", "timed out"), 503),
            (NoEditionError("imparfaite", date(2022, 1, 1), date(2023, 1, 1)), 500),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
    )
    def test_tells_what_is_missing_from_what_is_misspelt(
        self, error: VintageRulesError, expected: int
    ) -> None:
        """What is not there is 404, what the policy does not name is 422."""
        assert status(error) == expected


@pytest.mark.parametrize(
    ("error", "said"),
    SAID,
    ids=[f"{n}-{type(error).__name__}" for n, (error, _) in enumerate(SAID)],
)
class TestEachError:
    """A message names the field, what is allowed and what was found."""

    def test_says_what_helps(self, error: VintageRulesError, said: str) -> None:
        """In lower case where it is prose, without a final period."""
        assert str(error) == said
        assert not said.endswith(".")

    def test_can_be_copied_and_pickled(self, error: VintageRulesError, said: str) -> None:
        """So that it can come back from another process."""
        for same in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - ours
            assert (type(same), str(same)) == (type(error), said)
            assert vars(same) == vars(error)


class TestFault:
    """One thing wrong in a document."""

    def test_says_where(self) -> None:
        """File, line, column and path, then what is allowed and what was found."""
        assert str(FAULT) == "x.toml:14:8: rate: must be between 0 and 1, got 10"

    def test_of_the_whole_document_has_no_path(self) -> None:
        """Only the place is told."""
        fault = Fault(file="x.toml", line=1, column=2, path="", allowed="TOML", found="'{'")
        assert str(fault) == "x.toml:1:2: must be TOML, got '{'"


class TestShortened:
    """A huge value does not flood a message."""

    @pytest.mark.parametrize(
        ("found", "shown"),
        [
            ("x" * 78, "'" + "x" * 78 + "'"),
            ("x" * 79, "'" + "x" * 77 + "…'"),
            ("'" + "x" * 200, "\"'" + "x" * 76 + '…"'),
            (10**79, str(10**79)),
            (10**80, str(10**80)[:78] + "…"),
            (Decimal("NaN"), "Decimal('NaN')"),
            (None, "None"),
        ],
        ids=["eighty", "a text", "in double quotes", "digits", "a number", "NaN", "None"],
    )
    def test_to_eighty_characters(self, found: object, shown: str) -> None:
        """Quotes are closed again."""
        assert shortened(found) == shown
        assert len(shown) <= 80

    def test_a_number_that_python_does_not_print(self) -> None:
        """Neither alone nor in something else."""
        assert shortened(10**5000) == "a int too large to print"
        assert shortened([10**5000]) == "a list too large to print"

    def test_shows_nothing_of_what_nests_without_end(self) -> None:
        """A message is no place to run out of stack."""
        deep: list[object] = []
        for _ in range(100_000):
            deep = [deep]
        assert shortened(deep) == "a list nested too deep to print"

    def test_to_another_length(self) -> None:
        """If asked."""
        assert shortened("abcdefgh", 6) == "'abc…'"
