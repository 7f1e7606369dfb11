from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from examples.storefront.__main__ import served
from examples.storefront.app import ROUTERS
from examples.storefront.demo import PASSWORD
from examples.storefront.host import hashed, is_password
from examples.storefront.security import COOKIE, RateLimit, Session, Sessions, is_token
from tests.storefront.shops import Storefront, Visitor, storefront


class TestSessions:
    """The cookie of a browser."""

    def test_is_read_as_it_was_written(self) -> None:
        """With everything in it."""
        sessions = Sessions(b"a secret")
        session = Session(person="zoe", cart=["coat"], notices=["é"])
        assert sessions.read(sessions.write(session)) == session

    def test_is_nobody_elses(self) -> None:
        """One that was changed, or signed with another secret, is a new session."""
        written = Sessions(b"a secret").write(Session(person="zoe"))
        for forged in ("", "e30=.", f"x{written}", written[:-1], f"{written}x", "é.é"):
            assert Sessions(b"a secret").read(forged).person == ""
        assert Sessions(b"another").read(written).person == ""

    def test_fits_a_cookie(self) -> None:
        """What would be too long loses its notices, nothing else."""
        session = Session(cart=["coat"])
        session.notify("x" * 4_000)
        assert Sessions(b"s").read(Sessions(b"s").write(session)).cart == ["coat"]
        assert session.notices == []


class TestForms:
    """Forms that change something."""

    def test_must_come_from_a_page_of_the_session(self, shop: Storefront) -> None:
        """Without its token nothing is done, for no form there is."""
        visitor = shop.visitor()
        paths = [
            route.path
            for router in ROUTERS
            for route in router.routes
            if isinstance(route, APIRoute) and "POST" in (route.methods or ())
        ]
        anothers = shop.visitor().token
        assert len(paths) > 20
        for path in paths:
            for token in ("", anothers):
                visitor.token = token
                visitor.post(path.replace("{", "").replace("}", ""), person="anna")
                assert (visitor.status, "too old" in visitor.page) == (403, True), path

    def test_may_not_be_endless(self, shop: Storefront) -> None:
        """Nor be no text, nor have too many fields."""
        visitor = shop.visitor()
        visitor.post("/language", language="x" * 70_000)
        assert visitor.status == 413
        assert visitor.client.post("/language", content=b"\xff").status_code == 422
        assert visitor.client.post("/language", content=b"a=1&" * 500).status_code == 422
        assert visitor.client.get("/?" + "a=1&" * 500).status_code == 422

    def test_messages_of_providers_may_not_be_endless(self, shop: Storefront) -> None:
        """They are read before their signature is checked, so anyone may send one."""
        client = shop.visitor().client
        statuses = [
            client.post("/webhooks/card", content=b"x" * size).status_code
            for size in (1_048_576, 1_048_577)
        ]
        assert statuses == [400, 413]

    def test_belong_to_one_who_signed_in(self) -> None:
        """A token from before signing in does nothing after."""
        session = Session()
        before = session.token
        session.renew()
        assert is_token(session, session.token)
        assert not is_token(session, before)

    @pytest.mark.parametrize(
        ("referer", "leads_to"),
        [
            ("http://testserver/sold?after=x", "/sold?after=x"),
            ("http://testserver//evil.example/", "/"),
            ("http://testserver/\\evil.example/", "/"),
            ("http://testserver//sold", "/sold"),
            ("http://testserver/\\sold?after=1", "/sold?after=1"),
            ("http://testserver/pieces/p-1/offers", "/pieces/p-1"),
            ("http://testserver/house/orders/o-1/post/p-1", "/house"),
            ("http://evil.example/sold", "/"),
            ("http://[", "/"),
            ("", "/"),
        ],
    )
    def test_lead_back_to_our_own_pages_alone(
        self, shop: Storefront, referer: str, leads_to: str
    ) -> None:
        """Whatever page a form says that it was on."""
        visitor = shop.visitor()
        answer = visitor.client.post(
            "/language",
            data={"token": visitor.token, "language": "fr"},
            headers={"referer": referer},
            follow_redirects=False,
        )
        assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


