from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Serving  # noqa: N811 - one of three with that name
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from attrs import define, evolve, field

from tests.adapters.loopback import HOST
from vintage_rules.adapters.mail import KEY, MailStyle, mailbox
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.smtp import (
    OUTAGES,
    MailServer,
    Security,
    SmtpNotifier,
    verdict,
)
from vintage_rules.errors import (
    InvalidValueError,
    OutsideDeniedError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)
from vintage_rules.ports.directory import Contact
from vintage_rules.ports.notifier import (
    Attachment,
    Message,
    MessageKind,
    Notifier,
    Sent,
    Undeliverable,
)
from vintage_rules.testing.contracts.directory import ADA, LOU, PEOPLE, WORKSHOP
from vintage_rules.testing.contracts.notifier import (
    FACTS,
    LABEL,
    Delivered,
    NotifierContract,
    message,
)

_K = MessageKind
USER, PASSWORD = "shop", "of-the-shop"
STYLE = MailStyle(
    house="Lin & Laine",
    sender="shop@example.com",
    buy="https://shop.example.com/buy/{piece}?from=mail",
    follow="https://post.example.com/track?id={tracking_number}",
    unsubscribe="https://shop.example.com/alerts/{recipient}",
)


@define
class Postmaster:
    """A mail server's opinion of what it is given, and what it took."""

    taken: list[Envelope] = field(factory=list)
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    to_sender: str = "250 OK"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Serving, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say whether we may send."""
        del server
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.to_sender

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: Serving, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say whether somebody is known."""
        del server, options
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - the same
        self, server: Serving, _: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or not."""
        del server
        if self.to_data.startswith("250"):
            self.taken.append(envelope)
        return self.to_data

    def mails(self) -> list[EmailMessage]:
        """Read what was taken."""
        found = []
        for envelope in self.taken:
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            found.append(mail)
        return found


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def who_is_it(_: object, __: object, ___: object, mechanism: str, given: object) -> AuthResult:
    """Know the shop by its password."""
    assert mechanism
    known = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=known, handled=False)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Found an authority that only these tests believe."""
    return trustme.CA()


@pytest.fixture(scope="session")
def post(authority: trustme.CA) -> Iterator[tuple[Postmaster, int]]:
    """Run a mail server that encrypts and wants a password, for all tests of a process."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    postmaster, port = Postmaster(), free_port()
    controller = Controller(
        postmaster,
        hostname=HOST,
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=who_is_it,
        enable_SMTPUTF8=True,
    )
    controller.start()
    yield postmaster, port
    controller.stop()


@pytest.fixture
def postmaster(post: tuple[Postmaster, int]) -> Postmaster:
    """Begin with a server that takes everything, and has taken nothing."""
    postmaster, _ = post
    postmaster.taken.clear()
    postmaster.to_recipient = postmaster.to_data = postmaster.to_sender = "250 OK"
    return postmaster


@pytest.fixture
def server(post: tuple[Postmaster, int], authority: trustme.CA) -> MailServer:
    """Know the server, its authority and the password."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return MailServer(host=HOST, port=post[1], user=USER, password=PASSWORD, context=context)


@pytest.fixture
def notifier(server: MailServer, postmaster: Postmaster) -> SmtpNotifier:
    """Send through it."""
    assert not postmaster.taken
    return sending(server)


def sending(server: MailServer, style: MailStyle = STYLE, **people: Contact) -> SmtpNotifier:
    """Send through a server, with other people for `ada` where they are given."""
    contacts = {**PEOPLE, **({ADA: people["ada"]} if people else {})}
    return SmtpNotifier(MemoryDirectory(WORKSHOP, contacts), server, style)


def plain(mail: EmailMessage) -> str:
    """Read the plain text of a mail, its lines joined as a reader shows them."""
    body = mail.get_body(("plain",))
    assert body is not None
    text = str(body.get_content()).replace("\r\n", "\n")
    return re.sub(r"(?<!\n)\n(?!\n|    )", " ", text)


