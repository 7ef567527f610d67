"""The statutes of the samples: title, and text split into chapters and articles.

`laws.jsonl` beside this file holds the few that the samples use. Laws and
regulations are not protected by copyright (著作权法 art. 5).
"""

import json
import pathlib
import re

_FILE = pathlib.Path(__file__).with_name("laws.jsonl")
LAWS = {law["id"]: law for law in map(json.loads, _FILE.read_text(encoding="utf-8").splitlines())}

_CHAPTER = re.compile(r"^(第[一二三四五六七八九十百]+章)\s*(.*)$")
_ARTICLE = re.compile(r"^(第[一二三四五六七八九十百]+条)\s*(.*)$")


def parts(law_id):
    """Yields ("chapter", number, name), ("article", number, text) and ("text", "", text)."""
    for line in LAWS[law_id]["text"].splitlines():
        line = line.strip()
        if not line:
            continue
        if match := _CHAPTER.match(line):
            # Sources write “总 则”; a space inside a chapter's name is layout, not text.
            yield "chapter", match[1], re.sub(r"\s+", "", match[2])
        elif match := _ARTICLE.match(line):
            yield "article", match[1], _punctuate(match[2])
        else:
            yield "text", "", _punctuate(line)


def _punctuate(text):
    """Half-width commas and semicolons between Han characters become full-width."""
    pairs = {",": "，", ";": "；", ":": "："}
    return re.sub(r"(?<=[\u4e00-\u9fff”》）])[,;:]", lambda match: pairs[match[0]], text)
