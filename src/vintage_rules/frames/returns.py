"""Whether returns are accepted and where they go, over columns. Clauses R1 to R8.

The scalar rules are `returns.return_deadline`, `assess_return` and `route_return`. The decision
table is walked once, over its whole domain, and the rows are joined with the answers; the last days
are those that the scalar rule gives for each row of the table, calendar and day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import narwhals as nw

from vintage_rules.frames.arithmetic import first_of
from vintage_rules.frames.by_day import Answer, answered_by_day, days_outside
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, Table, Value, carry_out
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
        frame, ASSESSED, lambda engine, lazy: _Returns(engine, lazy, returns).assessed()
    )


def _table(policy: ReturnPolicy) -> Table:
    """Return what the decision table says of every case, and the number of the row that decides."""
    cases = list(policy.domain.cases())
    rules = [policy.rule_for(case) for case in cases]
    answers = [_answers(policy, case, rule) for case, rule in zip(cases, rules, strict=True)]
    keys: dict[str, list[Value]] = {
        f"{name}~case": [getattr(case, name) for case in cases] for name in DIMENSIONS
    }
    found: dict[str, list[Value]] = {name: [each[name] for each in answers] for name in answers[0]}
    return {**keys, **found}


def _answers(policy: ReturnPolicy, case: ReturnCase, rule: ReturnRule) -> dict[str, Value]:
    terms = rule.terms
    if terms is None:
        return {
            **dict.fromkeys(("rule~opens_later", "rule~posts", "rule~review"), False),
            **dict.fromkeys(("rule~photos", "rule~up_to"), 0),
            **dict.fromkeys(("rule~in_writing", "rule~numbered"), False),
            **dict.fromkeys(("rule~to", "rule~label", "rule~paid_by", "rule~anchor")),
            "rule~taken": False,
            "rule~name": rule.name,
        }
    routing, posting = terms.routing, terms.posting_clock
    warehouse = policy.warehouse_of(case) if routing.to is ReturnTo.WAREHOUSE else None
    return {
        "rule~taken": True,
        "rule~name": rule.name,
        "rule~review": rule.review,
        "rule~opens_later": terms.window.starts_after is not None,
        "rule~posts": posting is not None,
        "rule~anchor": None if posting is None else str(posting.window.anchor),
        "rule~photos": terms.evidence.photos,
        "rule~in_writing": terms.evidence.in_writing,
        "rule~numbered": terms.evidence.parcel_number,
        "rule~up_to": routing.to_seller_up_to,
        "rule~to": warehouse or routing.to.value,
        "rule~label": routing.label.value,
        "rule~paid_by": routing.paid_by.value,
    }


class _Returns:
    """The columns of returns while they are computed; those that it does not add are dropped."""

    def __init__(self, engine: Engine, frame: Lazy, policy: ReturnPolicy) -> None:
        self.engine = engine
        self.frame = frame
        self.policy = policy
        self.names = frame.collect_schema().names()
        self.rules = {rule.name: rule for rule in policy.rules}

    def _add(self, **added: nw.Expr) -> None:
        self.frame = self.frame.with_columns(**added)

    def assessed(self) -> Lazy:
        self._find_case()
        self._find_faults()
        self._find_days()
        return self._decided()

    def _find_case(self) -> None:
        known = known_territories()
        zones: Table = {
            "territory": [territory.code for territory in known],
            "zone~case": [self.policy.zone_of(territory) for territory in known],
        }
        self.frame = self.engine.lookup(self.frame, zones, ["territory"])
        for name in _CASE:
            self._add(**{f"{name}~case": self._term(name)})
        keys = [f"{name}~case" for name in DIMENSIONS]
        self.frame = self.engine.lookup(self.frame, _table(self.policy), keys)

    def _term(self, name: str) -> nw.Expr:
        """Return a term of the case; what is not given is as the policy assumes."""
        if name == "reason":
            return nw.col("reason")
        assumed = nw.lit(getattr(self.policy.assumed, name))
        if name not in self.names:
            return assumed
        return nw.when(nw.col(name) != "").then(nw.col(name)).otherwise(assumed)

    def _find_faults(self) -> None:
        domain = dict(zip(DIMENSIONS, self.policy.domain.columns, strict=True))
        unknown = [
            (
                ~nw.col(f"{name}~case").is_in(list(domain[name])).fill_null(value=False),
                f"{name}: must be one of {', '.join(domain[name])}",
            )
            for name in DIMENSIONS
            if name != "zone"
        ]
        given = ("requested", "in_writing", "photos", "returned_pieces")
        faults = [
            (nw.col("zone~case").is_null(), "territory: must be the code of a territory"),
            *unknown,
            *((nw.col(name).is_null(), f"{name}: must be given") for name in (*given, "calendar")),
            days_outside("requested"),
            days_outside("received"),
        ]
        reason = first_of(*faults)
        error = nw.coalesce(nw.col("error"), reason) if "error" in self.names else reason
        self._add(fault=error)

    def _find_days(self) -> None:
        """Gather the first and last day of each window, and the last day for posting."""
        into = {"window_opens": nw.Date(), "last_day": nw.Date()}
        self._add(
            return_row=nw.when(nw.col("rule~taken")).then(nw.col("rule~name")).otherwise(None)
        )
        keys = ("return_row", "calendar")
        self.frame = answered_by_day(
            self.engine, self.frame, keys=keys, day="received", answer=self._window, into=into
        )
        self._add(**{"window~error": nw.col("answer~error")})
        self.frame = self.frame.drop("answer~error", "answer~code", "answer~first", "answer~day")
        requested, received = nw.col("requested"), nw.col("received")
        later = nw.when(requested > received).then(requested).otherwise(received)
        from_receipt = nw.when(nw.col("rule~anchor") == RECEIVED).then(received).otherwise(later)
        posts = nw.when(nw.col("rule~posts")).then(from_receipt).otherwise(None)
        self._add(**{"posting~day": posts})
        self.frame = answered_by_day(
            self.engine,
            self.frame,
            keys=keys,
            day="posting~day",
            answer=self._posting,
            into={"posting~last": nw.Date()},
        )
        last = nw.col("posting~last")
        self._add(post_by=nw.when(last < requested).then(requested).otherwise(last))

    def _window(self, terms: Sequence[str], day: date) -> Answer:
        row = self.rules[terms[0]].terms
        if row is None:
            return {"window_opens": None, "last_day": None}
        where, kept = self.policy.where, calendar(terms[1])
        opens = opens_at(row.window, day, where, kept)
        return {
            "window_opens": None if opens is None else opens.astimezone(where).date(),
            "last_day": row.last_days[day, kept] if row.window.length.ends else None,
        }

    def _posting(self, terms: Sequence[str], day: date) -> Answer:
        row = self.rules[terms[0]].terms
        posting = None if row is None else row.posting_clock
        kept = calendar(terms[1])
        return {"posting~last": None if posting is None else posting.last_days[day, kept]}

    def _decided(self) -> Lazy:
        wrong = nw.coalesce(nw.col("fault"), nw.col("window~error"), nw.col("answer~error"))
        self._add(error=wrong)
        sound = nw.col("error").is_null()
        against = dict(self._against())
        reasons = _joined(against, sound)
        self._add(**{"reasons~against": reasons})
        refused = nw.col("reasons~against") != ""
        unreceived, review = nw.col("received").is_null(), nw.col("rule~review") & ~self._upheld
        decision = (
            nw.when(refused)
            .then(nw.lit("refused"))
            .otherwise(
                nw.when(unreceived | review).then(nw.lit("review")).otherwise(nw.lit("returnable"))
            )
        )
        # What is not received is reviewed with its evidence whether or not a claim was upheld.
        looked_at = {
            ReturnReview.EVIDENCE_TO_JUDGE: review | (unreceived & nw.col("rule~review")),
            ReturnReview.NOT_RECEIVED: unreceived,
        }
        why = nw.when(refused).then(nw.col("reasons~against")).otherwise(_joined(looked_at, sound))
        few = nw.col("returned_pieces") <= nw.col("rule~up_to")
        by_count = nw.when(few).then(nw.lit(ReturnTo.SELLER.value)).otherwise(nw.lit(WORKSHOP))
        counted = nw.col("rule~to") == ReturnTo.BY_COUNT.value
        answers = {
            "decision": decision,
            "reasons": why,
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

    @property
    def _upheld(self) -> nw.Expr:
        return self._flag("upheld")

    def _flag(self, name: str) -> nw.Expr:
        if name not in self.names:
            return nw.lit(value=False)
        return nw.col(name).fill_null(value=False)

    def _against(self) -> Iterator[tuple[ReturnRefusal, nw.Expr]]:
        taken = nw.col("rule~taken")
        if not self.policy.exchanges:
            yield ReturnRefusal.EXCHANGE, self._flag("exchange")
        yield ReturnRefusal.NO_PIECES, nw.col("returned_pieces") < 1
        yield ReturnRefusal.NOT_ELIGIBLE, ~taken
        early = nw.col("requested") < nw.col("window_opens")
        unknown = nw.col("received").is_null() & nw.col("rule~opens_later")
        yield (
            ReturnRefusal.TOO_EARLY,
            taken & ~self._upheld & (early.fill_null(value=False) | unknown),
        )
        late = (nw.col("requested") > nw.col("last_day")).fill_null(value=False)
        yield ReturnRefusal.TOO_LATE, taken & late & ~self._upheld
        blank = (nw.col("parcel_number").str.strip_chars() == "").fill_null(value=True)
        yield ReturnRefusal.NO_PARCEL_NUMBER, taken & nw.col("rule~numbered") & blank
        yield (
            ReturnRefusal.NOT_IN_WRITING,
            taken & nw.col("rule~in_writing") & ~nw.col("in_writing"),
        )
        few = nw.col("photos") < nw.col("rule~photos")
        yield ReturnRefusal.TOO_FEW_PHOTOS, taken & few & ~self._upheld


def _joined(
    reasons: dict[ReturnRefusal, nw.Expr] | dict[ReturnReview, nw.Expr], sound: nw.Expr
) -> nw.Expr:
    """Return the names of the reasons that hold, in alphabetical order."""
    return nw.concat_str(
        [
            nw.when(sound & held).then(nw.lit(reason.value)).otherwise(None)
            for reason, held in sorted(reasons.items())
        ],
        separator=",",
        ignore_nulls=True,
    )