class TestAnswers:
    """What every answer carries."""

    def test_forbid_what_is_not_of_this_host(self, shop: Storefront) -> None:
        """Pages, pictures, files and errors alike; and no page has a script or a style inside."""
        visitor = shop.visitor()
        page = visitor.page
        for path in ("/", "/nothing", "/static/style.css", f"/pictures/{shop.pieces[0].id}.svg"):
            headers = visitor.client.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
        assert not [each for each in ("<style", " style=", "<script>", " onclick=") if each in page]

    def test_keep_the_cookie_from_scripts(self, shop: Storefront) -> None:
        """And from other sites."""
        cookie = shop.visitor().client.get("/").headers["set-cookie"].lower()
        assert cookie.startswith(COOKIE)
        assert [each for each in ("httponly", "samesite=lax") if each not in cookie] == []


class TestSignIn:
    """Who may be whom."""

    def test_needs_the_password(self, shop: Storefront) -> None:
        """The right one signs in; a wrong one, or a wrong address, is answered alike."""
        visitor = shop.visitor()
        visitor.get("/sign-in")
        for email, password in (("zoe@example.com", "x"), ("eve@example.com", PASSWORD)):
            page = visitor.post("/sign-in", email=email, password=password)
            assert (visitor.status, "do not go together" in page) == (422, True)
        page = visitor.post("/sign-in", email=" Zoe@example.com", password=PASSWORD)
        assert "Hello, Zoé." in page
        assert "Sign in" in visitor.post("/sign-out")

    def test_is_not_guessed(self, shop: Storefront) -> None:
        """After five tries even the right password must wait."""
        visitor = shop.visitor()
        for _ in range(5):
            visitor.post("/sign-in", email="zoe@example.com", password=f"not {PASSWORD}")
        visitor.post("/sign-in", email="zoe@example.com", password=PASSWORD)
        assert visitor.status == 429

    def test_is_for_all_in_a_demonstration_alone(self, tmp_path: Path) -> None:
        """Elsewhere no one is anyone without a password, and no one pushes the clock."""
        shop = storefront(tmp_path, demo=False)
        visitor = shop.visitor()
        assert "Zoé" not in visitor.get("/sign-in")
        for path, fields in (("/be", {"person": "anna"}), ("/clock", {"by": "1d"})):
            visitor.post(path, **fields)
            assert visitor.status == 404
        shop.site.host.close()

    def test_keeps_no_password(self) -> None:
        """But what scrypt makes of it, with a salt of its own."""
        assert hashed("a") != hashed("a")
        assert "a-long-password" not in hashed("a-long-password")
        assert is_password("a-long-password", hashed("a-long-password"))


class TestRateLimit:
    """So many tries in a period."""

    @pytest.mark.parametrize(("proxy", "last"), [("", 429), ("192.0.2.9", 429), ("127.0.0.1", 404)])
    def test_is_counted_by_who_connects(self, shop: Storefront, proxy: str, last: int) -> None:
        """What a header says of who calls is believed of the proxy of the shop alone."""
        app = shop.visitor().client.app
        assert isinstance(app, FastAPI)
        settings = evolve(shop.site.settings, proxy=proxy)
        config = served(app, settings, "127.0.0.1", 0)
        config.load()
        visitor = Visitor(TestClient(config.loaded_app, client=("127.0.0.1", 1)))
        visitor.get("/gift-cards")
        statuses = list[int]()
        for number in range(11):
            visitor.client.headers["x-forwarded-for"] = f"198.51.100.{number}"
            visitor.post("/gift-cards/balance", code=f"wrong-{number}")
            statuses.append(visitor.status)
        assert statuses == [404] * 10 + [last]

    def test_admits_again_when_the_period_is_over(self) -> None:
        """Two in ten seconds for each name: the third waits until the first is ten seconds old."""
        now = [0.0]
        limit = RateLimit(tries=2, seconds=10, now=lambda: now[0])
        assert [limit.admits("a"), limit.admits("a"), limit.admits("a")] == [True, True, False]
        assert limit.admits("b")
        now[0] = 9.9
        assert not limit.admits("a")
        now[0] = 10.0
        assert limit.admits("a")
