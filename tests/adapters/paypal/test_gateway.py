"""What PayPal's gateway does beyond the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from tests.adapters.paypal import showing
from tests.adapters.paypal.bookkeeping import HELD_FOR, REFUNDED_WITHIN, Account, Order
from tests.adapters.paypal.server import FakePayPal, Interruption
from tests.adapters.paypal.signing import NOW
from vintage_rules.adapters.paypal import PayPalGateway
from vintage_rules.adapters.paypal.gateway import REMEMBERED
from vintage_rules.errors import (
    InvalidValueError,
    OutsideRejectedError,
    OutsideUnavailableError,
)
from vintage_rules.ids import OrderId
from vintage_rules.money import Money
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    ChallengeNeeded,
    Charge,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    Refunded,
    Voided,
)

PRICE = Money("89.90", "EUR")
CHARGE = Charge(key="order 7 pay", order=OrderId("7"), amount=PRICE, source="")


def approved(shop: Account, *, custom_id: str | None = "7", price: str = "89.90") -> Charge:
    """Let the shop's pages make an order, and the buyer approve it."""
    order = shop.order(price, "EUR", custom_id)
    shop.approve(order.id)
    return evolve(CHARGE, source=order.id)


def taken(shop: Account, gateway: PayPalGateway) -> tuple[Order, Captured]:
    """Have the whole price taken."""
    charge = approved(shop)
    gateway.authorise(charge)
    answer = gateway.capture("order 7 capture", charge.source, PRICE)
    assert isinstance(answer, Captured)
    return shop.orders[charge.source], answer


def as_read(paypal: FakePayPal, order: Order) -> Interruption:
    """Answer with how an order stands now, to be read when it stands so no more."""
    shown = json.dumps(showing.order(paypal.url, order))
    return Interruption(status=200, body=shown.encode())


def knock(gateway: PayPalGateway) -> None:
    """Have the token fetched, so that the next request is the one a test is about."""
    gateway.capture("nothing", "NOBODY", PRICE)


def paths(paypal: FakePayPal) -> list[str]:
    """Say what PayPal was asked, tokens apart."""
    return [
        f"{asked.method} {asked.path}" for asked in paypal.asked if asked.path != "/v1/oauth2/token"
    ]


