"""The Word documents. Each function writes one file; `catalogue.py` names them."""

import pathlib
import re

import docx_kit as k
import laws
import pictures

TEXTS = pathlib.Path(__file__).with_name("texts")


# Official report (GB/T 9704) and its spun copy ------------------------------

def _official(path, title, body, author):
    document = k.new(title, author, latin=k.FANGSONG, east_asian=k.FANGSONG, size=16, margins=(3.7, 2.6, 3.5, 2.8))
    k.paragraph(document, title, font=k.TITLE, size=22, align=k.CENTER, pitch=36, after=28)
    for line in body:
        style = dict(size=16, pitch=28)
        if line.startswith("## "):
            head, _, rest = line[3:].partition("。")
            para = k.paragraph(document, indent=2, **style)
            k.run(para, head + "。", font=k.KAI, size=16)
            k.run(para, rest, font=k.FANGSONG, size=16)
        elif line.startswith("# "):
            k.paragraph(document, line[2:], font=k.HEI, indent=2, keep=True, **style)
        elif line.startswith("> "):
            k.paragraph(document, line[2:] + "　　", font=k.FANGSONG, align=k.RIGHT, **style)
        else:
            k.paragraph(document, line, font=k.FANGSONG, indent=2, align=k.JUSTIFY, **style)
    k.page_numbers(document)
    k.save(document, path)


def _report_lines():
    lines = []
    for line in (TEXTS / "report-2008.txt").read_text(encoding="utf-8").splitlines():
        # “## （一）……。” and the paragraph after it are one paragraph.
        if lines and lines[-1].startswith("## ") and not line.startswith("#") and lines[-1].endswith("。"):
            lines[-1] += line
        elif line:
            lines.append(line)
    return lines


def report_2008(path):
    title, *body = _report_lines()
    _official(path, title, body, "文化馆")


def report_2023(path):
    """The same report, fifteen years younger, its words swapped by a program."""
    rows = (TEXTS / "swaps.tsv").read_text(encoding="utf-8").splitlines()[1:]
    swaps = dict(row.split("\t") for row in rows)
    pattern = re.compile("|".join(sorted(map(re.escape, swaps), key=len, reverse=True)))

    def spin(line):
        line = re.sub(r"200([789])(?=年)", lambda match: str(2015 + int("200" + match[1]) - 2000), line)
        return pattern.sub(lambda match: swaps[match[0]], line)

    title, *body = map(spin, _report_lines())
    _official(path, title, body, "Amelia")


# Statutes -------------------------------------------------------------------

def law(path, law_id, note, *, contents=True):
    title = laws.LAWS[law_id]["title"]
    document = k.new(title, "法规库", east_asian=k.SONG, size=12, margins=(2.8, 2.8, 2.6, 2.8))
    k.page_header(document, title)
    k.paragraph(document, title, font=k.TITLE, size=22, align=k.CENTER, before=18, after=8)
    k.paragraph(document, f"（{note}）", font=k.KAI, size=12, align=k.CENTER, after=16, spacing=1.3)
    chapters = [part for part in laws.parts(law_id) if part[0] == "chapter"]
    if contents and chapters:
        k.paragraph(document, "目　录", font=k.HEI, size=14, align=k.CENTER, before=6, after=6)
        for _, number, name in chapters:
            k.paragraph(document, f"{number}　{name}", font=k.SONG, size=12, spacing=1.3).paragraph_format.left_indent = k.Cm(4.6)
    for kind, number, text in laws.parts(law_id):
        if kind == "chapter":
            k.heading(document, f"{number}　{text}", 1, size=15, align=k.CENTER, before=16, after=8)
        elif kind == "article":
            para = k.paragraph(document, indent=2, spacing=1.5, align=k.JUSTIFY)
            k.run(para, number, font=k.HEI, size=12)
            k.run(para, "　" + text, font=k.SONG, latin="Times New Roman", size=12)
        else:
            k.paragraph(document, text, font=k.SONG, latin="Times New Roman", indent=2, spacing=1.5, align=k.JUSTIFY)
    k.page_numbers(document, size=10.5)
    k.save(document, path)


