"""What the demo library holds: the category tree, and each document's record and maker."""

from dataclasses import dataclass, field
from typing import Callable

import make_docx
import make_docx_teaching
import make_pdf
import make_pptx
import make_text
import make_xlsx

STATUTE = "不受著作权保护（著作权法第五条）"
CC0 = "CC0-1.0"

CATEGORIES = [
    ("laws", "法律法规", "Laws and regulations", [("national-laws", "法律", "National laws"), ("regulations", "行政法规", "Administrative regulations"), ("local-rules", "地方性法规", "Local regulations")]),
    ("official", "公文写作", "Official writing", [("reports", "工作总结", "Reports"), ("notices", "通知公告", "Notices"), ("minutes", "会议纪要", "Minutes"), ("rules", "规章制度", "House rules")]),
    ("education", "教育教学", "Education", [("lesson-plans", "教案", "Lesson plans"), ("courseware", "课件", "Courseware"), ("exercises", "试卷习题", "Exercises")]),
    ("economy", "经济管理", "Economy and management", [("budgets", "预算决算", "Budgets"), ("statistics", "统计数据", "Statistics"), ("contracts", "合同协议", "Contracts")]),
    ("culture", "文化艺术", "Culture and arts", [("reading", "阅读推广", "Reading"), ("traditions", "传统文化", "Traditions"), ("literature", "文学作品", "Literature")]),
    ("science", "科学技术", "Science and technology", [("computing", "计算机", "Computing"), ("mathematics", "数学", "Mathematics"), ("nature", "自然科学", "Natural science")]),
    ("templates", "表格模板", "Forms and templates", [("forms", "登记表格", "Forms"), ("schedules", "日程计划", "Schedules"), ("ledgers", "台账", "Ledgers")]),
    ("english", "英文资料", "English material", [("guides", "指南手册", "Guides"), ("stories", "故事", "Stories")]),
]


@dataclass
class Entry:
    """One document: `make` writes it to the path it is given."""

    file: str
    make: Callable
    title: str
    description: str
    category: str
    tags: list = field(default_factory=list)
    owner: str = "文化馆"
    published: str = "2026-01-05"
    language: str = "zh"
    licence: str = CC0
    # The file that it is a copy of: the demo uploads it once that can be read.
    copy_of: str = ""
    # What a reviewer decides of it; without that it stays held.
    decision: str = ""


def _law(file, maker, law_id, note, title, category, tags, published, description):
    return Entry(file, lambda path: maker(path, law_id, note), title, description, category, tags, "法规库", published, licence=STATUTE)


_REPORT = "县文化局2008年开展学习实践活动的总结：学习调研、分析检查、整改落实三个阶段的做法、成效和下一步打算。"

