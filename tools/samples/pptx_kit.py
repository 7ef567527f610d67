"""Small helpers over python-pptx: a 16:9 deck with a Chinese theme, and its usual slides."""

import io

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Cm, Pt

import fixed

WIDTH, HEIGHT = 33.867, 19.05  # cm
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


class Deck:
    """One presentation: `ink` for titles, `accent` for rules and marks, `paper` for the ground (RRGGBB)."""

    def __init__(self, title, author, *, ink="1F3B4D", accent="A63D2F", paper="FFFFFF", font="微软雅黑", latin=None):
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Cm(WIDTH), Cm(HEIGHT)
        self.ink, self.accent, self.paper, self.font, self.latin = ink, accent, paper, font, latin or font
        properties = self.file.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        self._theme()
        self._master()

    def _theme(self):
        part = next(rel.target_part for rel in self.file.slide_masters[0].part.rels.values() if rel.reltype.endswith("/theme"))
        theme = etree.fromstring(part.blob)
        for kind in ("majorFont", "minorFont"):
            fonts = theme.find(f".//{{{_A}}}{kind}")
            fonts.find(f"{{{_A}}}latin").set("typeface", self.latin)
            fonts.find(f"{{{_A}}}ea").set("typeface", self.font)
        for name, color in (("dk2", self.ink), ("accent1", self.accent), ("accent2", "3E7C7B"), ("accent3", "C8963E"), ("accent4", "5B6E8C"), ("accent5", "8A9A5B"), ("accent6", "9C7A97")):
            node = theme.find(f".//{{{_A}}}{name}")
            for child in list(node):
                node.remove(child)
            etree.SubElement(node, f"{{{_A}}}srgbClr").set("val", color)
        part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _master(self):
        """Moves the 4:3 template's placeholders to where a 16:9 slide has them."""
        scale = WIDTH / 25.4
        for holder in [self.file.slide_masters[0], *self.file.slide_layouts]:
            for shape in holder.placeholders:
                if shape._element.spPr.find(qn("a:xfrm")) is not None:
                    shape.left, shape.width = int(shape.left * scale), int(shape.width * scale)

    def _slide(self, layout):
        slide = self.file.slides.add_slide(self.file.slide_layouts[layout])
        if self.paper != "FFFFFF":
            slide.background.fill.solid()
            slide.background.fill.fore_color.rgb = RGBColor.from_string(self.paper)
        return slide

    def _place(self, shape, left, top, width, height):
        shape.left, shape.top, shape.width, shape.height = Cm(left), Cm(top), Cm(width), Cm(height)

    def cover(self, title, subtitle, picture=None):
        slide = self._slide(0)
        if picture:
            image = slide.shapes.add_picture(io.BytesIO(picture), Cm(0), Cm(0), width=Cm(WIDTH))
            slide.shapes._spTree.insert(2, image._element)
            image._element.nvPicPr.cNvPr.set("descr", "封面插图")
            band = self.box(slide, 0, 11.2, WIDTH, HEIGHT - 11.2, "", fill="FFFFFF", line=None)
            slide.shapes._spTree.insert(3, band._element)
        self.box(slide, 2.6, 15.0 if picture else 10.6, 4.5, 0.12, "", fill=self.accent, line=None)
        self._place(slide.shapes.title, 2.4, 11.6 if picture else 6.2, 29, 3.2 if picture else 4)
        self.fill_text(slide.shapes.title.text_frame, [title], size=40, bold=True, color=self.ink, anchor=MSO_ANCHOR.BOTTOM)
        self._place(slide.placeholders[1], 2.4, 15.3 if picture else 11.0, 29, 2.2)
        self.fill_text(slide.placeholders[1].text_frame, [subtitle], size=20, color="666666")
        return slide

    def fill_text(self, frame, lines, *, size, color=None, bold=None, anchor=None, align=PP_ALIGN.LEFT, after=0, spacing=None):
        frame.word_wrap = True
        if anchor is not None:
            frame.vertical_anchor = anchor
        for index, line in enumerate(lines):
            para = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            level = 0
            while line.startswith("\t"):
                line, level = line[1:], level + 1
            para.level, para.alignment, para.space_after = level, align, Pt(after)
            if spacing:
                para.line_spacing = spacing
            piece = para.add_run()
            piece.text = line
            piece.font.size = Pt(size - 4 * level)
            piece.font.bold = bold
            if color:
                piece.font.color.rgb = RGBColor.from_string(color)

    def titled(self, title, layout=5):
        slide = self._slide(layout)
        self._place(slide.shapes.title, 1.8, 0.9, 30, 2.2)
        self.fill_text(slide.shapes.title.text_frame, [title], size=30, bold=True, color=self.ink, anchor=MSO_ANCHOR.MIDDLE)
        self.box(slide, 1.9, 3.15, 2.6, 0.1, "", fill=self.accent, line=None)
        return slide

    def bullets(self, title, lines, *, picture=None, size=22, alt=""):
        slide = self.titled(title, 1)
        width = 15.6 if picture else 29.8
        self._place(slide.placeholders[1], 1.8, 4.0, width, 13.2)
        self.fill_text(slide.placeholders[1].text_frame, lines, size=size, color="333333", after=8, spacing=1.15)
        if picture:
            self.picture(slide, picture, 18.4, 4.4, 13.6, 12.2, alt)
        return slide

    def picture(self, slide, png, left, top, width, height, alt=""):
        """Puts a picture into the middle of a box, its shape kept."""
        image = slide.shapes.add_picture(io.BytesIO(png), Cm(left), Cm(top))
        scale = min(Cm(width) / image.width, Cm(height) / image.height)
        image.width, image.height = int(image.width * scale), int(image.height * scale)
        image.left, image.top = int(Cm(left) + (Cm(width) - image.width) / 2), int(Cm(top) + (Cm(height) - image.height) / 2)
        image._element.nvPicPr.cNvPr.set("descr", alt)
        return image

    def box(self, slide, left, top, width, height, text, *, fill="F4F1EA", line="B9B2A3", size=18, color="333333", shape=MSO_SHAPE.RECTANGLE, bold=None, align=PP_ALIGN.CENTER):
        box = slide.shapes.add_shape(shape, Cm(left), Cm(top), Cm(width), Cm(height))
        _flat(box)
        if fill:
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string(fill)
        else:
            box.fill.background()
        if line:
            box.line.color.rgb = RGBColor.from_string(line)
            box.line.width = Pt(1.25)
        else:
            box.line.fill.background()
        if text:
            self.fill_text(box.text_frame, text.split("\n"), size=size, color=color, bold=bold, align=align, anchor=MSO_ANCHOR.MIDDLE)
        return box

    def corner(self, slide, left, top, width, height, *, flip=None, turn=0, fill):
        """Adds a right triangle, its right angle at the lower left before `flip` ("flipH", "flipV") and `turn`."""
        shape = slide.shapes.add_shape(MSO_SHAPE.RIGHT_TRIANGLE, Cm(left), Cm(top), Cm(width), Cm(height))
        _flat(shape)
        shape.rotation = turn
        if flip:
            shape._element.spPr.find(qn("a:xfrm")).set(flip, "1")
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(fill)
        shape.line.color.rgb = RGBColor.from_string("FFFFFF")
        return shape

    def arrow(self, slide, x1, y1, x2, y2, color=None):
        line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Cm(x1), Cm(y1), Cm(x2), Cm(y2))
        line.line.color.rgb = RGBColor.from_string(color or self.ink)
        line.line.width = Pt(2.25)
        etree.SubElement(line.line._get_or_add_ln(), f"{{{_A}}}tailEnd").set("type", "triangle")
        return line

    def table(self, title, rows, widths, *, size=16, row_height=1.2):
        slide = self.titled(title)
        left = (WIDTH - sum(widths)) / 2
        grid = slide.shapes.add_table(len(rows), len(widths), Cm(left), Cm(4.2), Cm(sum(widths)), Cm(row_height * len(rows))).table
        for index, width in enumerate(widths):
            grid.columns[index].width = Cm(width)
        for row_index, row in enumerate(rows):
            grid.rows[row_index].height = Cm(row_height)
            for index, value in enumerate(row):
                cell = grid.cell(row_index, index)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string(self.ink if row_index == 0 else ("FFFFFF" if row_index % 2 else "F2F0EA"))
                para = cell.text_frame.paragraphs[0]
                para.alignment = PP_ALIGN.CENTER if row_index == 0 or index else PP_ALIGN.LEFT
                piece = para.add_run()
                piece.text = str(value)
                piece.font.size, piece.font.bold = Pt(size), row_index == 0
                piece.font.color.rgb = RGBColor.from_string("FFFFFF" if row_index == 0 else "333333")
        return slide

    def chart(self, title, labels, series, *, kind="column", note=None):
        slide = self.titled(title)
        data = CategoryChartData()
        data.categories = labels
        for name, values in series.items():
            data.add_series(name, values)
        types = {"column": XL_CHART_TYPE.COLUMN_CLUSTERED, "line": XL_CHART_TYPE.LINE_MARKERS, "pie": XL_CHART_TYPE.PIE, "bar": XL_CHART_TYPE.BAR_CLUSTERED}
        chart = slide.shapes.add_chart(types[kind], Cm(2.4), Cm(4.0), Cm(29), Cm(11.8 if note else 13.4), data).chart
        chart.font.size = Pt(14)
        chart.has_title = False
        chart.has_legend = len(series) > 1 or kind == "pie"
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        if kind != "line":
            plot = chart.plots[0]
            plot.has_data_labels = True
            plot.data_labels.font.size = Pt(12)
            plot.data_labels.show_value = True
        if note:
            self.box(slide, 2.4, 16.2, 29, 1.6, note, fill="F4F1EA", line=None, size=15, color="555555")
        return slide

    def notes(self, slide, text):
        slide.notes_slide.notes_text_frame.text = text

    def transition(self, slide, kind="fade"):
        element = etree.fromstring(f'<p:transition xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" spd="med"><p:{kind}/></p:transition>')
        # The schema wants it after clrMapOvr and before timing.
        root = slide._element
        after = root.find(qn("p:clrMapOvr"))
        after.addnext(element) if after is not None else root.append(element)

    def animate(self, slide, shapes, effects=None):
        """Lets `shapes` enter one per click; an effect is "appear", "fade" or "wipe"."""
        effects = effects or ["fade"] * len(shapes)
        identity = iter(range(3, 1000))
        clicks = "".join(_click(shape, effect, identity) for shape, effect in zip(shapes, effects))
        # Shapes that hold text need a build entry; pictures have none.
        texts = [shape for shape in shapes if shape.has_text_frame]
        builds = "".join(f'<p:bldP spid="{shape.shape_id}" grpId="0" animBg="1"/>' for shape in texts)
        builds = f"<p:bldLst>{builds}</p:bldLst>" if builds else ""
        timing = f"""<p:timing xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:tnLst><p:par>
<p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst><p:seq concurrent="1" nextAc="seek">
<p:cTn id="2" dur="indefinite" nodeType="mainSeq"><p:childTnLst>{clicks}</p:childTnLst></p:cTn>
<p:prevCondLst><p:cond evt="onPrev" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:prevCondLst>
<p:nextCondLst><p:cond evt="onNext" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:nextCondLst>
</p:seq></p:childTnLst></p:cTn></p:par></p:tnLst>{builds}</p:timing>"""
        parser = etree.XMLParser(remove_blank_text=True)
        slide._element.append(etree.fromstring(timing, parser))

    def save(self, path):
        data = io.BytesIO()
        self.file.save(data)
        path.write_bytes(fixed.archive(data.getvalue()))