# Office ---------------------------------------------------------------------

def notice(path):
    document = k.new("关于春节期间开放安排的通知", "文化馆", east_asian=k.FANGSONG, size=16, margins=(3.7, 2.6, 3.5, 2.8))
    para = k.paragraph(document, "栖云县图书馆文件", font=k.TITLE, size=36, color="C00000", align=k.CENTER, before=20, after=24)
    para = k.paragraph(document, "栖图发〔2026〕3号", font=k.FANGSONG, size=16, align=k.CENTER, after=6)
    k.rule(para)
    k.paragraph(document, "关于2026年春节期间开放安排的通知", font=k.TITLE, size=22, align=k.CENTER, before=26, after=24)
    body = dict(font=k.FANGSONG, size=16, pitch=28)
    k.paragraph(document, "各部（室）、各乡镇分馆：", **body)
    k.paragraph(document, "为满足广大读者节日期间的阅读需求，根据法定节假日安排，结合我馆实际，现就2026年春节期间开放事项通知如下：", indent=2, **body)
    for head, text in [
        ("一、开放时间", "2月16日（除夕）下午和2月17日（正月初一）闭馆；2月18日至2月23日，每日9:00—17:00开放综合阅览室、少儿阅览室和自习室；2月24日起恢复正常开放。"),
        ("二、网上服务", "节日期间数字资源、网上续借和咨询留言照常办理。凡在2月14日至2月24日到期的外借图书，一律顺延至3月1日归还，不计逾期。"),
        ("三、节日活动", "正月初三上午在少儿阅览室举办“猜灯谜、贴窗花”活动，正月初六下午在报告厅举办春联知识讲座，欢迎读者参加。"),
        ("四、值班要求", "各部（室）要落实值班制度，2月13日前完成安全检查，重点检查消防设施、用电线路和电梯；值班人员须提前15分钟到岗，遇有突发情况及时报告。"),
    ]:
        k.paragraph(document, head, font=k.HEI, size=16, pitch=28, indent=2, keep=True)
        k.paragraph(document, text, indent=2, align=k.JUSTIFY, **body)
    k.paragraph(document, "附件：春节期间值班安排表", indent=2, before=14, **body)
    for text in ("栖云县图书馆　　", "2026年1月20日　　"):
        k.paragraph(document, text, align=k.RIGHT, **body)
    document.add_page_break()
    k.paragraph(document, "附件", font=k.HEI, size=16)
    k.paragraph(document, "春节期间值班安排表", font=k.TITLE, size=20, align=k.CENTER, before=8, after=14)
    k.table(document, [
        ["日期", "星期", "带班领导", "值班人员", "开放区域"],
        ["2月16日", "一", "馆长", "办公室 2人", "上午全馆"],
        ["2月17日", "二", "副馆长甲", "保卫 2人", "闭馆"],
        ["2月18日", "三", "副馆长乙", "流通部 3人", "阅览室、自习室"],
        ["2月19日", "四", "馆长", "少儿部 3人", "阅览室、自习室"],
        ["2月20日", "五", "副馆长甲", "采编部 3人", "阅览室、自习室"],
        ["2月21日", "六", "副馆长乙", "信息部 3人", "阅览室、自习室"],
        ["2月22日", "日", "馆长", "流通部 3人", "阅览室、自习室"],
        ["2月23日", "一", "副馆长甲", "少儿部 3人", "阅览室、自习室"],
    ], [2.8, 1.6, 3.2, 3.6, 4.2], size=12, align="ccccc", font=k.FANGSONG, height=0.95)
    k.page_numbers(document)
    k.save(document, path)


