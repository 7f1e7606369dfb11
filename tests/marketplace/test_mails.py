"""Every occasion on which somebody is mailed: who, in which role, and exactly which facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    CARD,
    COAT,
    HOUSE,
    LIEGE,
    LOU,
    MAX,
    MONDAY,
    POST,
    ZOE,
    Town,
    euros,
)
from tests.policies.corner_shop import with_point
from vintage_rules import load_policy
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.marketplace import Marketplace, Means
from vintage_rules.policies import PolicyBook, parse_policy
from vintage_rules.policies.loading import policy_content
from vintage_rules.ports.carrier import Scan
from vintage_rules.ports.notifier import Fact
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.shipping.parcel.states import SentBackCause
from vintage_rules.wording import letter

Letter: TypeAlias = tuple[str, str, dict[str, Fact]]

HAT = PieceId("hat")
ATELIER = "Atelier\n1 rue Neuve\n75011 Paris\nFR"
FIRST, SECOND = ParcelId("o1-1"), ParcelId("o1-2")
TOMORROW = MONDAY + timedelta(hours=24)


def letters(town: Town) -> list[Letter]:
    """Every mail that is due: its kind, its reader in their role, and what it tells."""
    before = len(town.outbox.messages)
    town.work()
    return [
        (each.kind, f"{each.to.role} {each.to.id}", dict(each.facts))
        for each in town.outbox.messages[before:]
    ]


def ruled_by(book: PolicyBook, *, days: float = 0) -> Town:
    """Build the town in another house, its pieces on sale for so many days."""
    town = Town.built()
    market = Marketplace(evolve(town.market.shop, book=book))
    return evolve(town, market=market).stock().wait(days=days)


@pytest.fixture
def town() -> Town:
    """A coat for 90 and a bag for 55, both on sale."""
    return Town.built().stock()


@pytest.fixture
def bought() -> Town:
    """Both, bought by zoe in one parcel; nobody has a mail left to read."""
    town = Town.built().stock()
    town.buy(COAT, BAG)
    town.work()
    return town


class TestOffers:
    """N4 to N7, A5: whoever made an offer hears of it, and the seller of what was offered."""

    def test_made(self, town: Town) -> None:
        """The seller: the price, and until when it stands."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        facts: dict[str, Fact] = {"piece": "coat", "price": euros("70.00"), "until": TOMORROW}
        assert letters(town) == [("offer-received", "seller ada", facts)]

    def test_accepted(self, town: Town) -> None:
        """The buyer: everybody sees that price, and until when."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.work()
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        facts: dict[str, Fact] = {
            "piece": "coat",
            "price": euros("70.00"),
            "until": TOMORROW,
            "public": True,
        }
        assert letters(town) == [("offer-accepted", "buyer zoe", facts)]

    def test_countered(self, town: Town) -> None:
        """The same of the counter-price."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.work()
        town.market.pieces.counter_offer(ADA, COAT, ZOE.id, euros("80.00"))
        facts: dict[str, Fact] = {
            "piece": "coat",
            "price": euros("80.00"),
            "until": TOMORROW,
            "public": True,
        }
        assert letters(town) == [("offer-countered", "buyer zoe", facts)]

    def test_declined(self, town: Town) -> None:
        """The buyer, with the price they offered, not the one of the piece."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.work()
        town.market.pieces.decline_offer(ADA, COAT, ZOE.id)
        facts: dict[str, Fact] = {"piece": "coat", "price": euros("70.00")}
        assert letters(town) == [("offer-declined", "buyer zoe", facts)]

    def test_lapsed_and_ended(self, town: Town) -> None:
        """Each buyer with the price of their own offer."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.clock.advance(timedelta(hours=23))
        town.market.pieces.make_offer(MAX, COAT, euros("75.00"))
        town.work()
        town.clock.advance(timedelta(hours=1))
        zoes: dict[str, Fact] = {"piece": "coat", "price": euros("70.00")}
        assert letters(town) == [("offer-lapsed", "buyer zoe", zoes)]
        town.buy(COAT, by=ZOE)
        maxes: dict[str, Fact] = {"piece": "coat", "price": euros("75.00")}
        assert ("offer-ended", "buyer max", maxes) in letters(town)

    def test_a_sold_piece_is_back(self, bought: Town) -> None:
        """Whoever waits for it: the price it is listed at, once."""
        bought.market.pieces.set_alert(MAX, COAT)
        bought.market.pieces.put_back(HOUSE, COAT)
        facts: dict[str, Fact] = {"piece": "coat", "price": euros("90.00")}
        assert letters(bought) == [("piece-back", "buyer max", facts)]


