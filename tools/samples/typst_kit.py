"""Sets PDF documents with Typst and the bundled fonts; same input, same bytes."""

import pathlib
import tempfile

import typst

FONTS = pathlib.Path(__file__).resolve().parents[2] / "crates/convert/fonts"

PREAMBLE = """
#let song = ((name: "Liberation Serif", covers: "latin-in-cjk"), "Wenyuan Song")
#let hei = ((name: "Liberation Sans", covers: "latin-in-cjk"), "Wenyuan Hei")
#let kai = ((name: "Liberation Serif", covers: "latin-in-cjk"), "Wenyuan Kai")
#let fang = ((name: "Liberation Serif", covers: "latin-in-cjk"), "Wenyuan FangSong")
#set text(font: song, lang: "zh", region: "cn", size: 11pt)
#set par(justify: true, leading: 0.9em, spacing: 0.9em)
"""


def render(path, body, *, title, author, files=None):
    """Writes `path`; `files` maps names to bytes that the body may show with #image."""
    head = f'#set document(title: "{title}", author: "{author}", date: datetime(year: 2026, month: 11, day: 1))\n'
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, data in (files or {}).items():
            (root / name).write_bytes(data)
        (root / "main.typ").write_text(head + PREAMBLE + body, encoding="utf-8")
        # Without tags: poppler takes Typst's /Suspects entry for a syntax error.
        path.write_bytes(typst.compile(str(root / "main.typ"), root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf",
                                       pdf_tags=False))


def escape(text):
    """Makes plain text safe in Typst markup."""
    for char in "\\#*_@$<>`=~[]":
        text = text.replace(char, "\\" + char)
    return text
