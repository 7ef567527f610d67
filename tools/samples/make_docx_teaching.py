"""The Word documents for teaching and reading. Each function writes one file; `catalogue.py` names them."""

import pathlib

import docx_kit as k
import pictures

TEXTS = pathlib.Path(__file__).with_name("texts")


def lesson_plan(path):
    document = k.new("《光合作用》教学设计", "周老师", size=11, margins=(2.2, 2.2, 2.2, 2.2))
    k.paragraph(document, "《绿色植物的光合作用》教学设计", font=k.HEI, size=20, align=k.CENTER, after=10)
    k.table(document, [
        ["学科", "生物学", "年级", "七年级", "课时", "1课时（45分钟）"],
        ["教学目标", "1．说出光合作用的原料、条件、产物和场所，写出文字表达式。\n2．通过“绿叶在光下制造淀粉”的实验，体会控制变量的方法。\n3．认同植物对维持碳—氧平衡的意义，养成爱护绿色植物的习惯。", None, None, None, None],
        ["重点难点", "重点：光合作用的概念与实质。难点：实验步骤中暗处理、酒精脱色的目的。", None, None, None, None],
        ["教学准备", "盆栽天竺葵（提前暗处理24小时）、黑纸片、酒精、碘液、小烧杯、水浴锅、多媒体课件。", None, None, None, None],
    ], [2.0, 3.2, 1.6, 3.0, 1.6, 5.0], header=False, align="clclcl", height=0.9)
    k.heading(document, "一、教学过程", 1, size=14)
    k.table(document, [
        ["环节", "教师活动", "学生活动", "设计意图", "时间"],
        ["导入", "出示海尔蒙特的柳树实验：五年间柳树增重约75千克，土壤只减少不到0.1千克。追问：增加的物质从哪里来？", "猜想、交流，提出水、空气等假设。", "从科学史入手，引发认知冲突。", "5′"],
        ["实验探究", "分组指导：遮光→照光→摘叶→酒精脱色→漂洗→滴碘液→观察。提醒酒精须隔水加热。", "按步骤操作，记录遮光与见光部分的颜色变化。", "在动手中理解对照与变量。", "18′"],
        ["归纳建构", "展示示意图，引导学生找出原料、条件、场所、产物。", "完成填图，写出文字表达式。", "由现象到概念。", "10′"],
        ["联系生活", "提问：合理密植、大棚里施“气肥”的道理是什么？", "小组讨论并汇报。", "学以致用。", "7′"],
        ["小结作业", "引导画概念图；布置课后实践：观察校园植物叶片的镶嵌排列。", "画概念图，记录作业。", "形成知识网络。", "5′"],
    ], [1.6, 5.6, 4.0, 3.8, 1.4], size=10, align="cllcc")
    k.picture(document, pictures.leaf(["光", "水", "二氧化碳", "氧气", "有机物"]), 8.2, "图　光合作用示意图", "太阳照在叶片上，水和二氧化碳进入，氧气和有机物产生")
    k.heading(document, "二、板书设计", 1, size=14)
    u = k.upright
    k.display(document, u("二氧化碳 + 水 "), k.sup(u("→"), u("光能，叶绿体")), u(" 有机物（储存能量）+ 氧气"))
    k.display(document, u("6"), k.sub(u("CO"), u("2")), u(" + 12"), k.sub(u("H"), u("2")), u("O → "), k.sub(u("C"), u("6")),
              k.sub(u("H"), u("12")), k.sub(u("O"), u("6")), u(" + 6"), k.sub(u("O"), u("2")), u(" + 6"), k.sub(u("H"), u("2")), u("O"))
    k.heading(document, "三、教学反思", 1, size=14)
    k.paragraph(document, "实验环节学生兴趣浓厚，但个别小组脱色不充分，影响了观察。下次把叶片剪成小块，并把脱色时间提前到讲解之前。概念图由学生先画、再与课件对照，比直接出示效果好。", font=k.SONG, size=11, indent=2, spacing=1.5)
    k.save(document, path)


