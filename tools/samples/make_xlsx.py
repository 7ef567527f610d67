"""The Excel workbooks. Each function writes one file; `catalogue.py` names them."""

import datetime
import io

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, PieChart, Reference, Series
from openpyxl.formatting.rule import CellIsRule, DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

import fixed

SONG, HEI = "宋体", "黑体"
THIN = Side(style="thin", color="8A8A8A")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD, TOTAL, SOFT = (PatternFill("solid", fgColor=color) for color in ("DCE6EA", "F4E9D8", "F7F7F2"))


def _sheet(book, name, title, widths, *, landscape=False, note=None):
    """Makes a sheet with a merged title; the table begins in row 3 (4 with a note)."""
    sheet = book.create_sheet(name)
    last = get_column_letter(len(widths))
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"] = title
    sheet["A1"].font = Font(name=HEI, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 34
    if note:
        sheet.merge_cells(f"A2:{last}2")
        sheet["A2"] = note
        sheet["A2"].font = Font(name=SONG, size=10, color="555555")
        sheet["A2"].alignment = Alignment(horizontal="right")
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    return sheet


def _rows(sheet, start, rows, *, formats=None, head=True, total=False, align=None, height=20):
    """Writes a boxed table from row `start`; `formats` by column number."""
    for offset, row in enumerate(rows):
        number = start + offset
        sheet.row_dimensions[number].height = height
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            cell.border = BOX
            is_head = head and offset == 0
            is_total = total and offset == len(rows) - 1
            cell.font = Font(name=HEI if is_head or is_total else SONG, size=11)
            letter = "c" if is_head else (align[column - 1] if align else "l")
            cell.alignment = Alignment(horizontal={"l": "left", "c": "center", "r": "right"}[letter], vertical="center",
                                       wrap_text=True, indent=0 if letter == "c" else 1)
            if is_head:
                cell.fill = HEAD
            elif is_total:
                cell.fill = TOTAL
            if formats and column in formats and not is_head:
                cell.number_format = formats[column]
    return start + len(rows)


def _book(title, author):
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = title, author
    book.properties.created = datetime.datetime(2026, 11, 1, 8)
    return book


def _save(book, path):
    data = io.BytesIO()
    book.save(data)
    path.write_bytes(fixed.archive(data.getvalue()))


def budget(path):
    book = _book("2026年部门预算表", "文化馆")
    sheet = _sheet(book, "收支总表", "栖云县图书馆2026年部门收支预算总表", [26, 16, 26, 16], note="单位：万元")
    rows = [["收入项目", "预算数", "支出项目", "预算数"],
            ["一、财政拨款收入", 486.50, "一、人员经费", 268.40], ["　　其中：一般公共预算", 466.50, "　　工资福利支出", 241.20],
            ["　　　　　专项资金", 20.00, "　　对个人和家庭的补助", 27.20], ["二、事业收入", 12.80, "二、公用经费", 62.30],
            ["三、捐赠收入", 8.00, "三、项目支出", 176.60], ["四、其他收入", 0, "　　图书购置", 96.00],
            ["", None, "　　数字资源", 28.60], ["", None, "　　设备更新", 32.00], ["", None, "　　阅读推广活动", 20.00]]
    end = _rows(sheet, 3, rows, formats={2: "#,##0.00", 4: "#,##0.00"}, align="lrlr", height=22)
    _rows(sheet, end, [["收入总计", "=B4+B7+B8+B9", "支出总计", "=D4+D7+D8"]], head=False, total=True,
          formats={2: "#,##0.00", 4: "#,##0.00"}, align="crcr", height=24)
    sheet = _sheet(book, "项目明细", "2026年项目支出明细表", [6, 24, 10, 12, 14, 14, 14, 30], landscape=True, note="单位：元")
    items = [("中文图书", "册", 16000, 42.5), ("少儿绘本", "册", 4200, 38), ("大字本与有声读物", "件", 700, 86), ("报刊订阅", "种", 320, 165),
             ("学术期刊数据库", "套", 1, 168000), ("听书平台使用费", "年", 1, 118000), ("自助借还机", "台", 4, 48000), ("流动图书车检修", "辆", 2, 24000),
             ("阅览桌椅", "套", 60, 1180), ("读书月活动", "项", 1, 120000), ("乡镇分馆辅导", "次", 40, 2000)]
    rows = [["序号", "项目", "单位", "数量", "单价", "金额", "占比", "说明"]]
    notes = ["按人均新增0.05册测算", "重点补充0—3岁读物", "老年读者服务", "含英文报刊12种", "三年合同第二年", "不限并发", "更换2018年设备", "", "自习室扩容", "含开幕式与书市", "每镇每年不少于3次"]
    for index, ((name, unit, count, price), note) in enumerate(zip(items, notes), 1):
        line = 3 + index
        rows.append([index, name, unit, count, price, f"=D{line}*E{line}", f"=F{line}/$F${4 + len(items)}", note])
    rows.append(["", "合计", "", None, None, f"=SUM(F4:F{3 + len(items)})", f"=SUM(G4:G{3 + len(items)})", ""])
    _rows(sheet, 3, rows, formats={4: "#,##0", 5: "#,##0.00", 6: "#,##0.00", 7: "0.0%"}, align="clcrrrrl", total=True)
    sheet.freeze_panes = "C4"
    sheet.conditional_formatting.add(f"F4:F{3 + len(items)}", DataBarRule("num", 0, "max", color="3E7C7B"))
    _save(book, path)


def circulation(path):
    book = _book("2025年图书流通统计", "文化馆")
    months = [f"{month}月" for month in range(1, 13)]
    loans = [21840, 24610, 20330, 26480, 24900, 22170, 33620, 34850, 21490, 22060, 21730, 20980]
    visits = [38200, 41900, 36500, 47100, 43800, 40200, 61300, 63900, 38700, 39400, 38100, 36900]
    new = [412, 586, 377, 921, 504, 433, 1284, 1107, 690, 415, 380, 352]
    sheet = _sheet(book, "按月", "2025年各月流通情况", [10, 14, 14, 14, 16], note="单位：册次、人次、张")
    rows = [["月份", "外借册次", "到馆人次", "新办证", "人均外借"]]
    rows += [[m, a, b, c, f"=ROUND(B{i}/C{i},2)"] for i, (m, a, b, c) in enumerate(zip(months, loans, visits, new), 4)]
    rows += [["合计", "=SUM(B4:B15)", "=SUM(C4:C15)", "=SUM(D4:D15)", "=ROUND(B16/C16,2)"]]
    _rows(sheet, 3, rows, formats={2: "#,##0", 3: "#,##0", 4: "#,##0", 5: "0.00"}, align="crrrr", total=True)
    chart = LineChart()
    chart.title, chart.height, chart.width = "外借与到馆", 8, 15.5
    chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=3, max_row=15), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=15))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    for line in chart.series:
        line.smooth = False
    sheet.add_chart(chart, "A18")
    sheet = _sheet(book, "按类", "2025年各类图书外借", [8, 22, 14, 14, 12], note="按《中国图书馆分类法》")
    classes = [("I", "文学", 31200, 118460), ("G", "文化、教育、体育", 12400, 41230), ("K", "历史、地理", 9800, 33910), ("T", "工业技术", 15600, 22840),
               ("J", "艺术", 5200, 19760), ("B", "哲学", 4300, 15210), ("R", "医药、卫生", 6100, 14980), ("Q", "生物科学", 2100, 9470), ("F", "经济", 7400, 11200), ("其他", "其他", 5900, 8000)]
    rows = [["类号", "类名", "馆藏册数", "外借册次", "流通率"]] + [[a, b, c, d, f"=D{i}/C{i}"] for i, (a, b, c, d) in enumerate(classes, 4)]
    rows += [["", "合计", "=SUM(C4:C13)", "=SUM(D4:D13)", "=D14/C14"]]
    _rows(sheet, 3, rows, formats={3: "#,##0", 4: "#,##0", 5: "0.00"}, align="clrrr", total=True)
    pie = PieChart()
    pie.title, pie.height, pie.width = "外借构成", 8, 13
    pie.add_data(Reference(sheet, min_col=4, min_row=3, max_row=13), titles_from_data=True)
    pie.set_categories(Reference(sheet, min_col=2, min_row=4, max_row=13))
    sheet.add_chart(pie, "A17")
    sheet = _sheet(book, "按馆", "2025年各分馆流通情况", [16, 12, 12, 12, 12, 12], note="单位：册次")
    places = [("总馆", [52300, 68100, 71400, 51200]), ("城东分馆", [6100, 8400, 10200, 6900]), ("白石镇分馆", [2800, 3900, 5100, 3100]), ("柳溪镇分馆", [2300, 3200, 4700, 2600]),
              ("青山乡分馆", [1500, 2200, 2900, 1700]), ("流动图书车", [1780, 3550, 4660, 2270])]
    rows = [["馆别", "一季度", "二季度", "三季度", "四季度", "全年"]] + [[n, *v, f"=SUM(B{i}:E{i})"] for i, (n, v) in enumerate(places, 4)]
    rows += [["合计"] + [f"=SUM({c}4:{c}9)" for c in "BCDEF"]]
    _rows(sheet, 3, rows, formats=dict.fromkeys(range(2, 7), "#,##0"), align="lrrrrr", total=True)
    bars = BarChart()
    bars.type, bars.grouping, bars.overlap = "col", "stacked", 100
    bars.title, bars.height, bars.width = "各分馆四季外借", 8, 15.5
    # The main library would dwarf the others: its row stays out.
    for column in range(2, 6):
        bars.append(Series(Reference(sheet, min_col=column, min_row=5, max_row=9), title_from_data=False,
                           title=sheet.cell(3, column).value))
    bars.set_categories(Reference(sheet, min_col=1, min_row=5, max_row=9))
    bars.x_axis.delete = bars.y_axis.delete = False
    sheet.add_chart(bars, "A13")
    _save(book, path)