def html(mail: EmailMessage) -> str:
    """Read the HTML of a mail."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def came_with(mail: EmailMessage) -> tuple[Attachment, ...]:
    """Read what came with a mail."""
    return tuple(
        Attachment(
            name=str(part.get_filename()),
            media_type=part.get_content_type(),
            content=bytes(part.get_payload(decode=True) or b""),
        )
        for part in mail.iter_attachments()
    )


class TestSmtpNotifier(NotifierContract):
    """The contract, against aiosmtpd."""

    @pytest.fixture
    def notifier(self, notifier: SmtpNotifier) -> SmtpNotifier:
        """Send with the right password."""
        return notifier

    @pytest.fixture(autouse=True)
    def _postmaster(self, postmaster: Postmaster) -> None:
        self.postmaster = postmaster

    @pytest.fixture
    def stranger(self, server: MailServer) -> SmtpNotifier:
        """Send with another password."""
        return sending(evolve(server, password="guessed"))  # noqa: S106 - it is not one

    @pytest.fixture
    def silent(self, server: MailServer) -> SmtpNotifier:
        """Send where nobody listens."""
        return sending(evolve(server, port=free_port()))

    @pytest.fixture
    def refusing(self, notifier: SmtpNotifier, postmaster: Postmaster) -> SmtpNotifier:
        """Send to nobody the server knows."""
        postmaster.to_recipient = "550 5.1.1 no such user"
        return notifier

    def delivered(self, notifier: Notifier) -> Sequence[Delivered]:
        """Read what the server took."""
        assert isinstance(notifier, SmtpNotifier)
        return [
            Delivered(
                key=str(mail[KEY]),
                to=str(mail["To"].addresses[0].addr_spec),
                text=plain(mail),
                attachments=came_with(mail),
            )
            for mail in self.postmaster.mails()
        ]


def one(notifier: SmtpNotifier, postmaster: Postmaster, sent: Message) -> EmailMessage:
    """Send a message that must arrive, and read it."""
    assert notifier.send(sent) == Sent()
    return postmaster.mails()[-1]


@pytest.mark.parametrize("kind", MessageKind)
class TestEveryKind:
    """Every kind of message, as a mail."""

    def test_says_the_same_in_plain_text_and_in_html(
        self, notifier: SmtpNotifier, postmaster: Postmaster, kind: MessageKind
    ) -> None:
        """Whoever reads one misses nothing of the other."""
        mail = one(notifier, postmaster, message(kind))
        text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html(mail), flags=re.DOTALL)
        words = set(re.findall(r"[\w-]+", plain(mail)))
        links = set(re.findall(r"[\w-]+", " ".join(re.findall(r'href="[^"]*"', html(mail)))))
        shown = set(re.findall(r"[\w-]+", text.replace("&amp;", "&").replace("&lt;", "<")))
        assert words - shown - links == set()
        assert str(mail["Subject"]) in html(mail).replace("&amp;", "&")

    def test_asks_nothing_of_anybody_else(
        self, notifier: SmtpNotifier, postmaster: Postmaster, kind: MessageKind
    ) -> None:
        """No image, style sheet, font or script is fetched when it is read."""
        page = html(one(notifier, postmaster, message(kind)))
        assert not re.search(r"<(img|link|script|iframe)|url\(|@import|src=", page)
        assert page.startswith('<!DOCTYPE html>\n<html lang="fr">')

    def test_is_told_in_lines_that_any_server_takes(
        self, notifier: SmtpNotifier, postmaster: Postmaster, kind: MessageKind
    ) -> None:
        """At most 998 bytes, all of them ASCII."""
        one(notifier, postmaster, message(kind))
        content = postmaster.taken[0].content
        assert isinstance(content, bytes)
        assert content.isascii()
        assert max(map(len, content.splitlines())) <= 998


class TestClauses:
    """What the clauses want to be told, in a mail of this house."""

    @pytest.mark.parametrize(
        ("kind", "link"),
        [
            (_K.OFFER_ACCEPTED, "https://shop.example.com/buy/coat-7?from=mail"),
            (_K.OFFER_COUNTERED, "https://shop.example.com/buy/coat-7?from=mail"),
            (_K.PIECE_BACK, "https://shop.example.com/buy/coat-7?from=mail"),
            (_K.PARCEL_HANDED_IN, "https://post.example.com/track?id=8R0000000001"),
        ],
    )
    def test_n6_a5_s1_a_link_leads_to_the_page(
        self, notifier: SmtpNotifier, postmaster: Postmaster, kind: MessageKind, link: str
    ) -> None:
        """In the text and under the button."""
        mail = one(notifier, postmaster, message(kind))
        assert link in plain(mail)
        assert f'href="{link}"' in html(mail)

    def test_s1_without_a_page_there_is_no_link(
        self, server: MailServer, postmaster: Postmaster
    ) -> None:
        """And no button that leads nowhere; the number is told all the same."""
        style = MailStyle(house="Lin", sender="shop@example.com")
        mail = one(sending(server, style), postmaster, message(_K.PARCEL_HANDED_IN))
        assert "href" not in html(mail)
        assert "8R0000000001" in plain(mail)

    def test_c5_the_giver_is_called_by_name(
        self, notifier: SmtpNotifier, postmaster: Postmaster
    ) -> None:
        """Where the house knows whose identifier it is."""
        facts = {**FACTS[_K.GIFT_CARD], "giver": "ada"}
        mail = one(notifier, postmaster, evolve(message(_K.GIFT_CARD), facts=facts))
        assert "Ada Lovelace" in plain(mail)

    def test_r5_the_label_comes_along(self, notifier: SmtpNotifier, postmaster: Postmaster) -> None:
        """Under its name, whatever its letters."""
        sent = evolve(message(_K.RETURN_ACCEPTED), attachments=(LABEL,))
        assert came_with(one(notifier, postmaster, sent)) == (LABEL,)

    def test_pieces_have_the_names_that_people_know(
        self, server: MailServer, postmaster: Postmaster
    ) -> None:
        """In the subject as well, on one line, and the link has the identifier."""
        style = evolve(STYLE, title=lambda piece: f"Le manteau\n{piece}")
        mail = one(sending(server, style), postmaster, message(_K.OFFER_ACCEPTED))
        assert "Le manteau coat-7" in str(mail["Subject"])
        assert "/buy/coat-7?" in plain(mail)


class TestHeaders:
    """The headers of a mail."""

    def test_are_the_same_when_it_is_sent_again(
        self, notifier: SmtpNotifier, postmaster: Postmaster
    ) -> None:
        """To the last byte of the whole mail, its date and its boundaries."""
        sent = evolve(message(_K.RETURN_ACCEPTED), attachments=(LABEL,))
        one(notifier, postmaster, sent)
        one(notifier, postmaster, sent)
        first, second = (envelope.content for envelope in postmaster.taken)
        assert first == second

    def test_name_a_mail_by_its_key(self, notifier: SmtpNotifier, postmaster: Postmaster) -> None:
        """Another key is another mail."""
        mails = [one(notifier, postmaster, message(_K.OFFER_LAPSED, key)) for key in ("a", "b")]
        names = [str(mail["Message-ID"]) for mail in mails]
        assert len(set(names)) == 2
        assert all(re.fullmatch(r"<[0-9a-f]{40}@example\.com>", name) for name in names)

    def test_say_when_it_happened(self, notifier: SmtpNotifier, postmaster: Postmaster) -> None:
        """In the zone of the house."""
        mail = one(notifier, postmaster, message(_K.OFFER_LAPSED))
        assert str(mail["Date"]) == "Tue, 08 Sep 2026 10:30:00 +0200"

    def test_say_that_no_person_wrote_it(
        self, notifier: SmtpNotifier, postmaster: Postmaster
    ) -> None:
        """So that no absence is answered to it; the language is that of the reader."""
        mail = one(notifier, postmaster, evolve(message(_K.OFFER_LAPSED), to=LOU))
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Content-Language"] == "en-GB"

    @pytest.mark.parametrize("kind", MessageKind)
    def test_offer_to_end_an_alert_and_nothing_else(
        self, notifier: SmtpNotifier, postmaster: Postmaster, kind: MessageKind
    ) -> None:
        """What concerns an order cannot be unsubscribed from."""
        mail = one(notifier, postmaster, message(kind))
        link = mail["List-Unsubscribe"]
        assert (link == "<https://shop.example.com/alerts/ada>") is (kind is _K.PIECE_BACK)

    @pytest.mark.parametrize(
        "name",
        [
            "Ada\r\nBcc: eve@example.com",
            "Ada\nSubject: you won",
            'Ada" <eve@example.com>, "Eve',
            "Zoé Đặng 岡本 🧥",
            "x" * 500,
            "é" * 300,
            "",
            "\x00\x07",
            "=?utf-8?q?Eve?= x",
        ],
    )
    def test_cannot_be_added_to_by_a_name(
        self, server: MailServer, postmaster: Postmaster, name: str
    ) -> None:
        """However long and whatever it holds, it is the name and nothing more."""
        ada = evolve(PEOPLE[ADA], name=name)
        mail = one(sending(server, ada=ada), postmaster, message(_K.OFFER_LAPSED))
        assert postmaster.taken[0].rcpt_tos == [ada.email]
        assert [to.addr_spec for to in mail["To"].addresses] == [ada.email]
        assert mail["Bcc"] is None
        assert len(mail.get_all("Subject", [])) == 1
        shown = "".join(letter if letter.isprintable() else " " for letter in name)
        shown = " ".join(shown.replace("=?", "= ?").split())[:120]
        # The parser of Python 3.11 puts spaces between encoded words that are to be joined.
        told = mail["To"].addresses[0].display_name
        assert told.replace(" ", "") == shown.replace(" ", "")

    @pytest.mark.parametrize(
        "title", ["x\r\nBcc: eve@example.com", "é" * 400, "岡" * 90, "a " * 400]
    )
    def test_cannot_be_added_to_by_a_piece(
        self, server: MailServer, postmaster: Postmaster, title: str
    ) -> None:
        """The subject holds all of it, on one line, in any letters."""
        style = evolve(STYLE, title=lambda _: title)
        mail = one(sending(server, style), postmaster, message(_K.OFFER_LAPSED))
        assert mail["Bcc"] is None
        assert " ".join(title.split()) in str(mail["Subject"])

    def test_take_an_address_beyond_ascii(self, server: MailServer, postmaster: Postmaster) -> None:
        """RFC 6532 for what is before the @, IDNA for what is behind it."""
        ada = evolve(PEOPLE[ADA], email="zoé@exämple.com")
        assert sending(server, ada=ada).send(message(_K.OFFER_LAPSED)) == Sent()
        (taken,) = postmaster.taken
        assert taken.rcpt_tos == ["zoé@xn--exmple-cua.com"]
        assert isinstance(taken.content, bytes)
        assert "<zoé@xn--exmple-cua.com>".encode() in taken.content

    @pytest.mark.parametrize(
        "email",
        [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a@b.c, d@e.f",
            "a\nb@example.com",
            "ada@-" + "x" * 300 + ".com",
            "<ada@example.com>",
            "ada@exa mple.com",
        ],
    )
    def test_are_not_written_for_what_is_no_address(
        self, server: MailServer, postmaster: Postmaster, email: str
    ) -> None:
        """Nobody could deliver it."""
        ada = evolve(PEOPLE[ADA], email=email)
        assert isinstance(sending(server, ada=ada).send(message(_K.OFFER_LAPSED)), Undeliverable)
        assert postmaster.taken == []


class TestAnswers:
    """What a mail server may answer."""

    @pytest.mark.parametrize(
        ("part", "said", "meant"),
        [
            ("to_recipient", "550 no such user", Undeliverable),
            ("to_recipient", "450 mailbox busy", OutsideUnavailableError),
            ("to_recipient", "530 who are you", OutsideRejectedError),
            ("to_data", "554 looks like spam", Undeliverable),
            ("to_data", "451 try again", OutsideUnavailableError),
            ("to_sender", "553 not your address", OutsideRejectedError),
            ("to_sender", "421 closing", OutsideUnavailableError),
        ],
    )
    def test_is_told_apart(
        self, notifier: SmtpNotifier, postmaster: Postmaster, part: str, said: str, meant: type
    ) -> None:
        """Later, never because of whom it is for, and never because of us."""
        setattr(postmaster, part, said)
        answer: object
        try:
            answer = notifier.send(message(_K.OFFER_LAPSED))
        except (OutsideRejectedError, OutsideUnavailableError) as error:
            answer = error
        assert type(answer) is meant
        assert said in str(answer)

    def test_a_certificate_that_nobody_vouches_for_is_not_believed(
        self, server: MailServer
    ) -> None:
        """No password is given to whoever shows it."""
        with pytest.raises(OutsideRejectedError, match="certificate verify failed"):
            sending(evolve(server, context=None)).send(message(_K.OFFER_LAPSED))

    def test_a_server_that_does_not_encrypt_gets_no_password(self) -> None:
        """Where it was to encrypt."""
        postmaster, port = Postmaster(), free_port()
        controller = Controller(postmaster, hostname=HOST, port=port)
        controller.start()
        try:
            hidden = MailServer(host=HOST, port=port, user=USER, password=PASSWORD)
            with pytest.raises(OutsideRejectedError, match="STARTTLS"):
                sending(hidden).send(message(_K.OFFER_LAPSED))
            plainly = MailServer(host=HOST, port=port, security=Security.NONE)
            assert sending(plainly).send(message(_K.OFFER_LAPSED)) == Sent()
        finally:
            controller.stop()

    def test_an_encrypted_connection_from_its_start(self, authority: trustme.CA) -> None:
        """As on port 465."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(HOST).configure_cert(context)
        postmaster, port = Postmaster(), free_port()
        controller = Controller(postmaster, hostname=HOST, port=port, ssl_context=context)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        # The controller looks whether it is up by shaking hands itself.
        controller.start()
        try:
            tls = MailServer(host=HOST, port=port, security=Security.TLS, context=trust)
            assert sending(tls).send(message(_K.OFFER_LAPSED)) == Sent()
        finally:
            controller.stop()

    def test_an_address_beyond_ascii_needs_a_server_that_takes_it(self) -> None:
        """Another cannot deliver to it, now or later."""
        postmaster, port = Postmaster(), free_port()
        controller = Controller(postmaster, hostname=HOST, port=port, enable_SMTPUTF8=False)
        controller.start()
        try:
            plainly = MailServer(host=HOST, port=port, security=Security.NONE)
            ada = evolve(PEOPLE[ADA], email="zoé@example.com")
            answer = sending(plainly, ada=ada).send(message(_K.OFFER_LAPSED))
        finally:
            controller.stop()
        assert isinstance(answer, Undeliverable)
        assert "ASCII" in answer.reason


