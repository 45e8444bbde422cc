"""Reading a page as a person does: facts, tables, fields; and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "br", "source", "hr", "col"}
INLINE = {"a", "b", "s", "span", "strong"}
# What SVG closes by itself.
DRAWN = {"path", "circle"}


@dataclass
class Element:
    """One element with its text and children."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, with single spaces; only elements of a line leave no space around."""
        return " ".join(self._raw().split())

    def _raw(self) -> str:
        parts = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            else:
                parts.append(child._raw() if child.tag in INLINE else f" {child._raw()} ")
        return "".join(parts)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements inside with this tag and these attributes, in order."""
        found = []
        for child in self.children:
            if isinstance(child, str):
                continue
            wanted = {name.rstrip("_"): value for name, value in attributes.items()}
            if child.tag == tag and wanted.items() <= child.attributes.items():
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> Element:
        """Return the only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class Page(HTMLParser):
    """A parsed page; `problems` lists unclosed elements, double ids, and fields without names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("page", {})
        self.problems: list[str] = []
        self._open = [self.root]
        self.feed(html)
        self.close()
        self.problems += [f"<{element.tag}> is not closed" for element in self._open[1:]]
        self._look()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in."""
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if len(attrs) > len(element.attributes):
            self.problems.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in that closes itself."""
        self._open[-1].children.append(Element(tag, dict(attrs)))
        if tag not in VOID | DRAWN:
            self.problems.append(f"<{tag}/> does not close itself in HTML")

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.problems.append(f"</{tag}> closes <{self._open[-1].tag}>")

    def handle_data(self, data: str) -> None:
        """Take text in."""
        self._open[-1].children.append(data)

    @property
    def text(self) -> str:
        """What a person reads between header and footer."""
        return self.root.one("main").text

    def table(self, caption: str, number: int = 0) -> list[list[str]]:
        """Return the cells of the table of that caption, the heading first."""
        tables = [
            t for t in self.root.all("table") if caption in [c.text for c in t.all("caption")]
        ]
        rows = tables[number].all("tr")
        return [
            [c.text for c in row.children if isinstance(c, Element) and c.tag in {"th", "td"}]
            for row in rows
        ]

    def facts(self, number: int = 0, class_: str = "facts figures") -> dict[str, str]:
        """Return a list of terms and what they are."""
        terms = self.root.all("dl", class_=class_)[number]
        return dict(zip(_texts(terms, "dt"), _texts(terms, "dd"), strict=True))

    def fields(self) -> dict[str, str]:
        """Return the names and values of all fields of the page, as a browser would send them."""
        return fields_in(self.root)

    def _look(self) -> None:
        elements = list(_walk(self.root))
        ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
        self.problems += [f"id {name} twice" for name in {i for i in ids if ids.count(i) > 1}]
        labelled = {e.attributes.get("for") for e in elements if e.tag == "label"}
        inside = {id(field) for e in elements if e.tag == "label" for field in _walk(e)}
        for element in elements:
            attributes = element.attributes
            if "style" in attributes or any(name.startswith("on") for name in attributes):
                self.problems.append(f"<{element.tag}> has a style or a script")
            is_field = element.tag in {"input", "select"} and attributes.get("type") != "hidden"
            if is_field and attributes.get("id") not in labelled and id(element) not in inside:
                self.problems.append(f"no label for {attributes.get('name')}")
            if element.tag == "img" and not attributes.get("alt"):
                self.problems.append("a picture without words")
            for name in ("aria-describedby", "aria-labelledby"):
                for wanted in (attributes.get(name) or "").split():
                    if wanted not in ids:
                        self.problems.append(f"{name} leads to {wanted}, which is not there")
            target = attributes.get("href") or ""
            if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
                self.problems.append(f"{target} is not there")
        if len(self.root.all("h1")) != 1:
            self.problems.append("not one h1")


def fields_in(element: Element) -> dict[str, str]:
    """Return the names and values of all fields inside, as a browser would send them."""
    found = {}
    for one in element.all("input"):
        attributes = one.attributes
        if attributes.get("type") in {"radio", "checkbox"} and "checked" not in attributes:
            continue
        found[attributes["name"] or ""] = attributes.get("value") or ""
    for select in element.all("select"):
        chosen = [o for o in select.all("option") if "selected" in o.attributes]
        chosen = chosen or select.all("option")[:1]
        found[select.attributes["name"] or ""] = chosen[0].attributes.get("value") or ""
    return found


def _walk(element: Element) -> list[Element]:
    found = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child, *_walk(child)]
    return found


def _texts(element: Element, tag: str) -> list[str]:
    return [found.text for found in element.all(tag)]
