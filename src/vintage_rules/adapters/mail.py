"""A message as an e-mail: a text and an HTML that say the same, with its headers.

The same message always makes the same mail, to the last byte, so that one that is sent again can be
recognised and dropped. Text of other people reaches a header on one line, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from string import Formatter
from unicodedata import category
from urllib.parse import quote, urlsplit

from attrs import field, frozen

from vintage_rules.adapters.mail_layout import laid_out, written_out
from vintage_rules.dates import zone
from vintage_rules.errors import InvalidValueError
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.ports.directory import Contact
from vintage_rules.ports.notifier import Attachment, Fact, Message, MessageKind
from vintage_rules.wording.messages import PARIS, Action, letter

KEY = "Vintage-Rules-Key"
_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
_LONGEST_NAME = 120
_HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
# Seven bits, which every server takes.
_POLICY = SMTP.clone(cte_type="7bit")


def mailbox(text: str) -> Address | None:
    r"""Return an address such as `ada@example.com`; None if it is none.

    A domain beyond ASCII is written in its ASCII form.

    >>> mailbox("zoé@exämple.com").domain
    'xn--exmple-cua.com'
    >>> mailbox("ada@example.com\r\nBcc: eve@example.com") is None
    True
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        return None
    return Address(username=local, domain=ascii_domain)


def one_line(text: str) -> str:
    r"""Return a text on one line, of characters that print.

    Spaces that do not break stay; whatever would be read as an encoded word is not one any more.

    >>> one_line("Ada\r\nBcc: eve@example.com\x00")
    'Ada Bcc: eve@example.com'
    """
    shown = "".join(" " if _is_hidden(each) else each for each in text)
    words = shown.replace("=?", "= ?").split(" ")
    return " ".join(word for word in words if word)


def _is_hidden(letter: str) -> bool:
    # Joiners are kept: they hold some letters and pictures together.
    return category(letter) in _HIDDEN and letter not in _JOINERS


def _sender(text: str | Address) -> Address:
    address = text if isinstance(text, Address) else mailbox(text)
    if address is None:
        raise InvalidValueError("sender", text, "an address such as shop@example.com")
    return address


def _names(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def _require_link(field: str, text: str | None, name: str) -> None:
    is_link = text is None or urlsplit(text).scheme in ("http", "https")
    if not is_link or (text is not None and _names(text) != {name}):
        raise InvalidValueError(field, text, f"a web address that holds {{{name}}}")


@frozen(kw_only=True)
class MailStyle:
    """The house in its mails: its name, its address, its zone, and its links.

    `buy` holds `{piece}`, `follow` holds `{tracking_number}` and `unsubscribe` holds `{recipient}`,
    each None if there is no such page; what is put in is escaped. `title` returns a piece's name
    for people, `labels` what the house calls its own names, as its policy says.

    Raises:
        InvalidValueError: For an address or a link that is none.
        DayError: For an unknown zone.
    """

    house: str = field(converter=one_line)
    sender: Address = field(converter=_sender)
    buy: str | None = None
    follow: str | None = None
    unsubscribe: str | None = None
    title: Callable[[str], str] = str
    zone: str = PARIS
    labels: HouseLabels = NO_LABELS

    def __attrs_post_init__(self) -> None:
        _require_link("buy", self.buy, "piece")
        _require_link("follow", self.follow, "tracking_number")
        _require_link("unsubscribe", self.unsubscribe, "recipient")
        zone(self.zone)


def compose(message: Message, contact: Contact, to: Address, style: MailStyle) -> EmailMessage:
    """Return the mail of a message to a contact."""
    name = one_line(contact.name)[:_LONGEST_NAME]
    facts = {key: _named(key, fact, style.title) for key, fact in message.facts.items()}
    written = letter(
        message.kind,
        facts,
        contact.locale,
        name=name,
        at=message.at,
        zone=style.zone,
        labels=style.labels,
    )
    link = _link(written.action, message.facts, style)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(style.house, style.sender.username, style.sender.domain)
    mail["To"] = Address(name, to.username, to.domain)
    mail["Subject"] = one_line(written.subject)
    mail["Date"] = format_datetime(_local(message.at, style.zone))
    mail["Message-ID"] = f"<{_digest(message)}@{style.sender.domain}>"
    mail[KEY] = message.key
    mail["Auto-Submitted"] = "auto-generated"
    if message.kind is MessageKind.PIECE_BACK and style.unsubscribe is not None:
        where = style.unsubscribe.format(recipient=quote(message.to.id, safe=""))
        mail["List-Unsubscribe"] = f"<{where}>"
    mail.set_content(written_out(written, link, style.house))
    language = contact.locale.replace("_", "-")
    mail.add_alternative(laid_out(written, link, style.house, language), subtype="html")
    for attachment in message.attachments:
        _attach(mail, attachment)
    mail["Content-Language"] = language
    _set_boundaries(mail, _digest(message))
    return mail


def _named(name: str, fact: Fact, title: Callable[[str], str]) -> Fact:
    if name == "piece" and isinstance(fact, str):
        return one_line(title(fact))
    if name == "pieces" and isinstance(fact, tuple):
        return tuple(one_line(title(str(piece))) for piece in fact)
    return fact


def _link(action: Action | None, facts: Mapping[str, Fact], style: MailStyle) -> str | None:
    match action:
        case Action.BUY if style.buy is not None:
            return style.buy.format(piece=quote(str(facts["piece"]), safe=""))
        case Action.FOLLOW if style.follow is not None:
            number = quote(str(facts["tracking_number"]), safe="")
            return style.follow.format(tracking_number=number)
        case _:
            return None


def _local(at: datetime, name: str) -> datetime:
    return at.astimezone(zone(name))


def _digest(message: Message) -> str:
    return sha256(message.key.encode()).hexdigest()[:40]


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    kind = EmailMessage(policy=_POLICY)
    kind["Content-Type"] = one_line(attachment.media_type)
    name = one_line(attachment.name).replace("/", "-").replace("\\", "-")
    mail.add_attachment(
        attachment.content,
        maintype=kind.get_content_maintype(),
        subtype=kind.get_content_subtype(),
        filename=name,
    )


def _set_boundaries(mail: EmailMessage, digest: str) -> None:
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"={number}={digest}=")
