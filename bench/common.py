"""What the benchmarks share: the program, a client, tables.

Every benchmark runs the peer beside us in the same run and prints ratios: the
machines are noisy, and a figure alone says little.
"""

import http.client
import http.cookiejar
import json
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "wenyuan"


def need(*programs):
    """Stops with a word when a program that the comparison needs is missing."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing:
        sys.exit(f"not here, and needed for the comparison: {', '.join(missing)}")
    if not PROGRAM.exists():
        sys.exit("build first: cargo build --bin wenyuan")


def need_shared():
    if not SHARED.is_dir():
        sys.exit("skipped: no ../shared beside this clone")


class Server:
    """`wenyuan serve` on a fresh data directory."""

    def __init__(self, data=None):
        self.directory = tempfile.TemporaryDirectory()
        self.data = Path(data or self.directory.name)
        environment = dict(os.environ, WENYUAN_DATA=str(self.data), WENYUAN_LOG="warn")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--listen", "127.0.0.1:0"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, text=True)
        for line in self.process.stderr:
            if line.startswith("http://"):
                self.address = line.strip()
                break
        else:
            sys.exit("the server did not start")
        self.host = self.address.removeprefix("http://")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Client:
    """A person with cookies."""

    def __init__(self, server):
        self.server = server
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), urllib.request.ProxyHandler({}))

    def get(self, path):
        with self.opener.open(self.server.address + path) as answer:
            return answer.read()

    def token(self, page):
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(page).decode())
        if not found:
            sys.exit(f"no token in {page}")
        return found.group(1)

    def register(self, name):
        fields = {"name": name, "email": f"{name}@example.com",
                  "password": "correct horse battery", "csrf": self.token("/register")}
        self.opener.open(self.server.address + "/register",
                         urllib.parse.urlencode(fields).encode())

    def cookies(self):
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def connection(self):
        return http.client.HTTPConnection(self.server.host)


class Child:
    """A warm converting child, spoken to as the worker does (`convert::wire`):
    frames of a length, a JSON header and blobs, over its standard pipes."""

    def __init__(self, cores=None):
        pinned = ["taskset", "-c", cores] if cores else []
        self.scratch = tempfile.TemporaryDirectory()
        command = list(child_command())
        for option, value in [("--scratch", self.scratch.name), ("--parent", str(os.getpid()))]:
            command[command.index(option) + 1] = value
        self.process = subprocess.Popen(
            pinned + command, env={"TMPDIR": self.scratch.name}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def convert(self, name, file_bytes, **limits):
        """Yields (seconds since the request, header, blobs) as they come."""
        header = json.dumps({"file_name": name, "limits": limits, "engine": "auto",
                             "drawn": None, "blobs": [len(file_bytes)]})
        header = header.encode()
        started = now()
        pipe = self.process.stdin
        pipe.write(struct.pack("<I", len(header)) + header)
        pipe.write(file_bytes)
        pipe.flush()
        while True:
            header = json.loads(self.read(struct.unpack("<I", self.read(4))[0]))
            blobs = [self.read(length) for length in header["blobs"]]
            yield now() - started, header, blobs
            if header["type"] in ("done", "refused", "needs_office"):
                return

    def read(self, length):
        data = self.process.stdout.read(length)
        if len(data) != length:
            raise EOFError(f"the child ended: {self.process.wait()}")
        return data

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def child_command():
    """The command line that the program itself starts its child with, read off
    a running one: what it holds is the program's business."""
    if not child_command.known:
        with tempfile.TemporaryDirectory() as directory:
            slow = Path(directory) / "slow.txt"
            slow.write_text("文渊\n" * 40_000)
            parent = subprocess.Popen(
                [PROGRAM, "convert", slow, "--out", directory],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while parent.poll() is None and not child_command.known:
                for status in Path("/proc").glob("[0-9]*/stat"):
                    try:
                        ppid = int(status.read_text().rpartition(")")[2].split()[1])
                        line = (status.parent / "cmdline").read_bytes().decode().split("\0")[:-1]
                    except (OSError, UnicodeDecodeError):
                        continue
                    if ppid == parent.pid and "convert-child" in line:
                        line[0] = str(PROGRAM)
                        child_command.known = line
            parent.terminate()
            parent.wait()
        if not child_command.known:
            sys.exit("no converting child was seen")
    return child_command.known


child_command.known = []


def multipart(name, file_bytes):
    boundary = "wenyuan-bench"
    head = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n").encode()
    return head + file_bytes + f"\r\n--{boundary}--\r\n".encode(), boundary


def median(values):
    return statistics.median(values)


def table(title, header, rows):
    """Prints a Markdown table."""
    print(f"\n{title}\n")
    rows = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def soffice_to_pdf(file, out, profile):
    """The peers' first step; a profile of its own, as they run it."""
    return subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless",
         "--convert-to", "pdf", "--outdir", str(out), str(file)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180).returncode == 0


def mutool_draw(pdf, out, resolution=108):
    """The peers' second step."""
    return subprocess.run(
        ["mutool", "draw", "-q", "-r", str(resolution), "-o", str(out / "page-%d.png"), str(pdf)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180).returncode == 0


def now():
    return time.perf_counter()


__all__ = [name for name in dir() if not name.startswith("_")]
