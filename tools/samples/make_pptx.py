"""The PowerPoint decks. Each function writes one file; `catalogue.py` names them."""

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import PP_ALIGN

import pictures
from pptx_kit import Deck


def library_tour(path):
    deck = Deck("新读者入馆指南", "文化馆")
    deck.cover("新读者入馆指南", "栖云县图书馆 · 2026年秋季", pictures.bookshelf(1200, 420))
    deck.bullets("今天讲什么", ["办证与借还：三分钟学会", "馆舍布局：想找的书在哪里", "检索目录：从书名到书架", "数字资源：在家也能读", "文明阅读：我们的约定"])
    slide = deck.titled("馆舍布局")
    deck.picture(slide, pictures.floor_plan(["少儿阅览室", "报刊阅览室", "综合书库", "自习室", "大\n厅"]), 2.4, 4, 20, 13.6, "平面图：大厅居中，四周是四个房间")
    deck.box(slide, 23.4, 5.2, 8.4, 11.2, "少儿阅览室 9:00—18:00\n报刊阅览室 8:30—21:00\n综合书库 9:00—18:00\n自习室 7:00—22:00\n\n周一上午馆内整理\n法定节假日照常开放", size=17, align=PP_ALIGN.LEFT)
    deck.table("借阅规则一览", [["读者类型", "可借册数", "借期（天）", "续借", "押金"], ["成人", "6", "30", "1次", "免"], ["少儿", "8", "30", "2次", "免"], ["教师（班级集体）", "40", "60", "1次", "免"], ["临时读者", "2", "14", "—", "100元"]], [8, 5, 5, 5, 5])
    slide = deck.titled("找书四步")
    for index, (head, text) in enumerate([("查", "在检索机输入\n书名或作者"), ("记", "记下索书号\n如 I247.5/218"), ("找", "按字母和数字\n到书架"), ("借", "自助机刷证\n取凭条")]):
        x = 2.2 + index * 7.7
        deck.box(slide, x, 6.4, 5.6, 2.4, head, fill="1F3B4D", color="FFFFFF", size=30, line=None, bold=True)
        deck.box(slide, x, 8.8, 5.6, 4.6, text, size=17)
        if index < 3:
            deck.arrow(slide, x + 5.7, 9.9, x + 7.6, 9.9, "A63D2F")
    deck.bullets("文明阅读约定", ["轻声：手机静音，接电话到走廊", "爱书：不折角、不涂画、不占位", "互助：看见放错的书，请交给馆员", "安全：熟悉两个安全出口的位置", "\t东门：通往停车场", "\t西门：通往河滨步道"])
    deck.save(path)


def poetry(path):
    deck = Deck("山水诗里的画意", "周老师", ink="2F4A3C", accent="A63D2F", paper="FBF8F0", font="楷体", latin="楷体")
    deck.cover("山水诗里的画意", "七年级语文 · 古诗词诵读", pictures.landscape(caption=""))
    slide = deck.titled("鹿柴　（唐）王维")
    deck.box(slide, 2.4, 4.4, 12.6, 12.4, "空山不见人，\n但闻人语响。\n返景入深林，\n复照青苔上。", size=32, fill="F4EFE0", line="C9BFA5")
    deck.picture(slide, pictures.landscape(900, 760), 16.4, 4.4, 15, 12.4, "山林暮色")
    deck.bullets("读一读，想一想", ["“空山”空在哪里？“人语”为什么不见其人？", "“返景”的“景”读 yǐng，指夕阳返照的光", "一动一静：以声衬静；一暗一明：以光写幽", "请用一句话说出你“看见”的画面"], size=24)
    slide = deck.titled("鸟鸣涧　（唐）王维")
    deck.box(slide, 2.4, 4.4, 12.6, 12.4, "人闲桂花落，\n夜静春山空。\n月出惊山鸟，\n时鸣春涧中。", size=32, fill="F4EFE0", line="C9BFA5")
    deck.picture(slide, pictures.landscape(900, 760, night=True), 16.4, 4.4, 15, 12.4, "月夜山涧")
    deck.table("两首诗的比较", [["", "鹿柴", "鸟鸣涧"], ["时间", "傍晚", "月夜"], ["声音", "人语", "鸟鸣"], ["光影", "返景照苔", "月出惊鸟"], ["手法", "以声衬静", "以动写静"], ["心境", "幽远", "闲适"]], [6, 10, 10], size=20, row_height=1.7)
    deck.bullets("作业", ["背诵两首诗，录成音频发到班级共读群", "任选一首，画一张“诗意画”，题上诗句", "选做：再找一首山水诗，说说它的“画意”"], size=24)
    deck.save(path)


