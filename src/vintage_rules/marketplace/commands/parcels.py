"""Commands on the parcels of an order: handed in, scanned, sent back, looked for.

Clauses L14, R10, S1 to S3.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from vintage_rules.errors import NameTakenError, NotAllowedError, NotFoundError
from vintage_rules.ids import OrderId, ParcelId, PieceId, identifier
from vintage_rules.marketplace.actors import (
    Actor,
    House,
    Seller,
    require_handler,
    require_sender,
)
from vintage_rules.marketplace.commands.addresses import AddressAnswer, posting_address
from vintage_rules.marketplace.commands.labels import LabelAnswer, outbound_label
from vintage_rules.marketplace.commands.order_commands import (
    Answer,
    execute,
    execute_by,
    execute_by_buyer,
    execute_by_house,
    known_order,
)
from vintage_rules.marketplace.commands.scans import (
    is_scanned,
    new_scans,
    open_cases,
    with_kept_status,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.inbound_streams import NumberGiven, number_key
from vintage_rules.marketplace.storage.streams import NUMBERS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import (
    AnswerQuestion,
    CheckPiece,
    CommandParcel,
    ConfirmReceipt,
    ReceiveParcel,
    WorkshopFinding,
)
from vintage_rules.orders.overdue import overdue_at
from vintage_rules.orders.states import Order
from vintage_rules.ports.carrier import Scan
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    CorrectNumber,
    GiveUpSearch,
    HandIn,
    ReceiveBack,
    ReportFound,
    SendAgain,
)
from vintage_rules.shipping.parcel.states import Parcel, ParcelState
from vintage_rules.world.calendars import calendar_of

# A carrier may give a number again once the parcel it was on has arrived somewhere for good.
_ARRIVED = frozenset(
    {
        ParcelState.ANNOUNCED,
        ParcelState.DELIVERED,
        ParcelState.BACK_AT_SENDER,
        ParcelState.BUYER_ASKED,
        ParcelState.REFUND_AGREED,
        ParcelState.REFUND_DECLINED,
    }
)


@frozen
class Parcels:
    """Commands on the parcels of an order.

    Every command raises `NotAllowedError` for an actor who may not, `NotFoundError` for an order
    or a parcel that does not exist, and what the rules raise.
    """

    shop: Shop

    def hand_in(self, by: Actor, order: str, parcel: ParcelId, tracking_number: str) -> Answer:
        """Record that a parcel was handed in: its buyer is mailed the number. Clauses S1, S2.

        However the number is typed, one parcel at a time travels under it; `correct_number` frees
        one that was given by mistake.

        Raises:
            NameTakenError: For a number under which another parcel travels.
        """

        def act(work: UnitOfWork) -> Answer:
            stream = work.load(ORDERS, order)
            known = known_order(stream, order)
            require_handler(by, _sender(known, parcel), "hand a parcel in")
            key = number_key(tracking_number)
            number = work.load(NUMBERS, key)
            given = NumberGiven(at=work.now, order=OrderId(order), parcel=parcel)
            if _is_anothers(work, number.state, given, key):
                raise NameTakenError("tracking_number", tracking_number)
            hand_in = HandIn(
                at=work.now,
                tracking_number=" ".join(tracking_number.split()),
                overdue_at=overdue_at(
                    known,
                    parcel,
                    work.now,
                    self.shop.edition(known.placed.edition),
                    calendar=self.shop.calendar,
                    destination_calendar=calendar_of(known.placed.destination),
                ),
            )
            command = CommandParcel(parcel=parcel, command=hand_in)
            answer = execute(self.shop, work, stream, [command])
            if isinstance(answer, Order):
                work.record(number, [given])
            return answer

        return self.shop.do(by, act)

    def correct_number(
        self, by: Actor, order: str, parcel: ParcelId, tracking_number: str
    ) -> Answer:
        """Correct the number that was given at a hand-in: the buyer is mailed the right one.

        The house may do so as long as the parcel travels; its sender or a carrier until the first
        scan under the wrong number. That number moves the parcel no more, and another may travel
        under it; scans under the right one count from the hand-in on. The number the parcel has
        already changes nothing. Clause S1.

        Raises:
            NameTakenError: For a number under which another parcel travels, or has arrived since
                this one was handed in: its scans would move this one.
        """

        def act(work: UnitOfWork) -> Answer:
            stream = work.load(ORDERS, order)
            known = known_order(stream, order)
            require_handler(by, _sender(known, parcel), "correct a tracking number")
            key = number_key(tracking_number)
            number = work.load(NUMBERS, key)
            given = NumberGiven(at=work.now, order=OrderId(order), parcel=parcel)
            corrected = known.parcels[parcel]
            if _is_anothers(work, number.state, given, key, since=corrected.handed_in_at):
                raise NameTakenError("tracking_number", tracking_number)
            if _travels_under(corrected, key):
                return known
            if not isinstance(by, House) and is_scanned(stream.history, parcel):
                raise NotAllowedError(str(by), "correct a number that was scanned", "the house")
            correct = CorrectNumber(at=work.now, tracking_number=" ".join(tracking_number.split()))
            command = CommandParcel(parcel=parcel, command=correct)
            answer = execute(self.shop, work, stream, [command])
            if isinstance(answer, Order):
                work.record(number, [given])
            return answer

        return self.shop.do(by, act)

    def posting_address(self, by: Actor, order: str, parcel: ParcelId) -> AddressAnswer:
        """Return where a parcel goes, to the one who must post it and while they must.

        That is its sender, or the house for the workshop and for anyone; refused once it is handed
        in, and where an erasure has left no address. Clause L8.
        """
        known = self.shop.do(by, lambda work: known_order(work.load(ORDERS, order), order))
        require_sender(by, _sender(known, parcel), "see where a parcel goes")
        return posting_address(self.shop, known, parcel)

    def label(self, by: Actor, order: str, parcel: ParcelId) -> LabelAnswer:
        """Return the label of a parcel, to the one who must post it and while they must.

        It is bought once for each journey, however often it is requested, and has the address on
        it. Refused as `posting_address` is, with `no-label` where the policy has the house give
        none or the shop has no carrier, and with what the carrier refuses. Raises also what the
        carrier raises.
        Clauses L8, S1.
        """
        known = self.shop.do(by, lambda work: known_order(work.load(ORDERS, order), order))
        require_sender(by, _sender(known, parcel), "have a parcel's label")
        return outbound_label(self.shop, known, parcel)

    def receive_parcel(self, by: Actor, order: str, parcel: ParcelId, *pieces: PieceId) -> Answer:
        """Record that the workshop has a parcel: all of its pieces, or those named. Clause L5."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [ReceiveParcel(at=at, parcel=parcel, pieces=pieces)],
        )

    def check_piece(
        self, by: Actor, order: str, piece: PieceId, finding: WorkshopFinding
    ) -> Answer:
        """Record what the workshop's check of a piece found. Clause L5."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CheckPiece(at=at, piece=piece, finding=finding)],
        )

    def record_scan(self, by: Actor, tracking_number: str, *scans: Scan) -> Answer:
        """Record where a carrier has seen a parcel, in whatever order its scans come.

        A scan that was recorded already changes nothing, nor does one of a number under which the
        parcel does not travel any more. One from before the hand-in proves nothing: it is noted.
        One that is dated more than a few minutes ahead of the shop's clock moves nothing, and is a
        case for review.
        """
        if not isinstance(by, House):
            require_handler(by, "", "record a scan")

        scans = tuple(with_kept_status(scan) for scan in scans)

        def act(work: UnitOfWork) -> Answer:
            key = number_key(tracking_number)
            # 0.2 and earlier named the stream by the number as it was given.
            number = tracking_number.strip()
            given = work.load(NUMBERS, key).state or work.load(NUMBERS, number).state
            if given is None:
                raise NotFoundError("tracking_number", tracking_number)
            stream = work.load(ORDERS, given.order)
            known = known_order(stream, given.order)
            if not _travels_under(known.parcels[given.parcel], key):
                return known
            open_cases(work, given, tracking_number, scans)
            new = new_scans(stream.history, given.parcel, scans, work.now)
            return execute(self.shop, work, stream, new) if new else known

        return self.shop.do(by, act)

    def confirm_receipt(self, by: Actor, order: str, *pieces: PieceId) -> Answer:
        """Record that the buyer says all is well; with all that was posted, without any piece."""
        return execute_by_buyer(
            self.shop, by, order, lambda _, at: [ConfirmReceipt(at=at, pieces=pieces)]
        )

    def answer_question(self, by: Actor, order: str, question: str, *pieces: PieceId) -> Answer:
        """Record that the seller of some pieces answers a question about the sale with yes.

        The question is about all their pieces, without any; the house may answer it for them.
        """

        def own(known: Order) -> tuple[PieceId, ...]:
            if pieces or not isinstance(by, Seller):
                return pieces
            return tuple(line.piece for line in known.placed.lines if line.seller == by.id)

        def may(known: Order) -> None:
            sellers = {known.line(piece).seller for piece in own(known)}
            if not isinstance(by, House) and not (isinstance(by, Seller) and sellers == {by.id}):
                raise NotAllowedError(
                    str(by), "answer a question", "the seller of these pieces or the house"
                )

        return execute_by(
            self.shop,
            by,
            order,
            may,
            lambda known, at: [AnswerQuestion(at=at, question=question, pieces=own(known))],
        )

    def receive_back(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Record that a parcel is back at its sender; its buyer must then choose. Clause L14."""
        return execute_by(
            self.shop,
            by,
            order,
            lambda known: require_handler(by, _sender(known, parcel), "receive a parcel back"),
            lambda _, at: [CommandParcel(parcel=parcel, command=ReceiveBack(at=at))],
        )

    def answer_refund(self, by: Actor, order: str, parcel: ParcelId, *, agrees: bool) -> Answer:
        """Record whether the buyer of a parcel that went back agrees to a refund. Clause L14."""
        return execute_by_buyer(
            self.shop,
            by,
            order,
            lambda _, at: [
                CommandParcel(parcel=parcel, command=AnswerRefund(at=at, agrees=agrees))
            ],
        )

    def send_again(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Announce a parcel once more, for a buyer who would rather have it."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CommandParcel(parcel=parcel, command=SendAgain(at=at))],
        )

    def give_up_search(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """End the search for a parcel: it is refunded. Clause R10."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CommandParcel(parcel=parcel, command=GiveUpSearch(at=at))],
        )

    def report_parcel_found(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Record that a parcel which counted as lost was found. Clause R10."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CommandParcel(parcel=parcel, command=ReportFound(at=at))],
        )


def _is_anothers(
    work: UnitOfWork,
    known: NumberGiven | None,
    given: NumberGiven,
    key: str,
    *,
    since: datetime | None = None,
) -> bool:
    """Return whether another parcel travels under a number, or did at some time since a moment.

    The order of that parcel is only read: what begins to travel under the number writes its stream.
    """
    if known is None or (known.order, known.parcel) == (given.order, given.parcel):
        return False
    order = known_order(work.load(ORDERS, known.order), known.order)
    parcel = order.parcels[known.parcel]
    if not _travels_under(parcel, key):
        return False
    return parcel.state not in _ARRIVED or (since is not None and parcel.seen_at >= since)


def _travels_under(parcel: Parcel, key: str) -> bool:
    return parcel.tracking_number is not None and number_key(parcel.tracking_number) == key


def _sender(order: Order, parcel: ParcelId) -> str:
    senders = {each.id: each.sender for each in order.placed.all_parcels}
    if identifier(parcel, "parcel") not in senders:
        raise NotFoundError("parcel", parcel, tuple(senders))
    return senders[parcel]
