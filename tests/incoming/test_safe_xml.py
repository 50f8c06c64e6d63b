"""XML from strangers: what is refused, where, and that nothing of it is believed."""

from __future__ import annotations

import pytest

from relance.incoming import safe_xml
from relance.incoming.safe_xml import parse, root_name
from relance.values.problem import Refusal

EURO = '<?xml version="1.0" encoding="UTF-16"?>\n<prix>€</prix>'


@pytest.mark.parametrize(
    "content",
    [
        "<prix>€</prix>".encode(),
        b"\xef\xbb\xbf" + '<?xml version="1.0" encoding="UTF-8"?>\r\n<prix>€</prix>'.encode(),
        '<?xml version="1.0" encoding="ISO-8859-15"?><prix>€</prix>'.encode("iso-8859-15"),
        '<?xml version="1.0" encoding="windows-1252"?><prix>€</prix>'.encode("cp1252"),
        EURO.encode("utf-16"),
        EURO.encode("utf-16-le"),
        EURO.encode("utf-16-be"),
        b"\xfe\xff" + EURO.encode("utf-16-be"),
    ],
)
def test_every_usual_encoding_is_read(content: bytes) -> None:
    assert parse(content, "f.xml").text() == "€"
    assert root_name(content, "f.xml") == ("", "prix")


def test_paths_mean_the_root_s_namespace_or_the_prefixes_given() -> None:
    root = parse(b'<F xmlns="urn:f" xmlns:c="urn:c"><ID>1</ID><c:ID>2</c:ID></F>', "f.xml")
    assert (root.namespace, root.name) == ("urn:f", "F")
    assert root.text("ID") == "1"
    assert root.using(p="urn:c").text("p:ID") == "2"
    assert root.text("ID/ID") == ""


NESTED = b"""<F>
<P><N k="a">1</N></P>
<Q/>
<P><N k="b">2</N><N k="b">3</N></P>
</F>"""


def test_the_elements_at_a_path_come_in_the_file_s_order() -> None:
    root = parse(NESTED, "f.xml")
    assert [node.text() for node in root.all("P/N")] == ["1", "2", "3"]
    assert [node.source.line for node in root.each("P")] == [2, 4]
    assert root.text("P/N") == "1"
    assert root.first("Q/N") is None


def test_a_step_may_ask_for_an_attribute() -> None:
    root = parse(NESTED, "f.xml")
    assert [node.text() for node in root.all("P/N[@k='b']")] == ["2", "3"]
    assert root.text("P/N[@k='c']") == ""
    with pytest.raises(ValueError, match="no step"):
        root.all("P/N[1]")


def test_a_prefix_that_nothing_declares_is_no_namespace() -> None:
    content = b"<x:F><y:A>1</y:A></x:F>"
    assert root_name(content, "f.xml") == ("", "x:F")
    with pytest.raises(Refusal, match="mal form"):
        parse(content, "f.xml")


def test_a_comment_does_not_cut_an_amount_in_two() -> None:
    assert parse(b"<F><A>12<!-- x -->34<?x y?>.00</A></F>", "f.xml").text("A") == "1234.00"


def test_control_and_direction_marks_are_dropped() -> None:
    content = "<F b='a\u202eb'>  Dupont\u202e\u200b\n  &#155;31m SARL</F>".encode()
    root = parse(content, "f.xml")
    assert root.text() == "Dupont 31m SARL"
    assert root.attribute("b") == "ab"


def test_places_are_lines_of_the_file() -> None:
    content = b'<?xml version="1.0"\n?>\n<F>\n' + b"\n" * 70_000 + b"  <A>x</A></F>"
    root = parse(content, "f.xml")
    node = root.first("A")
    assert node
    assert str(node.problem("montant illisible", "corrigez")) == (
        "f.xml:70004: montant illisible (élément A)\n    → corrigez"
    )