def algebra(path):
    """Formulas in real Office Math."""
    document = k.new("一元二次方程复习讲义", "周老师", latin="Cambria", size=11.5, margins=(2.3, 2.4, 2.3, 2.4))
    k.page_header(document, "九年级数学 · 复习讲义")
    k.paragraph(document, "一元二次方程复习讲义", font=k.HEI, size=20, align=k.CENTER, after=10)
    text = dict(font=k.SONG, latin="Cambria", size=11.5, spacing=1.4)
    k.heading(document, "一、定义与一般形式", 1, size=14)
    para = k.paragraph(document, "只含有一个未知数，并且未知数的最高次数是2的整式方程，叫做一元二次方程。它的一般形式是", indent=2, **text)
    k.display(document, k.t("a"), k.sup("x", "2"), k.t(" + bx + c = 0   (a ≠ 0)"))
    k.heading(document, "二、求根公式", 1, size=14)
    k.paragraph(document, "用配方法解一般形式的方程：移项，两边同除以二次项系数，再配方，得", indent=2, **text)
    k.display(document, k.sup(k.brackets(k.t("x + ") + k.frac("b", "2a")), "2"), k.t(" = "), k.frac(k.sup("b", "2") + k.t(" − 4ac"), k.t("4") + k.sup("a", "2")))
    para = k.paragraph(document, "记判别式 ", indent=2, **text)
    k.inline(para, k.t("Δ = "), k.sup("b", "2"), k.t(" − 4ac"))
    k.run(para, "。当 ", font=k.SONG, latin="Cambria")
    k.inline(para, k.t("Δ ≥ 0"))
    k.run(para, " 时，方程的两个实数根为", font=k.SONG, latin="Cambria")
    k.display(document, k.t("x = "), k.frac(k.t("−b ± ") + k.root(k.sup("b", "2") + k.t(" − 4ac")), "2a"))
    k.table(document, [["判别式", "根的情况", "抛物线与 x 轴"], ["Δ > 0", "两个不相等的实数根", "两个交点"], ["Δ = 0", "两个相等的实数根", "一个交点（相切）"], ["Δ < 0", "没有实数根", "没有交点"]],
            [4, 5.5, 5], align="ccc", size=11, height=0.8)
    k.heading(document, "三、根与系数的关系", 1, size=14)
    k.display(document, k.sub("x", "1"), k.t(" + "), k.sub("x", "2"), k.t(" = −"), k.frac("b", "a"), k.t(" ,      "), k.sub("x", "1"), k.sub("x", "2"), k.t(" = "), k.frac("c", "a"))
    k.heading(document, "四、例题", 1, size=14)
    para = k.paragraph(document, "例1　解方程 ", indent=2, **text)
    k.inline(para, k.sup("x", "2"), k.t(" − 2x − 3 = 0"))
    k.run(para, "，并画出对应抛物线的草图。", font=k.SONG, latin="Cambria")
    k.paragraph(document, "解：因式分解，得", indent=2, **text)
    k.display(document, k.brackets("x − 3"), k.brackets("x + 1"), k.t(" = 0 ,    "), k.sub("x", "1"), k.t(" = 3 ,  "), k.sub("x", "2"), k.t(" = −1"))
    k.picture(document, pictures.parabola(), 8.5, "图　y = x² − 2x − 3", "抛物线，与横轴交于(−1,0)和(3,0)，顶点(1,−4)")
    k.paragraph(document, "例2　某书店计划两年内把年销售量从2万册提高到2.88万册，求年平均增长率。", indent=2, **text)
    k.display(document, k.t("2"), k.sup(k.brackets("1 + x"), "2"), k.t(" = 2.88  ⇒  x = "), k.root("1.44"), k.t(" − 1 = 0.2 = 20%"))
    k.heading(document, "五、拓展", 1, size=14)
    k.paragraph(document, "方程组、求和与矩阵在后续学习中还会用到二次方程：", indent=2, **text)
    k.display(document, k.cases("x + y = 5", "xy = 6"), k.t("   ⇒   "), k.sup("t", "2"), k.t(" − 5t + 6 = 0"))
    k.display(document, k.total("∑", "k = 1", "n", "k"), k.t(" = "), k.frac("n(n + 1)", "2"), k.t(" ,     "), k.brackets(k.matrix([["a", "b"], ["c", "d"]]), "|", "|"), k.t(" = ad − bc"))
    k.display(document, k.total("∫", "0", "1", k.sup("x", "2") + k.t(" dx")), k.t(" = "), k.frac("1", "3"))
    k.page_numbers(document, "", "", size=9)
    k.save(document, path)


