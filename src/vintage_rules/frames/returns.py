"""Whether returns are accepted and where they go, over columns. Clauses R1 to R8.

The scalar rules are `returns.return_deadline`, `assess_return` and `route_return`. The decision
table is walked once, over its whole domain, and the rows are joined with the answers; the last days
are those that the scalar rule gives for each row of the table, calendar and day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

import narwhals as nw

from vintage_rules.frames.arithmetic import first_of, summed, whole
from vintage_rules.frames.by_day import Answer, answered_by_day, days_outside
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import (
    Engine,
    FrameT,
    Lazy,
    Table,
    Value,
    any_of,
    carry_out,
)
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.frames.tables import known_territories
from vintage_rules.returns.decision_table import DIMENSIONS, ReturnCase
from vintage_rules.returns.eligibility import ReturnRefusal, ReturnReview
from vintage_rules.returns.routing import WORKSHOP
from vintage_rules.returns.table_policy import ReturnPolicy, ReturnRule
from vintage_rules.returns.terms import RECEIVED, ReturnTo
from vintage_rules.windows import opens_at
from vintage_rules.world.calendars import calendar

_CASE = ("reason", "seller_kind", "mode", "category", "sale_kind")
_SUPPOSED = _CASE[1:]
_EVIDENCE = ("returned_pieces", "parcel_number", "in_writing", "photos")

ASSESSED = RuleColumns(
    needed=columns("reason", "territory", "calendar", "received", "requested", *_EVIDENCE),
    optional=columns(*_SUPPOSED, "exchange", "upheld", "error"),
    added=columns(
        "decision",
        "reasons",
        "window_opens",
        "last_day",
        "post_by",
        "return_label",
        "return_to",
        "paid_by",
        "error",
    ),
)
"""The columns of `assess_returns`."""


def assess_returns(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame with whether each return is accepted, until when, and where it goes.

    Clauses R1 to R8. A row is a request for pieces of one case. `decision` is `returnable`,
    `refused` or `review`, with every reason in `reasons`, alphabetical and with a comma between
    them; `last_day` is the last day on which the return may be requested, null if there is none. A
    row that the scalar rule `assess_return` cannot decide has its reason as `error`.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> requests = pl.DataFrame(
    ...     {
    ...         "reason": ["withdrawal", "withdrawal"],
    ...         "territory": ["FR", "BE"],
    ...         "calendar": ["FR", "FR"],
    ...         "received": [date(2026, 9, 1), date(2026, 9, 1)],
    ...         "requested": [date(2026, 9, 15), date(2026, 9, 16)],
    ...         "returned_pieces": [1, 2],
    ...         "parcel_number": ["XY123", None],
    ...         "in_writing": [True, True],
    ...         "photos": [0, 0],
    ...     }
    ... )
    >>> assess_returns(requests, house).select(
    ...     "decision", "reasons", "return_to"
    ... ).rows()
    [('returnable', '', 'seller'), ('refused', 'no-parcel-number,too-late', 'workshop')]
    """
    policy.require(FrameRule.ASSESS_RETURNS)
    returns = policy.house.returns.returns
    return carry_out(
        frame, ASSESSED, lambda engine, lazy: _Returns(engine, lazy, returns, policy).assessed()
    )


def _answers(
    policy: ReturnPolicy, case: ReturnCase, rule: ReturnRule, clocks: _Clocks
) -> dict[str, Value]:
    terms = rule.terms
    if terms is None:
        return {
            **dict.fromkeys(("rule~opens_later", "rule~review"), False),
            **dict.fromkeys(("rule~photos", "rule~up_to"), 0),
            **dict.fromkeys(("rule~in_writing", "rule~numbered"), False),
            **dict.fromkeys(("rule~to", "rule~label", "rule~paid_by", "rule~window")),
            **dict.fromkeys(("rule~posting", "rule~from_receipt")),
            "rule~taken": False,
        }
    routing, posting = terms.routing, terms.posting_clock
    warehouse = policy.warehouse_of(case) if routing.to is ReturnTo.WAREHOUSE else None
    return {
        "rule~taken": True,
        "rule~review": rule.review,
        "rule~window": clocks.number_of_window[terms.window],
        "rule~opens_later": terms.window.starts_after is not None,
        "rule~posting": None if posting is None else clocks.number_of_posting[posting.window],
        "rule~from_receipt": posting is not None and posting.window.anchor == RECEIVED,
        "rule~photos": terms.evidence.photos,
        "rule~in_writing": terms.evidence.in_writing,
        "rule~numbered": terms.evidence.parcel_number,
        "rule~up_to": routing.to_seller_up_to,
        "rule~to": warehouse or routing.to.value,
        "rule~label": routing.label.value,
        "rule~paid_by": routing.paid_by.value,
    }


