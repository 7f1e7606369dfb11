"""Mail by SMTP, in the language of its recipient, as text and as HTML.

Clauses A5, C5, F2, L8, L14, N5 to N7, R5 and S1.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from enum import StrEnum

from attrs import evolve, field, frozen

from vintage_rules.adapters.mail import MailStyle, compose, mailbox, one_line
from vintage_rules.errors import (
    IdentifierError,
    InvalidValueError,
    OutsideDeniedError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)
from vintage_rules.ports.directory import Contact, Directory, Recipient, Role
from vintage_rules.ports.notifier import Message, MessageKind, Sent, Undeliverable

_PORT = "smtp"
_ACT = "sending"
_FOR_GOOD = 500
# Refusals of a recipient that are not about them: the server wants us to log in.
_ABOUT_US = {530, 534, 535, 538}
_PATIENCE = 20.0  # seconds


class Security(StrEnum):
    """How the connection is encrypted: from its start, by STARTTLS, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


def _port(port: int) -> int:
    if type(port) is not int or not 0 < port < 2**16:
        raise InvalidValueError("port", port, "a port between 1 and 65535")
    return port


@frozen(kw_only=True)
class MailServer:
    """The server that takes our mail.

    Without a user there is no login; `context` says which certificates are trusted, by default
    those that the system trusts.
    """

    host: str
    port: int = field(default=587, converter=_port)
    security: Security = field(default=Security.STARTTLS, converter=Security)
    user: str | None = None
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    timeout: float = _PATIENCE

    def __attrs_post_init__(self) -> None:
        if self.user is not None and self.security is Security.NONE:
            raise InvalidValueError("security", self.security, "tls or starttls with a password")


class SmtpNotifier:
    """A `Notifier` that sends one mail a message, over a connection of its own.

    A mail that is refused for good because of its recipient or its content is undeliverable; one
    that is refused because of us raises `OutsideRejectedError`. A server that says "later", or
    nothing, may have taken the mail: that raises `OutsideUnavailableError`, and the mail that is
    sent again has the same `Message-ID`, date and text.
    """

    def __init__(self, directory: Directory, server: MailServer, style: MailStyle) -> None:
        self._directory = directory
        self._server = server
        self._style = style

    def send(self, message: Message) -> Sent | Undeliverable:
        """Send a message."""
        contact = self._directory.contact(message.to)
        if contact is None:
            return Undeliverable(reason=f"no such {message.to.role}: {message.to.id}")
        to = mailbox(contact.email)
        if to is None:
            return Undeliverable(reason=f"no address of {message.to.role} {message.to.id}")
        mail = compose(self._from_somebody(message), contact, to, self._style)
        try:
            return self._hand_over(mail, to.addr_spec) or Sent()
        except OUTAGES as error:
            meant = verdict(error)
            if isinstance(meant, Undeliverable):
                return meant
            raise meant from error

    def _from_somebody(self, message: Message) -> Message:
        giver = message.facts.get("giver")
        if message.kind is not MessageKind.GIFT_CARD or not isinstance(giver, str):
            return message
        known = self._known(giver)
        name = giver if known is None else known.name
        return evolve(message, facts={**message.facts, "giver": one_line(name)})

    def _known(self, giver: str) -> Contact | None:
        try:
            return self._directory.contact(Recipient(role=Role.BUYER, id=giver))
        except IdentifierError:  # it is a name, not an identifier
            return None

    def _hand_over(self, mail: EmailMessage, to: str) -> Undeliverable | None:
        smtp = self._connection()
        try:
            if not to.isascii() and not smtp.has_extn("smtputf8"):
                return Undeliverable(reason="the mail server takes no addresses beyond ASCII")
            smtp.send_message(mail, self._style.sender.addr_spec, [to])
        finally:
            smtp.close()  # a farewell could fail after the mail was taken
        return None

    def _connection(self) -> smtplib.SMTP:
        server = self._server
        context = server.context or ssl.create_default_context()
        us = self._style.sender.domain
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, us, timeout=server.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, us, timeout=server.timeout)
        try:
            if server.security is Security.STARTTLS:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


# Whatever smtplib, and the modules below it, may raise.
OUTAGES = (smtplib.SMTPException, OSError, UnicodeError)


def verdict(error: Exception) -> Undeliverable | OutsideError:
    """Return what an error of smtplib means.

    >>> verdict(smtplib.SMTPDataError(552, b"too large"))
    Undeliverable(reason='552 too large')
    >>> print(verdict(smtplib.SMTPAuthenticationError(535, b"who are you?")))
    smtp: sending failed: 535 who are you?
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return _refused(code, text, of_us=code in _ABOUT_US)
        case smtplib.SMTPAuthenticationError() if error.smtp_code >= _FOR_GOOD:
            return OutsideDeniedError(_PORT, _ACT, _answered(error.smtp_code, error.smtp_error))
        case smtplib.SMTPDataError():
            return _refused(error.smtp_code, error.smtp_error, of_us=False)
        case smtplib.SMTPResponseException():
            return _refused(error.smtp_code, error.smtp_error, of_us=True)
        case smtplib.SMTPNotSupportedError() | ssl.SSLCertVerificationError() | UnicodeError():
            return OutsideRejectedError(_PORT, _ACT, str(error))
        case _:
            return OutsideUnavailableError(_PORT, _ACT, f"{type(error).__name__}: {error}")


def _refused(code: int, text: bytes | str, *, of_us: bool) -> Undeliverable | OutsideError:
    reason = _answered(code, text)
    if code < _FOR_GOOD:
        return OutsideUnavailableError(_PORT, _ACT, reason)
    return OutsideRejectedError(_PORT, _ACT, reason) if of_us else Undeliverable(reason=reason)


def _answered(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {words}")
