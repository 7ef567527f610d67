"""Gives workbooks the computed values that Excel would have stored.

openpyxl writes formulas without results and charts without their data; viewers
that do not calculate would show them empty. LibreOffice calculates, and its
results are put beside the formulas and into the charts.
"""

import io
import pathlib
import re
import subprocess
import tempfile
import zipfile
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

import fixed


def fill(paths):
    """Rewrites each workbook in place, values filled in."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                        "--outdir", folder, *map(str, paths)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in paths:
            values = load_workbook(pathlib.Path(folder) / path.name, data_only=True)
            path.write_bytes(_fill(path.read_bytes(), values))


def _fill(data, values):
    source = zipfile.ZipFile(io.BytesIO(data))
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as target:
        for entry in source.infolist():
            content = source.read(entry).decode("utf-8") if entry.filename.endswith(".xml") else source.read(entry)
            if match := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", entry.filename):
                sheet = values.worksheets[int(match[1]) - 1]
                content = re.sub(r'<c r="([A-Z]+\d+)"((?: [a-z]+="[^"]*")*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>',
                                 lambda cell: _cell(sheet, cell), content)
            elif entry.filename.startswith("xl/charts/chart"):
                content = re.sub(r"<(numRef|strRef)><f>(.*?)</f></\1>", lambda ref: _reference(values, ref), content)
            target.writestr(entry, content)
    return fixed.archive(result.getvalue())


def _cell(sheet, match):
    place, attributes, formula = match.groups()
    value = sheet[place].value
    if isinstance(value, str):
        return f'<c r="{place}"{attributes} t="str"><f>{formula}</f><v>{escape(value)}</v></c>'
    if value is None or isinstance(value, bool):
        raise ValueError(f"{sheet.title}!{place}: no number from {formula}")
    return f'<c r="{place}"{attributes}><f>{formula}</f><v>{value!r}</v></c>'


def _reference(values, match):
    kind, formula = match.groups()
    name, _, area = formula.rpartition("!")
    sheet = values[name.strip("'")]
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    cells = [sheet.cell(row, column).value for row in range(top, bottom + 1) for column in range(left, right + 1)]
    # A category axis of words is a string reference, whatever openpyxl called it.
    words = any(isinstance(cell, str) for cell in cells)
    kind, cache, code = ("strRef", "strCache", "") if words else ("numRef", "numCache", "<formatCode>General</formatCode>")
    points = "".join(f'<pt idx="{index}"><v>{escape(str(cell))}</v></pt>' for index, cell in enumerate(cells))
    return f'<{kind}><f>{formula}</f><{cache}>{code}<ptCount val="{len(cells)}"/>{points}</{cache}></{kind}>'
