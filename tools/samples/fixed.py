"""Makes Office files reproducible: fixed dates inside, fixed order and time of the archive's entries."""

import io
import re
import zipfile

STAMP = "2026-11-01T08:00:00Z"
ENTRY_TIME = (2026, 11, 1, 8, 0, 0)


def archive(data):
    """Returns the same OOXML package with every time stamp replaced, embedded workbooks included."""
    source = zipfile.ZipFile(io.BytesIO(data))
    target_bytes = io.BytesIO()
    with zipfile.ZipFile(target_bytes, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith((".xlsx", ".docx", ".pptx")):
                content = archive(content)
            elif entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + STAMP.encode(), content)
            info = zipfile.ZipInfo(entry.filename, ENTRY_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, content)
    return target_bytes.getvalue()