def handbook(path):
    """An English document."""
    document = k.new("Reading Room Handbook for Volunteers", "Amelia", latin="Calibri", east_asian=k.SONG, size=11, margins=(2.5, 2.5, 2.5, 2.5))
    k.page_header(document, "Reading Room Handbook", font="Calibri")
    k.paragraph(document, "Reading Room Handbook for Volunteers", font="Cambria", latin="Cambria", size=26, color="1F3B4D", before=60, after=6)
    para = k.paragraph(document, "Second edition, January 2026", font="Calibri", size=12, color="666666", after=18)
    k.rule(para, color="A63D2F", size=12)
    k.picture(document, pictures.bookshelf(), 15.5, alt="Three shelves of coloured books")
    body = dict(font="Calibri", size=11, spacing=1.15, after=6)
    for head, blocks in [
        ("1. Welcome", ["Thank you for giving your time. A reading room lives from small, regular kindnesses: an open door at the promised hour, a book put back where the next reader will look for it, a quiet word to a child who has lost a page. This handbook tells you what to do on an ordinary day, and whom to ask on the other ones."]),
        ("2. Before you open", [["Switch on the lights and the heating; open one window for ten minutes.", "Count the cash box and write the sum in the day book.", "Walk the aisles once: aisles clear, ladders locked, fire doors free.", "Put yesterday’s returns on the trolley, newest on the left."]]),
        ("3. At the desk", ["Look up before the reader has to speak. Registration needs one proof of address and takes three minutes; children under twelve are registered by a parent or a teacher. Loans are for thirty days and may be renewed once, in person, by telephone or on line."]),
        ("4. Loans at a glance", []),
        ("5. Shelving", ["Books stand upright, spines flush with the edge of the shelf, and no shelf is more than four fifths full. When a number is doubtful, leave the book on the trolley with a yellow slip: a wrongly shelved book is a lost book."]),
        ("6. When things go wrong", [["Fire alarm: leave the till, lead readers out by the east door, count heads at the plane tree.", "A reader is unwell: call the duty librarian, stay with the reader, send a colleague to the gate.", "A complaint: listen to the end, write it down in the reader’s own words, promise an answer within five working days."]]),
        ("7. Closing", ["Announce closing time fifteen minutes before the hour and once more at five minutes. Check the reading places, the lavatories and the lift before you set the alarm. Sign the day book; the last line is yours."]),
    ]:
        k.heading(document, head, 1, font="Cambria", latin="Cambria", size=16, color="1F3B4D")
        for block in blocks:
            if isinstance(block, list):
                for item in block:
                    para = document.add_paragraph(style="List Bullet")
                    k.run(para, item, font="Calibri", size=11)
            else:
                k.paragraph(document, block, **body)
        if head.startswith("4."):
            k.table(document, [["Reader", "Items", "Loan (days)", "Renewals", "Deposit"], ["Adult", "6", "30", "1", "none"], ["Child", "8", "30", "2", "none"],
                               ["Teacher (class set)", "40", "60", "1", "none"], ["Visitor", "2", "14", "0", "¥100.00"]], [5, 2.4, 3, 2.6, 2.8],
                    font="Calibri", header_font="Calibri", align="lcccr", size=10.5, height=0.7)
    k.page_numbers(document, "", "", font="Calibri", size=9)
    k.save(document, path)


def essay(path):
    """A short story with a picture, in KaiTi."""
    document = k.new("渡口的书箱", "Amelia", east_asian=k.KAI, size=14, margins=(3, 3.2, 3, 3.2))
    k.paragraph(document, "渡口的书箱", font=k.TITLE, size=26, align=k.CENTER, before=30, after=4)
    k.paragraph(document, "（散文）", font=k.KAI, size=12, align=k.CENTER, after=12)
    k.picture(document, pictures.landscape(caption="渡口清晨"), 14, alt="晨雾中的远山与江面")
    for text in (TEXTS / "essay.txt").read_text(encoding="utf-8").splitlines():
        if text:
            k.paragraph(document, text, font=k.KAI, size=14, indent=2, spacing=1.6, align=k.JUSTIFY)
    k.page_numbers(document, "· ", " ·", font=k.KAI, size=10.5)
    k.save(document, path)
