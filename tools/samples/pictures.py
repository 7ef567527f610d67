"""Draws the samples' pictures: charts, landscapes, diagrams. Each function returns PNG bytes."""

import io
import math
import pathlib

import matplotlib

matplotlib.use("Agg")
from matplotlib import font_manager, pyplot as plt  # noqa: E402
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

FONTS = pathlib.Path(__file__).resolve().parents[2] / "crates/convert/fonts"
HEI, HEI_BOLD, KAI, SONG = (FONTS / name for name in (
    "WenyuanHei-Regular.otf", "WenyuanHei-Bold.otf", "WenyuanKai-Regular.ttf", "WenyuanSong-Regular.otf"))
INK, SEAL, TEAL, SAND, MIST, GOLD = "#2B2B2B", "#A63D2F", "#3E7C7B", "#E9DFC9", "#B9CCD1", "#C8963E"
COLORS = [TEAL, SEAL, GOLD, "#5B6E8C", "#8A9A5B", "#9C7A97"]

font_manager.fontManager.addfont(str(HEI))
matplotlib.rcParams.update({
    "font.family": "Wenyuan Hei", "axes.unicode_minus": False, "axes.spines.top": False, "axes.spines.right": False,
    "axes.edgecolor": "#777777", "axes.grid": True, "grid.color": "#E3E3E3", "axes.axisbelow": True, "font.size": 11,
})


def _figure(figure):
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110, metadata={"Software": None})
    plt.close(figure)
    return _small(Image.open(data))


def _small(image):
    """Reduces to a palette: flat drawings lose nothing and weigh a quarter."""
    data = io.BytesIO()
    image.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        data, "PNG", optimize=True)
    return data.getvalue()


def bars(labels, series, *, title="", unit="", size=(7.2, 3.6)):
    """Grouped bars; `series` maps a name to values."""
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    width = 0.8 / len(series)
    for index, (name, values) in enumerate(series.items()):
        places = [place + (index - (len(series) - 1) / 2) * width for place in range(len(labels))]
        drawn = axes.bar(places, values, width * 0.92, label=name, color=COLORS[index])
        if len(series) <= 2:
            axes.bar_label(drawn, padding=2, fontsize=8.5)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylabel(unit)
    axes.set_title(title)
    axes.grid(axis="x", visible=False)
    if len(series) > 1:
        # Above the plot: a bar must not hide behind the legend.
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(series), borderaxespad=0)
    return _figure(figure)


def lines(labels, series, *, title="", unit="", size=(7.2, 3.6)):
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    for index, (name, values) in enumerate(series.items()):
        axes.plot(labels, values, marker="o", label=name, color=COLORS[index], linewidth=2)
    axes.set_ylabel(unit)
    axes.set_title(title)
    axes.legend(frameon=False)
    return _figure(figure)


def pie(labels, values, *, title="", size=(5.2, 3.8)):
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    axes.pie(values, labels=labels, autopct="%.0f%%", startangle=90, counterclock=False, colors=COLORS,
             wedgeprops={"width": 0.45, "edgecolor": "white"}, pctdistance=0.78,
             textprops={"fontsize": 10})
    axes.set_title(title)
    return _figure(figure)


def parabola():
    """y = x² − 2x − 3 with roots, vertex and axis marked."""
    figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
    xs = [x / 50 for x in range(-100, 201)]
    axes.plot(xs, [x * x - 2 * x - 3 for x in xs], color=TEAL, linewidth=2)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.axvline(1, color=SEAL, linewidth=1, linestyle="--")
    axes.plot([-1, 3], [0, 0], "o", color=SEAL)
    axes.plot([1], [-4], "o", color=GOLD)
    for x, y, text in [(-1.05, 0.5, "(−1, 0)"), (2.5, 0.5, "(3, 0)"), (1.1, -4.4, "顶点 (1, −4)"), (1.08, 3.5, "对称轴 x = 1")]:
        axes.text(x, y, text, fontsize=10)
    axes.set_ylim(-5, 5)
    return _figure(figure)