class _Clocks:
    """The different windows of a policy and times for posting, each with its number."""

    def __init__(self, policy: ReturnPolicy) -> None:
        terms = [rule.terms for rule in policy.rules if rule.terms is not None]
        postings = [each.posting_clock for each in terms]
        windows = {each.last_days.window: each.last_days for each in terms}
        posted = {each.window: each.last_days for each in postings if each is not None}
        self.windows, self.postings = [*windows.values()], [*posted.values()]
        self.number_of_window = {window: number for number, window in enumerate(windows)}
        self.number_of_posting = {window: number for number, window in enumerate(posted)}


class _Returns:
    """The columns of returns while they are computed; those that it does not add are dropped."""

    def __init__(
        self, engine: Engine, frame: Lazy, policy: ReturnPolicy, compiled: FramePolicy
    ) -> None:
        self.engine = engine
        self.frame = frame
        self.policy = policy
        self.compiled = compiled
        self.names = frame.collect_schema().names()
        self.clocks = _Clocks(policy)
        columns = zip(DIMENSIONS, policy.domain.columns, strict=True)
        self.domain = dict[str, Sequence[str]](columns)
        self.table = self._cases()

    def _add(self, **added: nw.Expr) -> None:
        self.frame = self.frame.with_columns(**added)

    def assessed(self) -> Lazy:
        self._find_case()
        self._find_faults()
        self._find_days()
        return self._decided()

    def _given(self, name: str) -> bool:
        """Return whether a term of the case is one of each row; else all have the assumed one."""
        if name in (*self.names, "reason", "zone"):
            return True
        return getattr(self.policy.assumed, name) not in self.domain[name]

    def _cases(self) -> dict[str, list[Value]]:
        """Return what the decision table says of every case that a row may be."""
        policy = self.policy
        given = [name for name in DIMENSIONS if self._given(name)]
        cases = [
            case
            for case in policy.domain.cases()
            if all(
                getattr(case, name) == getattr(policy.assumed, name)
                for name in DIMENSIONS
                if name not in given
            )
        ]
        rows = [_answers(policy, case, policy.rule_for(case), self.clocks) for case in cases]
        return {
            **{
                f"{name}~case": [self.domain[name].index(getattr(case, name)) for case in cases]
                for name in given
            },
            **{name: [row[name] for row in rows] for name in rows[0]},
        }

    def _rule(self, name: str) -> nw.Expr:
        """Return what the row of the table says; what all rows say alike is not looked up."""
        values = self.table[f"rule~{name}"]
        if isinstance(values[0], (bool, int)) and values.count(values[0]) == len(values):
            return nw.lit(values[0])
        return nw.col(f"rule~{name}")

    def _find_case(self) -> None:
        known = known_territories()
        zones = self.policy.domain.zone
        numbers: Table = {
            "territory": [territory.code for territory in known],
            "zone~case": [zones.index(self.policy.zone_of(territory)) for territory in known],
        }
        self.frame = self.engine.lookup(self.frame, numbers, ["territory"])
        for name in _CASE:
            if self._given(name):
                self._find_term(name, self.domain[name])
        keys = [name for name in self.table if name.endswith("~case")]
        self.frame = self.engine.lookup(self.frame, self.table, keys)

    def _find_term(self, name: str, terms: Sequence[str]) -> None:
        """Add the number of a term of the case; what is not given is as the policy assumes."""
        into = f"{name}~case"
        assumed = None if name == "reason" else getattr(self.policy.assumed, name)
        number = terms.index(assumed) if assumed in terms else None
        if name not in self.names:
            self._add(**{into: nw.lit(number, dtype=nw.Int64)})
            return
        self.frame = self.engine.coded(self.frame, name, terms, into)
        if number is not None:
            missing = self.engine.is_missing(name) | self.engine.among(name, [""])
            self._add(**{into: nw.when(missing).then(nw.lit(number)).otherwise(nw.col(into))})

    def _find_faults(self) -> None:
        unknown = [
            (nw.col(f"{name}~case").is_null(), f"{name}: must be one of {', '.join(terms)}")
            for name, terms in self.domain.items()
            if name != "zone" and self._given(name)
        ]
        given = ("requested", "in_writing", "photos", "returned_pieces")
        faults = [
            (nw.col("zone~case").is_null(), "territory: must be the code of a territory"),
            *unknown,
            *((nw.col(name).is_null(), f"{name}: must be given") for name in given),
            (self.engine.is_missing("calendar"), "calendar: must be given"),
            days_outside("requested"),
            days_outside("received"),
        ]
        reason = first_of(*faults)
        error = nw.coalesce(nw.col("error"), reason) if "error" in self.names else reason
        self._add(fault=error)

    def _find_days(self) -> None:
        """Gather the first and last day of each window, and the last day for posting."""
        self._gather(
            "rule~window",
            len(self.clocks.windows),
            "received",
            self._window,
            {"window_opens": nw.Date(), "last_day": nw.Date()},
        )
        self._add(**{"window~error": nw.col("answer~error")})
        requested, received = nw.col("requested"), nw.col("received")
        if not self.clocks.postings:
            self._add(**{"post_by": nw.lit(None, dtype=nw.Date), "posting~error": _NO_TEXT})
            return
        later = nw.when(requested > received).then(requested).otherwise(received)
        self._add(
            **{"posting~day": nw.when(self._rule("from_receipt")).then(received).otherwise(later)}
        )
        self.frame = self.frame.drop("answer~error", "answer~code", "answer~first", "answer~day")
        self._gather(
            "rule~posting",
            len(self.clocks.postings),
            "posting~day",
            self._posting,
            {"posting~last": nw.Date()},
        )
        last = nw.col("posting~last")
        self._add(
            **{
                "post_by": nw.when(last < requested).then(requested).otherwise(last),
                "posting~error": nw.col("answer~error"),
            }
        )

    def _gather(
        self,
        variant: str,
        count: int,
        day: str,
        answer: Callable[[Sequence[str], date], Answer],
        into: Mapping[str, nw.dtypes.DType],
    ) -> None:
        numbers = self.table[variant]
        if numbers.count(numbers[0]) == len(numbers) and numbers[0] is not None:
            answer, variants = partial(_of_variant, answer, str(numbers[0])), None
        else:
            variants = (variant, count)
        self.frame = answered_by_day(
            self.engine,
            self.frame,
            keys=("calendar",),
            day=day,
            answer=answer,
            into=into,
            variants=variants,
            remembered=self.compiled.remembered(f"{variant} {variants}"),
        )

    def _window(self, terms: Sequence[str], day: date) -> Answer:
        last_days = self.clocks.windows[int(terms[0])]
        window, where, kept = last_days.window, self.policy.where, calendar(terms[1])
        opens = opens_at(window, day, where, kept)
        return {
            "window_opens": None if opens is None else opens.astimezone(where).date(),
            "last_day": last_days[day, kept] if window.length.ends else None,
        }

    def _posting(self, terms: Sequence[str], day: date) -> Answer:
        return {"posting~last": self.clocks.postings[int(terms[0])][day, calendar(terms[1])]}

    def _decided(self) -> Lazy:
        errors = (nw.col(name) for name in ("fault", "window~error", "posting~error"))
        self._add(error=nw.coalesce(*errors))
        sound = nw.col("error").is_null()
        against = dict(self._against())
        self._add(refused=any_of([*against.values()]))
        self._find_reasons("against", against, sound)
        refused = nw.col("refused")
        unreceived, review = nw.col("received").is_null(), self._rule("review") & ~self._upheld
        decision = (
            nw.when(refused)
            .then(nw.lit("refused"))
            .otherwise(
                nw.when(unreceived | review).then(nw.lit("review")).otherwise(nw.lit("returnable"))
            )
        )
        # What is not received is reviewed with its evidence whether or not a claim was upheld.
        looked_at = {
            ReturnReview.EVIDENCE_TO_JUDGE: review | (unreceived & self._rule("review")),
            ReturnReview.NOT_RECEIVED: unreceived,
        }
        self._find_reasons("review", looked_at, sound)
        few = nw.col("returned_pieces") <= self._rule("up_to")
        by_count = nw.when(few).then(nw.lit(ReturnTo.SELLER.value)).otherwise(nw.lit(WORKSHOP))
        counted = nw.col("rule~to") == ReturnTo.BY_COUNT.value
        answers = {
            "decision": decision,
            "reasons": nw.when(refused)
            .then(nw.col("against~reasons"))
            .otherwise(nw.col("review~reasons")),
            "window_opens": nw.col("window_opens"),
            "last_day": nw.col("last_day"),
            "post_by": nw.when(refused | unreceived).then(None).otherwise(nw.col("post_by")),
            "return_label": nw.col("rule~label"),
            "return_to": nw.when(counted).then(by_count).otherwise(nw.col("rule~to")),
            "paid_by": nw.col("rule~paid_by"),
        }
        return self.frame.with_columns(
            **{
                name: nw.when(sound).then(answer).otherwise(None)
                for name, answer in answers.items()
            }
        )

    def _find_reasons(
        self,
        of: str,
        reasons: dict[ReturnRefusal, nw.Expr] | dict[ReturnReview, nw.Expr],
        sound: nw.Expr,
    ) -> None:
        """Add the reasons that hold as bits, and their names in alphabetical order."""
        held = sorted(reasons.items())
        bits = summed([whole(flag) * 2**place for place, (_, flag) in enumerate(held)])
        self._add(**{f"{of}~bits": nw.when(sound).then(bits).otherwise(None)})
        texts = [reason.value for reason, _ in held]
        self.frame = self.engine.named(self.frame, f"{of}~bits", texts, f"{of}~reasons")

    @property
    def _upheld(self) -> nw.Expr:
        return self._flag("upheld")

    def _flag(self, name: str) -> nw.Expr:
        if name not in self.names:
            return nw.lit(value=False)
        return nw.col(name).fill_null(value=False)

    def _against(self) -> Iterator[tuple[ReturnRefusal, nw.Expr]]:
        taken = self._rule("taken")
        if not self.policy.exchanges:
            yield ReturnRefusal.EXCHANGE, self._flag("exchange")
        yield ReturnRefusal.NO_PIECES, nw.col("returned_pieces") < 1
        yield ReturnRefusal.NOT_ELIGIBLE, ~taken
        if any(self.table["rule~opens_later"]):
            early = nw.col("requested") < nw.col("window_opens")
            unknown = nw.col("received").is_null() & self._rule("opens_later")
            yield (
                ReturnRefusal.TOO_EARLY,
                taken & ~self._upheld & (early.fill_null(value=False) | unknown),
            )
        late = (nw.col("requested") > nw.col("last_day")).fill_null(value=False)
        yield ReturnRefusal.TOO_LATE, taken & late & ~self._upheld
        if any(self.table["rule~numbered"]):
            blank = _blank("parcel_number")
            yield ReturnRefusal.NO_PARCEL_NUMBER, taken & self._rule("numbered") & blank
        if any(self.table["rule~in_writing"]):
            yield (
                ReturnRefusal.NOT_IN_WRITING,
                taken & self._rule("in_writing") & ~nw.col("in_writing"),
            )
        if any(self.table["rule~photos"]):
            few = nw.col("photos") < self._rule("photos")
            yield ReturnRefusal.TOO_FEW_PHOTOS, taken & few & ~self._upheld


def _of_variant(
    answer: Callable[[Sequence[str], date], Answer], variant: str, terms: Sequence[str], day: date
) -> Answer:
    return answer((variant, *terms), day)


def _blank(name: str) -> nw.Expr:
    """Return whether a text is null or only white space."""
    text = nw.col(name)
    # What begins with a letter or digit is not: only the others are looked at, which takes long.
    plain = (text >= "!") & (text < "\x7f")
    rest = nw.when(~plain).then(text).otherwise(None)
    return text.is_null() | (~plain & (rest.str.strip_chars() == ""))


_NO_TEXT = nw.lit(None, dtype=nw.String)
