"""Advance widths of 맑은 고딕 (Malgun Gothic), in thousandths of the em.

Where a character occurs in the PDFs that Office itself made (`../shared/truth`), its width is
the one written there (two of five). The rest follow from Selawik, Microsoft's free face with the
widths of Segoe UI, on which Malgun's Latin is drawn: times 1.0215, in bold 1.0085, within 1 %.
"""

# From the space to the tilde.
_REGULAR = [
    352, 290, 401, 604, 551, 836, 817, 235, 305, 305, 426, 701,
    219, 410, 219, 396, 551, 551, 551, 551, 551, 551, 551, 551,
    551, 551, 219, 221, 701, 701, 701, 458, 976, 658, 586, 635,
    716, 517, 499, 701, 725, 270, 360, 590, 480, 917, 764, 770,
    572, 773, 611, 543, 535, 702, 634, 954, 601, 565, 583, 308,
    387, 308, 701, 424, 274, 520, 601, 472, 602, 535, 320, 602,
    578, 246, 247, 508, 247, 880, 578, 599, 601, 602, 354, 433,
    345, 578, 487, 738, 469, 494, 462, 308, 239, 308, 701,
]
_BOLD = [
    352, 330, 476, 597, 580, 875, 857, 295, 358, 358, 459, 713,
    262, 414, 262, 447, 580, 580, 580, 580, 580, 580, 580, 580,
    580, 580, 262, 273, 713, 713, 713, 452, 962, 704, 647, 629,
    744, 537, 524, 717, 773, 310, 449, 654, 516, 965, 798, 765,
    619, 776, 658, 565, 583, 729, 671, 1013, 661, 612, 612, 372,
    440, 372, 713, 419, 317, 543, 625, 487, 624, 550, 387, 624,
    607, 274, 287, 564, 287, 923, 608, 620, 626, 624, 401, 462,
    384, 608, 547, 804, 557, 543, 483, 372, 329, 372, 713,
]
_MORE = {0x2014: 1026, 0x2022: 417, 0x00D7: 701}


def advances(style):
    """Code point to width, of what must fit."""
    ascii_widths = _BOLD if style == "Bold" else _REGULAR
    return {**{0x20 + index: width for index, width in enumerate(ascii_widths)}, **_MORE}
