#!/usr/bin/env python3
"""Builds the demo library in samples/.

    python3 -m venv /tmp/samples && /tmp/samples/bin/pip install -r tools/samples/requirements.txt
    /tmp/samples/bin/python tools/samples/build.py

Needs `soffice` for the computed values of the workbooks, and the bundled
fonts. The same versions give the same bytes. See samples/README.md.
"""

import json
import pathlib

import cached
from catalogue import CATEGORIES, ENTRIES

OUT = pathlib.Path(__file__).resolve().parents[2] / "samples"


def main():
    slugs = {slug for _, _, _, children in CATEGORIES for slug, _, _ in children}
    for entry in ENTRIES:
        if entry.category not in slugs:
            raise SystemExit(f"{entry.file}: no category {entry.category}")
        path = OUT / entry.file
        path.parent.mkdir(parents=True, exist_ok=True)
        entry.make(path)
    cached.fill(sorted((OUT / "xlsx").glob("*.xlsx")))
    manifest = [{
        "file": entry.file, "title": entry.title, "description": entry.description, "category": entry.category, "tags": entry.tags,
        "language": entry.language, "owner": entry.owner, "licence": entry.licence, "published": entry.published,
        **{key: value for key, value in (("copy_of", entry.copy_of), ("decision", entry.decision)) if value},
    } for entry in ENTRIES]
    categories = [{"slug": slug, "name_zh": zh, "name_en": en, "children": [
        {"slug": child, "name_zh": child_zh, "name_en": child_en, "children": []} for child, child_zh, child_en in children]}
        for slug, zh, en, children in CATEGORIES]
    for name, value in (("manifest.json", manifest), ("categories.json", categories)):
        (OUT / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    total = sum((OUT / entry.file).stat().st_size for entry in ENTRIES)
    print(f"{len(ENTRIES)} documents, {total:,} bytes")


if __name__ == "__main__":
    main()