def minutes(path):
    document = k.new("读书月筹备工作会议纪要", "文化馆", size=12)
    k.paragraph(document, "“栖云读书月”筹备工作会议纪要", font=k.TITLE, size=20, align=k.CENTER, after=12)
    k.table(document, [
        ["会议时间", "2026年3月5日 14:30—16:20", "会议地点", "县图书馆三楼会议室"],
        ["主 持 人", "图书馆馆长", "记 录 人", "办公室文员"],
        ["参会人员", "文化馆、图书馆、博物馆、新华书店、县一中、实验小学代表共14人", None, None],
    ], [2.2, 6.2, 2.2, 4.8], header=False, size=10.5, align="clcl", height=0.9)
    k.paragraph(document, "会议听取了读书月方案起草情况的汇报，讨论了活动内容、经费和分工，议定事项如下：", font=k.SONG, indent=2, spacing=1.35, before=10)
    for head, items in [
        ("一、时间与主题", ["读书月定于4月15日至5月15日举行，主题为“一县书香，四季栖云”。", "开幕式定于4月15日上午9时，在县图书馆前广场举行，时长控制在40分钟以内。"]),
        ("二、主要活动", ["“一校一书”共读：由教育部门推荐书目，各校于3月20日前报送方案。", "流动图书车巡回：4月份增加6个服务点，重点是敬老院和偏远教学点。", "旧书交换集市：4月23日、5月9日各举办一次，交换规则由图书馆拟定并公示。"]),
        ("三、经费", ["总预算控制在18.6万元以内，其中图书购置8万元、活动组织6.4万元、宣传2.2万元、机动2万元。", "赞助图书须经图书馆验收登记，不得附带商业宣传。"]),
    ]:
        k.heading(document, head, 2, size=14)
        for number, item in enumerate(items, 1):
            k.paragraph(document, f"（{number}）{item}", font=k.SONG, indent=2, spacing=1.35)
    k.heading(document, "四、任务分工", 2, size=14)
    k.table(document, [
        ["序号", "任务", "责任单位", "完成时限", "进展"],
        ["1", "活动总体方案定稿并印发", "图书馆", "3月12日", "进行中"],
        ["2", "开幕式场地、音响和安全预案", "文化馆", "4月8日", "未开始"],
        ["3", "“一校一书”书目与配送", "实验小学、新华书店", "3月20日", "进行中"],
        ["4", "流动图书车线路调整", "图书馆流通部", "3月31日", "未开始"],
        ["5", "宣传海报与短视频", "文化馆", "4月1日", "进行中"],
        ["6", "活动总结与数据汇总", "图书馆办公室", "5月25日", "未开始"],
    ], [1.2, 6.0, 3.8, 2.4, 2.0], align="clccc", height=0.75)
    k.paragraph(document, "下次会议定于3月26日14:30在原地点召开，各责任单位书面报告进展。", font=k.SONG, indent=2, spacing=1.35, before=10)
    k.page_numbers(document, "第 ", " 页", size=9)
    k.save(document, path)


