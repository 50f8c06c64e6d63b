"""XML from strangers, with the places of its elements: the only module that knows lxml.

No DOCTYPE, no entity, no network; size, depth and number of elements are bounded before anything
is built. The text is decoded here: what a file says of its own encoding is believed within limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from lxml import etree

from relance.incoming.xml_paths import OWN, XmlPaths, paths_of
from relance.text.escapes import one_line, short
from relance.values.problem import Problem, Refusal, Source

MOST_BYTES = 64 * 2**20  # a statement of 20 000 lines has 30 MiB
MOST_ELEMENTS = 900_000  # a statement of 20 000 lines has 700 000
_AGAIN = "exportez ou téléchargez ce fichier de nouveau"
_SENDER = "demandez à qui l'a émis un fichier sans DOCTYPE ni entité"


class Node:
    """An element, with its file. A path such as `Document/ID` names elements of the root's own
    namespace, `cac:Party/cbc:Name` those of the namespaces that `using` was given. What it holds is
    sorted by name once: a document's fields are looked up, never searched for."""

    __slots__ = ("_element", "_inside", "_paths", "_text", "file")

    def __init__(self, file: str, element: Any, paths: XmlPaths) -> None:
        self.file, self._element, self._paths = file, element, paths
        self._inside: dict[str, list[Node]] | None = None
        self._text: str | None = None

    def using(self, **prefixes: str) -> Node:
        """The same element, whose paths know these prefixes too."""
        all_prefixes = self._paths.prefixes | prefixes
        return Node(self.file, self._element, paths_of(tuple(sorted(all_prefixes.items()))))

    @property
    def name(self) -> str:
        """Its name without namespace."""
        return _named(self._element)[1]

    @property
    def namespace(self) -> str:
        """Its namespace; "" when it has none."""
        return _named(self._element)[0]

    @property
    def source(self) -> Source:
        """The line where the element begins."""
        return Source(self.file, self._element.sourceline or 0)

    @property
    def written(self) -> str:
        """All of it as text: two of the same text say the same."""
        return str(etree.tostring(self._element, encoding="unicode", with_tail=False))

    def all(self, path: str) -> Sequence[Node]:
        """The elements at the end of the path, in the file's order."""
        nodes: Sequence[Node] = (self,)
        for tag, attribute, value in self._paths[path]:
            if len(nodes) == 1:
                node = nodes[0]
                nodes = (node._inside or node._sorted()).get(tag, ())  # noqa: SLF001
            else:
                nodes = [x for node in nodes for x in node._sorted().get(tag, ())]  # noqa: SLF001
            if attribute:
                nodes = [node for node in nodes if node.attribute(attribute) == value]
        return nodes

    def each(self, name: str) -> Iterator[Node]:
        """The elements of a name that it holds, for very many: what they hold is not kept."""
        (step,) = self._paths[name]
        for element in self._element.iterchildren(step.tag):
            yield Node(self.file, element, self._paths)

    def _sorted(self) -> dict[str, list[Node]]:
        """The elements that it holds, by their names as lxml spells them."""
        inside = self._inside
        if inside is None:
            file, paths = self.file, self._paths
            inside = self._inside = {}
            for element in self._element:
                node, tag = Node(file, element, paths), element.tag
                if tag in inside:
                    inside[tag].append(node)
                else:
                    inside[tag] = [node]
        return inside

    def first(self, path: str) -> Node | None:
        """The first element at the end of the path."""
        nodes = self.all(path)
        return nodes[0] if nodes else None

    def text(self, path: str = "") -> str:
        """The text of the first element at the end of the path, or its own, on one line; ""."""
        if path:
            nodes = self.all(path)
            return nodes[0].text() if nodes else ""
        if self._text is None:
            self._text = one_line(self._element.text or "")
        return self._text

    def attribute(self, name: str) -> str:
        """An attribute that has no namespace, on one line; ""."""
        value = self._element.get(name)
        return one_line(value) if value else ""

    def problem(self, what: str, remedy: str) -> Problem:
        """A complaint about this element, which it names at its place."""
        return Problem(self.source, f"{what} (élément {self.name})", remedy)


def parse(content: bytes, file: str, most: int = MOST_ELEMENTS) -> Node:
    """The root of a document of at most `most` elements; `Refusal` (2) for any other content."""
    if len(content) > MOST_BYTES:
        raise _refusal(Source(file), f"ce fichier dépasse {MOST_BYTES >> 20} Mio", _SMALLER)
    text = _decoded(content, file)
    _refuse_doctype(text, file)
    _bound(text, file, most)
    try:
        root = etree.fromstring(text.encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, file) from error
    return _node(root, file)


def root_name(content: bytes, file: str) -> tuple[str, str] | None:
    """The namespace and the name of the root, from the beginning alone; None when it shows none.
    Raises `Refusal` (2) for a DOCTYPE."""
    if not _LIKE_XML.match(content[:200].replace(b"\0", b"")):
        return None
    text = _decoded(content[:_START], file, "replace")
    begin = _refuse_doctype(text, file)
    if usual := _root_tag(text, begin):
        return usual
    parser = etree.XMLPullParser(
        events=("start",), encoding="utf-8", resolve_entities=False, no_network=True
    )
    with suppress(etree.XMLSyntaxError):
        for begin in range(0, len(text), _PIECE):
            parser.feed(text[begin : begin + _PIECE].encode())
            for _, element in parser.read_events():
                return _named(element)
    return None