ENTRIES = [
    # The story: an honest report, and its spun copy under a younger date.
    Entry("docx/2008年文化局学习实践科学发展观活动总结.docx", make_docx.report_2008, "2008年文化局学习实践科学发展观活动总结", _REPORT, "reports", ["2008", "文化局", "学习", "实践", "科学", "发展观", "活动", "总结"], "文化馆", "2009-01-08"),
    Entry("docx/2023年文化局学习实践科学发展观活动总结.docx", make_docx.report_2023, "2023年文化局学习实践科学发展观活动总结", "2023年学习实践活动总结范文，可直接使用。", "reports", ["2023", "文化局", "学习", "实践", "科学", "发展观", "活动", "总结"], "Amelia", "2023-04-24",
          copy_of="docx/2008年文化局学习实践科学发展观活动总结.docx", decision="publish_with_note"),
    # Word
    _law("docx/温州市全民阅读促进条例.docx", make_docx.law, "law01683", "2021年制定，自2022年1月1日起施行", "温州市全民阅读促进条例", "local-rules", ["全民阅读", "条例", "图书馆"], "2026-01-06", "共六章三十六条：全民阅读设施、阅读推广服务、阅读保障和激励、法律责任。"),
    _law("docx/上海市社区公共文化服务规定.docx", make_docx.law, "law00183", "2012年制定，自2013年4月1日起施行", "上海市社区公共文化服务规定", "local-rules", ["社区", "公共文化", "服务"], "2026-01-06", "社区文化活动中心的设置、服务内容、开放时间与保障措施，共三十三条。"),
    _law("docx/机关事务管理条例.docx", make_docx.law, "law02771", "2012年6月28日国务院公布，自2012年10月1日起施行", "机关事务管理条例", "regulations", ["机关事务", "经费", "资产", "条例"], "2026-01-07", "规范机关的经费、资产和服务管理，降低机关运行成本。"),
    Entry("docx/关于2026年春节期间开放安排的通知.docx", make_docx.notice, "关于2026年春节期间开放安排的通知", "县图书馆红头通知，附值班安排表，版式依照党政机关公文格式。", "notices", ["通知", "春节", "值班表", "公文"], "文化馆", "2026-01-20"),
    Entry("docx/读书月筹备工作会议纪要.docx", make_docx.minutes, "“栖云读书月”筹备工作会议纪要", "会议议定的时间、活动、经费和任务分工，含任务分解表。", "minutes", ["会议纪要", "读书月", "任务分工"], "文化馆", "2026-03-06"),
    Entry("docx/图书采购合同（示范文本）.docx", make_docx.contract, "图书采购合同（示范文本）", "图书馆向供应商采购图书的合同范本，含明细表、验收、付款与违约条款。", "contracts", ["合同", "采购", "图书", "范本"], "法规库", "2026-02-10"),
    Entry("docx/2025年全县居民阅读状况调查报告.docx", make_docx.reading_survey, "2025年全县居民阅读状况调查报告", "2,186份有效问卷的结果：阅读量、阅读方式、不读书的原因和建议，配图表。数据为演示虚构。", "reading", ["阅读调查", "问卷", "统计", "报告"], "文化馆", "2026-01-15"),
    Entry("docx/农家书屋图书借阅管理制度.docx", make_docx.rules, "农家书屋图书借阅管理制度", "一页纸的书屋规矩：开放、借阅、爱护、管理。", "rules", ["农家书屋", "管理制度", "借阅"], "文化馆", "2026-02-03"),
    Entry("docx/文化志愿者登记表.docx", make_docx.volunteer_form, "文化志愿者登记表", "可打印填写的志愿者登记表，A4一页。", "forms", ["志愿者", "登记表", "表格"], "文化馆", "2026-02-20"),
    Entry("docx/绿色植物的光合作用教学设计.docx", make_docx_teaching.lesson_plan, "《绿色植物的光合作用》教学设计", "七年级生物学一课时教案，含教学过程表、示意图、板书与反思。", "lesson-plans", ["教案", "生物", "光合作用", "七年级"], "周老师", "2026-03-12"),
    Entry("docx/一元二次方程复习讲义.docx", make_docx_teaching.algebra, "一元二次方程复习讲义", "定义、求根公式、判别式、根与系数的关系和例题，公式均可编辑。", "mathematics", ["一元二次方程", "复习", "讲义", "公式"], "周老师", "2026-03-18"),
    Entry("docx/渡口的书箱.docx", make_docx_teaching.essay, "渡口的书箱", "散文。渡口两岸的两只木箱，和跟着人过江的书。", "literature", ["散文", "渡口", "书箱"], "Amelia", "2026-04-02"),
    Entry("docx/Reading Room Handbook.docx", make_docx_teaching.handbook, "Reading Room Handbook for Volunteers", "What to do on an ordinary day in a small reading room, and whom to ask on the other ones.", "guides", ["library", "volunteers", "handbook"], "Amelia", "2026-01-30", "en"),
    # Excel
    Entry("xlsx/2026年部门预算表.xlsx", make_xlsx.budget, "2026年部门预算表", "县图书馆收支总表与项目明细，公式自动汇总。数据为演示虚构。", "budgets", ["预算", "收支", "明细表"], "文化馆", "2026-01-18"),
    Entry("xlsx/2025年图书流通统计.xlsx", make_xlsx.circulation, "2025年图书流通统计", "按月、按类、按馆三张表，附折线图、饼图和堆积柱形图。数据为演示虚构。", "statistics", ["流通", "统计", "图表"], "文化馆", "2026-01-12"),
    Entry("xlsx/七年级课程表.xlsx", make_xlsx.timetable, "七年级（3）班课程表", "2026—2027学年第一学期课程表，主科以底色区分。", "schedules", ["课程表", "七年级"], "周老师", "2026-08-28"),
    Entry("xlsx/Excel数字格式示例.xlsx", make_xlsx.formats, "Excel 数字格式示例", "二十三种数字格式：货币、日期、分数、中文大写、条件文字等。", "computing", ["Excel", "数字格式", "示例"], "周老师", "2026-04-10"),
    Entry("xlsx/固定资产登记台账.xlsx", make_xlsx.assets, "固定资产登记台账", "带折旧公式、下拉选择和条件格式的台账模板。", "ledgers", ["固定资产", "台账", "折旧"], "文化馆", "2026-06-30"),
    Entry("xlsx/七年级期末成绩统计.xlsx", make_xlsx.scores, "七年级期末成绩统计", "二十名学生五科成绩：总分、平均、排名、优秀率。姓名与分数均为虚构。", "statistics", ["成绩", "排名", "期末"], "周老师", "2026-07-03"),
    Entry("xlsx/Summer Reading Log.xlsx", make_xlsx.reading_plan, "Summer Reading Log", "A log of seven books with pages per day computed. The titles are invented.", "guides", ["reading", "log", "template"], "Amelia", "2026-08-20", "en"),
    # PowerPoint
    Entry("pptx/新读者入馆指南.pptx", make_pptx.library_tour, "新读者入馆指南", "六页：办证、馆舍布局、借阅规则、找书四步和文明阅读。", "reading", ["图书馆", "入馆指南", "读者"], "文化馆", "2026-09-01"),
    Entry("pptx/山水诗里的画意.pptx", make_pptx.poetry, "山水诗里的画意", "王维《鹿柴》《鸟鸣涧》诵读课件，诗画对照。", "courseware", ["古诗", "王维", "语文", "课件"], "周老师", "2026-04-15"),
    Entry("pptx/2025年阅读推广工作汇报.pptx", make_pptx.promotion, "2025年阅读推广工作汇报", "数据图表、重点活动与来年思路。数据为演示虚构。", "reading", ["阅读推广", "工作汇报", "图表"], "文化馆", "2026-01-22"),
    Entry("pptx/中国传统节日.pptx", make_pptx.festivals, "中国传统节日", "从岁首到岁尾，认识春节、清明、中秋等六个节日。", "traditions", ["传统节日", "春节", "中秋"], "Amelia", "2026-02-08"),
    Entry("pptx/绿色植物的光合作用.pptx", make_pptx.photosynthesis, "绿色植物的光合作用（课件）", "科学史、示意图、反应式、实验步骤和曲线图。", "nature", ["光合作用", "生物", "课件"], "周老师", "2026-03-12"),
    Entry("pptx/勾股定理的证明.pptx", make_pptx.pythagoras, "勾股定理的证明（动画课件）", "单击一次出现一步：看图猜想、拼图证明、练一练。", "mathematics", ["勾股定理", "证明", "动画", "课件"], "周老师", "2026-05-06"),
    Entry("pptx/Python编程入门.pptx", make_pptx.python_intro, "Python 编程入门", "面向零基础学员的第一课：第一个程序、词频统计、常用类型。", "computing", ["Python", "编程", "入门"], "Amelia", "2026-03-25"),
    Entry("pptx/How to Cite Your Sources.pptx", make_pptx.citing, "How to Cite Your Sources", "A half-hour workshop for first-year students.", "guides", ["citation", "writing", "workshop"], "Amelia", "2026-10-09", "en"),
    # PDF
    _law("pdf/中华人民共和国科学技术普及法.pdf", make_pdf.law, "law02407", "2024年修订", "中华人民共和国科学技术普及法", "national-laws", ["科学技术", "普及", "法律"], "2026-01-08", "共八章六十条：组织管理、社会责任、科普活动、科普人员、保障措施。"),
    _law("pdf/洛阳市非物质文化遗产保护条例.pdf", make_pdf.law, "law01227", "2016年制定，自2017年3月1日起施行", "洛阳市非物质文化遗产保护条例", "local-rules", ["非物质文化遗产", "保护", "条例"], "2026-01-08", "非物质文化遗产的调查、名录、传承与保护，共二十三条。"),
    Entry("pdf/基于词频的短文本相似度计算方法.pdf", make_pdf.paper, "基于词频的短文本相似度计算方法", "加权词频、余弦相似度与最小散列，用于读者留言查重。含公式、表格和曲线图。", "computing", ["相似度", "词频", "最小散列", "论文"], "周老师", "2026-05-20"),
    Entry("pdf/九年级数学期中试卷.pdf", make_pdf.exam, "九年级数学期中试卷", "一元二次方程、二次函数与三角函数，满分100分。", "exercises", ["数学", "试卷", "九年级", "期中"], "周老师", "2026-11-02"),
    Entry("pdf/栖云读书月活动手册.pdf", make_pdf.leaflet, "栖云读书月活动手册", "A4横向双栏折页：活动日程、馆舍布局、开放时间。", "reading", ["读书月", "活动", "折页"], "文化馆", "2026-04-01"),
    Entry("pdf/栖云县图书馆2025年年报.pdf", make_pdf.yearbook, "栖云县图书馆2025年年报", "馆长的话、流通与馆藏数字、大事记，带目录与图表。数据为演示虚构。", "reports", ["年报", "图书馆", "2025"], "文化馆", "2026-01-28"),
    Entry("pdf/读者证申领表.pdf", make_pdf.form, "读者证申领表（可填写）", "带文本框、单选和复选框的PDF表单，可在电脑上填写。", "forms", ["读者证", "申领表", "表单"], "文化馆", "2026-02-01"),
    Entry("pdf/A Short Guide to Caring for Old Books.pdf", make_pdf.guide, "A Short Guide to Caring for Old Books", "Light, damp and haste: what a small library without a conservator can do.", "guides", ["books", "conservation", "guide"], "Amelia", "2026-06-11", "en"),
    # Markdown
    Entry("md/读书会操作手册.md", lambda path: make_text.copy(path, "读书会操作手册.md"), "读书会操作手册", "照着做一遍就会：选书、会场、纪要模板和常见问题。", "reading", ["读书会", "手册", "模板"], "文化馆", "2026-03-02"),
    Entry("md/Git版本管理入门.md", lambda path: make_text.copy(path, "Git版本管理入门.md"), "Git 版本管理入门", "给写论文的人：五个命令、后悔药和一个小脚本。", "computing", ["Git", "版本管理", "入门"], "Amelia", "2026-05-15"),
    Entry("md/三角函数公式速查.md", lambda path: make_text.copy(path, "三角函数公式速查.md"), "三角函数公式速查", "定义、特殊角、和差倍角、正弦定理与余弦定理。", "mathematics", ["三角函数", "公式", "速查"], "周老师", "2026-05-09"),
    Entry("md/读书笔记：植物的名字.md", lambda path: make_text.copy(path, "读书笔记：植物的名字.md"), "读书笔记：植物的名字", "俗名与学名的好处和麻烦，附本地植物名对照表。", "nature", ["读书笔记", "植物", "学名"], "Amelia", "2026-03-29"),
    _law("md/高等教育自学考试暂行条例.md", make_text.law_markdown, "law03019", "1988年3月3日国务院发布，2014年修订", "高等教育自学考试暂行条例", "regulations", ["自学考试", "高等教育", "条例"], "2026-01-09", "考试机构、开考专业、考试办法、考籍管理与毕业人员使用。"),
    Entry("md/Notes on Naming Files.md", lambda path: make_text.copy(path, "Notes on Naming Files.md"), "Notes on Naming Files", "Five rules, a table of bad names, and a checker.", "guides", ["files", "naming", "notes"], "Amelia", "2026-07-14", "en"),
    # Plain text
    Entry("txt/河南省科学技术协会条例.txt", lambda path: make_text.law_text(path, "law01155", "2010年修正", encoding="gb18030", newline="\r\n"), "河南省科学技术协会条例", "国标编码（GB 18030）的纯文本，共二十三条。", "local-rules", ["科学技术协会", "条例", "河南"], "法规库", "2026-01-10", licence=STATUTE),
    Entry("txt/中国公民出国旅游管理办法.txt", lambda path: make_text.law_text(path, "law02451", "2002年5月27日国务院公布，2017年修订"), "中国公民出国旅游管理办法", "组团社、旅游者与领队的权利义务及罚则，共三十三条。", "regulations", ["出国旅游", "旅行社", "管理办法"], "法规库", "2026-01-10", licence=STATUTE),
    # The same text in another format, by another: it is held.
    Entry("md/二十四节气.md", lambda path: make_text.copy(path, "二十四节气与农事.txt", before="# "), "二十四节气", "二十四节气的日期和农事，整理版。", "nature", ["二十四节气"], "周老师", "2026-03-02",
          copy_of="txt/二十四节气与农事.txt"),
    Entry("txt/二十四节气与农事.txt", lambda path: make_text.copy(path, "二十四节气与农事.txt", encoding="utf-8-sig", newline="\r\n"), "二十四节气与农事", "节气歌、每个节气的日期与农事，附数九歌。", "traditions", ["二十四节气", "农事"], "文化馆", "2026-02-04"),
    Entry("txt/The Lamp at the Ferry.txt", lambda path: make_text.copy(path, "The Lamp at the Ferry.txt"), "The Lamp at the Ferry", "A short story about a borrowed light.", "stories", ["story", "ferry", "books"], "Amelia", "2026-04-23", "en"),
]