class TestOffersOfOtherHouses:
    """What an acceptance gives depends on the house; its buyer is told of it in any."""

    def test_a_price_for_one_buyer(self) -> None:
        """It is not public."""
        town = ruled_by(load_policy("oskelly"))
        town.market.pieces.make_offer(ZOE, COAT, euros("75.00"))
        town.work()
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        ((kind, whom, facts),) = letters(town)
        assert (kind, whom) == ("offer-accepted", "buyer zoe")
        assert (facts["piece"], facts["price"], facts["public"]) == ("coat", euros("75.00"), False)

    def test_a_counter_that_the_buyer_may_accept(self) -> None:
        """The buyer is told of the seller's counter, and the seller of the buyer's."""
        town = ruled_by(load_policy("oskelly"))
        pieces = town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("75.00"))
        town.work()
        pieces.counter_offer(ADA, COAT, ZOE.id, euros("85.00"))
        ((kind, whom, facts),) = letters(town)
        assert (kind, whom) == ("offer-countered", "buyer zoe")
        assert (facts["piece"], facts["price"], facts["public"]) == ("coat", euros("85.00"), False)

    def test_an_offer_of_the_seller(self) -> None:
        """The buyer alone: the price, and until when."""
        town = ruled_by(with_point("07-offers"), days=8)
        town.market.pieces.send_offer(ADA, COAT, ZOE.id, euros("80.00"), watching=True)
        ((kind, whom, facts),) = letters(town)
        assert (kind, whom, facts["price"]) == ("offer-proposed", "buyer zoe", euros("80.00"))


class TestOrders:
    """L8, C7: what was bought, and what became of it."""

    def test_paid_and_grouped(self, town: Town) -> None:
        """The buyer: all pieces and the total; each seller: their piece, to be sent to the
        workshop.
        """
        town.buy(COAT, BAG)
        assert letters(town) == [
            (
                "order-confirmed",
                "buyer zoe",
                {"order": "o1", "pieces": ("coat", "bag"), "total": euros("170.69")},
            ),
            (
                "pieces-sold",
                "seller ada",
                {
                    "order": "o1",
                    "pieces": ("coat",),
                    "prices": (euros("90.00"),),
                    "to_workshop": True,
                    "collected": False,
                    "to": ATELIER,
                },
            ),
            (
                "pieces-sold",
                "seller lou",
                {
                    "order": "o1",
                    "pieces": ("bag",),
                    "prices": (euros("55.00"),),
                    "to_workshop": True,
                    "collected": False,
                    "to": ATELIER,
                },
            ),
        ]

    def test_paid_and_direct(self, town: Town) -> None:
        """Each seller sends theirs to the buyer."""
        town.buy(COAT, BAG, mode="direct")
        sold = [facts for kind, _, facts in letters(town) if kind == "pieces-sold"]
        assert [facts["to_workshop"] for facts in sold] == [False, False]
        assert [facts["to"] for facts in sold] == ["Zoé\n1 rue Neuve\n33000 Bordeaux\nFR"] * 2

    @pytest.mark.parametrize("mode", ["direct", "grouped"])
    def test_two_of_one_seller_are_one_mail(self, town: Town, mode: str) -> None:
        """They may travel in one parcel, and the seller is requested to post them together."""
        town.list_piece(ADA, HAT, "20.00")
        town.buy(COAT, BAG, HAT, mode=mode, prices={HAT: "20.00"})
        sold = {whom: facts for kind, whom, facts in letters(town) if kind == "pieces-sold"}
        assert sold["seller ada"]["pieces"] == ("coat", "hat")
        assert sold["seller ada"]["prices"] == (euros("90.00"), euros("20.00"))
        assert sold["seller lou"]["pieces"] == ("bag",)

    def test_a_piece_that_is_cancelled_before_it_is_paid_is_not_among_them(
        self, town: Town
    ) -> None:
        """Its seller posts what is left."""
        town.list_piece(ADA, HAT, "20.00")
        town.buy(COAT, HAT, mode="direct", prices={HAT: "20.00"})
        town.market.orders.cancel(ZOE, "o1", COAT)
        (sold,) = [facts for kind, _, facts in letters(town) if kind == "pieces-sold"]
        assert sold["pieces"] == ("hat",)

    def test_collected(self) -> None:
        """Where the buyer collects, nothing is posted."""
        town = ruled_by(load_policy("selency"))
        town.buy(COAT, means=Means(tender="card", source="approved"), mode="by-hand")
        (sold,) = [facts for kind, _, facts in letters(town) if kind == "pieces-sold"]
        assert (sold["collected"], sold["to_workshop"]) == (True, False)

    def test_cancelled(self, town: Town) -> None:
        """The buyer: why."""
        town.buy(COAT)
        town.clock.advance(timedelta(days=8))
        cancelled = {"order": "o1", "reason": "expired"}
        assert letters(town) == [("order-cancelled", "buyer zoe", cancelled)]