def landscape(width=1200, height=640, *, night=False, caption=""):
    """Layered hills over water, in flat ink-wash colours."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    top, bottom = ((30, 44, 66), (120, 140, 160)) if night else ((244, 226, 196), (250, 244, 230))
    for y in range(height):
        share = y / height
        draw.line([(0, y), (width, y)], fill=tuple(round(a + (b - a) * share) for a, b in zip(top, bottom)))
    disc = (238, 232, 205) if night else (196, 84, 58)
    draw.ellipse([width * 0.72, height * 0.12, width * 0.72 + 96, height * 0.12 + 96], fill=disc)
    near, far = ((24, 40, 52), (86, 108, 128)) if night else ((46, 84, 84), (176, 198, 196))
    for layer in range(5):
        share = layer / 4
        color = tuple(round(a + (b - a) * share) for a, b in zip(far, near))
        base = height * (0.42 + 0.1 * layer)
        points = [(0, height)]
        for x in range(0, width + 8, 8):
            wave = (math.sin(x / (150 - 12 * layer) + layer * 1.7) * 46 + math.sin(x / 61 + layer * 2.9) * 18
                    + math.sin(x / 27 + layer) * 5)
            points.append((x, base - wave))
        points.append((width, height))
        draw.polygon(points, fill=color)
    water = (52, 76, 96) if night else (206, 220, 214)
    draw.rectangle([0, height * 0.86, width, height], fill=water)
    for row in range(5):
        y = height * 0.88 + row * 15
        for x in range(30 + row * 47, width, 190):
            draw.line([(x, y), (x + 70, y)], fill=(150, 172, 172), width=2)
    if caption:
        draw.text((28, height - 58), caption, font=ImageFont.truetype(str(KAI), 38), fill=(60, 50, 40) if not night else (230, 230, 220))
    return _small(image)


def bookshelf(width=1000, height=520):
    """Shelves full of spines."""
    image = Image.new("RGB", (width, height), "#F3EADA")
    draw = ImageDraw.Draw(image)
    shelf_height = height // 3
    for shelf in range(3):
        floor = (shelf + 1) * shelf_height - 14
        draw.rectangle([0, floor, width, floor + 14], fill="#8B5E3C")
        x, number = 16, 0
        while x < width - 60:
            thick = 22 + (shelf * 7 + number * 13) % 25
            tall = shelf_height - 44 - (shelf * 11 + number * 17) % 40
            color = COLORS[(shelf * 2 + number * 5) % len(COLORS)]
            draw.rectangle([x, floor - tall, x + thick, floor], fill=color)
            draw.rectangle([x + 5, floor - tall + 14, x + thick - 5, floor - tall + 22], fill="#F3EADA")
            x += thick + 3
            number += 1
            if number % 11 == 10:
                x += 26
    return _small(image)


def floor_plan(labels, width=1000, height=560):
    """A plan of a reading house: four rooms round a hall; `labels` has five names."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(HEI), 30)
    rooms = [(40, 40, 420, 300), (580, 40, 960, 300), (40, 330, 420, 520), (580, 330, 960, 520), (430, 40, 570, 520)]
    fills = ["#E4EFEE", "#F6E6E2", "#F7EFDD", "#E7EAF1", "#F4F4F0"]
    for room, fill, label in zip(rooms, fills, labels):
        draw.rectangle(room, fill=fill, outline=INK, width=4)
        middle = ((room[0] + room[2]) / 2, (room[1] + room[3]) / 2)
        draw.multiline_text(middle, label, font=font, fill=INK, anchor="mm", align="center")
    for x, y, horizontal in [(424, 150, 0), (574, 150, 0), (424, 420, 0), (574, 420, 0), (500, 519, 1)]:
        draw.rectangle([x - (34 if horizontal else 5), y - (5 if horizontal else 34), x + (34 if horizontal else 5),
                        y + (5 if horizontal else 34)], fill="white")
    return _small(image)


