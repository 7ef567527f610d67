"""Makes crates/text/data/near-characters.txt: characters that look alike (形近字).

    python3 near.py ../../crates/convert/fonts/WenyuanSong-Regular.otf \
        ../../crates/convert/fonts/WenyuanHei-Regular.otf > ../../crates/text/data/near-characters.txt

The 6,763 characters of GB 2312 are drawn in two faces at 48 pixels and blurred a little, so
that a stroke may lie beside another. The likeness of two is the cosine of what is left of
their images without the mean of all; in the worse of both faces. Of each the MOST nearest
from LEAST on are kept. Needs numpy and Pillow (requirements.txt).
"""

import sys

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 48
LEAST = 0.60
MOST = 6


def characters():
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass


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
    every = list(characters())
    likeness = None
    for path in sys.argv[1:]:
        matrix = drawn(every, path)
        product = matrix @ matrix.T
        likeness = product if likeness is None else numpy.minimum(likeness, product)
    numpy.fill_diagonal(likeness, 0)
    print("# Made by tools/near/near.py: characters that look alike, nearest first.")
    for row, character in enumerate(every):
        order = numpy.argsort(-likeness[row], kind="stable")[:MOST]
        near = [every[at] for at in order if likeness[row, at] >= LEAST]
        if near:
            print(character + "".join(near))


main()
