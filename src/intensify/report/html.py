"""HTML by small functions: whatever is not `Html` yet is text, and is escaped."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Iterable, Sequence

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that a page must not have."""

STYLE = """
:root { color-scheme: light; --ink: #222; --soft: #5c5c5c; --line: #d5d9dd; --blue: #2f6690;
  --red: #b3432b; --green: #2f6d39; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.kind { color: var(--soft); }
.verdict { border-left: .35rem solid var(--blue); padding: .3rem .8rem; font-size: 1.1rem; }
.good { border-color: var(--green); }
.bad { border-color: var(--red); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0;
  border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
td.number { text-align: right; white-space: nowrap; }
th.number { text-align: right; }
figure { margin: 1rem 0; }
img { display: block; width: 100%; height: auto; }
figcaption { color: var(--soft); }
pre { overflow: auto; max-height: 24rem; background: #f5f6f7; padding: .6rem; font-size: .8rem; }
li { overflow-wrap: anywhere; }
@media (max-width: 40rem) { body { padding: .6rem; } th, td { padding-right: .5rem; }
  table { font-size: .85rem; } img { min-width: 40rem; } }
@media print { @page { margin: 18mm 20mm; } body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; } figure, tr { break-inside: avoid; } .wide { overflow: visible; }
  img { min-width: 0; }
  pre { max-height: none; overflow: visible; white-space: pre-wrap; overflow-wrap: anywhere; } }
"""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(text: object) -> Html:
    """Any text as HTML; what is HTML already stays.

    >>> escaped("a < b"), escaped(Html("<p>"))
    ('a &lt; b', '<p>')
    """
    return text if isinstance(text, Html) else Html(html.escape(CONTROL.sub("\ufffd", str(text))))


def element(name: str, *parts: object, **attributes: str) -> Html:
    """An element around its parts.

    >>> element("p", "5 < 6", element("b", "!"), class_="kind")
    '<p class="kind">5 &lt; 6<b>!</b></p>'
    """
    marks = "".join(f' {key.rstrip("_")}="{escaped(v)}"' for key, v in attributes.items())
    return Html(f"<{name}{marks}>{''.join(map(escaped, parts))}</{name}>")


def number(x: float, digits: int = 6) -> str:
    """A number as people read it.

    >>> number(0.1 + 0.2), number(float("nan")), number(-float("inf"))
    ('0.3', 'none', '-∞')
    """
    if math.isnan(x):
        return "none"
    return ("∞" if x > 0.0 else "-∞") if math.isinf(x) else f"{x:.{digits}g}"


def measured(x: float, unit: str) -> str:
    """A number with its unit."""
    return number(x) if unit == "1" else f"{number(x)} {unit}"


def table(head: Sequence[object], rows: Iterable[Sequence[object]], numbers: set[int]) -> Html:
    """A table; numbers: the columns that stand to the right. "" where there is no row."""

    def row(cell: str, values: Sequence[object]) -> Html:
        return element("tr", *(element(cell, v, **({"class": "number"} if k in numbers else {}))
                               for k, v in enumerate(values)))  # fmt: skip

    body = [row("td", values) for values in rows]
    if not body:
        return Html("")
    whole = element("table", element("thead", row("th", head)), element("tbody", *body))
    return element("div", whole, class_="wide")


def section(title: str, *parts: object) -> Html:
    """A heading and what stands below it; "" where nothing does."""
    full = [escaped(part) for part in parts if part]
    return element("section", element("h2", title), *full) if full else Html("")


def listing(sentences: Iterable[str]) -> Html:
    """A list; "" of none."""
    items = [element("li", sentence) for sentence in sentences]
    return element("ul", *items) if items else Html("")


def picture(image: bytes, kind: str, about: str) -> Html:
    """A picture that the page carries itself; about: what it shows, for who can't see it."""
    data = f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
    shown = Html(f'<img src="{data}" alt="{escaped(about)}">')
    return element("figure", element("div", shown, class_="wide"), element("figcaption", about))


def document(title: str, *parts: object) -> str:
    """The whole page."""
    head = Html(
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"{element('title', title)}<style>{STYLE}</style></head>"
    )
    body = element("body", element("main", element("h1", title), *parts))
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'