def contract(path):
    document = k.new("图书采购合同（示范文本）", "法规库", size=12)
    k.paragraph(document, "图书采购合同", font=k.TITLE, size=24, align=k.CENTER, before=10, after=4)
    k.paragraph(document, "（示范文本）", font=k.KAI, size=12, align=k.CENTER, after=12)
    for label in ("合同编号：", "签订地点：", "签订日期：　　　　年　　月　　日"):
        k.paragraph(document, label, font=k.SONG, size=11, align=k.LEFT).paragraph_format.left_indent = k.Cm(8.2)
    for party in ("甲方（采购人）", "乙方（供应商）"):
        para = k.paragraph(document, font=k.SONG, before=6)
        k.run(para, party + "：", font=k.HEI)
        k.run(para, "　" * 18, underline=True)
    k.paragraph(document, "依照《中华人民共和国民法典》及有关法律规定，甲乙双方在平等、自愿、公平和诚实信用的基础上，就图书采购事宜协商一致，订立本合同。", font=k.SONG, indent=2, spacing=1.5, before=8)
    k.heading(document, "第一条　标的", 2, size=13)
    k.table(document, [
        ["序号", "类别", "数量（册）", "平均定价（元）", "折扣", "金额（元）"],
        ["1", "文学", "1,200", "42.00", "72%", "36,288.00"],
        ["2", "历史地理", "450", "58.00", "72%", "18,792.00"],
        ["3", "少儿读物", "1,600", "29.80", "70%", "33,376.00"],
        ["4", "自然科学", "380", "66.00", "75%", "18,810.00"],
        ["5", "工具书", "60", "188.00", "80%", "9,024.00"],
        ["合计", None, "3,690", "", "", "116,290.00"],
    ], [1.4, 3.2, 2.6, 3.0, 2.0, 3.2], align="clrrcr", height=0.75)
    k.paragraph(document, "合计人民币（大写）：壹拾壹万陆仟贰佰玖拾元整。具体书目见附件，附件是本合同的组成部分。", font=k.SONG, indent=2, spacing=1.5, before=6)
    for head, items in [
        ("第二条　质量与版权", ["乙方保证所供图书为正规出版物，无缺页、倒装、污损，权利来源合法。", "因图书侵犯第三人权利造成甲方损失的，由乙方承担全部赔偿责任。"]),
        ("第三条　交付与验收", ["乙方应于合同签订后30日内将图书运至甲方指定地点，运费由乙方承担。", "甲方应于收货后10个工作日内验收；发现短缺或质量问题的，乙方应在7日内补足或者更换。"]),
        ("第四条　加工服务", ["乙方免费提供加盖馆藏章、粘贴条码与书标、编制机读目录数据等服务，数据差错率不高于3‰。"]),
        ("第五条　付款", ["验收合格并收到发票后15个工作日内，甲方支付合同价款的95%；其余5%作为质量保证金，满6个月无质量问题的无息退还。"]),
        ("第六条　违约责任", ["乙方逾期交货的，每逾期一日按未交部分价款的0.5‰支付违约金；逾期超过30日的，甲方有权解除合同。", "甲方逾期付款的，每逾期一日按未付价款的0.5‰支付违约金。"]),
        ("第七条　争议解决", ["因本合同发生的争议，双方应当协商解决；协商不成的，向甲方所在地人民法院提起诉讼。"]),
        ("第八条　其他", ["本合同自双方签字盖章之日起生效，一式四份，双方各执两份，具有同等法律效力。"]),
    ]:
        k.heading(document, head, 2, size=13, before=8, after=2)
        for number, item in enumerate(items, 1):
            k.paragraph(document, (f"{number}．" if len(items) > 1 else "") + item, font=k.SONG, indent=2, spacing=1.4)
    k.paragraph(document)
    k.table(document, [["甲方（盖章）：\n\n法定代表人或授权代表：\n\n日期：　　　年　　月　　日", "乙方（盖章）：\n\n法定代表人或授权代表：\n\n日期：　　　年　　月　　日"]],
            [7.7, 7.7], header=False, size=11, height=4)
    k.page_numbers(document, "第 ", " 页", size=9)
    k.save(document, path)


