"""The documentation as HTML: pages of Markdown, and every public name with its docstring.

    python docs/build.py [FOLDER]

into docs/_build unless a folder is given; needs pip install 'intensify[docs]'.

A line `::: NAME` in a page stands for the docstring of a module, class or function, and
`::: file PATH` for a file of the project, `::: commands` for the table of commands: what the code
says is written once, in the code.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from intensify.report.html import Html, document, element, escaped

HERE = Path(__file__).parent
ROOT = HERE.parent
MODULES = ("plot", "report", "safety", "sorption", "transport", "plasma", "estimation", "cases")
SAYS = re.compile(r"^::: (file )?(\S+)$", re.M)


def thing(name: str) -> Any:
    """A module, or what stands in one, by its dotted name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, last = name.rpartition(".")
        return getattr(thing(module), last)


def included(found: re.Match[str]) -> str:
    """What stands for a `:::` line: a code block, or the table of commands."""
    is_file, name = found.groups()
    if name == "commands":
        return commands()
    text = (ROOT / name).read_text(encoding="utf-8") if is_file else inspect.getdoc(thing(name))
    if not text:
        raise SystemExit(f"{name} has no docstring")
    head = f"`{name}`\n\n"
    return f"{head}~~~~ {'python-file' if is_file else 'text'}\n{text.rstrip()}\n~~~~"


def commands() -> str:
    """The commands with what they do, as a table."""
    import typer

    from intensify.cli import app

    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    rows = [f"| `intensify {name}` | {inspect.cleandoc(one.help or '').splitlines()[0]} |"
            for name, one in known.items()]  # fmt: skip
    return "\n".join(["| command | does |", "|---|---|", *rows])


def page(path: Path) -> tuple[str, Html]:
    """Title and body of a Markdown page."""
    text = SAYS.sub(included, path.read_text(encoding="utf-8"))
    body = MarkdownIt("commonmark").enable("table").render(text)
    body = re.sub(r'href="([^":]*)\.md', r'href="\1.html', body)
    title = re.search(r"^# (.+)$", text, re.M)
    if title is None:
        raise SystemExit(f"{path} has no title")
    return title[1], Html(re.sub(r"<h1>.*?</h1>", "", body, count=1))


def names_of(module: str) -> list[str]:
    """Public names of the package or of one of its modules."""
    public = getattr(thing(module), "__all__", None)
    if public is None:
        own = vars(thing(module)).items()
        public = [n for n, x in own if not n.startswith("_") and is_own(x, module)]
    return sorted(public)


def is_own(x: Any, module: str) -> bool:
    """Whether a module itself defines it."""
    return callable(x) and getattr(x, "__module__", "") == module


def reference(module: str) -> Html:
    """The names of a module with their signatures and docstrings."""
    parts: list[Html] = [element("pre", inspect.getdoc(thing(module)) or "")]
    for name in names_of(module):
        x = getattr(thing(module), name)
        if inspect.ismodule(x):
            continue
        try:
            call = f"{name}{inspect.signature(x)}"
        except (TypeError, ValueError):
            call = name
        text = inspect.getdoc(x) if callable(x) else repr(x)
        parts.append(element("section", element("h2", name, id=name), element("pre", call),
                             element("pre", text or "")))  # fmt: skip
    return Html("".join(parts))


def pages() -> dict[str, tuple[str, Html]]:
    """Title and body of every page, by its path in the built documentation."""
    out = {}
    for path in sorted(HERE.rglob("*.md")):
        name = path.relative_to(HERE).with_suffix(".html").as_posix()
        out[name] = page(path)
    for module in ("intensify", *(f"intensify.{m}" for m in MODULES)):
        out[f"api/{module}.html"] = f"{module}", reference(module)
    return out


def build(folder: Path) -> list[Path]:
    """Write all pages, each with the same way to the others; what was written."""
    found, written = pages(), []
    for name, (title, body) in found.items():
        up = "../" * name.count("/")
        links = [Html(f'<a href="{up}{other}">{escaped(label)}</a>')
                 for other, (label, _) in found.items()]  # fmt: skip
        way = element("nav", Html(" · ".join(links)), class_="kind")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document(title, body, way), encoding="utf-8")
        written.append(path)
    return written


class Links(HTMLParser):
    """Links and places of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is a link or a place."""
        about = dict(attrs)
        if tag == "a" and about.get("href"):
            self.links.append(about["href"] or "")
        if about.get("id"):
            self.places.add(about["id"] or "")


def broken(written: list[Path]) -> list[str]:
    """Links that lead nowhere: to no page, no place on it, or out of the documentation."""
    known = {path.resolve(): Links(path.read_text(encoding="utf-8")) for path in written}
    out = []
    for path, one in known.items():
        for link in one.links:
            file, _, place = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if ":" in link or target not in known or (place and place not in known[target].places):
                out.append(f"{path.name}: {link}")
    return out


if __name__ == "__main__":
    made = build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "_build")
    wrong = broken(made)
    print("\n".join([f"{len(made)} pages; open {made[0].parent / 'index.html'}", *wrong]))
    sys.exit(bool(wrong))