def timetable(path):
    book = _book("七年级（3）班课程表", "周老师")
    sheet = _sheet(book, "课程表", "七年级（3）班课程表", [10, 14, 13, 13, 13, 13, 13], landscape=True, note="2026—2027学年第一学期　2026年9月1日起执行")
    lessons = [("第一节", "8:00—8:40", "语文 数学 英语 语文 数学"), ("第二节", "8:50—9:30", "数学 语文 数学 英语 语文"), ("第三节", "10:00—10:40", "英语 生物 语文 数学 英语"), ("第四节", "10:50—11:30", "历史 英语 地理 体育 生物"),
               ("第五节", "14:00—14:40", "道德与法治 体育 历史 美术 地理"), ("第六节", "14:50—15:30", "体育 音乐 信息科技 阅读 劳动"), ("第七节", "15:50—16:30", "班会 社团 书法 实验 社团")]
    rows = [["节次", "时间", "星期一", "星期二", "星期三", "星期四", "星期五"]] + [[n, t, *d.split()] for n, t, d in lessons]
    _rows(sheet, 3, rows[:5], align="c" * 7, height=34)
    sheet.merge_cells("A8:G8")
    sheet["A8"] = "午　　休（11:30—13:50）"
    sheet["A8"].alignment = Alignment(horizontal="center", vertical="center")
    sheet["A8"].font, sheet["A8"].fill = Font(name=HEI, size=12), TOTAL
    sheet.row_dimensions[8].height = 26
    _rows(sheet, 9, rows[5:], head=False, align="c" * 7, height=34)
    colors = {"语文": "F6E6E2", "数学": "E4EFEE", "英语": "E7EAF1", "体育": "EAF1E0", "阅读": "F7EFDD"}
    for row in sheet.iter_rows(min_row=4, max_row=11, min_col=3, max_col=7):
        for cell in row:
            if cell.value in colors:
                cell.fill = PatternFill("solid", fgColor=colors[cell.value])
    _save(book, path)