def _flat(shape):
    """Takes away the theme's shadow."""
    shape.shadow.inherit = False
    style = shape._element.find(qn("p:style"))
    if style is not None:
        style.find(qn("a:effectRef")).set("idx", "0")


_PRESETS = {"appear": 1, "fade": 10, "wipe": 22}


def _click(shape, effect, identity):
    target = f'<p:tgtEl><p:spTgt spid="{shape.shape_id}"/></p:tgtEl>'
    outer, middle, inner, show = (next(identity) for _ in range(4))
    visible = (f'<p:set><p:cBhvr><p:cTn id="{show}" dur="1" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst></p:cTn>{target}'
               '<p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr><p:to><p:strVal val="visible"/></p:to></p:set>')
    moving = ""
    if effect != "appear":
        name = {"fade": "fade", "wipe": "wipe(left)"}[effect]
        moving = (f'<p:animEffect transition="in" filter="{name}"><p:cBhvr><p:cTn id="{next(identity)}" dur="500"/>{target}</p:cBhvr></p:animEffect>')
    group = ' grpId="0"' if shape.has_text_frame else ""
    subtype = 8 if effect == "wipe" else 0
    return (f'<p:par><p:cTn id="{outer}" fill="hold"><p:stCondLst><p:cond delay="indefinite"/></p:stCondLst><p:childTnLst>'
            f'<p:par><p:cTn id="{middle}" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>'
            f'<p:par><p:cTn id="{inner}" presetID="{_PRESETS[effect]}" presetClass="entr" presetSubtype="{subtype}" fill="hold"{group} nodeType="clickEffect">'
            f'<p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>{visible}{moving}</p:childTnLst></p:cTn></p:par>'
            '</p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:par>')