def _root_tag(text: str, begin: int) -> tuple[str, str] | None:
    """The namespace and the name of a root whose tag is written as nearly all are, which costs a
    tenth of a parser; None for any other."""
    tag = _ROOT.match(text, begin)
    if tag is None:
        return None
    attributes = _ATTRIBUTE.findall(tag["attributes"])
    values = {name: value[1:-1] for name, value in attributes}
    space = values.get(f"xmlns:{tag['prefix']}" if tag["prefix"] else "xmlns")
    usual = space and space.split() == [space] and len(values) == len(attributes)
    return (space, tag["name"]) if space and usual else None


def _node(element: Any, file: str) -> Node:
    return Node(file, element, paths_of(((OWN, _named(element)[0]),)))


def _named(element: Any) -> tuple[str, str]:
    """Namespace and name; lxml's own reading fails on a prefix that nothing declares."""
    namespace, _, name = str(element.tag).rpartition("}")
    return namespace.removeprefix("{"), name


# Everything beside elements and text is dropped: a comment would cut an amount in two. It is made
# once: to make one costs as much as to read an invoice.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,  # no more than 256 levels, 10 MB in one text
    remove_comments=True,
    remove_pis=True,
    remove_blank_text=True,
)
_START, _PIECE = 2**16, 2**10
_LIKE_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<[?!\w]")
_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,30})["']""")
_BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w:.-]*)=("[^"<&]*"|'[^'<&]*')""", re.ASCII)
_ROOT = re.compile(
    r"<(?:(?P<prefix>[A-Za-z_][\w.-]*):)?(?P<name>[A-Za-z_][\w.-]*)"
    rf"(?P<attributes>(?:[ \t\r\n]+{_ATTRIBUTE.pattern})*)[ \t\r\n]*/?>",
    re.ASCII,
)
_OPENING = re.compile(r"<(?=[^/!?])")
# What a document may be written in; by its declaration alone nobody makes us read UTF-7.
_ENCODINGS = {"utf-8", "ascii", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_UNMARKED = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def _decoded(content: bytes, file: str, errors: str = "strict") -> str:
    """The document as text without its declaration, whose line ends stay."""
    encoding = _MARKS.get(content[:3]) or _MARKS.get(content[:2]) or _UNMARKED.get(content[:2])
    if encoding is None:
        declaration = _DECLARATION.match(content[:200].decode("latin-1"))
        stated = declaration and _ENCODING.search(declaration[0])
        encoding = str(stated[1]).lower() if stated else "utf-8"
        if encoding not in _ENCODINGS:
            what = f"ce fichier est écrit en « {short(encoding)} », qui n'est pas lu ici"
            raise _refusal(Source(file, 1), what, "enregistrez-le en UTF-8")
    try:
        text = content.decode(encoding, errors)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        named = encoding.upper().removesuffix("-SIG")
        what = f"un caractère n'est pas dans l'encodage de ce fichier ({named})"
        raise _refusal(Source(file, line), what, _AGAIN) from error
    return _DECLARATION.sub(lambda declaration: "\n" * declaration[0].count("\n"), text, count=1)


_SMALLER = "découpez-le, par exemple par mois"


def _refuse_doctype(text: str, file: str) -> int:
    """A DOCTYPE stands before the root, and nothing but comments and instructions before it: where
    the root begins."""
    start = _BEFORE_ROOT.match(text)
    assert start  # it matches nothing at all, too
    if text.startswith("<!DOCTYPE", start.end()):
        line = text.count("\n", 0, start.end()) + 1
        what = "un DOCTYPE précède le document : il pourrait en appeler d'autres, il est refusé"
        raise _refusal(Source(file, line), what, _SENDER)
    return start.end()


def _bound(text: str, file: str, most: int) -> None:
    """Refuse what has too many elements before one of them is built."""
    if text.count("<") > most and sum(1 for _ in _OPENING.finditer(text)) > most:
        raise _refusal(Source(file), f"ce fichier a plus de {most} éléments", _SMALLER)


def _malformed(error: etree.XMLSyntaxError, file: str) -> Refusal:
    source = Source(file, error.lineno or 1, error.offset or 0)
    if error.code == etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
        return _refusal(source, "une entité y est appelée : elle est refusée", _SENDER)
    if error.code in (etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NAME_TOO_LONG):
        what = "ce XML dépasse la mesure : plus de 256 niveaux, un texte de plus de 10 Mo"
        return _refusal(source, what, _AGAIN)
    return _refusal(source, "ce XML est coupé ou mal formé à partir d'ici", _AGAIN)


def _refusal(source: Source, what: str, remedy: str) -> Refusal:
    return Refusal([Problem(source, what, remedy)])
