"""Draws a file with both engines for `bench/fidelity`, and keeps what LibreOffice made.

LibreOffice gets the bundled faces, and the Chinese names that ours stand for, through
fontconfig: the comparison is of layout, not of who has fonts installed.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from common import PROGRAM, ROOT

PEER_SECONDS = 60
OWN_SECONDS = 120

# The families that the classes of crates/convert/src/fontmap.rs stand for.
FAMILIES = {"Song": "Wenyuan Song", "Hei": "Wenyuan Hei", "YaHei": "Wenyuan Hei",
            "FangSong": "Wenyuan FangSong", "Kai": "Wenyuan Kai",
            "Malgun": "Wenyuan K Gothic", "Gulim": "Wenyuan K Gothic"}


def stand_ins():
    """Names with the family that stands for each, from the table itself."""
    source = (ROOT / "crates/convert/src/fontmap.rs").read_text(encoding="utf-8")
    found = re.findall(r"\(\s*Class::(\w+),\s*&\[([^\]]*)\]", source)
    pairs = [(name, FAMILIES[group]) for group, names in found if group in FAMILIES
             for name in re.findall(r'"([^"]+)"', names)]
    return pairs or sys.exit("no table of names in fontmap.rs")


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()[:24]


def font_configuration(directory):
    """A fontconfig file that adds the bundled faces to the machine's."""
    aliases = [f'<match target="pattern"><test name="family"><string>{name}</string></test>'
               f'<edit name="family" mode="append" binding="same"><string>{family}</string>'
               "</edit></match>" for name, family in stand_ins()]
    path = directory / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{ROOT}/crates/convert/fonts</dir>'
        f'<cachedir>{directory}/fontcache</cachedir>{"".join(aliases)}</fontconfig>', encoding="utf-8")
    return path


def run(command, seconds, environment=None):
    """Runs a program to its end or its time; its whole group ends with it."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment, start_new_session=True)
    try:
        out, err = process.communicate(timeout=seconds)
        word = err.decode(errors="replace").strip().splitlines()
        failure = None if process.returncode == 0 else (word[-1] if word else "failed")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        failure = f"not done in {seconds} s"
    return out, failure, time.perf_counter() - started


def libreoffice(file, cache):
    """The PDF that LibreOffice makes, from the cache when it was made before."""
    pdf, note = cache / f"{digest(file)}.pdf", cache / f"{digest(file)}.json"
    if not note.exists():
        profile, out = cache / "profile", cache / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        environment = dict(os.environ, FONTCONFIG_FILE=str(font_configuration(cache)))
        _, failure, seconds = run(
            ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
             "--convert-to", "pdf", "--outdir", str(out), str(file)], PEER_SECONDS, environment)
        made = next(out.glob("*.pdf"), None)
        if made:
            made.replace(pdf)
            failure = None
        else:
            failure = failure or "no PDF"
        note.write_text(json.dumps({"name": file.name, "failure": failure, "seconds": seconds}))
    kept = json.loads(note.read_text())
    return {"pdf": pdf if pdf.exists() else None, "failure": kept["failure"], "seconds": kept["seconds"]}


def native(file, out):
    """The PDF that Wenyuan makes. Its seconds are those of a warm converter."""
    shutil.rmtree(out, ignore_errors=True)
    command = [PROGRAM, "convert", "--json", file, "--out", out, "--data", out.parent / "data"]
    printed, failure, _ = run([str(word) for word in command], OWN_SECONDS, {**os.environ, "WENYUAN_OCR": "off"})
    pdf = out / "document.pdf"
    if failure:
        return {"pdf": None, "failure": failure, "seconds": None}
    report = json.loads(printed)
    return {"pdf": pdf, "failure": None, "seconds": report["ms"]["total"] / 1000, "report": report}
