"""`vintage-rules shop`: what the people who run a shop see of it, and what they settle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import NoReturn

import pytest
from attrs import evolve, frozen

from tests.marketplace.town import ADA, BAG, COAT, HOUSE, MONDAY, POST, ZOE, Town
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.cli import main
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.marketplace import DisputeStatus, Marketplace
from vintage_rules.money import Money
from vintage_rules.ports import (
    Change,
    DeadLettered,
    OutboxMessage,
    Postponed,
    Record,
    StreamRows,
)

MONTH_LATER = "tests.cli.a_shop:a_month_later"
HAT, CAP = PieceId("hat"), PieceId("cap")
LONG_AGO = timedelta(days=-1)


class ClosedBank(MemoryGateway):
    """A bank that cannot be reached."""

    def refund(self, key: str, receipt: str, amount: Money) -> NoReturn:
        """Fail."""
        raise OutsideUnavailableError("bank", "refund", f"no answer for {receipt}, {key}, {amount}")


@frozen
class Shop:
    """A shop in a file, and the command that operates it."""

    url: str
    capture: pytest.CaptureFixture[str]

    def store(self) -> SqlStore:
        """Open the store."""
        return SqlStore.open(self.url)

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run a command that ends with a status; give what it prints, errors after the rest."""
        found = main(["shop", *arguments])
        printed = self.capture.readouterr()
        assert found == status, printed
        return printed.out + printed.err


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a shop in a file: zoe has bought a coat and a bag direct, and claims the bag."""
    path = tmp_path_factory.mktemp("used") / "shop.db"
    with SqlStore.open(f"sqlite:///{path}") as store:
        town = Town.built(store).stock()
        town.buy(COAT, BAG, mode="direct")
        town.work()
        town.deliver()
        town.market.parcels.hand_in(POST, "o1", ParcelId("o1-2"), "8RBAG")
        town.market.claims.open_claim(
            ZOE, "o1", "k", "not-received", [BAG], photos=0, parcel_number="8RBAG"
        )
        town.work()
    return path


@pytest.fixture
def shop(
    used: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    """Copy it, and name it in the environment."""
    url = f"sqlite:///{copyfile(used, tmp_path / 'shop.db')}"
    monkeypatch.setenv("VINTAGE_RULES_STORE", url)
    monkeypatch.setenv("VINTAGE_RULES_SHOP", MONTH_LATER)
    monkeypatch.setenv("COLUMNS", "160")
    return Shop(url, capsys)


def columns(printed: str) -> list[str]:
    """Give the lines of a screen without the spaces between columns."""
    return [" ".join(line.split()) for line in printed.splitlines() if line.strip()]


def dead_letter(shop: Shop, **kinds: str) -> None:
    """Dead-letter effects by their keys, of some kinds, each on a stream of its own."""
    with shop.store() as store:
        for key, kind in kinds.items():
            stream = f"note/{key}"
            message = OutboxMessage(
                key=key, kind=kind, stream=stream, data="{}", not_before=MONDAY + LONG_AGO
            )
            noted = Record(name="noted", at=MONDAY, data="{}")
            store.append(
                [
                    Change(
                        stream=stream,
                        expected=0,
                        records=(noted,),
                        deadline=None,
                        outbox=(message,),
                    )
                ]
            )
        for leased in store.pending(MONDAY, len(kinds), worker="w", lease=timedelta(minutes=1)):
            why = f"no-account {leased.message.key}"
            store.settle(leased, DeadLettered(at=MONDAY, reason=why))


def left(shop: Shop) -> list[str]:
    """Name the dead letters that are left."""
    with shop.store() as store:
        return [letter.message.key for letter in store.dead_letters(1_000)]


class TestAnOrder:
    """An order in words."""

    def test_its_history(self, shop: Shop) -> None:
        """Each event with its facts and who caused it, then what time alone does."""
        lines = columns(shop.run("history", "o1"))
        assert lines[0] == "Order o1"
        placed = next(line for line in lines if "order placed" in line)
        assert placed.startswith(
            "2026-09-07 08:00:00 order placed order o1; buyer zoe; mode direct"
        )
        assert placed.endswith("buyer zoe")
        assert "2026-09-10 08:00:00 parcel delivered parcel o1-1 carrier post" in lines
        opened = next(line for line in lines if "claim opened" in line)
        assert "claim k; kind not-received; pieces bag buyer zoe" in opened
        after = lines[lines.index("Next") :]
        assert any("refund owed cause k" in line for line in after)

    def test_where_it_is(self, shop: Shop) -> None:
        """Each part, what holds a payout, and when it is due."""
        lines = columns(shop.run("explain", "o1"))
        assert lines[0] == "Order o1 of zoe, direct, under imparfaite@2023-01-01"
        assert "parcel o1-1 (8Ro1-1) delivered 2026-09-10 08:00:00" in lines
        assert "claim k investigating 2026-09-10 08:00:00" in lines
        assert "payout bag waiting, held" in lines

    def test_of_several_pieces(self, shop: Shop) -> None:
        """Each is named where an event is of all of them."""
        with shop.store() as store:
            town = Town.built(store, at=MONDAY + timedelta(days=4))
            town.list_piece(ADA, HAT, "7.00")
            town.list_piece(ADA, CAP, "8.00")
            town.buy(HAT, CAP, order="o2", prices={HAT: "7.00", CAP: "8.00"}, mode="direct")
            town.work()
            town.market.orders.cancel(ZOE, "o2")
        lines = columns(shop.run("history", "o2"))
        cancelled = next(line for line in lines if "pieces cancelled" in line)
        assert "; pieces hat, cap;" in cancelled

    def test_in_its_last_parts(self, shop: Shop) -> None:
        """Returns, disputes, refunds owed and made, payouts that have their moment."""
        with shop.store() as store:
            town = Town.built(store, at=MONDAY + timedelta(days=4))
            town.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
            town.market.orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.OPENED)
            lines = columns(shop.run("explain", "o1"))
            assert "return r1 accepted 2026-09-11 08:00:00" in lines
            assert "dispute card open" in lines
            town.list_piece(ADA, HAT, "7.00")
            town.buy(HAT, order="o2", prices={HAT: "7.00"}, mode="direct")
            town.work()
            town.market.orders.cancel(ZOE, "o2")
            lines = columns(shop.run("explain", "o2"))
            assert "refund cancellation owed 2026-09-11 08:00:00" in lines
            town.clock.advance(timedelta(minutes=30))
            closed = evolve(town.market.shop, payments={"card": ClosedBank(town.clock)})
            Marketplace(closed).worker().round()
            lines = columns(shop.run("explain", "o2"))
            assert "refund cancellation begun 2026-09-11 08:30:00" in lines
            town.wait(hours=1)
            lines = columns(shop.run("explain", "o2"))
            assert "refund cancellation sent 2026-09-11 09:30:00" in lines
            assert lines[-2:] == ["Next", "Nothing happens by time alone."]
            town.list_piece(ADA, CAP, "8.00")
            town.buy(CAP, order="o3", prices={CAP: "8.00"}, mode="direct")
            town.work()
            town.deliver("o3")
            lines = columns(shop.run("explain", "o3"))
            assert "payout cap waiting, due 2026-09-28 22:00:00" in lines

    @pytest.mark.parametrize("command", ["history", "explain"])
    def test_that_is_not_there(self, shop: Shop, command: str) -> None:
        """One line that names it."""
        said = shop.run(command, "none", status=1)
        assert said == "vintage-rules: order: must be one that was recorded, got 'none'\n"

    def test_nothing_is_written_by_looking(self, shop: Shop) -> None:
        """Though much has fallen due."""
        with shop.store() as store:
            before = store.read("order/o1")
        shop.run("history", "o1")
        shop.run("explain", "o1")
        with shop.store() as store:
            assert store.read("order/o1") == before


class TestDeadLetters:
    """Listed, shown, retried and settled: by their keys, by what they are, or all."""

    def test_are_listed(self, shop: Shop) -> None:
        """With what chooses them; none is said in words."""
        assert shop.run("dead-letters", "list") == "No dead letter waits.\n"
        dead_letter(shop, k1="send-message", k2="pay-seller")
        listed = shop.run("dead-letters", "list")
        assert [word in listed for word in ("k1", "k2", "pay-seller", "no-account k2")] == [
            True
        ] * 4
        assert "k1" not in shop.run("dead-letters", "list", "--kind", "pay-seller")
        assert "k2" not in shop.run("dead-letters", "list", "--stream", "note/k1")
        assert "k2" not in shop.run("dead-letters", "list", "--reason", "account k1")

    def test_one_is_shown(self, shop: Shop) -> None:
        """With the effect as it is kept."""
        dead_letter(shop, k1="send-message")
        lines = columns(shop.run("dead-letters", "show", "k1"))
        assert lines == [
            "key k1",
            "kind send-message",
            "stream note/k1",
            "since 2026-09-07 08:00:00",
            "reason no-account k1",
            "effect {}",
        ]
        assert "must be one that was recorded" in shop.run("dead-letters", "show", "k9", status=1)

    def test_are_retried(self, shop: Shop) -> None:
        """Those named; a key that is none leaves them all."""
        dead_letter(shop, k1="send-message", k2="pay-seller", k3="pay-seller")
        shop.run("dead-letters", "retry", "k1", "k9", status=1)
        assert left(shop) == ["k1", "k2", "k3"]
        assert shop.run("dead-letters", "retry", "k1") == "1 dead letter is retried.\n"
        assert left(shop) == ["k2", "k3"]
        said = shop.run("dead-letters", "retry", "--kind", "pay-seller")
        assert (said, left(shop)) == ("2 dead letters are retried.\n", [])

    def test_are_settled(self, shop: Shop) -> None:
        """All of them, however many there are."""
        keys = [f"k{number:03}" for number in range(203)]
        dead_letter(shop, **dict.fromkeys(keys, "send-message"))
        said = shop.run("dead-letters", "settle", "--all")
        assert (said, left(shop)) == ("203 dead letters are settled.\n", [])

    @pytest.mark.parametrize(
        "chosen", [(), ("k1", "--all"), ("k1", "--kind", "x"), ("--all", "--reason", "x")]
    )
    @pytest.mark.parametrize("act", ["retry", "settle"])
    def test_are_chosen_in_one_way(self, shop: Shop, act: str, chosen: tuple[str, ...]) -> None:
        """Nothing is retried or settled by mistake."""
        said = shop.run("dead-letters", act, *chosen, status=2)
        assert "must be named by keys, or chosen by" in said


def wait_in_outbox(shop: Shop, *keys: str) -> None:
    """Have effects wait, each on a stream of its own; the first has failed once."""
    with shop.store() as store:
        for number, key in enumerate(keys):
            kind = "send-message" if number % 2 else "pay-seller"
            message = OutboxMessage(
                key=key,
                kind=kind,
                stream=f"note/{key}",
                data="{}",
                not_before=MONDAY + LONG_AGO + timedelta(hours=number),
            )
            noted = Record(name="noted", at=MONDAY, data="{}")
            store.append(
                [
                    Change(
                        stream=message.stream,
                        expected=0,
                        records=(noted,),
                        deadline=None,
                        outbox=(message,),
                    )
                ]
            )
        before = MONDAY + LONG_AGO
        (leased,) = store.pending(before, 1, worker="w", lease=timedelta(minutes=1))
        store.settle(leased, Postponed(until=before, reason="KeyError: 'zoe'", failed=True))


class TestTheOutbox:
    """What waits for a worker."""

    def test_nothing(self, tmp_path: Path, shop: Shop) -> None:
        """In words."""
        nothing = shop.run("outbox", "--store", f"sqlite:///{tmp_path / 'new.db'}")
        assert nothing == "Nothing waits in the outbox.\n"

    def test_all(self, shop: Shop) -> None:
        """How much of each kind, then each with its attempts and its last error."""
        wait_in_outbox(shop, "k1", "k2", "k3")
        kinds = columns(shop.run("outbox"))
        assert "pay-seller 2 2026-09-06 08:00:00" in kinds
        assert "send-message 1 2026-09-06 09:00:00" in kinds
        assert "2026-09-06 08:00:00 k1 pay-seller 1 KeyError: 'zoe'" in kinds
        assert "2026-09-06 10:00:00 k3 pay-seller 0" in kinds

    def test_chosen(self, shop: Shop) -> None:
        """By kind or by stream."""
        wait_in_outbox(shop, "k1", "k2", "k3")
        assert "k2" not in shop.run("outbox", "--kind", "pay-seller")
        assert "k1" not in shop.run("outbox", "--stream", "note/k3")

    def test_in_pages(self, shop: Shop) -> None:
        """The last line says how to go on, where there is more."""
        wait_in_outbox(shop, "k1", "k2", "k3")
        first = shop.run("outbox", "--limit", "2", "--kind", "pay-seller")
        assert ("k3" in first, "More wait" in first) == (True, False)
        first = shop.run("outbox", "--limit", "1", "--kind", "pay-seller")
        assert ("k3" in first, first.splitlines()[-1]) == (
            False,
            "More wait: --skip 1 lists them.",
        )
        rest = shop.run("outbox", "--limit", "1", "--skip", "1", "--kind", "pay-seller")
        assert ("k1" in rest, "k3" in rest, "More wait" in rest) == (False, True, False)

    def test_a_worker_that_has_it(self, shop: Shop) -> None:
        """By name, until its lease ends."""
        wait_in_outbox(shop, "k1")
        with shop.store() as store:
            store.pending(MONDAY + LONG_AGO, 1, worker="w7", lease=timedelta(minutes=1))
        line = "2026-09-06 08:01:00 k1 pay-seller 2 w7 KeyError: 'zoe'"
        lines = columns(shop.run("outbox"))
        assert line in lines
        assert "next attempt key kind attempts worker last error" in lines


class TestTheRest:
    """Cases, people, pages, tables, health."""

    def test_cases(self, shop: Shop) -> None:
        """The open ones, with what they are about."""
        assert shop.run("cases") == "No case is open.\n"
        with shop.store() as store:
            town = Town.built(store, at=MONDAY + timedelta(days=30))
            town.work()
            (case,) = town.market.house_desk.cases(HOUSE).rows
        shown = shop.run("cases")
        assert f"{case.opened.case} {case.opened.reason} o1" in " ".join(columns(shown))
        assert any(case.opened.reason in line for line in shown.splitlines())  # in one piece

    def test_a_case_is_settled(self, shop: Shop) -> None:
        """With a note that is kept; again, it stays as it was. One that is none is refused."""
        with shop.store() as store:
            town = Town.built(store, at=MONDAY + timedelta(days=30))
            town.work()
            (case,) = town.market.house_desk.cases(HOUSE).rows
        name = case.opened.case
        said = f"The case {name} is settled.\n"
        assert shop.run("settle", name, "--note", "found it", "--by", "anna") == said
        assert shop.run("settle", name, "--note", "lost it") == said
        assert shop.run("cases") == "No case is open.\n"
        with shop.store() as store:
            kept = Town.built(store).market.cases.settle(HOUSE, name)
            last = store.read(f"case/{name}").records[-1]
        assert kept.settled is not None
        assert kept.settled.note == "found it"
        assert '"found it"' in last.data
        shop.run("settle", "nothing", "--note", "x", status=1)

    def test_pages_are_rebuilt(self, shop: Shop) -> None:
        """After which they show what they showed."""
        with shop.store() as store:
            before = store.rows("order/o1")
            store.replace_rows(
                [StreamRows(stream="order/o1", version=store.read("order/o1").version, rows=())]
            )
        assert " streams are rebuilt." in shop.run("rebuild")
        with shop.store() as store:
            assert store.rows("order/o1") == before != ()

    def test_a_person_is_erased(self, shop: Shop) -> None:
        """What is needed still is named, and the status says so."""
        said = shop.run("erase", "zoe", status=1)
        assert said == (
            "0 personal details of zoe are erased.\n"
            "Deferred: shipping-address of order/o1 (order-open).\n"
        )
        assert shop.run("erase", "max") == "0 personal details of max are erased.\n"

    def test_what_is_old_is_purged(self, shop: Shop) -> None:
        """By the shop's retention."""
        said = "0 personal details are erased. 0 messages are deleted.\n"
        assert shop.run("purge") == said

    def test_tables_are_migrated(self, tmp_path: Path, shop: Shop) -> None:
        """A store that is not there is created."""
        url = f"sqlite:///{tmp_path / 'new.db'}"
        said = shop.run("migrate", "--store", url)
        assert said == "The tables are what this version needs.\n"
        assert (tmp_path / "new.db").exists()

    def test_health(self, tmp_path: Path, shop: Shop) -> None:
        """Work that has waited for longer than a patience is no good sign."""
        lines = columns(shop.run("health", status=1))
        assert lines[0] == "store answers"
        assert lines[2:] == ["oldest effect 2592000 s", "dead letters 0"]
        shop.run("health", "--patience", "9999999")
        assert "waited 0 s" in " ".join(
            shop.run("health", "--store", f"sqlite:///{tmp_path / 'new.db'}").split()
        )

    def test_what_fails_is_said_in_one_line(self, shop: Shop, tmp_path: Path) -> None:
        """Wrong use is 2, what does not work 1; no traceback and no password."""
        assert "--store" in shop.run("migrate", "--store", "mysql://anna:secret@x", status=2)
        assert "--shop" in shop.run("cases", "--shop", "nothing", status=2)
        nowhere = f"sqlite:///{tmp_path}/none/shop.db"
        assert "open failed" in shop.run("rebuild", "--store", nowhere, status=1)


