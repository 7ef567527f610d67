"""Compares two PDFs by their text, for `bench/fidelity`.

Boxes come from `pdftotext -bbox`. It boxes words from the ascent to the descent that each font
states, and a font's twin often states another ascent; so the point of a box is its lower left
corner, and a character's left edge is interpolated in its word. Distances are between these
points, in % of the page width.
"""

import difflib
import html
import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from statistics import mean, median

# A page with more tokens is compared by its first ones only.
MOST_TOKENS = 6000
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', re.DOTALL)


@dataclass
class Page:
    width: float
    height: float
    words: list = field(default_factory=list)  # (text, x0, y0, x1, y1), in reading order

    def characters(self):
        """(character, x, y), white space left out."""
        points = []
        for text, x0, y0, x1, y1 in self.words:
            step = (x1 - x0) / max(len(text), 1)
            points += [(c, x0 + i * step, y1) for i, c in enumerate(text) if not c.isspace()]
        return points

    def tokens(self):
        """(token, x, y): Latin words whole, each Chinese character for itself, because a
        line of Chinese is one word for pdftotext and breaks make other words of it."""
        points = []
        for text, x0, y0, x1, y1 in self.words:
            step = (x1 - x0) / max(len(text), 1)
            for piece in re.finditer(r"[\u1100-\u11ff\u2e80-\uffef]|[^\s\u1100-\u11ff\u2e80-\uffef]+", text):
                points.append((piece.group(), x0 + piece.start() * step, y1))
        return points


def read(pdf):
    """The pages of a PDF, or None when it cannot be read."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, timeout=120)
    if done.returncode != 0:
        return None
    text = done.stdout.decode(errors="replace")
    return [
        Page(float(width), float(height), [
            (unicodedata.normalize("NFKC", html.unescape(word)), *map(float, box))
            for *box, word in WORD.findall(content)])
        for width, height, content in PAGE.findall(text)]


def distances(ours, theirs, of):
    """Distances of what both have, page by page, and the share of theirs that was found."""
    found, total = [], 0
    for own, other in zip(ours, theirs):
        left, right = of(own)[:MOST_TOKENS], of(other)[:MOST_TOKENS]
        total += len(right)
        matcher = difflib.SequenceMatcher(
            None, [item[0] for item in left], [item[0] for item in right], autojunk=False)
        for a, b, size in matcher.get_matching_blocks():
            for (_, x0, y0), (_, x1, y1) in zip(left[a:a + size], right[b:b + size]):
                found.append(100 * ((x0 - x1) ** 2 + (y0 - y1) ** 2) ** 0.5 / other.width)
    total += sum(len(of(page)) for page in theirs[len(ours):])
    return found, (len(found) / total if total else 1.0)


def similarity(ours, theirs):
    """Words that both have, in whatever order, of all: 1 when the texts are the same."""
    left, right = (Counter(token for page in pages for token, *_ in page.tokens()) for pages in (ours, theirs))
    total = sum(left.values()) + sum(right.values())
    return 2 * sum((left & right).values()) / total if total else 1.0


def compare(ours, theirs, of=Page.tokens):
    """Page counts, similarity of text, mean and median distance."""
    found, share = distances(ours, theirs, of)
    return {
        "pages": (len(ours), len(theirs)),
        "text": similarity(ours, theirs),
        "mean": mean(found) if found else None,
        "median": median(found) if found else None,
        "matched": share,
    }