def promotion(path):
    deck = Deck("2025年阅读推广工作汇报", "文化馆", ink="23395B", accent="C8963E")
    deck.cover("2025年阅读推广工作汇报", "栖云县图书馆　2026年1月")
    deck.bullets("一年概况", ["到馆52.6万人次，外借29.5万册次，新办证7,461张", "举办活动312场，参与者4.8万人次", "新增分馆2个、流动服务点6个", "\t白石镇分馆：每周开放6天", "\t柳溪镇分馆：与中心小学共建", "读者满意度96.4%"])
    deck.chart("到馆与外借（万）", ["一季度", "二季度", "三季度", "四季度"], {"到馆人次": (11.7, 13.1, 16.4, 11.4), "外借册次": (6.7, 7.4, 9.0, 6.5)}, note="三季度为暑期高峰，少儿读者占外借量的六成")
    deck.chart("外借构成", ["文学", "文化教育", "历史地理", "工业技术", "艺术", "其他"], {"外借": (40, 14, 11, 8, 7, 20)}, kind="pie")
    deck.table("重点活动", [["活动", "时间", "场次", "参与人次", "评价"], ["栖云读书月", "4—5月", "46", "12,300", "★★★★★"], ["暑期小馆员", "7—8月", "28", "860", "★★★★☆"], ["银发听书会", "全年", "52", "3,140", "★★★★★"], ["旧书交换集市", "4月、10月", "4", "5,700", "★★★★☆"], ["一校一书共读", "9—12月", "38", "9,450", "★★★★★"]], [8, 6, 4, 5.5, 5.5])
    slide = deck.titled("2026年思路：一核三环")
    deck.box(slide, 13.2, 7.6, 7.4, 4.2, "总馆\n资源与标准", fill="23395B", color="FFFFFF", line=None, shape=MSO_SHAPE.OVAL, size=20)
    for x, y, text in [(2.4, 5.2, "乡镇分馆\n统一借还"), (23.6, 5.2, "学校图书室\n书目共享"), (13.2, 14.2, "家庭书房\n亲子阅读")]:
        deck.box(slide, x, y, 7.8, 3, text, fill="F7EFDD", line="C8963E", shape=MSO_SHAPE.ROUNDED_RECTANGLE)
    deck.arrow(slide, 13.4, 8.6, 10.4, 7.4)
    deck.arrow(slide, 20.4, 8.6, 23.4, 7.4)
    deck.arrow(slide, 16.9, 11.9, 16.9, 14.0)
    deck.notes(slide, "强调统一标准：同一张证、同一套编目、同一个目录。")
    deck.save(path)


def festivals(path):
    deck = Deck("中国传统节日", "Amelia", ink="7A1F16", accent="C8963E", paper="FDF8EE")
    deck.cover("中国传统节日", "从岁首到岁尾，认识六个节日")
    for name, date, lines, picture, alt in [
        ("春节", "正月初一", ["贴春联、守岁、拜年", "南方吃年糕，北方吃饺子", "“爆竹声中一岁除，春风送暖入屠苏”"], pictures.lantern(), "两盏红灯笼"),
        ("清明", "公历4月4日至6日", ["扫墓祭祖，慎终追远", "踏青、插柳、放风筝", "也是二十四节气之一"], pictures.landscape(900, 700), "春山"),
        ("中秋", "八月十五", ["赏月、吃月饼、猜灯谜", "“但愿人长久，千里共婵娟”", "桂花开，蟹正肥"], pictures.landscape(900, 700, night=True), "月夜群山"),
    ]:
        deck.transition(deck.bullets(f"{name}（{date}）", lines, picture=picture, size=24, alt=alt))
    deck.table("六个节日一览", [["节日", "农历日期", "食俗", "活动"], ["春节", "正月初一", "饺子、年糕", "贴春联、拜年"], ["元宵", "正月十五", "元宵、汤圆", "赏灯、猜谜"], ["清明", "（公历4月初）", "青团", "扫墓、踏青"], ["端午", "五月初五", "粽子", "赛龙舟、挂艾草"], ["中秋", "八月十五", "月饼", "赏月"], ["重阳", "九月初九", "重阳糕", "登高、敬老"]], [5, 7, 8, 8], size=17, row_height=1.55)
    slide = deck.titled("一年的圆")
    for index, (name, day) in enumerate([("春节", "正月初一"), ("元宵", "正月十五"), ("清明", "仲春"), ("端午", "五月初五"), ("中秋", "八月十五"), ("重阳", "九月初九")]):
        x = 1.9 + index * 5.15
        deck.box(slide, x, 8.2 + (index % 2) * 1.6, 4.1, 3.4, f"{name}\n{day}", fill=["A63D2F", "C8963E", "7BA05B", "3E7C7B", "5B6E8C", "9C7A97"][index], color="FFFFFF", line=None, shape=MSO_SHAPE.OVAL, size=16)
    deck.save(path)


