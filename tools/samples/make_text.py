"""The Markdown and plain-text documents: our own texts as they are, statutes laid out plainly."""

import pathlib

import laws

TEXTS = pathlib.Path(__file__).with_name("texts")


def copy(path, name, *, encoding="utf-8", newline="\n", before=""):
    text = before + (TEXTS / name).read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", newline).encode(encoding))


def law_markdown(path, law_id, note):
    out = [f"# {laws.LAWS[law_id]['title']}", f"*（{note}）*"]
    for kind, number, text in laws.parts(law_id):
        if kind == "chapter":
            out.append(f"## {number}　{text}")
        elif kind == "article":
            out.append(f"**{number}**　{text}")
        else:
            out.append(text)
    path.write_text("\n\n".join(out) + "\n", encoding="utf-8")


def law_text(path, law_id, note, *, encoding="utf-8", newline="\n"):
    out = [laws.LAWS[law_id]["title"], f"（{note}）", ""]
    for kind, number, text in laws.parts(law_id):
        if kind == "chapter":
            out += ["", f"　　　　{number}　{text}", ""]
        else:
            out.append("　　" + (f"{number}　" if number else "") + text)
    path.write_bytes((newline.join(out) + newline).encode(encoding))
