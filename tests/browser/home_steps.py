"""The steps of the journey into a home, each clicked as the right person would, with what that person reads."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import (
    assert_main_targets,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_only_chinese,
    assert_targets,
)
from tests.browser.home_world import Clock

PICTURES = os.environ.get("HOME_PICTURES", "")


class Journey:
    """One page for each person who acts; `own` is the elder's (elder mode, on a phone) or the daughter's."""

    def __init__(self, world: SimpleNamespace, visit: Callable[..., Page], clock: Clock, *, elder: bool):
        self.world, self.visit, self.clock, self.elder = world, visit, clock, elder
        self.pages: dict[str, Page] = {}
        self.last: Page

    def at(self, who: str, name: str, *args: object, **query: object) -> Page:
        """The person's page, opened at an address."""
        page = self.pages.get(who)
        path = reverse(name, args=args) + "".join(f"?{k}={v}" for k, v in query.items())
        if page is None:
            page = self.pages[who] = self._open(who, path)
        else:
            page.goto(path)
        self.last = page
        return page

    def _open(self, who: str, path: str) -> Page:
        public = who in ("own", "anybody")
        narrow = who == "carer" or (public and self.elder)
        account = None if who == "anybody" else self._own() if who == "own" else self.world.actors[who]
        width = 390 if narrow else 820 if who in ("first", "second") else 1280
        page = self.visit(path, width=width, elder=public and self.elder, account=account)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _own(self):
        return self.world.elder if self.elder else self.world.family

    def look(self, page: Page, name: str) -> None:
        """What every page keeps, at its own width and on a phone. Pages for work were looked at in the other run."""
        self.last = page
        width = page.viewport_size["width"]
        public = page.locator("body.portal").count() > 0
        if self.elder and not public:
            return
        for wide in sorted({width, 390}):
            if wide != page.viewport_size["width"]:
                page.set_viewport_size({"width": wide, "height": 800})
            assert_no_sideways_scroll(page)
            if PICTURES:
                mode = "elder" if self.elder and public else "standard"
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{mode}-{wide}.png"), full_page=True)
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": 800})
        if public and self.elder:
            assert_main_targets(page)
        else:
            assert_targets(page, 24)
        assert_only_chinese(page)
        assert_no_axe_violations(page)


def said(page: Page, text: str) -> None:
    """What the page answers to an act."""
    expect(page.locator("main")).to_contain_text(text)


