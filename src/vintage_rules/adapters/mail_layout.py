"""The layout of a mail: as plain text, and as HTML that loads nothing from elsewhere.

One column of text, one button, no image; light or dark as the reader's screen is, with contrasts of
at least 7 to 1. Elements with inline styles look right even if style sheets are dropped.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap

from vintage_rules.wording.messages import Letter, Part, Verbatim

_WIDTH = 72
_FONT = "font-family:Georgia,'Times New Roman',serif"
_PAGE = f"margin:0;padding:0;background:#f6f3ee;color:#26221c;{_FONT}"
_CARD = "max-width:560px;margin:0 auto;background:#ffffff;border-radius:6px"
_INNER = "padding:36px 40px 28px;font-size:17px;line-height:1.55"
_HOUSE = "margin:0 0 28px;font-size:15px;letter-spacing:0.08em;color:#6b4a2b"
_HEADING = "margin:0 0 20px;font-size:24px;line-height:1.3;font-weight:normal"
_TEXT = "margin:0 0 16px"
_LINES = "margin:0 0 16px;padding:12px 20px;border-left:3px solid #b08d57;background:#f6f3ee"
_BUTTON = (
    "display:inline-block;padding:13px 26px;border-radius:4px;background:#6b3f1d;color:#ffffff;"
    "text-decoration:none;font-size:17px"
)
_SMALL = "margin:24px 0 0;padding-top:16px;border-top:1px solid #ddd4c6;font-size:15px"
_DARK = """\
@media (prefers-color-scheme: dark) {
  .page { background: #191714 !important; color: #efe9df !important; }
  .card { background: #23201c !important; color: #efe9df !important; }
  .house { color: #dcb98a !important; }
  .lines { background: #2e2a24 !important; }
  .button { background: #e3c08f !important; color: #221a10 !important; }
  .small { border-color: #4a4339 !important; }
}
@media (max-width: 600px) { .inner { padding: 24px 20px !important; } }"""


def written_out(letter: Letter, link: str | None, house: str) -> str:
    """Return a letter as plain text, in lines that any reader can show."""
    parts = [letter.greeting, *map(_plain, letter.parts)]
    if link is not None and letter.label is not None:
        parts.append(f"{letter.label}\n{link}")
    parts += [letter.reply, house]
    return "\n\n".join(_wrapped(part) for part in parts) + "\n"


def _plain(part: Part) -> str:
    return "\n".join(f"    {line}" for line in part.lines) if isinstance(part, Verbatim) else part


def _wrapped(text: str) -> str:
    # Lines that stay apart, and a link, are not wrapped.
    if "\n" in text or text.startswith(" "):
        return text
    return "\n".join(wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False))


def laid_out(letter: Letter, link: str | None, house: str, language: str) -> str:
    """Return a letter as an HTML page in a language, given by its tag."""
    title = escape(letter.subject)
    parts = "\n".join(_html(part) for part in letter.parts)
    button = _button(letter.label, link)
    return f"""\
<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
{_DARK}
</style>
</head>
<body class="page" style="{_PAGE}">
<div class="page" role="article" aria-label="{title}" style="{_PAGE};padding:24px 12px">
<div class="card" style="{_CARD}">
<div class="inner" style="{_INNER}">
<p class="house" style="{_HOUSE}">{escape(house)}</p>
<h1 style="{_HEADING}">{title}</h1>
<p style="{_TEXT}">{escape(letter.greeting)}</p>
{parts}
{button}<p class="small" style="{_SMALL}">{escape(letter.reply)}</p>
</div>
</div>
</div>
</body>
</html>
"""


def _html(part: Part) -> str:
    if isinstance(part, Verbatim):
        lines = "<br>\n".join(escape(line) for line in part.lines)
        return f'<p class="lines" style="{_LINES}">{lines}</p>'
    return f'<p style="{_TEXT}">{escape(part)}</p>'


def _button(label: str | None, link: str | None) -> str:
    if label is None or link is None:
        return ""
    words, target = escape(label), escape(link)
    anchor = f'<a class="button" href="{target}" style="{_BUTTON}">{words}</a>'
    return f'<p style="margin:28px 0">{anchor}</p>\n'
