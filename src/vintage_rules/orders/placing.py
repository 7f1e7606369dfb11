"""From a quote to a placed order, and from there to the figures of a refund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from attrs import frozen

from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, identifier
from vintage_rules.money import Money, split, total
from vintage_rules.orders.events import (
    InboundParcel,
    OrderLine,
    OrderParcel,
    OrderPlaced,
    OrderReduction,
)
from vintage_rules.orders.fees import PricedPiece, chosen_fees, quote_kept_fees
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote, Piece
from vintage_rules.orders.reductions import GrantedReduction
from vintage_rules.pricing.fee_policy import FeePolicy
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.pricing.reduction_policy import OnReturn
from vintage_rules.returns.payments import (
    PaidOrder,
    PaidParcel,
    PaidPiece,
    PaidReduction,
    Payment,
)
from vintage_rules.returns.refund import FeeByTerms, FeeOnKept
from vintage_rules.returns.terms import RefundTerms
from vintage_rules.shipping.parcels import WORKSHOP, Posting

_NOTHING_DEARER: Mapping[str, Money] = MappingProxyType({})


def place_order(
    quote: OrderQuote,
    policy: HousePolicy,
    *,
    order: OrderId,
    buyer: BuyerId,
    payments: Sequence[Payment],
    at: datetime,
    standard_shipping: Mapping[str, Money] = _NOTHING_DEARER,
) -> OrderPlaced:
    """Return the event that places a quoted order, its payments authorised. Clauses C7, L2.

    `standard_shipping` is by sender what the least expensive standard delivery would have cost,
    where the buyer chose a dearer one: what they paid above it does not come back with a withdrawal
    (article L221-24).

    Raises:
        MoneyError: If the payments do not add up to the order.
        InvalidValueError: If two of them have the same tender and reference, if the order is for a
            country alone: its price is an estimate (clause L12), or for a list price that is not
            given and that a fee on an outcome depends on.
        UnknownTermError: For a tender that the policy gives nothing back to or a sender of none of
            the parcels.
        CurrencyMismatchError: If the currencies differ.
        IdentifierError: If an identifier is not valid.
        DayError: If a day or a moment is not valid.

    >>> from datetime import UTC, date
    >>> from vintage_rules import Money, Piece, Place, load_policy, locate, quote_order
    >>> from vintage_rules.returns import Payment
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = Piece(
    ...     id="coat", seller="ada", price=Money("90.00", "EUR"), weight_g=1400
    ... )
    >>> bordeaux = locate(Place(country="FR", postal_code="33000"))
    >>> quote = quote_order([coat], bordeaux, "direct", house)
    >>> card = Payment(tender="card", reference="ch_1", amount=quote.price.total)
    >>> placed = place_order(
    ...     quote,
    ...     house,
    ...     order=OrderId("o1"),
    ...     buyer=BuyerId("zoe"),
    ...     payments=[card],
    ...     at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    ... )
    >>> [line.piece for line in placed.lines], placed.payments[0].amount
    (['coat'], Money('101.19', 'EUR'))
    """
    _require_address(quote)
    _require_list_prices(quote, policy)
    _require_refundable(payments, policy)
    _require_senders(standard_shipping, quote)
    fees, review = quote.price.fees, policy.service.review
    placed = OrderPlaced(
        at=at,
        order=OrderId(identifier(order, "order")),
        edition=quote.edition,
        buyer=BuyerId(identifier(buyer, "buyer")),
        mode=quote.mode,
        destination=quote.destination,
        lines=tuple(_line(piece, quote, policy) for piece in quote.pieces),
        parcels=tuple(
            OrderParcel(
                id=ParcelId(f"{order}-{number}"),
                sender=parcel.plan.sender,
                pieces=parcel.plan.pieces,
                shipping=parcel.postage.price,
                standard=standard_shipping.get(parcel.plan.sender),
            )
            for number, parcel in enumerate(quote.parcels, 1)
        ),
        fee=_sum([fee for fee in fees if _falls(fee.policy)], policy),
        kept_fees=_sum([fee for fee in fees if not _falls(fee.policy)], policy),
        payments=tuple(payments),
        fees_by_terms={
            name: quote.price.fee(name) for name in _names_by_terms(fee.policy for fee in fees)
        },
        options=quote.options,
        parts=quote.parts,
        reductions=tuple(_reduction(each, quote, order) for each in quote.reductions),
        rounding=quote.price.rounding or None,
        review_after=None if review is None else review.after,
        inbound=tuple(
            InboundParcel(
                id=ParcelId(f"{order}-in-{number}"),
                sender=posting.seller,
                pieces=posting.pieces,
            )
            for number, posting in enumerate(_to_workshop(quote), 1)
        ),
    )
    paid_order(placed)
    return placed


def _require_address(quote: OrderQuote) -> None:
    if quote.estimate:
        allowed = "an address with its postal code or city: a country alone gives an estimate"
        raise InvalidValueError("destination", quote.destination.place.country, allowed)


def _require_list_prices(quote: OrderQuote, policy: HousePolicy) -> None:
    """Refuse an order that could not compute later what it owes on an outcome."""
    on_outcome = (fee for fee in policy.pricing.fees if fee.on is not None)
    needing = next((fee for fee in on_outcome if "list-price" in fee.parts), None)
    if needing is None:
        return
    for number, piece in enumerate(quote.pieces):
        if piece.list_price is None:
            allowed = f"given: the fee {needing.name} depends on it"
            raise InvalidValueError(f"pieces[{number}].list_price", None, allowed)


def _reduction(granted: GrantedReduction, quote: OrderQuote, order: OrderId) -> OrderReduction:
    policy = granted.policy
    least = policy.least if policy.on_return is OnReturn.WITHDRAWN else None
    return OrderReduction(
        name=policy.name,
        borne_by=policy.borne_by,
        on_return=policy.on_return,
        least=None if least is None else Money(least, policy.currency),
        pieces=granted.pieces,
        parcels={
            ParcelId(f"{order}-{number}"): granted.parcels[parcel.plan.sender]
            for number, parcel in enumerate(quote.parcels, 1)
        },
        fees=granted.fees,
    )


def _to_workshop(quote: OrderQuote) -> Iterable[Posting]:
    """Return what each seller posts to the workshop first. Clauses L3, L8."""
    return (posting for posting in quote.plan.postings if posting.to == WORKSHOP)


def _require_refundable(payments: Sequence[Payment], policy: HousePolicy) -> None:
    """Each is captured and refunded under its own name, and over all by ranks of tenders."""
    for payment in payments:
        policy.returns.refunds.rank_of(payment.tender)
    named = [(payment.tender, payment.reference) for payment in payments]
    if len(set(named)) < len(named):
        allowed = "payments that differ by tender or reference"
        raise InvalidValueError("payments", sorted(named), allowed)


def _require_senders(standard: Mapping[str, Money], quote: OrderQuote) -> None:
    senders = tuple(parcel.plan.sender for parcel in quote.parcels)
    for sender in standard:
        if sender not in senders:
            raise UnknownTermError("standard_shipping", sender, senders)


def _falls(fee: FeePolicy) -> bool:
    """Return whether every refund that gives back fees gives back this one."""
    return fee.refundable and fee.refunded_with is None


def _names_by_terms(fees: Iterable[FeePolicy]) -> Iterable[str]:
    return dict.fromkeys(fee.name for fee in fees if fee.refunded_with is not None)


def _line(piece: Piece, quote: OrderQuote, policy: HousePolicy) -> OrderLine:
    borne = [fee for fee in quote.seller_fees if piece.id in fee.shares]
    kept = [fee for fee in borne if not _falls(fee.policy)]
    return OrderLine(
        piece=piece.id,
        seller=piece.seller,
        price=piece.price,
        seller_fee=total((fee.shares[piece.id] for fee in borne), policy.currency),
        kept_seller_fees={
            name: total(
                (fee.shares[piece.id] for fee in kept if fee.policy.name == name), policy.currency
            )
            for name in dict.fromkeys(fee.policy.name for fee in kept)
        },
        list_price=piece.list_price,
        sale=piece.sale,
    )


def seller_fee_back(
    line: OrderLine, terms: RefundTerms, refunded: Money, policy: HousePolicy
) -> Money:
    """Return what a seller is given back of their fees when so much of a price is refunded.

    What falls on the piece comes back in proportion. A fee that some refunds alone give back does
    with these, one that is not refundable with none.
    """
    named = {fee.name: fee.refunded_with or frozenset() for fee in policy.pricing.fees}
    kept = [
        amount for name, amount in line.kept_seller_fees.items() if terms.name not in named[name]
    ]
    given_back = line.seller_fee - total(kept, policy.currency)
    back, _ = split(given_back, [refunded, line.price - refunded])
    return back


def paid_order(placed: OrderPlaced) -> PaidOrder:
    """Return the figures of a placed order that refunds are computed from.

    Raises:
        MoneyError: If the payments do not add up to the order.

    >>> from datetime import UTC, date
    >>> from vintage_rules import Money, Piece, Place, load_policy, locate, quote_order
    >>> from vintage_rules.returns import Payment
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = Piece(
    ...     id="coat", seller="ada", price=Money("90.00", "EUR"), weight_g=1400
    ... )
    >>> bordeaux = locate(Place(country="FR", postal_code="33000"))
    >>> quote = quote_order([coat], bordeaux, "direct", house)
    >>> card = Payment(tender="card", reference="ch_1", amount=quote.price.total)
    >>> placed = place_order(
    ...     quote,
    ...     house,
    ...     order=OrderId("o1"),
    ...     buyer=BuyerId("zoe"),
    ...     payments=[card],
    ...     at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    ... )
    >>> paid_order(placed).parcels[0].shipping
    Money('11.19', 'EUR')
    """
    prices = {line.piece: line.price for line in placed.lines}
    off = _off_fees(placed)
    return PaidOrder(
        parcels=tuple(
            PaidParcel(
                pieces=tuple(PaidPiece(id=piece, price=prices[piece]) for piece in parcel.pieces),
                shipping=parcel.shipping - _off_shipping(parcel, placed),
                standard=parcel.standard,
            )
            for parcel in placed.parcels
        ),
        fee=placed.fee - off.falling,
        kept_fees=placed.kept_fees - off.kept,
        payments=placed.payments,
        rounding=placed.rounding,
        reductions=tuple(
            PaidReduction(
                pieces=each.pieces,
                parcels=tuple(each.parcels[parcel.id] for parcel in placed.parcels),
                stays=each.on_return is OnReturn.KEPT,
                least=each.least,
            )
            for each in placed.reductions
        ),
    )


def _off_shipping(parcel: OrderParcel, placed: OrderPlaced) -> Money:
    amounts = (each.parcels[parcel.id] for each in placed.reductions)
    return total(amounts, parcel.shipping.currency)


@frozen(kw_only=True)
class _OffFees:
    """What was taken off the fees that any refund lowers, and off the others, some by name."""

    falling: Money
    kept: Money
    by_terms: Mapping[str, Money]


def _off_fees(placed: OrderPlaced) -> _OffFees:
    """Return what was taken off each kind of fee, in proportion to what they come to."""
    off = total((each.fees for each in placed.reductions), placed.fee.currency)
    falling, kept = split(off, [placed.fee, placed.kept_fees])
    named = placed.fees_by_terms
    others = placed.kept_fees - total(named.values(), placed.fee.currency)
    *by_terms, _ = split(kept, [*named.values(), others])
    return _OffFees(falling=falling, kept=kept, by_terms=dict(zip(named, by_terms, strict=True)))


def _less(due: Money, gross: Money, off: Money) -> Money:
    """Return what of a fee is due once some of it was taken off, in the same proportion."""
    if due >= gross:
        return due - off
    part, _ = split(off, [due, gross - due])
    return due - part


def fee_on_kept(placed: OrderPlaced, kept: Mapping[PieceId, Money], policy: HousePolicy) -> Money:
    """Return the fees that any refund lowers, on the pieces that are kept. Clause L4.

    They are computed at the prices given.
    """
    due = _sum([fee for fee in fees_charged(placed, policy, kept) if _falls(fee.policy)], policy)
    return _less(due, placed.fee, _off_fees(placed).falling)


def fees_by_terms(placed: OrderPlaced, policy: HousePolicy) -> tuple[FeeByTerms, ...]:
    """Return the fees of an order that only some refunds give back, each as it was paid."""
    off = _off_fees(placed).by_terms

    def on_kept(name: str) -> FeeOnKept:
        def left(kept: Mapping[PieceId, Money]) -> Money:
            charged = fees_charged(placed, policy, kept)
            due = _sum([fee for fee in charged if fee.policy.name == name], policy)
            return _less(due, placed.fees_by_terms[name], off[name])

        return left

    named = {fee.name: fee.refunded_with or frozenset() for fee in policy.pricing.fees}
    return tuple(
        FeeByTerms(paid=paid - off[name], terms=named[name], on_kept=on_kept(name))
        for name, paid in placed.fees_by_terms.items()
    )


def fees_charged(
    placed: OrderPlaced, policy: HousePolicy, kept: Mapping[PieceId, Money] | None = None
) -> tuple[FeeCharged, ...]:
    """Return the fees that the buyer of an order bears, each with what of it falls on each piece.

    They are as they were quoted, before anything was taken off them; `kept` gives the prices of
    some of its pieces, for the fees on these alone.
    """
    prices = {line.piece: line.price for line in placed.lines}
    return quote_kept_fees(
        chosen_fees(placed.options, policy),
        priced_lines(placed),
        prices if kept is None else kept,
        {parcel.sender: parcel.shipping for parcel in placed.parcels},
        policy,
        mode=placed.mode,
        zone=policy.shipping.delivery.zone_of(placed.destination.territory).name,
        parts=placed.parts,
    )


def priced_lines(placed: OrderPlaced) -> list[PricedPiece]:
    """Return the pieces of an order as far as fees are concerned."""
    sender = {piece: parcel.sender for parcel in placed.parcels for piece in parcel.pieces}
    return [_priced(line, sender[line.piece]) for line in placed.lines]


def _priced(line: OrderLine, parcel: str) -> PricedPiece:
    return PricedPiece(
        id=line.piece,
        seller=line.seller,
        price=line.price,
        parcel=parcel,
        list_price=line.list_price,
        sale=line.sale,
    )


def _sum(fees: Iterable[FeeCharged], policy: HousePolicy) -> Money:
    return total((fee.fee for fee in fees), policy.currency)