class TestOrderThatTheGatewayMakes:
    """A charge without a source."""

    def test_says_what_is_paid_and_for_what(
        self, gateway: PayPalGateway, paypal: FakePayPal
    ) -> None:
        """PayPal shows the amount, takes only what pays at once, and sends the buyer back."""
        gateway.authorise(evolve(CHARGE, return_url="https://shop.example/7"))
        made = next(asked for asked in paypal.asked if asked.path == "/v2/checkout/orders")
        assert made.document == {
            "intent": "AUTHORIZE",
            "purchase_units": [
                {
                    "reference_id": "order 7 pay",
                    "custom_id": "7",
                    "amount": {"currency_code": "EUR", "value": "89.90"},
                }
            ],
            "payment_source": {
                "paypal": {
                    "experience_context": {
                        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
                        "shipping_preference": "NO_SHIPPING",
                        "user_action": "PAY_NOW",
                        "return_url": "https://shop.example/7",
                        "cancel_url": "https://shop.example/7",
                    }
                }
            },
        }

    def test_is_approved_by_the_buyer_on_a_page_of_paypal(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """The whole way: the page, the approval, the hold, the capture, the refund."""
        needed = gateway.authorise(CHARGE)
        (order,) = shop.orders.values()
        page = f"{paypal.url}/checkoutnow?token={order.id}"
        assert needed == ChallengeNeeded(reference=order.id, url=page)
        shop.approve(order.id)
        held = gateway.authorise(CHARGE)
        assert held == Authorised(reference=order.id, expires_at=NOW + HELD_FOR)
        captured = gateway.capture("capture", order.id, Money("60.00", "EUR"))
        taken = Captured(receipt=order.captures[0].id, amount=Money("60.00", "EUR"))
        assert captured == taken
        assert isinstance(gateway.refund("refund", captured.receipt, Money("60", "EUR")), Refunded)
        assert order.captures[0].left == 0

    def test_is_found_by_its_name_too(self, gateway: PayPalGateway, shop: Account) -> None:
        """When the buyer's browser brings it back, weeks later."""
        needed = gateway.authorise(CHARGE)
        assert isinstance(needed, ChallengeNeeded)
        shop.approve(needed.reference)
        shop.answered.clear()
        assert isinstance(gateway.authorise(evolve(CHARGE, source=needed.reference)), Authorised)
        assert len(shop.orders) == 1

    def test_names_no_order_longer_than_paypal_takes(
        self, gateway: PayPalGateway, paypal: FakePayPal
    ) -> None:
        """127 characters are taken, 128 are refused before anybody is asked."""
        assert isinstance(
            gateway.authorise(evolve(CHARGE, order=OrderId("x" * 127))), ChallengeNeeded
        )
        paypal.asked.clear()
        with pytest.raises(InvalidValueError, match="order: must be at most 127 characters"):
            gateway.authorise(evolve(CHARGE, order=OrderId("x" * 128)))
        assert paypal.asked == []

    def test_of_a_currency_that_paypal_has_not_is_our_mistake(self, gateway: PayPalGateway) -> None:
        """Three decimals of a dinar."""
        with pytest.raises(OutsideRejectedError, match="INVALID_CURRENCY_CODE"):
            gateway.authorise(evolve(CHARGE, amount=Money("12.340", "KWD")))

    def test_of_half_a_forint_is_our_mistake(self, gateway: PayPalGateway) -> None:
        """PayPal moves whole ones; nothing is rounded behind anybody's back."""
        with pytest.raises(OutsideRejectedError, match="DECIMAL_PRECISION"):
            gateway.authorise(evolve(CHARGE, amount=Money("1500.50", "HUF")))


class TestOrderThatTheBuyerBrings:
    """A charge whose source came through the buyer's browser, and can be anything."""

    @pytest.mark.parametrize(
        ("custom_id", "price"), [("8", "89.90"), (None, "89.90"), ("7", "0.90"), ("7", "89.89")]
    )
    def test_pays_nothing_it_was_not_made_for(
        self, gateway: PayPalGateway, shop: Account, custom_id: str | None, price: str
    ) -> None:
        """Another order's approval, or a cheaper one, holds nothing and releases nothing."""
        charge = approved(shop, custom_id=custom_id, price=price)
        with pytest.raises(OutsideRejectedError, match="made for something else"):
            gateway.authorise(charge)
        assert shop.orders[charge.source].authorisation is None

    def test_releases_nothing_of_another_order(self, gateway: PayPalGateway, shop: Account) -> None:
        """To void a charge that names somebody else's approval leaves that alone."""
        charge = approved(shop)
        gateway.authorise(charge)
        assert gateway.void(evolve(charge, order=OrderId("8"))) == Voided()
        assert shop.orders[charge.source].authorisation_status == "CREATED"

    @pytest.mark.parametrize(
        "source", ["5O190127TN364715T", "..", "../../v1/oauth2/token", "A?b", "a", "é", "A" * 37]
    )
    def test_that_is_no_order_is_declined(
        self, gateway: PayPalGateway, paypal: FakePayPal, source: str
    ) -> None:
        """With PayPal's own word, and nothing else of PayPal's is asked for."""
        assert gateway.authorise(evolve(CHARGE, source=source)) == Declined(
            code="INVALID_RESOURCE_ID"
        )
        assert gateway.void(evolve(CHARGE, source=source)) == Voided()
        assert set(paths(paypal)) <= {"GET /v2/checkout/orders/5O190127TN364715T"}

    def test_made_to_be_captured_at_once_is_declined(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """An order of that intent never holds an amount."""
        order = shop.order("89.90", "EUR", "7", intent="CAPTURE")
        shop.approve(order.id)
        answer = gateway.authorise(evolve(CHARGE, source=order.id))
        assert answer == Declined(code="ACTION_DOES_NOT_MATCH_INTENT")

    def test_is_held_once_by_two_workers(self, gateway: PayPalGateway, shop: Account) -> None:
        """The second one finds it already authorised, and learns the same."""
        charge = approved(shop)
        order = shop.orders[charge.source]
        first = gateway.authorise(charge)
        order.status = "APPROVED"  # what the second worker read before the first was done
        assert gateway.authorise(evolve(charge, key="another worker's")) == first

    def test_is_held_once_for_a_key(self, gateway: PayPalGateway, shop: Account) -> None:
        """Two approved orders of one charge: the second is not held as well."""
        gateway.authorise(approved(shop))
        second = approved(shop)
        with pytest.raises(OutsideRejectedError, match="used before for something else"):
            gateway.authorise(second)
        assert shop.orders[second.source].authorisation is None


class TestStanding:
    """How a charge stands, whatever PayPal says of it."""

    @pytest.mark.parametrize("status", ["DENIED", "VOIDED"])
    def test_denied_and_lapsed_are_declined(
        self, gateway: PayPalGateway, shop: Account, status: str
    ) -> None:
        """With PayPal's own word."""
        charge = approved(shop)
        gateway.authorise(charge)
        shop.orders[charge.source].authorisation_status = status
        assert gateway.authorise(charge) == Declined(code=status)
        assert gateway.void(charge) == Voided()

    def test_under_review_is_not_known_yet(self, gateway: PayPalGateway, shop: Account) -> None:
        """PayPal decides within a day or so; meanwhile nobody knows, and it can be released."""
        charge = approved(shop)
        gateway.authorise(charge)
        shop.orders[charge.source].authorisation_status = "PENDING"
        with pytest.raises(OutsideUnavailableError, match="'PENDING'"):
            gateway.authorise(charge)
        assert gateway.void(charge) == Voided()
        assert shop.orders[charge.source].authorisation_status == "VOIDED"

    def test_an_order_that_paypal_voided_is_declined(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """It cannot be captured either."""
        charge = approved(shop)
        shop.orders[charge.source].status = "VOIDED"
        assert gateway.authorise(charge) == Declined(code="VOIDED")
        refused = gateway.capture("k", charge.source, PRICE)
        assert refused == PaymentRefused(reason=PaymentRefusal.VOIDED, code="AUTHORIZATION_VOIDED")

    def test_a_buyer_who_must_come_back_is_sent_back(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """An approval that PayPal wants to see again is no decline."""
        charge = approved(shop)
        shop.orders[charge.source].refuses = "PAYER_ACTION_REQUIRED"
        assert gateway.authorise(charge) == ChallengeNeeded(reference=charge.source, url=None)


class TestWhatIsMissing:
    """An order that PayPal, or somebody before it, shows in part."""

    def test_an_end_that_is_not_told_is_none(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """It is held, and nobody knows until when."""
        charge = approved(shop)
        gateway.authorise(charge)
        shown = json.loads(as_read(paypal, shop.orders[charge.source]).body)
        del shown["purchase_units"][0]["payments"]["authorizations"][0]["expiration_time"]
        paypal.interruptions.append(Interruption(status=200, body=json.dumps(shown).encode()))
        assert gateway.authorise(charge) == Authorised(reference=charge.source, expires_at=None)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("id", None),
            ("id", "../payments"),
            ("id", 7),
            ("status", None),
            ("status", "PERHAPS"),
            ("intent", None),
            ("purchase_units", None),
            ("purchase_units", []),
            ("purchase_units", "none"),
            ("purchase_units", [{"custom_id": "7"}]),
            ("purchase_units", [{"custom_id": "7", "amount": {"value": "89.90"}}]),
        ],
    )
    def test_anything_else_is_not_understood(
        self,
        gateway: PayPalGateway,
        shop: Account,
        paypal: FakePayPal,
        field: str,
        value: object,
    ) -> None:
        """Nothing is held because of it, and asking again may help."""
        charge = approved(shop)
        shown = json.loads(as_read(paypal, shop.orders[charge.source]).body) | {field: value}
        knock(gateway)
        paypal.interruptions.append(Interruption(status=200, body=json.dumps(shown).encode()))
        with pytest.raises(OutsideUnavailableError):
            gateway.authorise(charge)
        assert shop.orders[charge.source].authorisation is None

    def test_an_order_of_several_parts_is_not_ours(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """PayPal holds one part of an order at most; two are no order of a shop like this."""
        charge = approved(shop)
        shown = json.loads(as_read(paypal, shop.orders[charge.source]).body)
        shown["purchase_units"] *= 2
        knock(gateway)
        paypal.interruptions.append(Interruption(status=200, body=json.dumps(shown).encode()))
        with pytest.raises(OutsideRejectedError, match="made for something else"):
            gateway.authorise(charge)


class TestCapture:
    """What is taken of what is held."""

    def test_is_final(self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal) -> None:
        """What is not taken is released, which PayPal wants to be told."""
        charge = approved(shop)
        gateway.authorise(charge)
        gateway.capture("k", charge.source, Money("1.00", "EUR"))
        assert json.loads(paypal.asked[-1].body) == {
            "amount": {"currency_code": "EUR", "value": "1.00"},
            "final_capture": True,
        }

    def test_of_what_has_lapsed_is_refused(self, gateway: PayPalGateway, shop: Account) -> None:
        """On the 29th day it is taken, a second later it has expired."""
        charge, other = approved(shop), approved(shop)
        gateway.authorise(charge)
        gateway.authorise(evolve(other, key="other"))
        shop.clock.set(NOW + HELD_FOR)
        assert isinstance(gateway.capture("k", charge.source, PRICE), Captured)
        shop.clock.advance(timedelta(seconds=1))
        assert gateway.capture("k 2", other.source, PRICE) == PaymentRefused(
            reason=PaymentRefusal.EXPIRED, code="AUTHORIZATION_EXPIRED"
        )

    def test_is_of_the_price_and_not_of_115_percent(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """PayPal would take it, the buyer has never seen it."""
        charge = approved(shop)
        gateway.authorise(charge)
        assert gateway.capture("k", charge.source, Money("89.91", "EUR")) == PaymentRefused(
            reason=PaymentRefusal.REFUSED, code="MAX_CAPTURE_AMOUNT_EXCEEDED"
        )
        assert shop.orders[charge.source].captures == []

    def test_under_review_is_not_known_yet(self, gateway: PayPalGateway, shop: Account) -> None:
        """Asked again with the same key, it tells how that capture stands now."""
        order, _ = taken(shop, gateway)
        order.captures[0].status = "PENDING"
        with pytest.raises(OutsideUnavailableError, match="'PENDING'"):
            gateway.capture("order 7 capture", order.id, PRICE)
        order.captures[0].status = "COMPLETED"
        assert isinstance(gateway.capture("order 7 capture", order.id, PRICE), Captured)

    @pytest.mark.parametrize("status", ["DECLINED", "FAILED"])
    def test_that_came_to_nothing_is_refused(
        self, gateway: PayPalGateway, shop: Account, status: str
    ) -> None:
        """With PayPal's own word."""
        order, _ = taken(shop, gateway)
        order.captures[0].status = status
        refused = PaymentRefused(reason=PaymentRefusal.REFUSED, code=status)
        assert gateway.capture("order 7 capture", order.id, PRICE) == refused

    def test_stays_captured_once_it_is_refunded(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """In part and in full: whoever lost the receipt still learns it."""
        order, captured = taken(shop, gateway)
        for key in ("a", "b"):
            gateway.refund(key, captured.receipt, Money("44.95", "EUR"))
            assert gateway.capture("order 7 capture", order.id, PRICE) == captured
        assert order.captures[0].status == "REFUNDED"


class TestVoid:
    """What is released, and what can never be held."""

    def test_of_an_approved_order_closes_it(self, gateway: PayPalGateway, shop: Account) -> None:
        """A request to hold it that is still on its way comes too late, even at PayPal itself."""
        charge = approved(shop)
        assert gateway.void(charge) == Voided()
        assert shop.orders[charge.source].intent == "CAPTURE"
        assert gateway.authorise(charge) == Declined(code="ACTION_DOES_NOT_MATCH_INTENT")

    def test_of_what_was_held_meanwhile_releases_it(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """An order that was approved when it was read, and held when it was to be closed."""
        charge = approved(shop)
        order = shop.orders[charge.source]
        before = as_read(paypal, order)
        gateway.authorise(charge)
        paypal.interruptions.append(before)
        assert gateway.void(charge) == Voided()
        assert order.authorisation_status == "VOIDED"

    def test_of_an_order_that_cannot_be_changed_releases_what_it_holds(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """PayPal calls some changes malformed: that is no reason to hold on to a buyer's money."""
        charge = approved(shop)
        order = shop.orders[charge.source]
        before = as_read(paypal, order)
        gateway.authorise(charge)
        paypal.interruptions.extend((before, Interruption(status=400, body=b"{}")))
        assert gateway.void(charge) == Voided()
        assert order.authorisation_status == "VOIDED"

    def test_of_what_another_worker_released_is_done(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """PayPal refuses to void it twice: nothing is held, which is what was asked for."""
        charge = approved(shop)
        gateway.authorise(charge)
        before = as_read(paypal, shop.orders[charge.source])
        gateway.void(charge)
        paypal.interruptions.append(before)
        assert gateway.void(charge) == Voided()
        assert paths(paypal)[-1].endswith("/void")

    def test_of_what_another_worker_captured_is_refused(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """What was only held when it was read, and taken when it was to be released."""
        charge = approved(shop)
        gateway.authorise(charge)
        before = as_read(paypal, shop.orders[charge.source])
        gateway.capture("k", charge.source, PRICE)
        paypal.interruptions.append(before)
        assert gateway.void(charge) == PaymentRefused(
            reason=PaymentRefusal.ALREADY_CAPTURED, code="PREVIOUSLY_CAPTURED"
        )


class TestRefund:
    """What is given back."""

    def test_is_taken_on_until_the_180th_day(self, gateway: PayPalGateway, shop: Account) -> None:
        """A second later it is too late. Law, 9."""
        _, captured = taken(shop, gateway)
        shop.clock.set(NOW + REFUNDED_WITHIN)
        assert isinstance(gateway.refund("a", captured.receipt, Money("1.00", "EUR")), Refunded)
        shop.clock.advance(timedelta(seconds=1))
        assert gateway.refund("b", captured.receipt, Money("1.00", "EUR")) == PaymentRefused(
            reason=PaymentRefusal.TOO_LATE, code="REFUND_TIME_LIMIT_EXCEEDED"
        )

    def test_is_pending_until_paypal_has_passed_it_on(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """Asked again, it tells how that refund stands now."""
        order, captured = taken(shop, gateway)
        first = gateway.refund("a", captured.receipt, PRICE)
        (refund,) = order.captures[0].refunds
        assert first == Refunded(reference=refund.id, pending=False)
        refund.status = "PENDING"
        again = gateway.refund("a", captured.receipt, PRICE)
        assert again == Refunded(reference=refund.id, pending=True)

    @pytest.mark.parametrize("status", ["CANCELLED", "FAILED"])
    def test_that_came_to_nothing_is_refused(
        self, gateway: PayPalGateway, shop: Account, status: str
    ) -> None:
        """With PayPal's own word."""
        order, captured = taken(shop, gateway)
        gateway.refund("a", captured.receipt, PRICE)
        order.captures[0].refunds[0].status = status
        refused = PaymentRefused(reason=PaymentRefusal.REFUSED, code=status)
        assert gateway.refund("a", captured.receipt, PRICE) == refused

    def test_of_nothing_that_was_captured_is_refused(
        self, gateway: PayPalGateway, paypal: FakePayPal
    ) -> None:
        """Whatever it is called: it cannot lead anywhere else at PayPal's."""
        for receipt in ("../orders/1", "", "a b"):
            assert gateway.refund("k", receipt, PRICE) == PaymentRefused(
                reason=PaymentRefusal.UNKNOWN_REFERENCE, code="INVALID_RESOURCE_ID"
            )
        assert paypal.asked == []

    def test_under_a_key_of_another_capture_is_our_mistake(
        self, gateway: PayPalGateway, shop: Account
    ) -> None:
        """The same amount of another piece is not given back by an answer about the first."""
        _, first = taken(shop, gateway)
        gateway.refund("a", first.receipt, PRICE)
        other = approved(shop)
        gateway.authorise(evolve(other, key="other"))
        second = gateway.capture("other", other.source, PRICE)
        assert isinstance(second, Captured)
        with pytest.raises(OutsideRejectedError, match="used before for something else"):
            gateway.refund("a", second.receipt, PRICE)
        assert shop.orders[other.source].captures[0].refunds == []


class TestRequestIds:
    """By which PayPal knows that it was asked before."""

    def test_differ_by_endpoint_and_are_the_same_again(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """One key for all four: four names, each the same the second time."""
        shop.buyer_is_quick = True
        key = "one key" + "x" * 190
        charge = evolve(CHARGE, key=key)

        def everything() -> list[str]:
            paypal.asked.clear()
            held = gateway.authorise(charge)
            assert isinstance(held, Authorised)
            captured = gateway.capture(key, held.reference, PRICE)
            assert isinstance(captured, Captured)
            gateway.refund(key, captured.receipt, PRICE)
            return [
                asked.headers["paypal-request-id"]
                for asked in paypal.asked
                if "paypal-request-id" in asked.headers
            ]

        names = everything()
        assert len(set(names)) == len(names) == 4
        assert all(len(name) <= 108 for name in names)
        assert set(everything()) <= set(names)

    @pytest.mark.parametrize("key", ["", " k", "k\n", "x" * 201])
    def test_need_a_key_that_names_something(self, gateway: PayPalGateway, key: str) -> None:
        """An empty one would make all captures one."""
        asks: tuple[Callable[[], object], ...] = (
            lambda: gateway.capture(key, "5O190127TN364715T", PRICE),
            lambda: gateway.refund(key, "5O190127TN364715T", PRICE),
        )
        for ask in asks:
            with pytest.raises(InvalidValueError, match=r"^key: "):
                ask()


class TestForgottenRefunds:
    """A refund of what was captured so long ago that PayPal may not know its request any more."""

    @pytest.mark.parametrize(
        ("age", "looked_up"),
        [(REMEMBERED - timedelta(seconds=1), False), (REMEMBERED, True)],
        ids=["remembered", "forgotten"],
    )
    def test_is_looked_up_from_then_on(
        self,
        shop: Account,
        gateway: PayPalGateway,
        paypal: FakePayPal,
        age: timedelta,
        looked_up: bool,  # noqa: FBT001 - a parameter
    ) -> None:
        """Both sides of the day from which a request id may be forgotten."""
        order, captured = taken(shop, gateway)
        order.captures[0].at = shop.clock.now() - age
        paypal.asked.clear()
        assert isinstance(gateway.refund("k", captured.receipt, Money("1.00", "EUR")), Refunded)
        paths = [asked.path for asked in paypal.asked]
        assert (f"/v2/checkout/orders/{order.id}" in paths) == looked_up

    def test_is_found_by_the_name_we_gave_it(self, shop: Account, gateway: PayPalGateway) -> None:
        """Not another refund of the same capture, and not one that was made elsewhere."""
        order, captured = taken(shop, gateway)
        first = gateway.refund("k", captured.receipt, Money("1.00", "EUR"))
        shop.refund(order, order.captures[0], {"currency_code": "EUR", "value": "1.00"})
        order.captures[0].at -= REMEMBERED
        shop.answered.clear()
        assert gateway.refund("k", captured.receipt, Money("1.00", "EUR")) == first
        assert len(order.captures[0].refunds) == 2
        other = gateway.refund("k 2", captured.receipt, Money("1.00", "EUR"))
        assert other != first
        assert len(order.captures[0].refunds) == 3

    def test_of_another_amount_is_our_mistake(self, shop: Account, gateway: PayPalGateway) -> None:
        """A key is one refund for ever."""
        order, captured = taken(shop, gateway)
        gateway.refund("k", captured.receipt, Money("1.00", "EUR"))
        order.captures[0].at -= REMEMBERED
        with pytest.raises(OutsideRejectedError):
            gateway.refund("k", captured.receipt, Money("2.00", "EUR"))

    def test_is_not_made_where_it_cannot_be_looked_up(
        self, shop: Account, gateway: PayPalGateway
    ) -> None:
        """PayPal does not show the order any more: a person looks."""
        order, captured = taken(shop, gateway)
        order.captures[0].at -= REMEMBERED
        order.id = "GONE"
        assert gateway.refund("k", captured.receipt, Money("1.00", "EUR")) == PaymentRefused(
            reason=PaymentRefusal.UNKNOWN_REFERENCE, code="INVALID_RESOURCE_ID"
        )
        assert order.captures[0].refunds == []