def made(kind: type[Exception]) -> Exception:
    """Make an error of smtplib of a kind."""
    if issubclass(kind, smtplib.SMTPRecipientsRefused):
        return kind({"ada@example.com": (550, b"no")})
    if issubclass(kind, smtplib.SMTPSenderRefused):
        return kind(550, b"no", "shop@example.com")
    if issubclass(kind, smtplib.SMTPResponseException):
        return kind(550, b"no")
    return kind("no")


class TestEveryError:
    """The errors of smtplib."""

    def test_is_one_of_ours(self) -> None:
        """None is forgotten, in whichever version it appears."""
        kinds = [
            kind
            for kind in vars(smtplib).values()
            if isinstance(kind, type) and issubclass(kind, smtplib.SMTPException)
        ]
        assert len(kinds) >= 10
        for kind in kinds:
            assert issubclass(kind, OUTAGES)
            meant = verdict(made(kind))
            assert isinstance(
                meant, Undeliverable | OutsideRejectedError | OutsideUnavailableError
            ), kind

    @pytest.mark.parametrize(
        "error",
        [
            ConnectionRefusedError("no"),
            TimeoutError("slow"),
            socket.gaierror("who?"),
            smtplib.SMTPServerDisconnected("gone"),
            smtplib.SMTPResponseException(-1, b""),
        ],
        ids=repr,
    )
    def test_of_the_wire_is_asked_again(self, error: Exception) -> None:
        """The mail may have been taken."""
        assert isinstance(verdict(error), OutsideUnavailableError)


