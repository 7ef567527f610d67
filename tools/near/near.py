"""Makes common-characters.txt (GB 2312 in its order) and near-characters.txt (形近字:
characters that look alike) in crates/text/data.

    python3 near.py ../../crates/text/data ../../crates/convert/fonts/WenyuanSong-Regular.otf \
        ../../crates/convert/fonts/WenyuanHei-Regular.otf

The characters of GB 2312 that folding leaves alone are drawn in two faces at 48 pixels and blurred a little, so
that a stroke may lie beside another. The likeness of two is the cosine of what is left of
their images without the mean of all; in the worse of both faces. Of each the MOST nearest
from LEAST on are kept. Needs numpy and Pillow (requirements.txt).
"""

import pathlib
import sys

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 48
LEAST = 0.60
MOST = 6
# Characters of the set that `wenyuan_text::fold` takes for traditional ones.
FOLDED = "徵捱後麽吒摺夥榘醣乾菸薹甯於麴"


def rows():
    for high in range(0xB0, 0xF8):
        row = ""
        for low in range(0xA1, 0xFF):
            try:
                row += bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass
        yield "".join(c for c in row if c not in FOLDED)


def drawn(all_characters, path):
    font = ImageFont.truetype(path, SIDE - 4)
    rows = []
    for character in all_characters:
        image = Image.new("L", (SIDE, SIDE))
        ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), character, font=font, fill=255, anchor="mm")
        image = image.filter(ImageFilter.GaussianBlur(1.3))
        rows.append(numpy.asarray(image, dtype=numpy.float32).ravel())
    matrix = numpy.stack(rows)
    matrix -= matrix.mean(axis=0)
    return matrix / numpy.linalg.norm(matrix, axis=1, keepdims=True)


def main():
    directory = pathlib.Path(sys.argv[1])
    (directory / "common-characters.txt").write_text("".join(f"{row}\n" for row in rows()))
    every = "".join(rows())
    likeness = None
    for path in sys.argv[2:]:
        matrix = drawn(every, path)
        product = matrix @ matrix.T
        likeness = product if likeness is None else numpy.minimum(likeness, product)
    numpy.fill_diagonal(likeness, 0)
    with open(directory / "near-characters.txt", "w") as out:
        print("# Made by tools/near/near.py: characters that look alike, nearest first.", file=out)
        for row, character in enumerate(every):
            order = numpy.argsort(-likeness[row], kind="stable")[:MOST]
            near = [every[at] for at in order if likeness[row, at] >= LEAST]
            if near:
                print(character + "".join(near), file=out)


main()