def photosynthesis(path):
    deck = Deck("绿色植物的光合作用", "周老师", ink="2F5D34", accent="7BA05B")
    deck.cover("绿色植物的光合作用", "七年级生物学　第三单元")
    deck.bullets("三百年的追问", ["1648年　海尔蒙特：柳树增重来自水？", "1771年　普利斯特利：植物能“更新”空气", "1779年　英格豪斯：只有在光下才行", "1864年　萨克斯：光合作用产生淀粉", "科学结论总是一步一步走近的"], size=24)
    slide = deck.titled("一张图看懂")
    deck.picture(slide, pictures.leaf(["光能", "水", "二氧化碳", "氧气", "有机物"]), 3, 3.8, 27.8, 14.2, "叶片吸收光、水、二氧化碳，放出氧气，制造有机物")
    slide = deck.titled("公式")
    deck.box(slide, 2, 7, 9.4, 3, "二氧化碳 + 水", fill="E4EFEE", line="3E7C7B", size=26)
    deck.arrow(slide, 11.8, 8.5, 18.2, 8.5)
    deck.box(slide, 12, 6.2, 6, 1.8, "光能", fill=None, line=None, size=20)
    deck.box(slide, 12, 8.8, 6, 1.8, "叶绿体", fill=None, line=None, size=20)
    deck.box(slide, 18.6, 7, 13.2, 3, "有机物（储存能量）+ 氧气", fill="F7EFDD", line="C8963E", size=26)
    deck.box(slide, 2, 12.4, 29.8, 2.6, "6CO₂ + 12H₂O → C₆H₁₂O₆ + 6O₂ + 6H₂O", fill="F4F1EA", line=None, size=28)
    deck.table("实验：绿叶在光下制造淀粉", [["步骤", "做什么", "为什么"], ["1 暗处理", "黑暗中放一昼夜", "耗尽原有淀粉"], ["2 遮光", "叶片一部分用黑纸盖住", "设置对照"], ["3 光照", "放在阳光下几小时", "进行光合作用"], ["4 脱色", "酒精隔水加热", "溶解叶绿素，便于观察"], ["5 染色", "滴加碘液", "淀粉遇碘变蓝"]], [6, 11, 11], size=18, row_height=1.6)
    deck.chart("光照强度与光合速率", ["0", "2", "4", "6", "8", "10"], {"光合速率（相对值）": (0, 22, 41, 55, 61, 62)}, kind="line", note="光照增强到一定程度后，速率不再上升：其他条件成了限制因素")
    deck.save(path)


def pythagoras(path):
    """The deck whose slides build up step by step."""
    deck = Deck("勾股定理的证明", "周老师", ink="23395B", accent="A63D2F")
    deck.transition(deck.cover("勾股定理的证明", "八年级数学 · 动画课件：单击一次，出现一步"))
    slide = deck.titled("看图猜想")
    image = deck.picture(slide, pictures.triangle(), 2, 4, 15, 13.6, "直角三角形和三边上的正方形")
    steps = [deck.box(slide, 18, 4.6 + index * 3.2, 13.4, 2.5, text, size=20, fill=fill, line=None) for index, (text, fill) in enumerate([
        ("两直角边上的正方形：a² 与 b²", "E4EFEE"), ("斜边上的正方形：c²", "F6E6E2"), ("数一数格子，你发现了什么？", "F4F1EA"), ("猜想：a² + b² = c²", "F7EFDD")])]
    deck.animate(slide, [image, *steps], ["appear", "fade", "fade", "fade", "wipe"])
    slide = deck.titled("拼图证明")
    outer = deck.box(slide, 3, 5, 12, 12, "", fill="F7EFDD", line="23395B")
    # Legs 4.2 and 7.8 along the sides of a square of a + b = 12.
    triangles = [deck.corner(slide, 3, 12.8, 7.8, 4.2, fill="5B6E8C"), deck.corner(slide, 10.8, 9.2, 4.2, 7.8, flip="flipH", fill="3E7C7B"),
                 deck.corner(slide, 7.2, 5, 7.8, 4.2, turn=180, fill="5B6E8C"), deck.corner(slide, 3, 5, 4.2, 7.8, flip="flipV", fill="3E7C7B")]
    inner = deck.box(slide, 7.2, 9.2, 3.6, 3.6, "c²", fill=None, line=None, size=32, color="A63D2F")
    texts = [deck.box(slide, 17, 5 + index * 2.9, 14.6, 2.3, text, size=20, fill=None, line=None, align=PP_ALIGN.LEFT) for index, text in enumerate([
        "大正方形的面积：(a + b)²", "四个直角三角形：4 × ½ab = 2ab", "中间斜放的正方形：c²", "(a + b)² = 2ab + c²　⇒　a² + b² = c²　证毕"])]
    deck.animate(slide, [outer, texts[0], *triangles, texts[1], inner, *texts[2:]])
    slide = deck.bullets("练一练", ["直角边为6和8，斜边是多少？", "梯子长2.5米，底端离墙0.7米，顶端离地多高？", "一个直角三角形三边都是整数，最小的一组是？"], size=24)
    answers = [deck.box(slide, 23.6, 4.2 + index * 2.2, 7.6, 1.6, text, size=20, fill="F7EFDD", line="C8963E") for index, text in enumerate(["10", "2.4 米", "3、4、5"])]
    deck.animate(slide, answers, ["wipe"] * 3)
    deck.save(path)