def formats(path):
    book = _book("Excel 数字格式示例", "周老师")
    sheet = _sheet(book, "数字格式", "常用数字格式示例", [24, 34, 22, 34], landscape=True, note="第三列的值相同时，格式不同，显示就不同")
    day, moment = datetime.date(2026, 4, 23), datetime.datetime(2026, 4, 23, 15, 8, 30)
    samples = [("常规", "General", 1234.5, ""), ("两位小数", "0.00", 1234.5, "四舍五入到分"), ("千位分隔", "#,##0", 1234567, ""), ("千位分隔、两位小数", "#,##0.00", -1234.5, "负数前有减号"),
               ("负数红色", "#,##0.00;[Red]-#,##0.00", -1234.5, "颜色写在方括号里"), ("人民币", '"¥"#,##0.00', 1234.5, ""), ("会计专用", '_ ¥* #,##0.00_ ', 1234.5, "货币符号靠左对齐"), ("百分比", "0.0%", 0.256, "25.6%"),
               ("分数", "# ?/?", 2.75, "2 3/4"), ("科学记数", "0.00E+00", 123456789, "1.23×10⁸"), ("短日期", "yyyy-mm-dd", day, "ISO 8601"), ("中文日期", 'yyyy"年"m"月"d"日"', day, ""),
               ("星期", "[$-804]aaaa", day, "2026年4月23日是星期四"), ("时间", "hh:mm:ss", moment, ""), ("上午/下午", "[$-804]AM/PM h:mm", moment, ""), ("时长超过24小时", "[h]:mm", 1.75, "42:00"),
               ("补零编号", "000000", 42, "借书证号"), ("电话分段", "000-0000-0000", 13800001234, "虚构号码"), ("中文大写", "[DBNum2][$-804]General", 1234, "壹仟贰佰叁拾肆"), ("中文小写", "[DBNum1][$-804]General", 1234, "一千二百三十四"),
               ("条件文字", '[>=90]"优秀";[>=60]"合格";"不合格"', 86, ""), ("隐藏数值", '"（保密）"', 5000, "值仍在单元格里"), ("文本", "@", "007", "保留前导零")]
    rows = [["名称", "格式代码", "显示", "说明"]] + [[a, "'" + b if b.startswith("=") else b, c, d] for a, b, c, d in samples]
    _rows(sheet, 3, rows, align="llrl")
    for number, (_, code, _, _) in enumerate(samples, 4):
        sheet.cell(number, 3).number_format = code
        sheet.cell(number, 2).font = Font(name="Consolas", size=10)
        sheet.cell(number, 2).number_format = "@"
    sheet.freeze_panes = "A4"
    sheet.page_setup.fitToHeight = 1
    sheet = _sheet(book, "汇率换算", "汇率换算（示例汇率）", [16, 14, 16, 18], note="更改B列汇率，右边随之变化")
    rows = [["货币", "对人民币汇率", "金额", "折合人民币"]]
    for index, (name, rate, amount, code) in enumerate([("美元", 7.12, 1000, "[$$-409]#,##0.00"), ("欧元", 7.86, 1000, "[$€-2] #,##0.00"), ("英镑", 9.21, 500, "[$£-809]#,##0.00"), ("日元", 0.0468, 100000, '"JP¥"#,##0')], 4):
        rows.append([name, rate, amount, f"=B{index}*C{index}"])
    _rows(sheet, 3, rows, formats={2: "0.0000", 4: '"¥"#,##0.00'}, align="crrr")
    for row, code in zip(range(4, 8), ("[$$-409]#,##0.00", "[$€-2] #,##0.00", "[$£-809]#,##0.00", '"JP¥"#,##0')):
        sheet.cell(row, 3).number_format = code
    _save(book, path)