class TestSettings:
    """What the adapter is told."""

    @pytest.mark.parametrize(
        "make",
        [
            lambda: MailStyle(house="x", sender="shop"),
            lambda: MailStyle(house="x", sender="a@b.com", buy="https://x.example.com/"),
            lambda: MailStyle(house="x", sender="a@b.com", buy="https://x.example.com/{pice}"),
            lambda: MailStyle(house="x", sender="a@b.com", buy="javascript:{piece}"),
            lambda: MailStyle(house="x", sender="a@b.com", follow="https://x.example.com/{"),
            lambda: MailServer(host="x", port=0),
            lambda: MailServer(host="x", user="u", security=Security.NONE),
            lambda: MailServer(host="x", security="ssl"),
        ],
        ids=range(8),
    )
    def test_is_refused_at_once_where_it_makes_no_sense(self, make: Callable[[], object]) -> None:
        """Not when the first mail is sent."""
        with pytest.raises(ValueError, match=r"must be|not a valid"):
            make()

    def test_never_shows_the_password(self, server: MailServer) -> None:
        """Settings are written down in many places."""
        assert PASSWORD not in repr(server)

    def test_escapes_what_is_put_into_a_link(
        self, server: MailServer, postmaster: Postmaster
    ) -> None:
        """A piece cannot lead anywhere else."""
        facts = {**FACTS[_K.PIECE_BACK], "piece": '../../x?y="><script>&'}
        mail = one(sending(server), postmaster, evolve(message(_K.PIECE_BACK), facts=facts))
        link = "https://shop.example.com/buy/..%2F..%2Fx%3Fy%3D%22%3E%3Cscript%3E%26?from=mail"
        assert link in plain(mail)
        assert "<script>" not in html(mail)

    def test_an_address_is_read(self) -> None:
        """With what is before and behind its last @."""
        found = mailbox(" ada+shop@example.com ")
        assert found is not None
        assert (found.username, found.domain) == ("ada+shop", "example.com")
        with pytest.raises(InvalidValueError, match="sender"):
            MailStyle(house="x", sender="ada@")


@pytest.mark.parametrize(
    ("code", "error"),
    [(454, OutsideUnavailableError), (499, OutsideUnavailableError), (535, OutsideDeniedError)],
)
def test_a_password_that_is_wrong(code: int, error: type[OutsideError]) -> None:
    """For good it is an outage until it is mended, and for a while one that passes."""
    assert type(verdict(smtplib.SMTPAuthenticationError(code, b"who are you?"))) is error