def python_intro(path):
    deck = Deck("Python 编程入门", "Amelia", ink="1F3B4D", accent="3E7C7B")
    deck.cover("Python 编程入门", "面向零基础学员的第一课（90分钟）")
    deck.bullets("为什么学编程", ["把重复的事交给计算机", "学会把大问题拆成小问题", "看得懂别人的工具，改得动自己的工具", "\t整理照片、统计成绩、抓取表格", "\t批量改名、生成报表"])
    for title, code, note in [
        ("第一个程序", 'name = input("你叫什么名字？")\nprint("你好，" + name)\n\nfor i in range(3):\n    print("欢迎来到图书馆", i + 1)', "缩进是语法的一部分：同一层要对齐"),
        ("统计词频", 'from collections import Counter\n\ntext = open("诗.txt", encoding="utf-8").read()\ncounts = Counter(c for c in text if c.isalpha())\nfor char, n in counts.most_common(5):\n    print(char, n)', "文件的编码要写明，否则汉字会乱码"),
    ]:
        slide = deck.titled(title)
        box = deck.box(slide, 2.2, 4.2, 29.4, 9.6, "", fill="F4F4F0", line="CFCFC8")
        deck.fill_text(box.text_frame, code.split("\n"), size=20, color="1F3B4D", spacing=1.1)
        for para in box.text_frame.paragraphs:
            for piece in para.runs:
                piece.font.name = "Consolas"
        deck.box(slide, 2.2, 14.6, 29.4, 1.8, note, fill="E4EFEE", line=None, size=18)
    slide = deck.titled("程序怎样跑起来")
    for index, text in enumerate(["源代码\nhello.py", "解释器\npython3", "字节码", "结果"]):
        deck.box(slide, 2 + index * 7.8, 8, 5.8, 3.4, text, shape=MSO_SHAPE.ROUNDED_RECTANGLE, fill="E4EFEE", line="3E7C7B")
        if index < 3:
            deck.arrow(slide, 7.9 + index * 7.8, 9.7, 9.7 + index * 7.8, 9.7)
    deck.table("常用类型", [["类型", "例子", "说明"], ["int", "42", "整数，没有上限"], ["float", "3.14", "小数，有误差"], ["str", '"文渊"', "字符串，用引号"], ["list", "[1, 2, 3]", "有次序，可修改"], ["dict", '{"册": 6}', "键和值"]], [6, 10, 12], size=18, row_height=1.6)
    deck.save(path)


def citing(path):
    deck = Deck("How to Cite Your Sources", "Amelia", ink="1F3B4D", accent="A63D2F", font="微软雅黑", latin="Calibri")
    deck.cover("How to Cite Your Sources", "A half-hour workshop for first-year students")
    deck.bullets("Why we cite", ["To let readers check what we say", "To give credit to those who did the work", "To show which thoughts are our own", "Because memory fails, and links rot"], picture=pictures.bookshelf(900, 700), alt="Book shelves")
    deck.table("What to write down", [["Kind", "Author", "Title", "Where", "When"], ["Book", "yes", "yes", "publisher, place", "year"], ["Article", "yes", "yes", "journal, volume, pages", "year"], ["Web page", "if named", "yes", "address", "day you read it"], ["Statute", "issuing body", "yes", "gazette, article number", "day in force"]], [5, 5, 4, 9, 7], size=18, row_height=1.7)
    slide = deck.titled("From source to sentence")
    for index, text in enumerate(["Read", "Note the\npage", "Close the\nbook", "Write in your\nown words", "Cite"]):
        deck.box(slide, 1.9 + index * 6.2, 7.4, 4.8, 4.2, text, shape=MSO_SHAPE.ROUNDED_RECTANGLE, fill="E7EAF1", line="5B6E8C", size=18)
        if index < 4:
            deck.arrow(slide, 6.8 + index * 6.2, 9.5, 8.0 + index * 6.2, 9.5)
    deck.chart("What went wrong in last year’s essays", ["No page", "Dead link", "Wrong author", "No date", "Copied note"], {"essays": (31, 24, 11, 9, 6)}, kind="bar")
    deck.bullets("Three rules to remember", ["If you could not have known it, cite it", "Cite what you read, not what it cites", "When in doubt, ask a librarian"], size=28)
    deck.save(path)
