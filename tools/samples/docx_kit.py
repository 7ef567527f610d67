"""Small helpers over python-docx: Chinese fonts, official layout, page numbers, tables, OMML."""

import io

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

import fixed

CENTER, RIGHT, LEFT, JUSTIFY = (WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT,
                                WD_ALIGN_PARAGRAPH.JUSTIFY)
# The names of GB/T 9704 and of Chinese Windows.
SONG, HEI, KAI, FANGSONG, TITLE = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"


def new(title, author, *, latin="Times New Roman", east_asian=SONG, size=12, margins=(2.54, 2.8, 2.54, 2.8)):
    """Makes an A4 document; margins are top, right, bottom, left in cm."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Cm, margins)
    normal = document.styles["Normal"]
    normal.font.size = Pt(size)
    set_fonts(normal.element.get_or_add_rPr(), latin, east_asian)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.comments, properties.language = "", "zh-CN"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    return document


def set_fonts(run_properties, latin, east_asian):
    """Names both fonts, and drops the theme's, which would win over them."""
    fonts = run_properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        run_properties.insert(0, fonts)
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, value in (("ascii", latin), ("hAnsi", latin), ("eastAsia", east_asian), ("cs", latin)):
        fonts.set(qn(f"w:{key}"), value)


def run(paragraph, text, *, font=None, latin=None, size=None, bold=None, color=None, underline=None):
    piece = paragraph.add_run(text)
    if font or latin:
        set_fonts(piece._element.get_or_add_rPr(), latin or font, font or latin)
    if size:
        piece.font.size = Pt(size)
    piece.bold, piece.underline = bold, underline
    if color:
        piece.font.color.rgb = RGBColor.from_string(color)
    return piece


def paragraph(document, text="", *, font=None, latin=None, size=None, bold=None, color=None, align=None, pitch=None,
              spacing=None, indent=0, before=0, after=0, keep=False):
    """Adds a paragraph. `pitch` is an exact line pitch in pt, `indent` a first-line indent in characters."""
    para = document.add_paragraph()
    layout = para.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if pitch:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    elif spacing:
        layout.line_spacing = spacing
    if indent:
        ind = para._p.get_or_add_pPr().get_or_add_ind()
        ind.set(qn("w:firstLineChars"), str(round(indent * 100)))
        ind.set(qn("w:firstLine"), str(round(indent * (size or 12) * 20)))
    if align is not None:
        para.alignment = align
    layout.keep_with_next = keep or None
    if text:
        run(para, text, font=font, latin=latin, size=size, bold=bold, color=color)
    return para


def heading(document, text, level, *, font=HEI, size=14, color=None, align=None, before=12, after=6, indent=0,
            pitch=None, latin=None):
    """Adds a real heading (it makes the outline) in our own type."""
    para = document.add_heading(level=level)
    layout = para.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if pitch:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    if align is not None:
        para.alignment = align
    if indent:
        ind = para._p.get_or_add_pPr().get_or_add_ind()
        ind.set(qn("w:firstLineChars"), str(round(indent * 100)))
        ind.set(qn("w:firstLine"), str(round(indent * size * 20)))
    piece = run(para, text, font=font, latin=latin, size=size, bold=False, color=color or "000000")
    piece.italic = False
    return para


def _field(para, code, **style):
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", "1"), ("end", None)):
        piece = run(para, "", **style)
        if kind == "text":
            piece.text = text
        elif kind:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            piece._element.append(char)
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            piece._element.append(instruction)


def page_numbers(document, before="— ", after=" —", *, font=SONG, size=14, align=CENTER):
    para = document.sections[0].footer.paragraphs[0]
    para.alignment = align
    run(para, before, font=font, size=size)
    _field(para, "PAGE", font=font, size=size)
    run(para, after, font=font, size=size)


def page_header(document, text, *, font=KAI, size=9, align=CENTER):
    para = document.sections[0].header.paragraphs[0]
    para.alignment = align
    run(para, text, font=font, size=size, color="666666")


def rule(para, *, color="C00000", size=18, side="bottom"):
    """Draws a line under (or over) a paragraph; `size` is in eighths of a point."""
    borders = parse_xml(f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="{size}" w:space="4" '
                        f'w:color="{color}"/></w:pBdr>')
    properties = para._p.get_or_add_pPr()
    successors = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
    properties.insert_element_before(borders, *successors)