BOMB = "".join(
    f'<!ENTITY b{n} "{"&b" + str(n - 1) + ";" if n else "x"}{"&b0;" * 9}">' for n in range(9)
)
REFUSED = [
    (b"", "f.xml:1: ce XML est coupé"),
    (b"<F><A></F>", "f.xml:1:10: ce XML est coupé ou mal formé"),
    (b"<F>\n<A>12", "f.xml:2"),
    (b"<F>\n\x00</F>", "f.xml:2"),
    (b"<F/><F/>", "ce XML est coupé ou mal formé"),
    (b"<F>\n\xe9</F>", "f.xml:2: un caractère n'est pas dans l'encodage de ce fichier (UTF-8)"),
    (b'<?xml version="1.0" encoding="UTF-7"?><F/>', "« utf-7 », qui n'est pas lu ici"),
    (b"<F>&mine;</F>", "une entité y est appelée"),
    (f"<!DOCTYPE F [{BOMB}]><F>&b8;</F>".encode(), "f.xml:1: un DOCTYPE précède"),
    (b'<!DOCTYPE F SYSTEM "http://localhost/x.dtd"><F/>', "un DOCTYPE précède"),
    (b'<!-- <F> -->\n<?x <F>?><!DOCTYPE F [<!ENTITY e SYSTEM "/etc/passwd">]><F>&e;</F>', ":2: un"),
    ("<!DOCTYPE F []><F>€</F>".encode("utf-16"), "un DOCTYPE précède"),
    (b"<F>" * 300, "plus de 256 niveaux"),
    (b"<F>" + b"<A/>" * 1_000_000 + b"</F>", "f.xml: ce fichier a plus de 900000 éléments"),
    (b"<F>" + b"x" * 11_000_000 + b"</F>", "un texte de plus de 10 Mo"),
    (b"<!--" * 1_000_000, "ce XML est coupé ou mal formé"),
    (b"<F " + b" ".join(b'a%d="1"' % n for n in range(9)) + b' a0="2"/>', "mal formé"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("content", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_is_told_at_its_place(content: bytes, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(content, "f.xml")
    (problem,) = refusal.value.problems
    assert words in str(problem)
    assert problem.remedy


@pytest.mark.parametrize("content", [content for content, _ in REFUSED], ids=range(len(REFUSED)))
def test_the_beginning_alone_raises_nothing_but_a_refusal(content: bytes) -> None:
    try:
        root = root_name(content, "f.xml")
    except Refusal:
        return
    assert root in {("", "F"), None}


def test_a_document_may_have_a_bound_of_its_own() -> None:
    content = b"<F><!-- a comment is no element --><A/><A/></F>"
    assert parse(content, "f.xml", 3).name == "F"
    with pytest.raises(Refusal, match="plus de 2 éléments"):
        parse(content, "f.xml", 2)


def test_a_file_beyond_all_measure_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MOST_BYTES", 2**20)
    with pytest.raises(Refusal, match="dépasse 1 Mio"):
        parse(b"<F>" + b" " * 2**20 + b"</F>", "f.xml")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"OFXHEADER:100\n", b"Date;Montant\n"])
def test_what_is_no_xml_has_no_root(content: bytes) -> None:
    assert root_name(content, "f") is None


@pytest.mark.parametrize(
    ("content", "root"),
    [
        (b"<a:F xmlns:a='urn:x' xmlns=\"urn:y\">", ("urn:x", "F")),
        (
            b"<?xml version='1.0'?>\n<!-- <G xmlns='urn:z'/> -->\n<F\n xmlns='urn:x'/>",
            ("urn:x", "F"),
        ),
        (b"<F i:schemaLocation='urn:x x.xsd' xmlns='urn:x' xmlns:i='urn:i'>", ("urn:x", "F")),
        (b"<F note=\"xmlns='urn:y'\" xmlns='urn:x'>", ("urn:x", "F")),
        (b"<F note='a > b' xmlns='urn:x'>", ("urn:x", "F")),
        (b"<F xmlns='urn:&#120;'>", ("urn:x", "F")),  # an x by its number
        (b"<F xmlns = 'urn:x' >", ("urn:x", "F")),
        ("<Fête xmlns='urn:x'>".encode(), ("urn:x", "Fête")),
        (b"<F xmlns='urn:x' xmlns='urn:y'>", None),
        (b"<a:F xmlns='urn:x' a='1' a='2'>", None),
    ],
)
def test_a_root_is_known_however_its_tag_is_written(
    content: bytes, root: tuple[str, str] | None
) -> None:
    assert root_name(content, "f.xml") == root