def assets(path):
    book = _book("固定资产登记台账", "文化馆")
    sheet = _sheet(book, "台账", "固定资产登记台账", [12, 20, 16, 13, 13, 8, 13, 13, 12, 10], landscape=True, note="登记日期：2026年6月30日　单位：元")
    items = [("SB-0001", "自助借还机", "JH-200", "2022-03-15", 48000, 8, "大厅"), ("SB-0002", "自助借还机", "JH-200", "2022-03-15", 48000, 8, "少儿室"), ("SB-0003", "门禁通道", "MJ-3", "2019-09-01", 36000, 10, "大厅"), ("SB-0004", "服务器", "R2-64G", "2021-11-20", 62000, 6, "机房"),
             ("SB-0005", "投影机", "TY-5000", "2020-05-08", 18500, 6, "报告厅"), ("SB-0006", "扫描仪", "A3", "2018-04-10", 26000, 6, "古籍室"), ("SB-0007", "流动图书车", "XC-7", "2017-12-01", 286000, 12, "车库"), ("SB-0008", "空调机组", "5P", "2023-06-18", 21800, 10, "阅览室"),
             ("JJ-0001", "双面书架", "6层", "2016-08-30", 1680, 15, "书库"), ("JJ-0002", "阅览桌", "六人位", "2024-02-26", 2380, 15, "自习室")]
    rows = [["编号", "名称", "型号", "购入日期", "原值", "年限", "年折旧", "净值", "存放地点", "状态"]]
    for line, (code, name, model, day, price, years, place) in enumerate(items, 4):
        age = (datetime.date(2026, 6, 30) - datetime.date.fromisoformat(day)).days / 365.25
        rows.append([code, name, model, datetime.date.fromisoformat(day), price, years, f"=ROUND(E{line}*0.95/F{line},2)",
                     f"=ROUND(MAX(E{line}*0.05,E{line}-G{line}*{age:.2f}),2)", place, "待报废" if age > years else "在用"])
    rows.append(["合计", "", "", None, "=SUM(E4:E13)", None, "=SUM(G4:G13)", "=SUM(H4:H13)", "", ""])
    _rows(sheet, 3, rows, formats={4: "yyyy-mm-dd", 5: "#,##0.00", 7: "#,##0.00", 8: "#,##0.00"}, align="lllcrcrrcc", total=True)
    sheet.conditional_formatting.add("J4:J13", CellIsRule(operator="equal", formula=['"待报废"'], font=Font(color="A63D2F", bold=True), fill=PatternFill(bgColor="F6E6E2")))
    choice = DataValidation(type="list", formula1='"在用,闲置,维修,待报废"', allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add("J4:J200")
    sheet.auto_filter.ref = "A3:J13"
    sheet.freeze_panes = "C4"
    _save(book, path)


def scores(path):
    book = _book("七年级期末成绩统计", "周老师")
    sheet = _sheet(book, "成绩", "七年级（3）班期末成绩统计表", [8, 12, 9, 9, 9, 9, 9, 10, 10, 8], note="姓名为虚构")
    names = "安宁 白杨 曹晓禾 丁一 方舟 高远 何苗 江南 康乐 李想 林间 马蹄声 宁静 秋实 沈墨 石磊 田园 王小满 夏至 杨柳青".split()
    rows = [["学号", "姓名", "语文", "数学", "英语", "生物", "历史", "总分", "平均分", "名次"]]
    for index, name in enumerate(names):
        line = 4 + index
        marks = [62 + (index * factor + shift) % 38 for factor, shift in ((17, 5), (23, 11), (13, 19), (29, 3), (7, 20))]
        rows.append([f"0703{index + 1:02}", name, *marks, f"=SUM(C{line}:G{line})", f"=ROUND(H{line}/5,1)", f"=RANK(H{line},$H$4:$H$23)"])
    end = _rows(sheet, 3, rows, formats={9: "0.0"}, align="ccrrrrrrrc", height=18)
    stats = [["", label] + [f"={function}({c}4:{c}23)" for c in "CDEFGHI"] + [""] for label, function in (("最高分", "MAX"), ("最低分", "MIN"), ("平均分", "AVERAGE"))]
    stats.append(["", "优秀率"] + [f'=COUNTIF({c}4:{c}23,">=90")/COUNT({c}4:{c}23)' for c in "CDEFG"] + ["", "", ""])
    _rows(sheet, end, stats, head=False, formats=dict.fromkeys(range(3, 10), "0.0"), align="ccrrrrrrrc", height=18)
    for column in "CDEFG":
        sheet[f"{column}{end + 3}"].number_format = "0%"
    sheet.conditional_formatting.add("C4:G23", CellIsRule(operator="lessThan", formula=["65"], font=Font(color="A63D2F")))
    sheet.conditional_formatting.add("C4:G23", CellIsRule(operator="greaterThanOrEqual", formula=["95"], fill=PatternFill(bgColor="EAF1E0")))
    sheet.freeze_panes = "C4"
    _save(book, path)


def reading_plan(path):
    """English: a reading log."""
    book = _book("Summer Reading Log", "Amelia")
    sheet = _sheet(book, "Log", "Summer Reading Log", [6, 34, 22, 13, 13, 9, 11, 10], landscape=True, note="One line per book; pages per day is computed")
    books = [("The Lamp at the Ferry", "fiction", "2026-07-01", "2026-07-06", 212, 5), ("A Field Guide to Clouds", "science", "2026-07-07", "2026-07-09", 148, 4), ("Nine Rivers", "history", "2026-07-10", "2026-07-21", 386, 4),
             ("How Paper Was Made", "science", "2026-07-22", "2026-07-24", 96, 5), ("Letters from a Lighthouse", "fiction", "2026-07-25", "2026-07-31", 254, 3), ("The Patient Gardener", "nature", "2026-08-01", "2026-08-05", 180, 5), ("Maps That Lied", "history", "2026-08-06", "2026-08-17", 332, 4)]
    rows = [["No.", "Title", "Subject", "Begun", "Finished", "Pages", "Pages/day", "Stars"]]
    for index, (title, subject, start, end, pages, stars) in enumerate(books, 1):
        line = 3 + index
        rows.append([index, title, subject, datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), pages, f"=F{line}/(E{line}-D{line}+1)", "★" * stars + "☆" * (5 - stars)])
    rows.append(["", "Total", "", None, None, "=SUM(F4:F10)", "=F11/SUMPRODUCT(E4:E10-D4:D10+1)", ""])
    _rows(sheet, 3, rows, formats={4: "d mmm yyyy", 5: "d mmm yyyy", 6: "#,##0", 7: "0.0"}, align="cllccrrl", total=True)
    for row in sheet.iter_rows(min_row=1, max_row=11):
        for cell in row:
            cell.font = Font(name="Calibri", size=cell.font.size, bold=cell.row in (1, 3, 11))
    _save(book, path)