def table(document, rows, widths, *, header=True, font=SONG, size=10.5, align=None, height=None, shade="E8EEF4",
          header_font=HEI):
    """Adds a grid; `widths` in cm; `align` one letter a column (l, c, r); None in a row merges with the left."""
    grid = document.add_table(rows=len(rows), cols=len(widths))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(grid.columns, widths):
        column.width = Cm(width)
    for row_index, row in enumerate(rows):
        if height:
            grid.rows[row_index].height = Cm(height if isinstance(height, (int, float)) else height[row_index])
        first = 0
        for index, value in enumerate(row):
            cell = grid.cell(row_index, index)
            cell.width = Cm(widths[index])
            cell.vertical_alignment = 1
            if value is None:
                grid.cell(row_index, first).merge(cell)
                continue
            first = index
            head = header and row_index == 0
            lines = str(value).split("\n")
            for number, line in enumerate(lines):
                para = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                para.paragraph_format.space_before = Pt(3 if number == 0 else 0)
                para.paragraph_format.space_after = Pt(3 if number == len(lines) - 1 else 0)
                letter = "c" if head else (align[index] if align else "l")
                para.alignment = {"l": LEFT, "c": CENTER, "r": RIGHT}[letter]
                run(para, line, font=header_font if head else font, size=size)
            if head and shade:
                cell._tc.get_or_add_tcPr().append(parse_xml(
                    f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{shade}"/>'))
        for cell in grid.rows[row_index].cells:
            while len(cell.paragraphs) > 1 and not cell.paragraphs[-1].text:
                cell._tc.remove(cell.paragraphs[-1]._p)
    if header:
        mark = OxmlElement("w:tblHeader")
        grid.rows[0]._tr.get_or_add_trPr().append(mark)
    return grid


def picture(document, png, width_cm, caption=None, alt=""):
    para = document.add_paragraph()
    para.alignment = CENTER
    para.paragraph_format.space_before, para.paragraph_format.space_after = Pt(6), Pt(2)
    shape = para.add_run().add_picture(io.BytesIO(png), width=Cm(width_cm))
    shape._inline.docPr.set("descr", alt or caption or "")
    if caption:
        para.paragraph_format.keep_with_next = True
        paragraph(document, caption, font=KAI, size=10.5, align=CENTER, after=8)


# Office Math ---------------------------------------------------------------

_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def t(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<m:r><m:t xml:space="preserve">{text}</m:t></m:r>'


def upright(text):
    """Text of a formula that is not a variable: chemistry, units, words."""
    return t(text).replace("<m:t ", '<m:rPr><m:sty m:val="p"/></m:rPr><m:t ')


def _of(part):
    return part if part.startswith("<m:") else t(part)


def frac(top, bottom):
    return f"<m:f><m:num>{_of(top)}</m:num><m:den>{_of(bottom)}</m:den></m:f>"


def sup(base, power):
    return f"<m:sSup><m:e>{_of(base)}</m:e><m:sup>{_of(power)}</m:sup></m:sSup>"


def sub(base, index):
    return f"<m:sSub><m:e>{_of(base)}</m:e><m:sub>{_of(index)}</m:sub></m:sSub>"


def root(inside):
    return f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{_of(inside)}</m:e></m:rad>'


def total(sign, low, high, body):
    return (f'<m:nary><m:naryPr><m:chr m:val="{sign}"/><m:limLoc m:val="undOvr"/></m:naryPr><m:sub>{_of(low)}</m:sub>'
            f"<m:sup>{_of(high)}</m:sup><m:e>{_of(body)}</m:e></m:nary>")


def brackets(inside, left="(", right=")"):
    return (f'<m:d><m:dPr><m:begChr m:val="{left}"/><m:endChr m:val="{right}"/></m:dPr><m:e>{_of(inside)}</m:e></m:d>')


def matrix(rows):
    body = "".join("<m:mr>" + "".join(f"<m:e>{_of(cell)}</m:e>" for cell in row) + "</m:mr>" for row in rows)
    return f"<m:m>{body}</m:m>"


def cases(*lines):
    body = "".join(f"<m:e>{_of(line)}</m:e>" for line in lines)
    return ('<m:d><m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr><m:e><m:eqArr>'
            f"{body}</m:eqArr></m:e></m:d>")


def display(document, *parts):
    """Adds a formula on a line of its own."""
    para = document.add_paragraph()
    para.paragraph_format.space_before, para.paragraph_format.space_after = Pt(4), Pt(4)
    body = "".join(map(_of, parts))
    para._p.append(parse_xml(f"<m:oMathPara {_M}><m:oMath>{body}</m:oMath></m:oMathPara>"))
    return para


def inline(para, *parts):
    """Adds a formula to the running text."""
    para._p.append(parse_xml(f'<m:oMath {_M}>{"".join(map(_of, parts))}</m:oMath>'))


def save(document, path):
    data = io.BytesIO()
    document.save(data)
    path.write_bytes(fixed.archive(data.getvalue()))
