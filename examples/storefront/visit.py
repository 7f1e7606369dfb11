"""One request: who makes it, what they sent, and how they are answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeAlias
from urllib.parse import parse_qs, urlsplit

from attrs import define, frozen
from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.routing import Match

from examples.storefront.host import Person
from examples.storefront.security import Session, is_token
from examples.storefront.site import COUNTRIES, Site
from examples.storefront.wording import LOCALES, Words
from vintage_rules import Money, errors
from vintage_rules.marketplace import Buyer, House, Seller

_LARGEST_FORM = 65_536
_MOST_FIELDS = 400


@frozen
class Form:
    """The fields of a form, as texts."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str, default: str = "") -> str:
        """Return a field, stripped."""
        return (self.fields.get(name) or [default])[0].strip()

    def many(self, name: str) -> list[str]:
        """Return every field of a name."""
        return [each.strip() for each in self.fields.get(name, ())]

    def money(self, name: str) -> Money:
        """Return an amount in euros, with a comma or a point; what is none is a 422."""
        try:
            return Money(self.one(name).replace(",", ".").replace("€", "").strip(), "EUR")
        except (errors.VintageRulesError, ArithmeticError, ValueError) as error:
            raise HTTPException(422, "error.amount") from error


@define
class Visit:
    """A request, its session and its person."""

    request: Request
    site: Site
    session: Session
    form: Form
    _person: Person | None = None

    @property
    def words(self) -> Words:
        """The language it is answered in: the one chosen, or the first the browser prefers."""
        preferred = self.request.headers.get("accept-language", "")[:2]
        language = self.session.locale or preferred
        return Words(language if language in LOCALES else "en")

    @property
    def person(self) -> Person | None:
        """Who has signed in."""
        if self._person is None and self.session.person:
            self._person = self.site.host.person(self.session.person)
        return self._person

    @property
    def buyer(self) -> Buyer:
        """The buyer of this visit; one who has not signed in is a guest."""
        person = self.person
        return Buyer(self.session.guest, signed_in=False) if person is None else Buyer(person.id)

    def buyer_of(self, order: str) -> Buyer:
        """Return who looks at an order: the guest whose link was opened, or who is here."""
        guest = self.session.opened.get(order)
        return self.buyer if guest is None else Buyer(guest, signed_in=False)

    def guest(self, email: str) -> Buyer:
        """Return the guest who orders under an e-mail address, which may have an account."""
        known = self.site.host.person_of_email(email) is not None
        return Buyer(self.session.guest, signed_in=False, has_account=known)

    @property
    def seller(self) -> Seller:
        """The seller of this visit."""
        if self.person is None or not self.person.sells:
            raise HTTPException(403, "error.sellers-only")
        return Seller(self.person.id)

    @property
    def house(self) -> House:
        """The member of the house of this visit."""
        if self.person is None or not self.person.staff:
            raise HTTPException(403, "error.house-only")
        return House(self.person.id)

    @property
    def is_htmx(self) -> bool:
        """Whether only a part of the page is wanted."""
        return self.request.headers.get("hx-request") == "true"

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Answer with a page."""
        shown, self.session.notices = self.session.notices, []
        text = self.site.pages.get_template(template).render(
            w=self.words,
            t=self.words.text,
            colon=self.words.text("shop.colon"),
            semicolon=self.words.text("shop.semicolon"),
            session=self.session,
            token=lambda: Markup('<input type="hidden" name="token" value="{}">').format(
                self.session.token
            ),
            person=self.person,
            notices=shown,
            here=self.request.url.path,
            now=self.site.clock.now(),
            demo=self.site.settings.demo,
            languages=LOCALES,
            countries=COUNTRIES,
            **values,
        )
        return HTMLResponse(text, status)

    def leave_for(self, path: str, *notices: str) -> Response:
        """Answer a form that was carried out: go to a page, which says what was done."""
        self.session.notify(*notices)
        return RedirectResponse(path, 303)

    def back(self, default: str = "/") -> str:
        """Return the page of ours that a form was on; of a form answered with a page, its page."""
        try:
            came_from = urlsplit(self.request.headers.get("referer", ""))
        except ValueError:
            return default
        # Two slashes, or a backslash, would begin the name of another host.
        path = came_from.path.replace("\\", "/").lstrip("/")
        if came_from.netloc != self.request.url.netloc:
            return default
        if self._is_page(f"/{path}"):
            return f"/{path}?{came_from.query}" if came_from.query else f"/{path}"
        while path and not self._is_page(f"/{path}"):
            path = path.rpartition("/")[0]
        return f"/{path}"

    def _is_page(self, path: str) -> bool:
        """Return whether a path can be gone to, and is not only that of a form."""
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        return any(route.matches(scope)[0] is Match.FULL for route in self.request.app.routes)


async def visit_of(request: Request) -> Visit:
    """Read a request; a form that no page of this session holds is refused."""
    session: Session = request.state.session
    form = Form(_fields(request.url.query, keep_blank=False))
    if request.method == "POST":
        form = Form(await _posted(request))
        if not is_token(session, form.one("token")):
            raise HTTPException(403, "error.forged")
    return Visit(request, request.app.state.site, session, form)


async def _posted(request: Request) -> dict[str, list[str]]:
    body = await body_of(request, _LARGEST_FORM)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise HTTPException(422, "error.form") from error
    return _fields(text, keep_blank=True)


def _fields(text: str, *, keep_blank: bool) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=keep_blank, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(422, "error.form") from error


async def body_of(request: Request, largest: int) -> bytes:
    """Read the body of a request; one of more bytes is refused, and not read to its end."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise HTTPException(413, "error.too-large")
    return body


Visiting: TypeAlias = Annotated[Visit, Depends(visit_of)]