def reading_survey(path):
    document = k.new("2025年全县居民阅读状况调查报告", "文化馆", size=12)
    k.page_header(document, "栖云县图书馆 · 阅读研究小组")
    k.paragraph(document, "2025年全县居民阅读状况调查报告", font=k.TITLE, size=22, align=k.CENTER, before=24, after=6)
    k.paragraph(document, "阅读研究小组　2026年1月", font=k.KAI, size=12, align=k.CENTER, after=14)
    para = k.paragraph(document, indent=2, spacing=1.5)
    k.run(para, "摘要：", font=k.HEI, size=10.5)
    k.run(para, "2025年9月至11月，我们在13个乡镇发放问卷2,400份，收回有效问卷2,186份。结果显示：成年居民人均年阅读纸质图书4.9册，较上年增加0.4册；数字阅读接触率为71.3%；影响阅读的首要因素是“没有时间”，其次是“附近没有合适的图书”。", font=k.KAI, size=10.5)
    para = k.paragraph(document, indent=2, spacing=1.5, after=6)
    k.run(para, "关键词：", font=k.HEI, size=10.5)
    k.run(para, "全民阅读；问卷调查；公共图书馆；农家书屋", font=k.KAI, size=10.5)
    style = dict(font=k.SONG, latin="Times New Roman", indent=2, spacing=1.5, align=k.JUSTIFY)
    k.heading(document, "1　调查方法", 1, size=15)
    k.paragraph(document, "调查采用分层随机抽样：先按城区、镇区、村庄三层确定样本量，再在每层内随机抽取住户，由经过培训的访问员入户填答。18岁以下样本由学校集中填答。问卷回收后双人录入，抽查差错率低于千分之二。", **style)
    k.table(document, [
        ["层", "住户总数", "抽样数", "有效问卷", "有效率"],
        ["城区", "31,520", "900", "836", "92.9%"],
        ["镇区", "22,840", "700", "641", "91.6%"],
        ["村庄", "48,610", "800", "709", "88.6%"],
        ["合计", "102,970", "2,400", "2,186", "91.1%"],
    ], [2.6, 3, 3, 3, 3], align="crrrr", height=0.75)
    k.paragraph(document, "表1　样本分布", font=k.KAI, size=10.5, align=k.CENTER, before=3, after=8)
    k.heading(document, "2　主要结果", 1, size=15)
    k.heading(document, "2.1　阅读量", 2, size=13)
    k.paragraph(document, "成年居民人均年阅读纸质图书4.9册，城区居民为6.8册，村庄居民为3.1册，差距比上年缩小0.3册。未成年人人均阅读11.2册，其中教材教辅以外的图书7.6册。", **style)
    k.picture(document, pictures.bars(["2021", "2022", "2023", "2024", "2025"], {"城区": [5.9, 6.1, 6.3, 6.6, 6.8], "村庄": [2.0, 2.2, 2.4, 2.6, 3.1]},
                                      unit="册/人·年", size=(7.2, 3.2)), 13, "图1　成年居民人均纸质图书阅读量", "柱状图：2021至2025年城区与村庄人均阅读量")
    k.heading(document, "2.2　阅读方式", 2, size=13)
    k.paragraph(document, "手机阅读仍是数字阅读的主要方式，有声书的使用者增长最快，比上年增加5.2个百分点，60岁以上居民中听书的比例首次超过两成。", **style)
    k.picture(document, pictures.pie(["手机", "纸质书", "听书", "电子阅读器", "报刊"], [38, 31, 15, 9, 7], size=(5.2, 3.3)), 8.5, "图2　最常用的阅读方式", "环形图：手机38%，纸质书31%，听书15%，电子阅读器9%，报刊7%")
    k.heading(document, "2.3　不读书的原因", 2, size=13)
    k.paragraph(document, "在一年内没有读过书的受访者中，选择“没有时间”的占46%，“附近没有合适的图书”占21%，“没有读书的习惯”占19%，其他占14%。村庄样本中，“附近没有合适的图书”高达33%。", **style)
    k.heading(document, "3　建议", 1, size=15)
    for text in ["把农家书屋的图书纳入全县统一流通，每季度轮换不少于200册，让书动起来。",
                 "在集市日开放乡镇分馆，延长傍晚时段，解决“下班就关门”的问题。",
                 "扩充大字本和有声读物，为老年读者配备简易听书设备。",
                 "每年公布阅读量、到馆人次和满意度三项数据，接受读者评议。"]:
        para = document.add_paragraph(style="List Number")
        para.paragraph_format.line_spacing = 1.5
        k.run(para, text, font=k.SONG, size=12)
    k.page_numbers(document, "", "", size=9)
    k.save(document, path)


