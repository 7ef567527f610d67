"""Draws a file with both engines for `bench/fidelity`, and keeps what LibreOffice made.

LibreOffice gets the bundled faces, and the Chinese names that ours stand for, through
fontconfig: the comparison is of layout, not of who has fonts installed.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from common import PROGRAM, ROOT

PEER_SECONDS = 60
OWN_SECONDS = 120

# Class by class, as crates/convert/src/fontmap.rs has it; the names met most often.
STAND_INS = {
    "Wenyuan Song": "宋体 SimSun 新宋体 NSimSun 华文宋体 STSong 华文中宋 STZhongsong 方正小标宋简体 "
                    "PMingLiU 新細明體 MingLiU",
    "Wenyuan Hei": "黑体 SimHei 微软雅黑 等线 DengXian 苹方 幼圆 华文细黑 STXihei",
    "Wenyuan FangSong": "仿宋 FangSong 仿宋_GB2312 FangSong_GB2312 华文仿宋 STFangsong",
    "Wenyuan K Gothic": "굴림 Gulim 돋움 Dotum 바탕 Batang",
    "Wenyuan Kai": "楷体 KaiTi 楷体_GB2312 KaiTi_GB2312 华文楷体 STKaiti 標楷體",
}
SPACED_STAND_INS = {"Wenyuan Hei": ["Microsoft YaHei", "Microsoft JhengHei"],
                    "Wenyuan K Gothic": ["맑은 고딕", "Malgun Gothic"]}


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()[:24]


def font_configuration(directory):
    """A fontconfig file that adds the bundled faces to the machine's."""
    aliases = []
    for family, names in STAND_INS.items():
        for name in names.split() + SPACED_STAND_INS.get(family, []):
            aliases.append(f'<match target="pattern"><test name="family"><string>{name}</string></test>'
                           f'<edit name="family" mode="append" binding="same"><string>{family}</string>'
                           "</edit></match>")
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
    printed, failure, _ = run([str(PROGRAM), "convert", "--json", str(file), "--out", str(out)], OWN_SECONDS,
                                  {**os.environ, "WENYUAN_OCR": "off"})
    pdf = out / "document.pdf"
    if failure:
        return {"pdf": None, "failure": failure, "seconds": None}
    report = json.loads(printed)
    return {"pdf": pdf, "failure": None, "seconds": report["ms"]["total"] / 1000, "report": report}
