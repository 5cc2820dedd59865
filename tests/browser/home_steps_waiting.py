"""The journey's first half: asked for, assessed, in the queue, offered, accepted."""

import re

from playwright.sync_api import expect

from tests.assessment.make import ABILITY, signed
from tests.browser.home_people import Journey, follow, press, read, said
from yinling.assessment.models import Assessment


def apply_online(j: Journey) -> str:
    """The elder, or her daughter, asks for the home by its name; the number of the application."""
    j.clock.set(10, 21)
    page = j.at("own", "registry:my_home")
    j.look(page, "my-file")
    follow(page, "看一看，申请")
    read(page, "还没有申请")
    follow(page, "我要申请" if j.elder else "替丛秀英申请")
    j.look(page, "my-apply")
    page.get_by_label("第一志愿").select_option(label="环翠区社会福利院")
    page.get_by_label("护理型床位").check()
    press(page, "提交申请")
    said(page, "申请已经收到")
    read(page, "10月28日以前核实完毕", "环翠区社会福利院")
    j.look(page, "my-waiting-applied")
    return re.search(r"\d{3} \d{3} \d{3}", page.locator("main").inner_text()).group()


def apply_at_the_counter(j: Journey) -> str:
    """The village worker enters an application for somebody who came by, and prints the receipt."""
    page = j.at("village", "residence:waiting")
    follow(page, "登记申请")
    page.get_by_label("姓名、拼音、尾号或档案号").fill("王建国")
    press(page, "查找")
    read(page, "371002**********")
    j.look(page, "waiting-choose")
    follow(page, "为此人登记")
    page.get_by_label("代办人姓名").fill("王强")
    page.get_by_label("与老年人关系").fill("长子")
    j.look(page, "waiting-new")
    press(page, "登记")
    said(page, "请把回执打印给老人")
    j.look(page, "application-new")
    follow(page, "打印回执")
    read(page, "王建国", "长子 王强 代办", "哪家公办机构都可以")
    number = page.locator(".slip__number").inner_text()
    assert re.fullmatch(r"\d{3} \d{3} \d{3}", number)
    size = page.eval_on_selector(".slip", "e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 18, f"the receipt is printed in {size} px"
    j.look(page, "waiting-receipt")
    return number


def verify(j: Journey) -> None:
    """The district's officer finds them among what is due; nobody was assessed yet."""
    j.clock.set(10, 22)
    page = j.at("district", "residence:waiting_due")
    names = ("丛秀英",) if j.elder else ("王建国", "丛秀英")
    read(page, *names)
    j.look(page, "waiting-due")
    for name in names:
        page = j.at("district", "residence:waiting_due")
        follow(page, name)
        press(page, "核实通过")
        said(page, "评估出结论后自动进入轮候")
    page = j.at("own", "residence:my_waiting", j.world.person.pk)
    read(page, "核实通过了。做完能力评估就排次序")


def ask_for_the_assessment(j: Journey) -> None:
    """The village worker asks for it from the file; the district accepts and gives it to two assessors."""
    page = j.at("village", "registry:person", j.world.person.pk)
    follow(page, "申请能力评估")
    follow(page, "入住养老机构")
    page.get_by_label("申请人姓名").fill("丛明")
    page.get_by_label("与老年人关系").fill("女儿")
    j.look(page, "assessment-asked")
    press(page, "提交申请")
    follow(page, "打印回执")
    read(page, "丛秀英", "最晚", "答复您是否受理")
    j.look(page, "assessment-receipt")

    page = j.at("district", "assessment:requests")
    follow(page, "丛秀英")
    press(page, "受理")
    follow(page, "预约评估")
    page.get_by_label("日期").fill("2026-10-23")
    page.get_by_label("时间").fill("14:00")
    page.get_by_label("评估地点").fill("环翠楼街道东北村 3 号楼")
    page.get_by_label("评估员隋丽").check()
    page.get_by_label("评估员于海燕").check()
    j.look(page, "appoint")
    press(page, "预约评估")
    read(page, "2026年10月23日 14:00", "评估员隋丽（医护背景）")
    j.look(page, "assessment-request")
    page = j.at("own", "assessment:my_results", j.world.person.pk)
    read(page, "评估时间：", "环翠楼街道东北村 3 号楼", "评估不收费")
    j.look(page, "my-assessment-appointed")


def assess(j: Journey) -> None:
    """On the tablet, one item at a time: she needs much help with herself and with moving, the rest is as it was."""
    j.clock.set(10, 23, 14)
    if j.elder:  # the same tablets as in the daughter's run
        going = Assessment.objects.get(person=j.world.person)
        changed = {i.code.replace(".", "_"): 1 for i in ABILITY.items if i.domain in ("B.1", "B.2")}
        signed(going, at=j.clock.at, **(changed | {"B_2_4": 0}))
        return
    page = j.at("first", "assessment:work")
    read(page, "今天", "环翠楼街道东北村 3 号楼", "评估员于海燕")
    j.look(page, "assessor-work")
    follow(page, "开始评估")
    j.look(page, "sheet")
    total = page.locator(".sheet__item").count()
    for n in range(total):
        item = page.locator(".sheet__item.is-now")
        expect(item.locator(".sheet__code")).to_contain_text(f"第 {n + 1} 项")
        helped = (item.get_attribute("data-code") or "").startswith(("B.1.", "B.2."))
        if item.get_attribute("data-required") is not None:
            item.locator(".sheet__option").nth(3 if helped else 0).click()
        if n < total - 1:
            press(page, "下一项")
    expect(page.get_by_text("已保存（已填")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="核对并签名").click()
    read(page, "总分 54 分", "最终等级为 2 级")
    j.look(page, "review")
    press(page, "我已核对全部条目，签名")
    said(page, "等其他评估员签名后出具结论")

    page = j.at("second", "assessment:work")
    page.get_by_role("link", name="核对并签名").click()
    press(page, "我已核对全部条目，签名")
    said(page, "全部评估员已签名，结论已经出具")
    j.look(page, "assessment")


def read_the_notice(j: Journey) -> None:
    """The district hands the notice over; the elder's side reads level, reasons and how to object."""
    j.clock.set(10, 26)
    page = j.at("district", "assessment:requests", state="done")
    follow(page, "丛秀英")
    follow(page, "打开")
    follow(page, "告知书")
    read(page, "能力评估结果告知书", "丛秀英", "满分 32 分")
    j.look(page, "notice")
    page.go_back()
    page.get_by_label("送达方式").fill("当面送达")
    press(page, "登记送达")
    read(page, "当面送达")
    page = j.at("own", "assessment:my_results", j.world.person.pk)
    read(page, "中度失能", "2026年11月9日以前提出", "我有异议")
    page.locator("main summary").first.click()
    j.look(page, "my-assessment")


def look_up_the_place(j: Journey, number: str) -> None:
    """Everybody sees the masked list; who has the number sees the place and why."""
    page = j.at("anybody", "residence:queue")
    listed = page.locator("#list")
    expect(listed).to_contain_text("丛**")
    expect(listed).to_contain_text("邹**")
    for name in ("丛秀英", "邹守仁", "王建国", "王**", number):
        expect(page.locator("main")).not_to_contain_text(name)
    j.look(page, "queue")
    follow(page, "查我排在第几位")
    j.look(page, "queue-lookup")
    page.get_by_label("申请编号").fill(number)
    page.get_by_label("身份证后四位，或者出生日期").fill("19410308")
    press(page, "查一查")
    read(page, "丛**　第 2 位", "为什么是第 2 位")
    expect(page.locator("main")).not_to_contain_text("丛秀英")
    j.look(page, "queue-found")
    page = j.at("own", "residence:my_waiting", j.world.person.pk)
    read(page, "现在排在第 2 位", "为什么是第 2 位")
    j.look(page, "my-waiting-queued")


def offer(j: Journey) -> None:
    """The desk: who comes next for bed 0001 and who is passed over, with the reason; told, with a term in working days."""
    j.clock.set(10, 28)
    page = j.at("district", "residence:offers")
    j.look(page, "desk")
    follow(page, "0001 号")
    read(page, "丛**", "现在排在第 2 位", "没有申请这家机构：1 人")
    j.look(page, "desk-next")
    press(page, "通知这位申请人")
    read(page, "2026年11月4日", "选定时排在第 2 位", "前面 1 人这次没有通知")
    j.look(page, "offer")
    page = j.at("anybody", "residence:home", j.world.home.pk)
    read(page, "空床不含已经通知给轮候老年人的床位")
    expect(page.locator(".stats")).to_contain_text(re.compile(r"1\s*张空床"))
    j.look(page, "home-promised")


def accept(j: Journey) -> None:
    """Yes, said twice, within the term."""
    j.clock.set(10, 30)
    page = j.at("own", "registry:my_home")
    read(page, "有床位了，请在 2026年11月4日以前答复")
    follow(page, "看轮候，答复通知")
    read(page, "0001 号床")
    j.look(page, "my-waiting-offered")
    page.get_by_role("link", name="接受", exact=True).click()
    read(page, "环翠区文化路 1 号", "5 个工作日内到机构办理入住")
    j.look(page, "my-offer")
    press(page, "确定接受")
    said(page, "您已接受")
    read(page, "0001 号床给您留着，请在 2026年11月6日以前办理入住")
    j.look(page, "my-waiting-accepted")
