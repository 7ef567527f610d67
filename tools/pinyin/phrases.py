"""Makes crates/text/data/pinyin-phrases.txt: words whose characters are not read by
their first reading (银行 yin hang),
and the second readings of characters that have them in many words (行 hang).

    python3 phrases.py PHRASES PINYIN > ../../crates/text/data/pinyin-phrases.txt

PHRASES is pypinyin's phrases_dict.json (0.53.0, MIT; from mozillazg/phrase-pinyin-data,
MIT), PINYIN the table of the crate `pinyin` (pinyin-data/pinyin.txt, MIT), whose first
reading of a character is what applies without a phrase. Phrases that follow from shorter
ones, as the longest match from the left finds them, are left out.
"""

import collections
import json
import sys
import unicodedata


def plain(syllable):
    """Takes the tone off and writes ü as v."""
    out = ""
    for c in unicodedata.normalize("NFD", syllable):
        if c == "\u0308":
            out = out[:-1] + "v"
        elif not unicodedata.combining(c):
            out += c
    return out.replace("ê", "e")


def first_readings(path):
    readings = {}
    for line in open(path, encoding="utf-8"):
        if line.startswith("U+"):
            code, rest = line[2:].split(":", 1)
            readings[chr(int(code, 16))] = plain(rest.split("#")[0].strip().split(",")[0])
    return readings


def read(text, table, first, longest):
    out = []
    at = 0
    while at < len(text):
        for length in range(min(longest, len(text) - at), 1, -1):
            found = table.get(text[at : at + length])
            if found:
                out += found
                at += length
                break
        else:
            out.append(first.get(text[at], ""))
            at += 1
    return out


def second_readings(phrases, first):
    """Gives the commonest reading besides the first, if words use it often."""
    counts = collections.defaultdict(collections.Counter)
    for phrase, readings in phrases.items():
        if len(phrase) == len(readings):
            for character, syllable in zip(phrase, readings):
                counts[character][plain(syllable[0])] += 1
    others = {}
    for character, counted in counts.items():
        try:
            character.encode("gb2312")
        except UnicodeEncodeError:
            continue
        total = sum(counted.values())
        for syllable, count in counted.most_common(3):
            if syllable == first.get(character) or not (syllable.isascii() and syllable.isalpha()):
                continue
            if count >= 4 and count * 12 >= total:
                others[character] = syllable
                break
    return others


def main():
    first = first_readings(sys.argv[2])
    phrases = json.load(open(sys.argv[1], encoding="utf-8"))
    table = {}
    for phrase in sorted(phrases, key=lambda p: (len(p), p)):
        if not 2 <= len(phrase) <= 4:
            continue
        try:
            phrase.encode("gb2312")
        except UnicodeEncodeError:
            continue
        syllables = [plain(readings[0]) for readings in phrases[phrase]]
        # 儿 as a mere ending, and readings that no input method types.
        if len(syllables) != len(phrase) or not all(s.isascii() and s.isalpha() for s in syllables):
            continue
        if read(phrase, table, first, len(phrase) - 1) != syllables:
            table[phrase] = syllables
    others = second_readings(phrases, first)
    print("# Made by tools/pinyin/phrases.py from phrase-pinyin-data (MIT).")
    for phrase in sorted(table):
        print(phrase, *table[phrase])
    for character in sorted(others):
        print(character, others[character])


main()
