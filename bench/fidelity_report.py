"""The HTML report of `bench/fidelity`: each file's pages, ours beside the other's, worst first."""

import html
import subprocess
from pathlib import Path

PAGES_SHOWN = 4
WIDTH = 560
STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222 }
h2 { font-size: 1.05rem; margin: 2.5rem 0 .3rem; overflow-wrap: anywhere }
p { margin: .2rem 0 .6rem; color: #555 }
.page { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-bottom: 1rem }
figure { margin: 0 } figcaption { color: #777; font-size: .85rem }
img { width: 100%; border: 1px solid #ccc } .none { color: #a00 }
"""


def draw(pdf, folder, stem):
    """The first pages of a PDF as images; their names."""
    if not pdf:
        return []
    subprocess.run(["pdftoppm", "-png", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1", "-l", str(PAGES_SHOWN),
                    str(pdf), str(folder / stem)], capture_output=True, timeout=120)
    return sorted(path.name for path in folder.glob(f"{stem}-*.png"))


def figure(images, index, folder, label):
    if index >= len(images):
        return f'<figure class="none">{label}: no page {index + 1}</figure>'
    return (f'<figure><figcaption>{label}, {index + 1}</figcaption>'
            f'<img src="{folder}/{html.escape(images[index])}" alt="" loading="lazy"></figure>')


def write(target, title, results, peer):
    """Writes `target`/index.html. A result has name, note, own and other (PDFs or None)."""
    target.mkdir(parents=True, exist_ok=True)
    parts = [f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title><style>{STYLE}</style>",
             f"<h1>{html.escape(title)}</h1>"]
    for number, result in enumerate(results):
        folder = Path(f"{number:04d}")
        (target / folder).mkdir(exist_ok=True)
        own = draw(result["own"], target / folder, "own")
        other = draw(result["other"], target / folder, "other")
        parts.append(f"<h2>{html.escape(result['name'])}</h2><p>{html.escape(result['note'])}</p>")
        for index in range(max(len(own), len(other))):
            parts.append('<div class="page">' + figure(own, index, folder, "Wenyuan")
                         + figure(other, index, folder, peer) + "</div>")
    (target / "index.html").write_text("\n".join(parts), encoding="utf-8")
