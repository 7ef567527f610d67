"""The PDF documents. Each function writes one file; `catalogue.py` names them."""

import io
import pathlib

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

import laws
import pictures
from typst_kit import FONTS, escape, render

TEXTS = pathlib.Path(__file__).with_name("texts")


def law(path, law_id, note):
    title = laws.LAWS[law_id]["title"]
    out = [f"""
#set page(paper: "a4", margin: (x: 2.8cm, y: 2.8cm), numbering: "— 1 —",
  header: context if counter(page).get().first() > 1 {{ align(center, text(font: kai, size: 9pt, fill: gray)[{title}]) }})
#show heading.where(level: 1): it => align(center, block(above: 1.6em, below: 1em, text(font: hei, size: 15pt, weight: "regular", it.body)))
#align(center)[#text(size: 22pt)[{title}] #v(2pt) #text(font: kai, size: 12pt)[（{note}）]]
#v(10pt)
#set par(first-line-indent: (amount: 2em, all: true))
#set text(size: 12pt)
"""]
    for kind, number, text in laws.parts(law_id):
        if kind == "chapter":
            out.append(f"= {number}　{text}\n")
        elif kind == "article":
            out.append(f"#text(font: hei)[{number}]　{escape(text)}\n")
        else:
            out.append(escape(text) + "\n")
    render(path, "\n".join(out), title=title, author="法规库")


def paper(path):
    """A paper with formulas, a table and a figure."""
    figure = pictures.lines(["1", "2", "4", "8", "16", "32"], {"精确率": [0.61, 0.70, 0.79, 0.86, 0.90, 0.91], "召回率": [0.94, 0.93, 0.91, 0.88, 0.80, 0.66]}, unit="比例", size=(6.4, 3.2))
    render(path, (TEXTS / "paper.typ").read_text(encoding="utf-8"), title="基于词频的短文本相似度计算方法", author="周老师", files={"figure.png": figure})


def exam(path):
    render(path, (TEXTS / "exam.typ").read_text(encoding="utf-8"), title="九年级数学期中试卷", author="周老师", files={"parabola.png": pictures.parabola()})


def leaflet(path):
    render(path, (TEXTS / "leaflet.typ").read_text(encoding="utf-8"), title="栖云读书月活动手册", author="文化馆",
           files={"hills.png": pictures.landscape(1200, 520), "plan.png": pictures.floor_plan(["少儿\n阅览室", "报刊室", "书库", "自习室", "大\n厅"])})


def yearbook(path):
    files = {
        "loans.png": pictures.bars(["2021", "2022", "2023", "2024", "2025"], {"外借（万册次）": [22.4, 23.1, 25.8, 27.9, 29.5]}, size=(6.4, 2.9)),
        "kinds.png": pictures.pie(["文学", "文教", "史地", "工业", "艺术", "其他"], [40, 14, 11, 8, 7, 20], size=(4.4, 3.2)),
        "shelf.png": pictures.bookshelf(1200, 500),
    }
    render(path, (TEXTS / "yearbook.typ").read_text(encoding="utf-8"), title="栖云县图书馆2025年年报", author="文化馆", files=files)


def guide(path):
    """English."""
    render(path, (TEXTS / "guide.typ").read_text(encoding="utf-8"), title="A Short Guide to Caring for Old Books", author="Amelia", files={"shelf.png": pictures.bookshelf(1200, 420)})


def form(path):
    """A form to fill in: AcroForm fields, so that it is more than lines on paper."""
    data = io.BytesIO()
    pdfmetrics.registerFont(TTFont("Kai", str(FONTS / "WenyuanKai-Regular.ttf")))
    pdfmetrics.registerFont(TTFont("Fang", str(FONTS / "WenyuanFangSong-Regular.ttf")))
    page = canvas.Canvas(data, pagesize=A4, invariant=1)
    page.setTitle("读者证申领表")
    page.setAuthor("文化馆")
    page.setFont("Kai", 24)
    page.drawCentredString(297, 770, "栖云县图书馆读者证申领表")
    page.setFont("Fang", 10.5)
    page.drawRightString(535, 742, "可在电脑上填写后打印，也可打印后手写")
    fields = page.acroForm
    ink = HexColor("#8A8A8A")
    rows = [("姓　　名", "name", "证件号码", "id"), ("联系电话", "phone", "电子邮箱", "mail"), ("工作单位", "work", "职　　业", "job")]
    y = 700
    for left_label, left, right_label, right in rows:
        page.setFont("Fang", 12)
        page.drawString(60, y + 8, left_label)
        fields.textfield(name=left, x=125, y=y, width=150, height=24, borderColor=ink, fillColor=HexColor("#FFFFFF"), fontSize=11)
        page.drawString(300, y + 8, right_label)
        fields.textfield(name=right, x=365, y=y, width=170, height=24, borderColor=ink, fillColor=HexColor("#FFFFFF"), fontSize=11)
        y -= 40
    page.drawString(60, y + 8, "通信地址")
    fields.textfield(name="address", x=125, y=y, width=410, height=24, borderColor=ink, fillColor=HexColor("#FFFFFF"), fontSize=11)
    y -= 46
    for label, group, options in (("证件类型", "card", ["成人证", "少儿证", "集体证"]), ("领取方式", "way", ["到馆领取", "分馆代领", "邮寄"])):
        page.drawString(60, y + 4, label)
        for index, option in enumerate(options):
            fields.radio(name=group, value=f"v{index}", selected=index == 0, x=130 + index * 120, y=y, size=16, buttonStyle="circle", borderColor=ink, fillColor=HexColor("#FFFFFF"))
            page.drawString(152 + index * 120, y + 4, option)
        y -= 36
    page.drawString(60, y + 4, "感兴趣的活动（可多选）")
    y -= 30
    for index, option in enumerate(["少儿故事会", "读书沙龙", "书法班", "听书会", "志愿服务", "旧书集市"]):
        x, line = 70 + (index % 3) * 160, y - (index // 3) * 28
        fields.checkbox(name=f"event{index}", x=x, y=line, size=15, buttonStyle="check", borderColor=ink, fillColor=HexColor("#FFFFFF"))
        page.drawString(x + 22, line + 3, option)
    y -= 80
    page.setFont("Kai", 13)
    page.drawString(60, y, "读者须知")
    page.setFont("Fang", 11)
    for index, line in enumerate(["1. 读者证限本人使用，遗失请及时挂失，补办收工本费5元。", "2. 每次可借6册，借期30天，可续借一次；逾期不收费，但暂停外借。", "3. 请爱护图书；污损、遗失按本馆规定赔偿。", "4. 个人信息只用于借阅服务，不向他人提供。"]):
        page.drawString(70, y - 24 - index * 21, line)
    y -= 130
    page.rect(60, y - 90, 475, 90)
    page.line(297, y - 90, 297, y)
    page.drawString(70, y - 22, "申领人签名：")
    page.drawString(70, y - 76, "日期：　　　　年　　　月　　　日")
    page.drawString(307, y - 22, "经办人：")
    page.drawString(307, y - 76, "证号：")
    page.showPage()
    page.save()
    path.write_bytes(data.getvalue())
