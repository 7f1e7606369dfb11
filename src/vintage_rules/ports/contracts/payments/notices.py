"""What a gateway owes whoever listens to its provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import pytest

from vintage_rules.errors import ForgedNoticeError
from vintage_rules.ids import OrderId
from vintage_rules.ports.contracts.payments.fixtures import (
    Delivery,
    GatewayFixtures,
    NoticeDraft,
    unique,
)
from vintage_rules.ports.payments import NoticeKind, PaymentGateway, PaymentNotice

LONG_AGO = timedelta(days=30)


def draft(
    kind: NoticeKind = NoticeKind.CAPTURED, *, sent_ago: timedelta | None = None
) -> NoticeDraft:
    """Make a notice to be sent, of something that happened to an order of nobody."""
    return NoticeDraft(
        id=unique("notice"),
        kind=kind,
        reference=unique("authorisation"),
        order=OrderId(unique("order")),
        sent_ago=sent_ago or timedelta(),
    )


def received(gateway: PaymentGateway, delivery: Delivery) -> PaymentNotice:
    """Have a notice read as it arrived."""
    return gateway.read_notice(delivery.headers, delivery.body)


def renamed(headers: Mapping[str, str], rename: Callable[[str], str]) -> dict[str, str]:
    """Write the names of headers another way."""
    return {rename(name): value for name, value in headers.items()}


class NoticesContract(GatewayFixtures):
    """`PaymentGateway.read_notice`: what the provider tells of its own accord, and nobody else.

    It needs the fixtures `gateway` and `deliver` only.
    """

    @pytest.fixture
    def captured_notice(self, deliver: Callable[[NoticeDraft], Delivery]) -> Delivery:
        """Give a notice that is the provider's own."""
        return deliver(draft())

    def test_reads_each_kind(
        self, gateway: PaymentGateway, deliver: Callable[[NoticeDraft], Delivery]
    ) -> None:
        """What happened, when, to which authorisation and order, as far as the message tells."""
        for kind in sorted(self.notice_kinds):
            sent = draft(kind)
            notice = received(gateway, deliver(sent))
            assert notice.kind is kind
            assert notice.id
            assert notice.code
            assert notice.reference in {None, sent.reference}
            assert notice.order in {None, sent.order}

    def test_names_the_authorisation_of_what_was_captured(
        self, gateway: PaymentGateway, deliver: Callable[[NoticeDraft], Delivery]
    ) -> None:
        """So that an answer that was lost can be found again."""
        sent = draft(NoticeKind.CAPTURED)
        assert received(gateway, deliver(sent)).reference == sent.reference

    def test_leaves_unknown_what_it_has_no_word_for(
        self, gateway: PaymentGateway, deliver: Callable[[NoticeDraft], Delivery]
    ) -> None:
        """A new kind of message is neither an error nor taken for one that is known."""
        assert received(gateway, deliver(draft(NoticeKind.UNKNOWN))).kind is NoticeKind.UNKNOWN

    def test_reads_headers_of_any_case(
        self, gateway: PaymentGateway, captured_notice: Delivery
    ) -> None:
        """Web servers write the names of headers as they like."""
        expected = received(gateway, captured_notice)
        renames: Iterable[Callable[[str], str]] = (str.lower, str.upper, str.title)
        for rename in renames:
            headers = renamed(captured_notice.headers, rename)
            assert gateway.read_notice(headers, captured_notice.body) == expected

    def test_knows_a_notice_that_comes_twice(
        self, gateway: PaymentGateway, deliver: Callable[[NoticeDraft], Delivery]
    ) -> None:
        """The same message is the same notice; sent anew it has its id, another has another."""
        sent = draft()
        first = deliver(sent)
        assert received(gateway, first) == received(gateway, first)
        assert received(gateway, deliver(sent)).id == received(gateway, first).id
        assert received(gateway, deliver(draft())).id != received(gateway, first).id

    def test_refuses_what_nobody_signed(
        self, gateway: PaymentGateway, captured_notice: Delivery
    ) -> None:
        """A message without the provider's headers is anybody's."""
        for headers in ({}, {"Content-Type": "application/json"}):
            with pytest.raises(ForgedNoticeError):
                gateway.read_notice(headers, captured_notice.body)

    def test_refuses_a_signature_that_cannot_be_read(
        self, gateway: PaymentGateway, captured_notice: Delivery
    ) -> None:
        """Nonsense in each header is a forgery, not an error of another kind."""
        for nonsense in ("", "nonsense", "t=,v1=", "t=1795000000,v1=é", "," * 50):
            headers = dict.fromkeys(captured_notice.headers, nonsense)
            with pytest.raises(ForgedNoticeError):
                gateway.read_notice(headers, captured_notice.body)

    def test_refuses_the_signature_of_another_message(
        self, gateway: PaymentGateway, deliver: Callable[[NoticeDraft], Delivery]
    ) -> None:
        """A signature that was overheard signs one message only."""
        overheard, other = deliver(draft()), deliver(draft(NoticeKind.VOIDED))
        with pytest.raises(ForgedNoticeError):
            gateway.read_notice(overheard.headers, other.body)

    def test_refuses_what_was_changed_on_the_way(
        self, gateway: PaymentGateway, captured_notice: Delivery
    ) -> None:
        """One character more, and a message is not the provider's any more."""
        with pytest.raises(ForgedNoticeError):
            gateway.read_notice(captured_notice.headers, captured_notice.body + b" ")

    def test_refuses_what_is_not_whole(
        self, gateway: PaymentGateway, captured_notice: Delivery
    ) -> None:
        """A body that was cut off anywhere, to the last byte and to nothing, tells nothing."""
        body = captured_notice.body
        for length in {0, 1, len(body) // 2, len(body) - 1}:
            with pytest.raises(ForgedNoticeError):
                gateway.read_notice(captured_notice.headers, body[:length])

    def test_refuses_what_is_old(
        self, gateway: PaymentGateway, deliver: Callable[[NoticeDraft], Delivery]
    ) -> None:
        """A message that was recorded a month ago and is played again is refused."""
        with pytest.raises(ForgedNoticeError):
            received(gateway, deliver(draft(sent_ago=LONG_AGO)))
