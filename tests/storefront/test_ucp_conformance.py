from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from examples.storefront.ucp.results import WHY, rows, table
from tests.storefront.platforms import flowers, machine

RUNNER = "import sys; from spck_conformance.cli import main; sys.exit(main())"
# It orders to a country alone, for which the library makes an estimate and takes no order (L12).
TO_A_COUNTRY_ALONE = {
    "checkout.complete_order",
    "checkout.completed_immutable",
    "fulfillment.option_shape",
    "fulfillment.single_group_default",
    "order.entity_shape",
    "order.line_item_shape",
    "order.line_items_retained_01era",
    "payment.no_credential_echo",
    "validation.payment_failure",
}
PAGE = Path(__file__).parents[2] / "docs" / "guide" / "ucp.md"


def paid_with(token: str) -> dict[str, object]:
    """Give a completion with a card."""
    card = {"id": "card", "handler_id": "mock_payment_handler", "type": "card", "brand": "Visa"}
    credential = {"type": "token", "token": token}
    return {"payment_data": {**card, "last_digits": "1234", "credential": credential}}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the runner reports of each of its checks, by its name."""
    folder = tmp_path_factory.mktemp("conformance")
    with socket.socket() as at, machine() as here:
        at.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{at.getsockname()[1]}"
        here.published["/future.json"] = {"ucp": {"version": "2099-01-01"}}
        item = {"product_id": "pot", "quantity": 2, "code": "FIXED500"}
        codes = {"valid_code": "10OFF", "second_valid_code": "WELCOME20", "invalid_code": "NO"}
        config = {
            "product_id": "roses",
            "currency": "USD",
            "out_of_stock_id": "gardenias",
            "fulfillment_option_id": "std-ship",
            "complete_payment": paid_with("success_token"),
            "fail_payment": paid_with("fail_token"),
            "negotiation": {"unsupported_version_profile_url": f"{here.url}/future.json"},
            "discount": {
                **codes,
                "item": item,
                "case_insensitive": True,
                "rejected_messages": True,
            },
        }
        (folder / "merchant.json").write_text(json.dumps(config))
        with flowers(folder, url) as shop:
            server = uvicorn.Server(uvicorn.Config(shop.app, log_level="error", lifespan="off"))
            thread = Thread(target=server.run, kwargs={"sockets": [at]})
            thread.start()
            given = ["--server", url, "--config", str(folder / "merchant.json"), "--json"]
            ran = subprocess.run(
                [sys.executable, "-c", RUNNER, *given], capture_output=True, text=True, check=False
            )
            server.should_exit = True
            thread.join()
    return {each["id"]: each["status"] for each in json.loads(ran.stdout)["checks"]}


class TestRunner:
    """What `spck-conformance` finds, an independent runner of the protocol."""

    def test_deviates_for_a_country_alone(self, found: dict[str, Any]) -> None:
        """And for nothing else; the page says so of each check."""
        assert {name for name, status in found.items() if status == "deviation"} == (
            TO_A_COUNTRY_ALONE
        )
        page = PAGE.read_text("utf-8")
        assert [name for name in TO_A_COUNTRY_ALONE if f"`{name}`" not in page] == []

    def test_passes_what_else_applies(self, found: dict[str, Any]) -> None:
        """As many checks as the page says."""
        passed = sum(status == "clean-pass" for status in found.values())
        assert f"{passed} checks pass" in PAGE.read_text("utf-8")


class TestResults:
    """The table of the public suite, from what it prints."""

    LOG = (
        "== order_test.py",
        "[ RUN      ] OrderTest.test_order_update",
        "[  FAILED  ] OrderTest.test_order_update",
        "== ap2_test.py",
        "[       OK ] Ap2MandateTest.test_ap2_mandate_completion",
    )

    def test_says_why_a_test_fails(self) -> None:
        """Each in a row of its own."""
        assert table(self.LOG).splitlines()[2:] == [
            "| ap2 | `ap2_mandate_completion` | passes |  |",
            f"| order | `order_update` | **fails** | {WHY['order_update']} |",
        ]

    def test_stops_at_a_failure_without_a_reason(self) -> None:
        """So that no table passes one over."""
        with pytest.raises(KeyError):
            table(["== ap2_test.py", "[  FAILED  ] A.test_new"])

    def test_is_what_the_page_shows(self) -> None:
        """Each failure with its reason, beside the tests that pass."""
        shown = [line for line in PAGE.read_text("utf-8").splitlines() if "| **fails** |" in line]
        names = {line.split("|")[2].strip(" `"): line.split("|")[4].strip() for line in shown}
        assert names == WHY
        assert list(rows(self.LOG))[1] == ("ap2", "ap2_mandate_completion", True)
