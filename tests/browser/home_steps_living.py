"""The journey's second half: moved in, cared for, billed, gone, refunded."""

from playwright.sync_api import Page, expect

from tests.browser.home_people import Journey, follow, press, read, said, table_row
from yinling.residence.models import CareLabel


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


def say_no(j: Journey) -> None:
    """She does not want her daughter to see what went wrong, and it is gone at once; then she allows it again."""
    person = j.world.person.pk
    for button, seen in (("不让看意外和处理", False), ("让看意外和处理", True)):
        page = j.at("own", "residence:family_sharing", person)
        j.look(page, "my-sharing" if seen else "my-sharing-open")
        press(page, button)
        said(page, "记下了")
        page = j.at("daughter", "residence:family", person)
        expect(page.get_by_text("三楼东侧走廊")).to_have_count(int(seen))


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
    read(page, "退住：回女儿家住", "已离开，以前的记录见下")
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


def look_back(j: Journey) -> None:
    """Numbers at the end, and the names behind them: who waits, who was housed, who has left."""
    page = j.at("district", "residence:waiting_figures", month="2026-10")
    row = table_row(page, "其他失能、失智或 80 岁以上老年人")
    asked = "1" if j.elder else "2"  # the other at the counter
    for label, number in (
        ("申请", asked),
        ("通知", "1"),
        ("接受", "1"),
        ("放弃或逾期", "0"),
        ("等待天数", "9"),
    ):
        expect(row.locator(f"[data-label='{label}']")).to_have_text(number)
    j.look(page, "waiting-figures")
    page = j.at("district", "residence:waiting", state="admitted")
    read(page, "丛秀英")
    page = j.at("district", "residence:residents", state="left")
    read(page, "丛秀英", "环翠区社会福利院", "退住")
    j.look(page, "residents-left")
