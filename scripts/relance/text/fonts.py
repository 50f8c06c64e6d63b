"""The letters' own faces: Source Sans Pro, as its Python package brings it."""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from pathlib import Path

# A name of our own: a font of that name installed on the machine can never take its place.
FAMILY = "Lettre"
URL = "http://polices.invalid/"
_FACES = (
    ("SourceSansPro-Regular.otf", "normal", 400),
    ("SourceSansPro-It.otf", "italic", 400),
    ("SourceSansPro-Semibold.otf", "normal", 600),
)


def font_file(name: str) -> Path | None:
    """Where one of our faces lies; None for any other file."""
    ours = any(name == face for face, _, _ in _FACES)
    return Path(str(files("font_source_sans_pro") / "files" / name)) if ours else None


def faces_css() -> str:
    """The style sheet that declares our faces."""
    return "\n".join(
        f"@font-face {{ font-family: {FAMILY}; src: url({URL}{name}); "
        f"font-style: {style}; font-weight: {weight} }}"
        for name, style, weight in _FACES
    )


def latin(path: Path) -> bytes:
    """A face with the characters of European letters alone: a fifth of its size."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    with TTFont(path) as font, BytesIO() as written:
        subsetter = Subsetter(Options(layout_features=["*"], notdef_outline=True))
        subsetter.populate(unicodes=[*range(0x20, 0x250), *range(0x2000, 0x2070), 0x20AC, 0x2212])
        subsetter.subset(font)
        font.save(written)
        return written.getvalue()
