"""Makes synonyms.txt in crates/text/data from the Chinese Open Wordnet (wn-data-cmn.tab,
https://compling.upol.cz/omw or the `omw-data` releases):

    python3 synonyms.py wn-data-cmn.tab ../../crates/text/data/synonyms.txt

A line is a synset of at least two words, sorted. Kept are words of 1 to 6 characters of
GB 2312 (which leaves out traditional spellings of the same words); an adjective's or
adverb's 的 or 地 goes, since jieba cuts it off. Copy the data's LICENSE to
synonyms.LICENSE: it asks to go with every copy.
"""

import collections
import pathlib
import sys


def is_word(word):
    try:
        code = word.encode("gb2312")
    except UnicodeEncodeError:
        return False
    # Behind 0xB0 stand the Chinese characters, before it marks and letters.
    return 0 < len(word) <= 6 and len(code) == 2 * len(word) and all(b >= 0xB0 for b in code[::2])


def lemma(word):
    word = word.replace("+", "").strip("; ")
    return word[:-1] if len(word) > 2 and word[-1] in "的地" else word


def main(source, target):
    synsets = collections.defaultdict(set)
    for line in pathlib.Path(source).read_text("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 3 and fields[1] == "cmn:lemma" and is_word(lemma(fields[2])):
            synsets[fields[0]].add(lemma(fields[2]))
    lines = sorted({" ".join(sorted(words)) for words in synsets.values() if len(words) > 1})
    head = "# Made by tools/synonyms/synonyms.py from the Chinese Open Wordnet; see synonyms.LICENSE.\n"
    pathlib.Path(target).write_text(head + "\n".join(lines) + "\n", "utf-8")
    print(len(lines), "synsets")


main(*sys.argv[1:])