class TestParcels:
    """S1, L14: the number when it is handed in, the question when it is back."""

    def test_handed_in(self, bought: Town) -> None:
        """The buyer: the number, and what is in it."""
        bought.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        facts: dict[str, Fact] = {
            "order": "o1",
            "parcel": "o1-1",
            "pieces": ("coat", "bag"),
            "tracking_number": "8R1",
            "patience": "3 ouvres",
        }
        assert letters(bought) == [("parcel-handed-in", "buyer zoe", facts)]

    def test_each_parcel_has_its_own_pieces(self, town: Town) -> None:
        """The second of a direct order, and no other."""
        town.buy(COAT, BAG, mode="direct")
        town.work()
        town.market.parcels.hand_in(LOU, "o1", SECOND, "8R2")
        ((_, _, facts),) = letters(town)
        assert (facts["parcel"], facts["pieces"]) == ("o1-2", ("bag",))

    def test_back_at_its_sender(self, bought: Town) -> None:
        """The buyer is asked whether they agree to a refund."""
        bought.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        bought.wait(hours=1)
        bought.market.parcels.receive_back(POST, "o1", FIRST)
        facts: dict[str, Fact] = {
            "order": "o1",
            "parcel": "o1-1",
            "pieces": ("coat", "bag"),
            "outcome": "refund",
        }
        assert letters(bought) == [("refund-question", "buyer zoe", facts)]

    def test_back_because_customs_were_not_paid(self, bought: Town) -> None:
        """The buyer reads why."""
        bought.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        bought.wait(hours=1)
        bought.market.parcels.record_scan(POST, "8R1", unpaid(bought))
        bought.wait(hours=1)
        bought.market.parcels.receive_back(POST, "o1", FIRST)
        ((kind, _, facts),) = letters(bought)
        assert (kind, facts["cause"], facts["outcome"]) == (
            "refund-question",
            "unpaid-duties",
            "refund",
        )

    def test_back_in_a_house_that_refunds_nothing_then(self) -> None:
        """The question promises no refund that the policy does not make."""
        text = policy_content("imparfaite")[0].decode()
        sent_back = 'sources = { sent_back = "L14", lost = "R10" }\n'
        assert sent_back in text
        outcome = (
            '[edition.returns.undelivered.unpaid_customs]\noutcome = "nothing"\nsource = "x"\n'
        )
        text = text.replace(sent_back, sent_back + outcome)
        book = parse_policy(text.encode(), "imparfaite.toml")
        town = ruled_by(book)
        town.buy(COAT, mode="direct")
        town.work()
        town.market.parcels.hand_in(ADA, "o1", FIRST, "8R1")
        town.wait(hours=1)
        town.market.parcels.record_scan(POST, "8R1", unpaid(town))
        town.wait(hours=1)
        town.market.parcels.receive_back(ADA, "o1", FIRST)
        ((_, _, facts),) = letters(town)
        assert facts["outcome"] == "nothing"

    def test_lost(self, bought: Town) -> None:
        """The buyer is mailed of it before the refund."""
        bought.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        bought.wait(hours=1)
        bought.clock.advance(timedelta(days=30))
        bought.work()
        bought.market.parcels.give_up_search(HOUSE, "o1", FIRST)
        lost, refund = letters(bought)
        facts: dict[str, Fact] = {"order": "o1", "pieces": ("coat", "bag"), "refunded": False}
        assert lost == ("parcel-lost", "buyer zoe", facts)
        assert refund[0] == "refund-sent"


def unpaid(town: Town) -> Scan:
    """A scan of a carrier: customs were not paid, and the parcel goes back."""
    return Scan(
        at=town.clock.now(),
        status="going-back",
        code="RT",
        text="returned to sender",
        place=None,
        cause=SentBackCause.UNPAID_DUTIES,
    )