HEAD = "id,movement,receipt,amount,currency,at\n"
CAPTURED = "t1,captured,receipt-1,{},EUR,2026-09-07T08:00:00Z\n"


class TestReconciliation:
    """A provider's list against the books."""

    def listed(self, tmp_path: Path, *rows: str, head: str = HEAD) -> str:
        """Write a list."""
        path = tmp_path / "list.csv"
        path.write_text("\ufeff" + head + "".join(rows), "utf-8")
        return str(path)

    def paid(self, shop: Shop) -> str:
        """Say what the order of the coat and the bag was paid with."""
        with shop.store() as store:
            (payment,) = Town.built(store).order().captured
        return str(payment.amount.amount)

    def test_both_agree(self, shop: Shop, tmp_path: Path) -> None:
        """Nothing differs."""
        rows = self.listed(tmp_path, CAPTURED.format(self.paid(shop)))
        assert shop.run("reconcile", "card", rows) == "The books and the list agree.\n"

    def test_they_differ(self, shop: Shop, tmp_path: Path) -> None:
        """Each movement with both amounts; the status says that there are some."""
        rows = self.listed(
            tmp_path,
            CAPTURED.format("1.00"),
            "t2,refunded,receipt-9,5.00,EUR,2026-09-08T08:00:00Z\n",
        )
        lines = columns(shop.run("reconcile", "card", rows, status=1))
        assert lines[0] == "difference movement receipt of booked listed row"
        paid = self.paid(shop)
        assert f"another-amount captured receipt-1 o1 {paid} EUR 1.00 EUR t1" in lines
        assert "missing-in-books refunded receipt-9 - - 5.00 EUR t2" in lines

    @pytest.mark.parametrize(
        ("since", "until", "status"),
        [
            ("2026-09-07T08:00:00Z", "2026-09-08T08:00:00Z", 1),
            ("2026-09-07T10:00:01+02:00", "2026-09-08T08:00:00Z", 0),
            ("2026-09-06T08:00:00Z", "2026-09-07T08:00:00Z", 0),
        ],
    )
    def test_of_a_period(
        self, shop: Shop, tmp_path: Path, since: str, until: str, status: int
    ) -> None:
        """What was booked in it must be in the list; it ends before its last moment."""
        rows = self.listed(tmp_path)
        period = ("--since", since, "--until", until)
        printed = shop.run("reconcile", "card", rows, *period, status=status)
        assert ("missing-at-provider" in printed) == bool(status)

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ("t1,captured,r,1.00,EUR\n", "list.csv:2: row: must be columns with"),
            ("t1,lent,r,1.00,EUR,2026-09-07T08:00:00Z\n", "list.csv:2: movement: must be one of"),
            (CAPTURED.format("0"), "list.csv:2: amount: must be above 0"),
            (CAPTURED.format("x"), "list.csv:2: amount: must be"),
        ],
    )
    def test_a_row_that_makes_no_sense(
        self, shop: Shop, tmp_path: Path, rows: str, said: str
    ) -> None:
        """It is named by its line."""
        assert said in shop.run("reconcile", "card", self.listed(tmp_path, rows), status=1)

    def test_what_cannot_be_read(self, shop: Shop, tmp_path: Path) -> None:
        """A file that is missing is called so; so is one that is no text, and a wrong option."""
        missing = shop.run("reconcile", "card", str(tmp_path / "no.csv"), status=2)
        assert missing.endswith("no.csv: cannot be read: no such file or directory\n")
        binary = tmp_path / "b.csv"
        binary.write_bytes(b"\xff\xfe\xff")
        assert "b.csv: cannot be read" in shop.run("reconcile", "card", str(binary), status=1)
        rows = self.listed(tmp_path)
        early = shop.run("reconcile", "card", rows, "--since", "2026-09-07", status=2)
        assert "--since: must be a moment with its offset" in early
        assert "tender: must be one of" in shop.run("reconcile", "cheque", rows, status=1)
