"""What was paid for an order, and what has come back of it: the facts a refund is computed from.

Everything is checked here, once: one currency, no piece twice, payments that add up to the order.
What the order cost is given in figures, so that nothing here knows how prices are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from vintage_rules.errors import InvalidValueError, MoneyError
from vintage_rules.ids import PieceId, identifier
from vintage_rules.money import Money, non_negative, require_currency, total, zero
from vintage_rules.returns.terms import RefundTerms


@frozen(kw_only=True)
class PaidPiece:
    """A piece and the price paid for it."""

    id: PieceId
    price: Money


@frozen(kw_only=True)
class PaidParcel:
    """The pieces that travelled together and what their shipping cost.

    `standard` is the least expensive standard delivery that was offered for them (L221-24); what
    was paid above it is the supplement. None where the standard one was chosen.
    """

    pieces: tuple[PaidPiece, ...]
    shipping: Money
    standard: Money | None = None

    @property
    def ids(self) -> frozenset[PieceId]:
        """The pieces in it."""
        return frozenset(piece.id for piece in self.pieces)

    @property
    def supplement(self) -> Money:
        """What was paid above the standard delivery."""
        if self.standard is None:
            return zero(self.shipping.currency)
        return self.shipping - min(self.standard, self.shipping)


@frozen(kw_only=True)
class Payment:
    """What one means of payment paid, or got back. `reference` distinguishes two of a kind."""

    tender: str
    amount: Money
    reference: str = ""


@frozen(kw_only=True)
class PaidReduction:
    """What was taken off the prices of an order, and what of it goes with what comes back.

    `pieces` is what fell on each piece, `parcels` on the shipping of each parcel of the order, by
    which that was charged less. What fell on a piece goes with it, unless the reduction `stays`
    with those that are kept. All of it goes, of shipping that is kept too, where the pieces kept
    come to less than `least`.
    """

    pieces: Mapping[PieceId, Money]
    parcels: tuple[Money, ...]
    stays: bool
    least: Money | None

    def lost(self, kept: Mapping[PieceId, Money], order: PaidOrder) -> Money:
        """Return what of it is not taken off the pieces any more once these alone are kept.

        One that stays loses nothing by itself: what the pieces kept can bear of all reductions
        together is for the refund to see.
        """
        if self._is_withdrawn(kept, order):
            return total(self.pieces.values(), order.currency)
        if self.stays:
            return zero(order.currency)
        gone = (off for piece, off in self.pieces.items() if piece not in kept)
        return total(gone, order.currency)

    def charged(self, kept: Mapping[PieceId, Money], order: PaidOrder) -> Money:
        """Return what of it is not taken off the shipping of these pieces any more."""
        if not self._is_withdrawn(kept, order):
            return zero(order.currency)
        shipped = zip(order.parcels, self.parcels, strict=True)
        off = (off for parcel, off in shipped if not parcel.ids.isdisjoint(kept))
        return total(off, order.currency)

    def _is_withdrawn(self, kept: Mapping[PieceId, Money], order: PaidOrder) -> bool:
        if not kept or self.least is None:
            return False
        return total(kept.values(), order.currency) < self.least


@frozen(kw_only=True)
class PaidOrder:
    """An order as it was paid: its parcels, its fees and its payments.

    `fee` is what falls when pieces come back; `kept_fees` are those that no return brings down.
    Shipping and fees are what was paid for them, prices what the pieces cost before `reductions`;
    `rounding` is what the total was rounded by.

    Raises:
        MoneyError: If an amount is below zero or the payments do not add up to the order.
        CurrencyMismatchError: If an amount is of another currency.
        InvalidValueError: If a parcel is empty or a piece is in two.

    >>> coat = PaidPiece(id=PieceId("coat"), price=Money("90.00", "EUR"))
    >>> shipping, fee = Money("9.59", "EUR"), Money("9.00", "EUR")
    >>> parcel = PaidParcel(pieces=(coat,), shipping=shipping)
    >>> card = Payment(tender="card", amount=Money(100, "EUR"))
    >>> PaidOrder(parcels=(parcel,), fee=fee, payments=(card,))
    Traceback (most recent call last):
    vintage_rules.errors.MoneyError: payments: must be 108.59 EUR in total, as the order, got ...
    """

    parcels: tuple[PaidParcel, ...]
    fee: Money
    payments: tuple[Payment, ...]
    kept_fees: Money | None = None
    reductions: tuple[PaidReduction, ...] = ()
    rounding: Money | None = None
    currency: str = field(init=False)
    prices: dict[PieceId, Money] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "currency", self.fee.currency.code)
        object.__setattr__(self, "prices", self._prices())
        named = [*self._amounts(), *(("payments", payment.amount) for payment in self.payments)]
        for name, amount in named:
            require_currency(non_negative(amount, name), self.currency, name)
        off = (amount for each in self.reductions for amount in each.pieces.values())
        due = total((amount for _, amount in self._due()), self.currency)
        due -= total(off, self.currency)
        if self.rounding is not None:
            require_currency(self.rounding, self.currency, "rounding")
            due += self.rounding
        paid = total((payment.amount for payment in self.payments), self.currency)
        if paid != due:
            raise MoneyError("payments", str(paid), f"{due} in total, as the order")

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        yield from self._due()
        for parcel in self.parcels:
            if parcel.standard is not None:
                yield "standard", parcel.standard

    def _due(self) -> Iterator[tuple[str, Money]]:
        for parcel in self.parcels:
            for piece in parcel.pieces:
                yield "price", piece.price
            yield "shipping", parcel.shipping
        yield "fee", self.fee
        if self.kept_fees is not None:
            yield "kept_fees", self.kept_fees

    def _prices(self) -> dict[PieceId, Money]:
        prices: dict[PieceId, Money] = {}
        for parcel in self.parcels:
            if not parcel.pieces:
                raise InvalidValueError("parcels", parcel, "parcels with one piece or more")
            for piece in parcel.pieces:
                if identifier(piece.id, "pieces") in prices:
                    raise InvalidValueError("pieces", piece.id, "in one parcel only")
                prices[piece.id] = piece.price
        return prices


@frozen(kw_only=True)
class ReturnedPiece:
    """A piece that came back or was lost, and the terms of its refund.

    `withheld` is what is withheld of its price.

    Something is withheld where a person judged that the piece lost value in the buyer's hands
    (article 14 of Directive 2011/83).
    """

    id: PieceId
    terms: RefundTerms
    withheld: Money | None = None


def by_tender(payments: tuple[Payment, ...], currency: str) -> dict[tuple[str, str], Money]:
    """Add up payments by means of payment, in the order in which each first paid.

    >>> by_tender((Payment(tender="card", amount=Money(1, "EUR")),) * 2, "EUR")
    {('card', ''): Money('2.00', 'EUR')}
    """
    sums: dict[tuple[str, str], Money] = {}
    for payment in payments:
        key = (payment.tender, payment.reference)
        sums[key] = sums.get(key, zero(currency)) + payment.amount
    return sums