def returned(town: Town, finding: Finding = Finding.AS_SENT) -> Town:
    """Have the coat sent back, received and checked; its mails are read but the last."""
    returns = town.market.returns
    returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
    returns.post_return(ZOE, "o1", "r1", town.today)
    town.wait(days=2)
    returns.receive_return(ADA, "o1", "r1", town.today)
    town.work()
    returns.check_return(ADA, "o1", "r1", [CheckedPiece(piece=COAT, finding=finding)])
    return town


class TestReturns:
    """R3, R5, F2: where to, why not, and what was refunded."""

    def test_accepted(self, bought: Town) -> None:
        """The buyer: the seller's address, the day to post by, and the number of the label."""
        bought.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        facts: dict[str, Fact] = {
            "order": "o1",
            "pieces": ("coat",),
            "to": "Ada\n1 rue Neuve\n33000 Bordeaux\nFR",
            "paid_by": "house",
            "prepaid": True,
            "past_customs": False,
            "post_by": date(2026, 9, 24),
            "proof": "postmark",
            "tracking_number": "MEM00000001",
        }
        assert letters(bought) == [("return-accepted", "buyer zoe", facts)]

    def test_accepted_where_the_arrival_counts(self) -> None:
        """The buyer: the day by which it must have arrived, and not one to post by."""
        text = policy_content("imparfaite")[0].decode()
        posted = "[edition.returns.returns.rules.terms.posting]\n"
        arrived = text.replace(posted, posted + 'proof = "arrival"\n')
        book = parse_policy(arrived.encode(), "imparfaite.toml")
        town = ruled_by(book)
        town.buy(COAT)
        town.work()
        town.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        town.work()
        mail = town.outbox.messages[-1]
        assert (mail.kind, mail.facts["proof"]) == ("return-accepted", "arrival")
        said = " ".join(map(str, letter(mail.kind, mail.facts, "en", name="Zoe", at=mail.at).parts))
        assert "must have arrived by the end of September 24, 2026 at the latest" in said
        assert "postmark counts" not in said

    def test_accepted_at_the_buyers_cost(self, town: Town) -> None:
        """No label, and no number of one."""
        town.buy(COAT, place=LIEGE)
        town.work()
        town.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        ((kind, _, facts),) = letters(town)
        assert (kind, facts["prepaid"], "tracking_number" in facts) == (
            "return-accepted",
            False,
            False,
        )

    def test_declined(self, bought: Town) -> None:
        """The buyer: which pieces, and every reason."""
        town = returned(bought.deliver(), Finding.ANOTHER_PIECE)
        town.work()
        town.market.returns.decline_return(HOUSE, "o1", "r1", "another coat", "worn")
        facts: dict[str, Fact] = {
            "order": "o1",
            "pieces": ("coat",),
            "reasons": ("another coat", "worn"),
        }
        assert letters(town) == [("return-declined", "buyer zoe", facts)]

    def test_refunded(self, bought: Town) -> None:
        """The buyer: by which means, how much, and for which pieces; the seller nothing."""
        town = returned(bought.deliver())
        assert letters(town) == [
            (
                "refund-sent",
                "buyer zoe",
                {
                    "order": "o1",
                    "pieces": ("coat",),
                    "tenders": ("card",),
                    "amounts": (euros("99.00"),),
                    "earliest": ("5 ouvres",),
                    "latest": ("10 ouvres",),
                    "intermediaries": ("Stripe",),
                },
            )
        ]

    def test_refunded_to_two_means(self, town: Town) -> None:
        """The card first, then what the gift card gets; each amount beside its own means."""
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        town.buy(COAT, code=str(town.outbox.messages[-1].facts["code"]))
        town.work()
        town = returned(town.deliver())
        ((_, _, facts),) = letters(town)
        assert facts["tenders"] == ("card", "gift-card")
        assert facts["amounts"] == (euros("58.59"), euros("50.00"))
        assert facts["latest"] == ("10 ouvres", "0 days")
        assert facts["intermediaries"] == ("Stripe",)

    def test_refunded_by_paypal(self, town: Town) -> None:
        """F2: the intermediary is the one that was used, and no other."""
        town.buy(COAT, means=Means(tender="paypal", source="approved"))
        town.work()
        ((_, _, facts),) = letters(returned(town.deliver()))
        assert (facts["tenders"], facts["intermediaries"]) == (("paypal",), ("PayPal",))
        assert (facts["earliest"], facts["latest"]) == (("0 days",), ("0 days",))

    def test_refunded_by_an_intermediary_without_a_name(self) -> None:
        """Where the policy names none, neither does the mail."""
        town = ruled_by(load_policy("oskelly"))
        town.buy(COAT, means=Means(tender="card", source="approved"), mode="direct")
        town.work()
        town.market.orders.cancel(ZOE, "o1", COAT)
        town.work()
        mail = town.outbox.messages[-1]
        assert (mail.kind, "intermediaries" in mail.facts) == ("refund-sent", False)

    def test_a_refund_of_nothing_is_not_mailed(self, town: Town) -> None:
        """A person withholds all of it, and the rest of its parcel is kept: nothing is sent."""
        town.list_piece(ADA, HAT, "20.00")
        town.buy(COAT, HAT, mode="direct", prices={HAT: "20.00"})
        town.work()
        town = returned(town.deliver(), Finding.DAMAGED)
        town.work()
        settled = [SettledPiece(piece=COAT, withheld=euros("90.00"))]
        town.market.returns.settle_review(HOUSE, "o1", "r1", settled)
        assert letters(town) == []
        assert (town.order().returns["r1"].state, list(town.order().sent)) == ("refunded", ["r1"])