def leaf(labels, width=1000, height=560):
    """Photosynthesis: sun, leaf, what goes in and what comes out; `labels`: light, water, CO₂, O₂, sugar."""
    image = Image.new("RGB", (width, height), "#FBFAF5")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(HEI), 34)
    for turn in range(12):
        angle = turn * math.pi / 6
        draw.line([(130 + 74 * math.cos(angle), 120 + 74 * math.sin(angle)),
                   (130 + 104 * math.cos(angle), 120 + 104 * math.sin(angle))], fill=GOLD, width=7)
    draw.ellipse([70, 60, 190, 180], fill=GOLD)
    points = []
    for step in range(101):
        share = step / 100
        points.append((320 + 380 * share, 300 - 150 * math.sin(math.pi * share) ** 0.8))
    for step in range(100, -1, -1):
        share = step / 100
        points.append((320 + 380 * share, 300 + 150 * math.sin(math.pi * share) ** 0.8))
    draw.polygon(points, fill="#7BA05B", outline="#4D6B35")
    draw.line([(270, 330), (700, 300)], fill="#4D6B35", width=7)
    for share in (0.25, 0.42, 0.59, 0.76):
        x = 320 + 380 * share
        for sign in (-1, 1):
            draw.line([(x, 318 - 16 * share), (x + 60, 310 + sign * 88)], fill="#5E7F42", width=4)
    arrows = [((190, 160), (400, 240), labels[0], (210, 225), GOLD), ((250, 520), (330, 350), labels[1], (150, 480), "#3E78B2"),
              ((560, 520), (520, 440), labels[2], (590, 500), "#777777"), ((640, 200), (760, 110), labels[3], (790, 90), "#3E7C7B"),
              ((690, 320), (830, 360), labels[4], (845, 380), SEAL)]
    for start, end, label, place, color in arrows:
        draw.line([start, end], fill=color, width=9)
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = [(end[0] + 26 * math.cos(angle), end[1] + 26 * math.sin(angle))]
        for turn in (2.4, -2.4):
            head.append((end[0] + 22 * math.cos(angle + turn), end[1] + 22 * math.sin(angle + turn)))
        draw.polygon(head, fill=color)
        draw.text(place, label, font=font, fill=INK, anchor="lm")
    return _small(image)


def triangle(width=700, height=560):
    """A right triangle with the squares on its sides."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(SONG), 40)
    a, b, c = (290, 330), (450, 330), (290, 210)
    squares = [([a, b, (450, 490), (290, 490)], "#E4EFEE", "a²", (370, 410)), ([a, c, (170, 210), (170, 330)], "#F7EFDD", "b²", (230, 270)),
               ([b, c, (410, 50), (570, 170)], "#F6E6E2", "c²", (430, 190))]
    for points, fill, label, place in squares:
        draw.polygon(points, fill=fill, outline=INK)
        draw.text(place, label, font=font, fill=INK, anchor="mm")
    draw.polygon([a, b, c], fill="white", outline=INK, width=4)
    draw.line([(290, 310), (310, 310), (310, 330)], fill=INK, width=3)
    return _small(image)


def lantern(width=640, height=520):
    """A festival lantern with a character on it."""
    image = Image.new("RGB", (width, height), "#FBF3E4")
    draw = ImageDraw.Draw(image)
    for x, size in ((170, 1.0), (430, 0.8)):
        w, h = 200 * size, 230 * size
        top = 90
        draw.line([(x + w / 2, 0), (x + w / 2, top)], fill="#7A4B2A", width=5)
        draw.ellipse([x - w * 0.1, top + 20, x + w * 1.1, top + 20 + h], fill=SEAL)
        for inset in (0.12, 0.3):
            draw.ellipse([x - w * 0.1 + w * inset, top + 20, x + w * 1.1 - w * inset, top + 20 + h], outline="#C66A55", width=4)
        for y in (top + 8, top + 12 + h):
            draw.rectangle([x + w * 0.25, y, x + w * 0.75, y + 20], fill=GOLD)
        for k in range(7):
            px = x + w * 0.32 + k * w * 0.06
            draw.line([(px, top + 32 + h), (px, top + 32 + h + 80 * size)], fill=GOLD, width=4)
        draw.text((x + w / 2, top + 20 + h / 2), "福" if size == 1.0 else "春", font=ImageFont.truetype(str(KAI), round(100 * size)),
                  fill="#F7E3B0", anchor="mm")
    return _small(image)
