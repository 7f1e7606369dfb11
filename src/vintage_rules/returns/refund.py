"""What is refunded for the pieces that come back, and to which means of payment.

Theory. What an order gives back is a function of the *set* of pieces that are back. A refund is the
difference between that function now and before this return. So several returns, in any order and in
any groups, end at the same total, and nothing has to be corrected later.

1. *Pieces* give back their price less what the terms deduct and what is withheld, at least zero,
   less what the pieces kept no longer bear of the reductions, which together never take off more
   than these pieces cost.
2. *Shipping* of a parcel is back once all its pieces are: a parcel of which a piece is kept was
   shipped all the same. What a dearer mode cost above the standard one (the supplement) comes back
   only on terms that say so (article L221-24).
3. *Fees* are recomputed on the pieces that are kept, at the prices they were sold for; what the fee
   has fallen by is given back. Nothing kept means no fee.

Where totals are rounded to a step, what a set gives back is rounded as the total was: the
differences then are multiples of the step too, and those of all returns add up to what was paid.

What a return costs (`per_return` of its terms) is beside that function: it is taken off the
difference, once for each return, and never more than the return gives back.

*Cliffs.* A reduction may go as a whole when pieces come back, one from 100 EUR on with what is kept
of 90; and a fee may rise as pieces come back: one that is free from 100 EUR on is charged on 90. By
the plain difference the buyer would owe money, or get less because of the order in which they sent
things back. Neither happens: what a set gives back of a fee is the most that any subset of it would
have given (`_most_back`), as the kindest order of the same returns does. Every subset of the first
ten returned pieces is tried, and with each later piece all that are back by then. What was tried
once is tried again with every later return, so that the most never falls.

*Means of payment.* A tender never gets back more than it paid less what it got already (`_left`).
The amount is spread rank by rank, in the policy's order; within a rank in turn or in proportion. If
what is owed exceeds all that is left, the rest is `beyond`, which a sound history never has.

A preview of a refund and the refund itself are this one function.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, combinations
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import InvalidValueError, MoneyError
from vintage_rules.ids import PieceId
from vintage_rules.money import (
    Money,
    allocate,
    non_negative,
    plus,
    require_currency,
    share,
    total,
    zero,
)
from vintage_rules.returns.payments import PaidOrder, PaidParcel, Payment, ReturnedPiece, by_tender
from vintage_rules.returns.refund_policy import RefundPolicy, Split
from vintage_rules.returns.terms import RefundPart, RefundTerms

Rounds: TypeAlias = Callable[[Money], Money]
FeeOnKept: TypeAlias = Callable[[Mapping[PieceId, Money]], Money]
"""A function from the pieces that the buyer keeps, with their prices, to the fee on these."""
_Returned: TypeAlias = Mapping[PieceId, ReturnedPiece]
_Account: TypeAlias = tuple[str, str]

_IN_ANY_ORDER = 10


@frozen(kw_only=True)
class FeeByTerms:
    """A fee that only refunds on some terms give back.

    `paid` is what was paid, `terms` the names of these terms (None for all terms that give back
    fees), and `on_kept` the fee on the pieces that are kept.
    """

    paid: Money
    terms: frozenset[str] | None
    on_kept: FeeOnKept

    def gives_back(self, terms: RefundTerms) -> bool:
        """Return whether a refund on these terms brings the fee down."""
        if self.terms is None:
            return RefundPart.FEE in terms.parts
        return terms.name in self.terms


class RefundRefusal(StrEnum):
    """Why nothing is refunded."""

    ALREADY_RETURNED = "already-returned"
    NO_PIECES = "no-pieces"
    NOTHING_LEFT = "nothing-left"


@frozen(kw_only=True)
class Refundable(Decision):
    """What is refunded: `pieces + shipping + fee + rounding - cost - beyond = total`.

    That is the sum of `by_tender`. `rounding` is what it is more, or less, where totals are rounded
    to a step; `cost` is what is kept once of the return; `beyond` what is not refunded because all
    that was paid has been: zero in a history without mistakes.
    """

    pieces: Money
    shipping: Money
    fee: Money
    rounding: Money
    cost: Money
    beyond: Money
    total: Money
    by_tender: tuple[Payment, ...]


@frozen(kw_only=True)
class NotRefundable(Decision):
    """Nothing is refunded, with every reason."""

    reasons: tuple[RefundRefusal, ...]


def quote_refund(
    order: PaidOrder,
    returned: Sequence[ReturnedPiece],
    policy: RefundPolicy,
    fee_on_kept: FeeOnKept,
    *,
    by_terms: Sequence[FeeByTerms] = (),
    rounds: Rounds | None = None,
    before: Sequence[ReturnedPiece] = (),
    already_refunded: tuple[Payment, ...] = (),
) -> Refundable | NotRefundable:
    """Return what is refunded now for the pieces returned now. Clauses F1 to F4, L221-24.

    For each piece the price paid less what is withheld; for a parcel that is back as a whole its
    shipping, without the supplement unless the terms give that too; of the fee what exceeds the one
    on the pieces kept, which `fee_on_kept` computes from their prices. The pieces returned now are
    one return on each of their terms, which costs once what these say. `by_terms` are fees that
    only some terms give back; the order holds them in its `kept_fees`. `rounds` is how the house
    rounds its totals, None where it does not. `before` are the pieces
    returned earlier, `already_refunded` what each means of payment got back: none ever gets more
    than it paid.

    Raises:
        InvalidValueError: If a piece is not in the order or is named twice.
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: If an amount is in another currency.
        UnknownTermError: For a tender that the policy does not rank.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.returns import PaidPiece
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).returns
    >>> terms = next(rule.terms for rule in house.returns.rules if rule.terms).refund
    >>> coat = PaidPiece(id=PieceId("coat"), price=Money("90.00", "EUR"))
    >>> order = PaidOrder(
    ...     parcels=(PaidParcel(pieces=(coat,), shipping=Money("9.59", "EUR")),),
    ...     fee=Money("9.00", "EUR"),
    ...     payments=(
    ...         Payment(tender="gift-card", amount=Money("50.00", "EUR")),
    ...         Payment(tender="card", amount=Money("58.59", "EUR")),
    ...     ),
    ... )
    >>> back = ReturnedPiece(id=PieceId("coat"), terms=terms)
    >>> refund = quote_refund(
    ...     order, [back], house.refunds, lambda kept: Money(0, "EUR")
    ... )
    >>> refund.total, [str(payment.amount) for payment in refund.by_tender]
    (Money('108.59', 'EUR'), ['58.59 EUR', '50.00 EUR'])
    """
    earlier = _by_id(order, before, "before")
    now = _by_id(order, returned, "returned")
    left = _left(order, already_refunded, policy)
    reasons = _refusals(earlier, now, left)
    if reasons:
        return NotRefundable(reasons=reasons, edition=policy.edition, sources=policy.sources)
    pieces = _pieces(order, {**earlier, **now}) - _pieces(order, earlier)
    shipping = _shipping(order, {**earlier, **now}) - _shipping(order, earlier)
    fees = [FeeByTerms(paid=order.fee, terms=None, on_kept=fee_on_kept), *by_terms]
    fee = total((_fee(order, earlier, now, each) for each in fees), order.currency)
    exact = pieces + shipping + fee
    rounding, cost = zero(order.currency), _cost(now, order)
    if rounds is not None:
        had = total(_given_back(order, earlier, fees), order.currency)
        rounding = rounds(had + exact) - rounds(had) - exact
        cost = rounds(cost)
    cost = min(cost, exact + rounding)
    owed = exact + rounding - cost
    paid_back = _spread(min(owed, total(left.values(), order.currency)), left, policy)
    returned_to = total((payment.amount for payment in paid_back), order.currency)
    return Refundable(
        pieces=pieces,
        shipping=shipping,
        fee=fee,
        rounding=rounding,
        cost=cost,
        beyond=owed - returned_to,
        total=returned_to,
        by_tender=paid_back,
        edition=policy.edition,
        sources=_cited(now, policy),
    )


def _by_id(order: PaidOrder, returned: Sequence[ReturnedPiece], field: str) -> _Returned:
    found: dict[PieceId, ReturnedPiece] = {}
    for piece in returned:
        if piece.id not in order.prices:
            held = ", ".join(sorted(order.prices))
            raise InvalidValueError(field, piece.id, f"pieces of the order: {held}")
        if piece.id in found:
            raise InvalidValueError(field, piece.id, "distinct pieces")
        found[piece.id] = piece
    return found


def _refusals(
    earlier: _Returned, now: _Returned, left: Mapping[_Account, Money]
) -> tuple[RefundRefusal, ...]:
    found = [RefundRefusal.ALREADY_RETURNED] if earlier.keys() & now.keys() else []
    if not now:
        found.append(RefundRefusal.NO_PIECES)
    if not any(amount.amount for amount in left.values()):
        found.append(RefundRefusal.NOTHING_LEFT)
    return tuple(found)


def price_back(order: PaidOrder, piece: ReturnedPiece) -> Money:
    """Return what of a piece's price goes back: all less what is deducted and withheld.

    Raises:
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: For what is withheld.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.returns import PaidPiece
    >>> from datetime import date
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).returns
    >>> terms = next(rule.terms for rule in house.returns.rules if rule.terms).refund
    >>> coat = PaidPiece(id=PieceId("coat"), price=Money("90.00", "EUR"))
    >>> parcel = PaidParcel(pieces=(coat,), shipping=Money(0, "EUR"))
    >>> card = Payment(tender="card", amount=Money("90.00", "EUR"))
    >>> order = PaidOrder(parcels=(parcel,), fee=Money(0, "EUR"), payments=(card,))
    >>> worn = ReturnedPiece(id=coat.id, terms=terms, withheld=Money("20.00", "EUR"))
    >>> price_back(order, worn)
    Money('70.00', 'EUR')
    """
    price = order.prices[piece.id]
    if RefundPart.PIECES not in piece.terms.parts:
        return zero(order.currency)
    deduction = piece.terms.deduction
    kept = share(price, deduction.rate, rounding=deduction.rounding)
    kept += Money(deduction.fixed, order.currency)
    if piece.withheld is not None:
        require_currency(non_negative(piece.withheld, "withheld"), order.currency, "withheld")
        kept += piece.withheld
    return price - min(price, kept)


def _pieces(order: PaidOrder, returned: _Returned) -> Money:
    """Return what these pieces give back, less what of the reductions goes with them.

    As with fees, the most that any part of them would give: see `_most_back`.
    """
    back = {piece.id: price_back(order, piece) for piece in returned.values()}
    if not order.reductions:
        return total(back.values(), order.currency)
    most = zero(order.currency)
    for part in _parts(tuple(back)):
        kept = {piece: price for piece, price in order.prices.items() if piece not in part}
        given_back = total((back[piece] for piece in part), order.currency)
        most = max(most, given_back - _lost(order, kept))
    return most


def _lost(order: PaidOrder, kept: Mapping[PieceId, Money]) -> Money:
    """Return what all reductions take off no more once these pieces alone are kept.

    Together they are never more than what the pieces kept cost.
    """
    offs = (off for each in order.reductions for off in each.pieces.values())
    unborne = total(offs, order.currency) - total(kept.values(), order.currency)
    lost = total((each.lost(kept, order) for each in order.reductions), order.currency)
    charged = (each.charged(kept, order) for each in order.reductions)
    return plus(max(lost, unborne), charged)


def _shipping(order: PaidOrder, returned: _Returned) -> Money:
    """Refund the shipping of every parcel that is back as a whole.

    As far as the terms of all its pieces do.
    """
    return total(_shipping_of(order, returned), order.currency)


def _shipping_of(order: PaidOrder, returned: _Returned) -> Iterator[Money]:
    for parcel in order.parcels:
        if parcel.ids <= returned.keys():
            yield from _parts_of(parcel, returned)


def _parts_of(parcel: PaidParcel, returned: _Returned) -> Iterator[Money]:
    parts = frozenset(RefundPart).intersection(
        *(returned[piece].terms.parts for piece in parcel.ids)
    )
    if RefundPart.SHIPPING in parts:
        yield parcel.shipping - parcel.supplement
    if RefundPart.SUPPLEMENT in parts:
        yield parcel.supplement


def _given_back(
    order: PaidOrder, returned: _Returned, fees: Sequence[FeeByTerms]
) -> Iterator[Money]:
    """Return all that these pieces give back."""
    yield _pieces(order, returned)
    yield _shipping(order, returned)
    yield from (_most_back(order, returned, fee) for fee in fees)


def _cost(now: _Returned, order: PaidOrder) -> Money:
    """Return what is kept once of a return, on each of the terms that its pieces come back on."""
    kept = {piece.terms.name: piece.terms.deduction.per_return for piece in now.values()}
    return total((Money(each, order.currency) for each in kept.values()), order.currency)


def _fee(order: PaidOrder, earlier: _Returned, now: _Returned, fee: FeeByTerms) -> Money:
    """Return what a fee has fallen by since the earlier returns."""
    had = _most_back(order, earlier, fee)
    return max(_most_back(order, {**earlier, **now}, fee) - had, zero(order.currency))


def _most_back(order: PaidOrder, returned: _Returned, fee: FeeByTerms) -> Money:
    """Return the most of a fee that these pieces could have brought back, returned in any order.

    A fee with a cliff rises when pieces come back over it, and nothing is ever taken back from a
    buyer. So what they keep is what the kindest order of the same returns would have left them.
    """
    gone = [piece.id for piece in returned.values() if fee.gives_back(piece.terms)]
    most = zero(order.currency)
    for part in _parts(gone):
        most = max(most, _fee_back(order, part, fee))
        if most == fee.paid:
            break
    return most


def _parts(gone: Sequence[PieceId]) -> Iterator[Sequence[PieceId]]:
    """Return every part of what came back, the larger before the smaller.

    Of more pieces than can be tried in every order, every part of the first, and what was back
    after each later one. So whatever is tried of some returns is tried of these and later ones too.
    """
    first = gone[:_IN_ANY_ORDER]
    later = (gone[:size] for size in range(len(gone), len(first), -1))
    parts = (combinations(first, size) for size in range(len(first), 0, -1))
    return chain(later, chain.from_iterable(parts))


def _fee_back(order: PaidOrder, gone: Collection[PieceId], fee: FeeByTerms) -> Money:
    kept = {piece: price for piece, price in order.prices.items() if piece not in gone}
    if not kept:
        return fee.paid
    due = fee.on_kept(kept)
    require_currency(non_negative(due, "fee_on_kept"), order.currency, "fee_on_kept")
    return fee.paid - min(fee.paid, due)


def _left(
    order: PaidOrder, already_refunded: tuple[Payment, ...], policy: RefundPolicy
) -> dict[_Account, Money]:
    """Return what each means of payment may still get back, in the order in which they get it."""
    paid = by_tender(order.payments, order.currency)
    left = dict(sorted(paid.items(), key=lambda entry: policy.rank_of(entry[0][0])))
    for payment in already_refunded:
        require_currency(
            non_negative(payment.amount, "already_refunded"), order.currency, "already_refunded"
        )
    for account, amount in by_tender(already_refunded, order.currency).items():
        had = paid.get(account, zero(order.currency))
        if amount > had:
            name = " ".join(filter(None, account))
            raise MoneyError("already_refunded", str(amount), f"at most the {had} paid by {name}")
        left[account] = had - amount
    return left


def _spread(
    amount: Money, left: Mapping[_Account, Money], policy: RefundPolicy
) -> tuple[Payment, ...]:
    """Refund an amount rank by rank: a rank gets nothing before the one above has its all."""
    back: dict[_Account, Money] = {}
    for rank in range(len(policy.tenders)):
        accounts = {key: owed for key, owed in left.items() if policy.rank_of(key[0]) == rank}
        given = min(amount, total(accounts.values(), amount.currency.code))
        back |= _within(given, accounts, policy.within)
        amount -= given
    return tuple(
        Payment(tender=tender, amount=part, reference=reference)
        for (tender, reference), part in back.items()
        if part.amount
    )


def _within(
    amount: Money, accounts: Mapping[_Account, Money], split: Split
) -> dict[_Account, Money]:
    """Spread an amount that the accounts of one rank can take, each at most what is left of it."""
    match split:
        case Split.IN_TURN:
            parts: dict[_Account, Money] = {}
            for account, owed in accounts.items():
                parts[account] = min(owed, amount)
                amount -= parts[account]
            return parts
        case Split.IN_PROPORTION:
            if not amount.amount:
                return {}
            weights = [owed.amount for owed in accounts.values()]
            return dict(zip(accounts, allocate(amount, weights), strict=True))
        case _:
            assert_never(split)


def _cited(now: _Returned, policy: RefundPolicy) -> tuple[str, ...]:
    terms = [source for piece in now.values() for source in piece.terms.sources]
    return tuple(dict.fromkeys([*policy.sources, *terms]))