def read(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def table_row(page: Page, text: str):
    return page.locator("main tbody tr").filter(has_text=text).first


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
    """The district's officer finds both among what is due; neither was assessed yet."""
    j.clock.set(10, 22)
    page = j.at("district", "residence:waiting_due")
    read(page, "丛秀英", "王建国")
    j.look(page, "waiting-due")
    for name in ("王建国", "丛秀英"):
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


def move_in(j: Journey) -> None:
    """The home's manager finds her among those expected; the map, the list and the public page say the same."""
    j.clock.set(11, 2, 10)
    page = j.at("manager", "residence:homes")
    read(page, "环翠区社会福利院", "一号楼")
    j.look(page, "bed-map-before")
    follow(page, "办理入住")
    read(page, "丛秀英")
    j.look(page, "admission")
    page.locator("main").get_by_role("link", name="办理入住").first.click()
    read(page, "能力评估：2 级")
    page.get_by_label("入住类型").select_option(label="长期入住")
    j.look(page, "admit")
    press(page, "办理入住")
    said(page, "已办理入住")
    j.look(page, "resident")
    page = j.at("manager", "residence:homes")
    bed = page.locator(".bed").filter(has_text="0001")
    expect(bed).to_contain_text("丛秀英")
    expect(bed).to_contain_text("85 岁")
    expect(page.locator(".bed").filter(has_text="0002")).to_contain_text("空床")
    j.look(page, "bed-map")
    page = j.at("anybody", "residence:vacancies")
    card = page.locator(".vacancies > li").filter(has_text="环翠区社会福利院")
    expect(card).to_contain_text("有空床 1 张")
    expect(card).to_contain_text("共 2 张床")
    j.look(page, "vacancies")


def sign_the_contract(j: Journey) -> None:
    """The contract; more deposit than twelve months of the bed is refused; what is taken goes into custody."""
    page = j.at("manager", "residence:residents")
    follow(page, "丛秀英")
    read(page, "合同和费用", "还没有登记服务合同，不能出账")
    page.locator("#fees").get_by_role("link", name="登记服务合同").click()
    page.get_by_label("护理等级").select_option(label="护理三级")
    page.get_by_label("餐食").select_option(label="三餐")
    page.get_by_label("约定押金（元）").fill("3000")
    page.get_by_label("老年人一方签字人").fill("丛秀英")
    page.get_by_label("与老年人关系").fill("本人")
    j.look(page, "contract-new")
    press(page, "登记合同")
    said(page, "合同已登记")
    follow(page, "登记收款")
    read(page, "押金最多 18,000.00 元", "会员费不得收取：公办或公建民营机构")
    _receive(page, "押金", "18000.01")
    read(page, "此项预收合计 18,000.01 元，超过上限 18,000.00 元（月床位费的 12 倍）")
    j.look(page, "receipt-refused")
    _receive(page, "押金", "3000.00")
    said(page, "收款已登记")
    read(page, "3,000.00")
    j.look(page, "stay-fees")
    page = j.at("manager", "residence:home_custody", j.world.home.pk)
    read(page, "3,000.00")
    j.look(page, "custody")
    press(page, "登记已存入")
    said(page, "已登记存入专用账户")


def _receive(page: Page, kind: str, amount: str) -> None:
    page.get_by_label("款项", exact=True).select_option(label=kind)
    page.get_by_label("收款方式").select_option(label="转账")
    page.get_by_label("金额（元）").fill(amount)
    page.get_by_label("付款人").fill("丛明")
    press(page, "登记收款")


def share_with_the_family(j: Journey) -> None:
    """By her own word, before a witness: what happened and what it costs, not her blood pressure."""
    page = j.at("manager", "residence:family_home")
    follow(page, "设定")
    for label in ("意外和处理", "账单"):
        page.get_by_label(label, exact=True).check()
    page.locator("#switch_form_oral").check()
    page.locator("#switch_witness").fill("护士于敏")
    j.look(page, "stay-family")
    press(page, "保存")
    said(page, "家属可以看的内容已更新")
    read(page, "女儿", "意外和处理、账单")


def plan_care(j: Journey) -> None:
    """Suggested from the assessment; a time added, approved; the tasks of today are there."""
    page = j.at("manager", "residence:care_plans")
    j.look(page, "care-plans")
    follow(page, "丛秀英")
    press(page, "按评估拟计划")
    read(page, "进食", "如厕")
    j.look(page, "care-plan-draft")
    page.locator("summary", has_text="添加项目").click()
    new = page.locator("details").filter(has_text="添加项目")
    new.get_by_label("照护项目").fill("扶着走一走")
    new.get_by_label("时间", exact=True).fill("15:00")
    new.get_by_label("做法").fill("慢一点，扶住左边。")
    press(page, "添加")
    press(page, "审核通过，开始执行")
    read(page, "执行中：第 1 版", "扶着走一走")
    j.look(page, "care-plan")


def give_care(j: Journey) -> None:
    """On the phone: the code at the bed, then three taps."""
    from yinling.residence.models import CareLabel

    j.clock.set(11, 3, 15, 5)
    page = j.at("carer", "residence:care")
    read(page, "丛秀英")
    j.look(page, "care")
    label = CareLabel.objects.get(bed__place=j.world.home, bed__code="0001")
    page = j.at("carer", "residence:care_scan", label.token)
    expect(page.get_by_role("heading", level=1)).to_contain_text("丛秀英")
    j.look(page, "care-stay")
    duty = page.locator(".duty > li").filter(has_text="扶着走一走")
    duty.locator("summary").click()  # one
    duty.get_by_text("做完了").click()  # two
    j.look(page, "care-stay-open")
    duty.get_by_role("button", name="完成").click()  # three
    said(page, "“扶着走一走”已记下")
    expect(page.locator(".duty > li").filter(has_text="扶着走一走")).to_have_count(0)
    row = table_row(page, "扶着走一走")
    expect(row).to_contain_text("护理员姜红 15:05")


def report_an_incident(j: Journey) -> None:
    """The carer reports a slight fall and tells the daughter; the manager closes it."""
    j.clock.set(11, 5, 19, 40)
    page = j.at("carer", "residence:care")
    follow(page, "丛秀英")
    follow(page, "登记意外")
    page.get_by_label("类别").select_option("fall")
    page.get_by_label("程度").select_option("slight")
    page.get_by_label("地点").fill("三楼东侧走廊")
    page.get_by_label("经过").fill("起身时滑倒，坐在地上，神志清楚。")
    j.look(page, "incident-new")
    press(page, "登记")
    read(page, "还没有告知家属")
    told = page.locator("details").filter(has_text="登记告知家属")
    told.get_by_label("告知了谁").fill("女儿丛明")
    told.get_by_label("方式").select_option(label="电话")
    told.get_by_label("说了什么").fill("没有受伤，正在观察。")
    press(told, "登记")
    said(page, "已登记告知家属")
    j.look(page, "incident")
    page = j.at("own", "residence:family", j.world.person.pk)
    read(page, "跌倒", "三楼东侧走廊", "告诉了家里人（女儿丛明）", "还在处理")
    if not j.elder:
        closed = page.locator("#closed")
        expect(closed).to_contain_text("血压体温等")
        expect(closed).not_to_contain_text("意外和处理")
    j.look(page, "my-home")
    page = j.at("manager", "residence:incidents")
    follow(page, "打开")
    page.locator("summary", has_text="办结").click()
    page.get_by_label("原因分析和改进措施").fill("地面有水，已加防滑垫。")
    press(page, "办结")
    said(page, "事件已办结")
    page = j.at("own", "residence:family", j.world.person.pk)
    read(page, "已办结", "地面有水，已加防滑垫。")


def bill_november(j: Journey) -> None:
    """The month's run, issued, read by the family to the fen, and paid.

    November 2 to 30 are 29 of 30 days: bed 1,500 less 50.00; care 2,000 less 66.67; meals 29 × 30.
    """
    j.clock.set(12, 1)
    page = j.at("manager", "residence:home_bills", j.world.home.pk)
    read(page, "2026年11月账单", "这个月还没有账单")
    press(page, "生成账单")
    said(page, "账单已生成，请核对后开出")
    expect(table_row(page, "丛秀英")).to_contain_text("4,253.33")
    j.look(page, "bills-draft")
    press(page, "开出全部草稿")
    said(page, "草稿已全部开出")
    follow(page, "丛秀英")
    read(page, "1,450.00", "1,933.33", "870.00", "4,253.33")
    j.look(page, "bill")

    page = j.at("own", "registry:my_home")
    follow(page, "看账单")
    read(page, "还要付 4,253.33", "押金还有 3,000.00")
    j.look(page, "my-bills")
    follow(page, "2026年11月")
    read(page, "床位费：1,450.00", "护理费：1,933.33", "餐费：870.00", "11月2日 到 11月30日", "29 天")
    j.look(page, "my-bill")
    if not j.elder:  # the family's page, by the switch
        page = j.at("own", "residence:family", j.world.person.pk)
        read(page, "4,253.33")

    j.clock.set(12, 3)
    page = j.at("manager", "residence:home_bills", j.world.home.pk)
    page.locator("main").get_by_role("link", name="收款").click()
    expect(page.get_by_label("款项", exact=True)).to_have_value("bill")
    page.get_by_label("付款人").fill("丛明")
    press(page, "登记收款")
    said(page, "收款已登记")
    page = j.at("own", "residence:my_bills", j.world.person.pk)
    read(page, "没有欠费")
    expect(table_row(page, "2026年11月")).to_contain_text("已付清")


def leave(j: Journey) -> None:
    """She goes back to her daughter's: the bed is free on the map and in public at once, the final bill waits."""
    j.clock.set(12, 10, 14)
    page = j.at("manager", "residence:residents")
    follow(page, "丛秀英")
    follow(page, "办理离开")
    page.get_by_label("离开方式").select_option(label="退住")
    press(page, "办理离开")
    said(page, "请填写退住原因")
    page.get_by_label("说明").fill("回女儿家住")
    j.look(page, "stay-end")
    press(page, "办理离开")
    said(page, "床位已空出")
    read(page, "退住：回女儿家住")
    j.look(page, "resident-left")
    page = j.at("manager", "residence:homes")
    expect(page.locator(".bed").filter(has_text="0001")).to_contain_text("空床")
    expect(page.locator("main")).not_to_contain_text("丛秀英")
    page = j.at("anybody", "residence:vacancies")
    card = page.locator(".vacancies > li").filter(has_text="环翠区社会福利院")
    expect(card).to_contain_text("有空床 2 张")


def settle(j: Journey) -> None:
    """The final bill is taken off the deposit, another person approves, the rest is paid out.

    December 1 to 9 are 9 of 31 days: bed 435.48, care 580.65, meals 270.00; the day of leaving is free.
    """
    page = j.at("manager", "residence:home_bills", j.world.home.pk, month="2026-12")
    follow(page, "丛秀英")
    read(page, "435.48", "580.65", "270.00", "1,286.13")
    j.look(page, "bill-final")
    press(page, "开出账单")
    said(page, "账单已开出")
    page = j.at("manager", "residence:refunds")
    read(page, "等另一人审批")
    j.look(page, "refunds-asked")
    page = j.at("own", "residence:my_bills", j.world.person.pk)
    j.look(page, "my-bills-left")

    j.clock.set(12, 11)
    page = j.at("district", "residence:refunds")
    row = table_row(page, "丛秀英")
    row.locator("summary").click()
    press(row, "批准")
    said(page, "已批准，请办理付款")
    row = table_row(page, "丛秀英")
    expect(row).to_contain_text("1,713.87")
    expect(row).to_contain_text("1,286.13")
    j.look(page, "refunds-approved")

    j.clock.set(12, 14)
    page = j.at("manager", "residence:refunds")
    follow(page, "登记付款")
    read(page, "应退 1,713.87 元")
    page.get_by_label("收款人").fill("丛秀英")
    j.look(page, "refund-pay")
    press(page, "登记付款")
    said(page, "付款已登记")
    page = j.at("own", "residence:my_bills", j.world.person.pk)
    read(page, "没有欠费", "退费：1,713.87", "2026年12月14日")
    expect(page.locator("main")).not_to_contain_text("押金还有")
    j.look(page, "my-bills-paid-out")


def count(j: Journey) -> None:
    """Numbers at the end, and the names behind them."""
    page = j.at("district", "residence:waiting_figures")
    j.look(page, "waiting-figures")