def rules(path):
    document = k.new("农家书屋图书借阅管理制度", "文化馆", size=14)
    k.paragraph(document, "农家书屋图书借阅管理制度", font=k.TITLE, size=24, align=k.CENTER, before=10, after=16)
    for head, items in [
        ("一、开放", ["书屋每周开放不少于5天，每天不少于3小时，开放时间在门口公示。", "农忙季节可调整为早晚开放，调整后的时间提前一天公示。"]),
        ("二、借阅", ["凡本村居民持身份证登记后即可借书，每人每次限借3册，借期30天，可续借一次。", "工具书、报刊限在书屋内阅览。", "通过流动图书车借出的图书，可以在全县任何一家书屋归还。"]),
        ("三、爱护", ["不在书上涂写、折角、剪裁。", "图书遗失或者严重损坏的，按原价赔偿，或者赔同版新书一册。"]),
        ("四、管理", ["管理员每月清点一次，每季度与县图书馆交换图书一次。", "借阅登记、清点和交换记录保存三年。", "欢迎读者推荐书目，推荐簿放在借阅台上。"]),
    ]:
        k.heading(document, head, 1, size=16, before=10, after=4)
        for item in items:
            para = document.add_paragraph(style="List Bullet")
            para.paragraph_format.line_spacing, para.paragraph_format.space_after = 1.35, k.Pt(2)
            k.run(para, item, font=k.FANGSONG, size=14)
    k.paragraph(document, "栖云县图书馆印制", font=k.KAI, size=12, align=k.RIGHT, before=24)
    k.save(document, path)


def volunteer_form(path):
    document = k.new("文化志愿者登记表", "文化馆", size=11, margins=(2, 2, 2, 2))
    k.paragraph(document, "文化志愿者登记表", font=k.TITLE, size=22, align=k.CENTER, after=6)
    k.paragraph(document, "编号：____________　　填表日期：　　年　　月　　日", font=k.SONG, size=10.5, align=k.RIGHT, after=4)
    k.table(document, [
        ["姓　　名", "", "性　　别", "□男　□女", "照\n\n片"],
        ["出生年月", "", "文化程度", "", ""],
        ["职　　业", "", "联系电话", "", ""],
        ["通信地址", "", None, None, ""],
        ["服务意向", "□ 图书整理　□ 少儿故事会　□ 活动摄影　□ 展览讲解\n□ 舞台演出　□ 技能培训　　□ 送书下乡　□ 其他：________", None, None, None],
        ["可服务时间", "□ 工作日白天　□ 工作日晚上　□ 周末　□ 寒暑假　　每月约______小时", None, None, None],
        ["特　　长", "", None, None, None],
        ["志愿服务\n经　　历", "", None, None, None],
        ["本人承诺", "所填内容真实；遵守志愿服务有关规定，服从安排，爱护公共财物，保守读者个人信息。\n\n　　　　　　　　　　　　　　　签名：　　　　　　　年　　月　　日", None, None, None],
        ["监护人意见\n（未满18岁）", "\n　　　　　　　　　　　　　　　签名：　　　　　　　年　　月　　日", None, None, None],
        ["单位意见", "\n　　　　　　　　　　　　　　　（盖章）　　　　　　年　　月　　日", None, None, None],
    ], [2.6, 4.4, 2.6, 4.4, 3.0], header=False, align="clclc", height=[1.1, 1.1, 1.1, 1.1, 1.7, 1.1, 2.2, 3.4, 3.0, 2.2, 2.6])
    grid = document.tables[0]
    corner = grid.cell(0, 4).merge(grid.cell(3, 4))
    for para in corner.paragraphs[3:]:
        corner._tc.remove(para._p)
    k.paragraph(document, "注：本表一式两份，由登记单位和志愿者各存一份。", font=k.SONG, size=9, before=4)
    k.save(document, path)