class TestClaims:
    """R9, R10: opened, upheld, rejected."""

    @pytest.fixture
    def claimed(self, bought: Town) -> Town:
        """A defect of the coat was claimed."""
        bought.deliver().market.claims.open_claim(
            ZOE, "o1", "c1", "defect", [COAT], photos=1, parcel_number="8R"
        )
        return bought

    def test_opened(self, claimed: Town) -> None:
        """The buyer: under which name, and for which pieces."""
        facts: dict[str, Fact] = {"order": "o1", "pieces": ("coat",), "claim": "c1"}
        assert letters(claimed) == [("claim-opened", "buyer zoe", facts)]

    def test_upheld(self, claimed: Town) -> None:
        """The buyer: that it is to come back."""
        claimed.work()
        claimed.market.claims.uphold_claim(HOUSE, "o1", "c1", [SettledPiece(piece=COAT)])
        facts: dict[str, Fact] = {
            "order": "o1",
            "pieces": ("coat",),
            "claim": "c1",
            "return_needed": True,
        }
        assert letters(claimed) == [("claim-upheld", "buyer zoe", facts)]

    def test_not_found(self, bought: Town) -> None:
        """R10: what was looked for in vain is lost, and a mail says so before the refund."""
        bought.market.claims.open_claim(ZOE, "o1", "c1", "not-received", [COAT, BAG], photos=0)
        bought.work()
        bought.clock.advance(timedelta(days=60))
        kinds = [kind for kind, _, _ in letters(bought)]
        assert kinds[:2] == ["parcel-lost", "refund-sent"]

    def test_rejected(self, claimed: Town) -> None:
        """The buyer: every reason."""
        claimed.work()
        claimed.market.claims.reject_claim(HOUSE, "o1", "c1", "described", "no defect")
        facts: dict[str, Fact] = {
            "order": "o1",
            "pieces": ("coat",),
            "claim": "c1",
            "reasons": ("described", "no defect"),
        }
        assert letters(claimed) == [("claim-rejected", "buyer zoe", facts)]


class TestPayouts:
    """R6: each seller hears what they were paid."""

    def test_sent(self, bought: Town) -> None:
        """Their own piece and amount."""
        bought.deliver()
        bought.clock.advance(timedelta(days=20))
        assert sorted(letters(bought), key=lambda letter: letter[1]) == [
            ("payout-sent", "seller ada", {"piece": "coat", "amount": euros("90.00")}),
            ("payout-sent", "seller lou", {"piece": "bag", "amount": euros("55.00")}),
        ]


class TestWhenItHappened:
    """A mail is dated when what it tells happened, however late it is sent."""

    def test_sent_late(self, town: Town) -> None:
        """An offer that lapsed at noon, told in the evening."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.work()
        town.wait(days=3)
        assert town.outbox.messages[-1].at == TOMORROW

    def test_a_card(self, town: Town) -> None:
        """Its words, its giver, and its last day by the calendar of the house."""
        town.clock.set(datetime(2026, 9, 7, 22, 30, tzinfo=UTC))  # half past midnight in Paris
        town.market.cards.buy(MAX, "p1", euros("50.00"), "Bravo !", CARD)
        ((kind, whom, facts),) = letters(town)
        assert (kind, whom) == ("gift-card", "buyer max")
        assert (facts["amount"], facts["words"], facts["giver"], facts["last_day"]) == (
            euros("50.00"),
            "Bravo !",
            "max",
            date(2027, 9, 8),
        )
