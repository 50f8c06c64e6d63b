"""What makes a page PDF/A-3a and PDF/UA-1, beyond what WeasyPrint writes by itself.

Archived (ISO 19005-3, level A) and accessible (ISO 14289-1): WeasyPrint writes one or the other.
Here the second is declared beside the first, header cells say what they head, and the file gets
its identifier.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

from relance.paper import font_programs
from relance.paper.engine import PROFILE, srgb

VARIANT = "pdf/a-3a"
# The style sheet that says which colours a page means: read once, not for each page.
COLOURS_CSS = f"@color-profile --srgb {{ src: url({PROFILE}); components: r, g, b }}"


def options() -> dict[str, Any]:
    """How WeasyPrint lays out and writes such a page."""
    return {"pdf_variant": VARIANT, "pdf_identifier": False, "output_intent": "--srgb"}


def write(document: Any, identifier: bytes, look: Callable[[Any], None] = lambda _: None) -> bytes:
    """The file of a document laid out with `options`, which gets that identifier; `look` sees it
    before it is finished."""

    def finish(_: object, pdf: Any) -> None:
        look(pdf)
        conform(pdf, srgb())

    declare_accessible(document.metadata)
    written: bytes = document.write_pdf(finisher=finish, **options())
    return identified(written, identifier)


_ACCESSIBLE = b"""\
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def declare_accessible(metadata: Any) -> None:
    """Add PDF/UA-1 to the metadata of a document that WeasyPrint laid out."""
    original = metadata.generate_rdf_metadata

    def generate(*args: object) -> bytes:
        written: bytes = original(*args)
        body, closed, _ = written.rpartition(b"</rdf:RDF>")
        return body + _ACCESSIBLE + closed

    metadata.generate_rdf_metadata = generate


def conform(pdf: Any, profile: bytes) -> None:
    """Finish a PDF being written; `profile` says which colours its red, green and blue are."""
    _scope_headers(pdf)
    _name_colours(pdf, profile)
    _show_as_they_are(pdf)
    font_programs.compact(pdf)
    _compress(pdf)
    _end_clearly(pdf)


def in_ink(pdf: Any) -> bool:
    """Whether an image of a PDF being written is in cyan, magenta, yellow and black, which the
    one colour profile of the file does not tell."""
    return any(image.get("ColorSpace") == "/DeviceCMYK" for image in _images(pdf))


def _scope_headers(pdf: Any) -> None:
    """Tell of each header cell of a PDF being written whether it heads a column or a row."""
    for cell in pdf.objects:
        if isinstance(cell, dict) and cell.get("S") == "/TH":
            row = _object(pdf, cell["P"])
            in_head = _object(pdf, row["P"])["S"] == "/THead"
            cell["A"]["Scope"] = "/Column" if in_head else "/Row"


def _name_colours(pdf: Any, profile: bytes) -> None:
    """Give a PDF being written its colour profile as it is: the library that read it would put
    the time of day into it."""
    intent = pdf.catalog["OutputIntents"][0]
    _object(pdf, intent["DestOutputProfile"]).stream = [profile]


def _show_as_they_are(pdf: Any) -> None:
    """Let no reader smooth the images of a PDF being written (ISO 19005-3, 6.2.8.1)."""
    for image in _images(pdf):
        image["Interpolate"] = "false"


def _images(pdf: Any) -> Iterator[Any]:
    things = (getattr(thing, "extra", {}) for thing in pdf.objects)
    return (thing for thing in things if thing.get("Subtype") == "/Image")


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _compress(pdf: Any) -> None:
    """Compress the streams of a PDF being written, once and nearly as well as can be; its metadata
    stay plain, for any program to find."""
    for thing in pdf.objects:
        if getattr(thing, "compress", False):
            thing.compress = False
            if thing.extra.get("Type") != "/Metadata":
                thing.stream = [zlib.compress(b"\n".join(map(_bytes, thing.stream)), 6)]
                thing.extra["Filter"] = "/FlateDecode"


def _bytes(item: Any) -> bytes:
    if isinstance(item, bytes):
        return item
    data: bytes = getattr(item, "data", None) or str(item).encode("ascii")
    return data


_CLOSED = b"\nendstream\nendobj"


def _end_clearly(pdf: Any) -> None:
    """Have each stream of a PDF being written end where its /Length says (ISO 19005-3, 6.1.7.1).

    A stream whose last byte is a carriage return would seem to be one byte shorter: with the line
    feed after it, the two read as one end of line.
    """
    original = pdf.write_line

    def write_line(content: bytes | str, output: object) -> None:
        if isinstance(content, bytes) and content.endswith(b"\r" + _CLOSED):
            content = content.removesuffix(_CLOSED) + b"\r" + _CLOSED
        original(content, output)

    pdf.write_line = write_line


_TRAILER = b"/Type /XRef"


def identified(written: bytes, identifier: bytes) -> bytes:
    """The file with its identifier in the trailer, which is its last object.

    WeasyPrint would serialise and compress every object a second time to make one.
    """
    before, trailer, after = written.rpartition(_TRAILER)
    assert trailer, "a PDF with a cross-reference stream"
    name = b"<" + identifier.hex().encode() + b">"
    return before + trailer + b"/ID [" + name + b" " + name + b"]" + after
