"""Files of people: what is read, what is refused, what is written, and that nothing else is."""

import io
from datetime import date

import pytest

from tests.registry import make
from tests.registry.make import id_number
from tests.world import AT, TODAY
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.choices import UploadState
from yinling.registry.models import Person, PersonIdentifier, Upload, UploadRow
from yinling.registry.operations import uploads as ops
from yinling.registry.operations.upload_files import RowsNotYours, export_upload_rows
from yinling.registry.queries.people import main_number
from yinling.registry.uploads.layout import UploadUnreadable

HEAD = "姓名,证件号码,村居,联系电话,详细地址,人员类别,类别生效日期,监护人,监护人关系"


def line(name="王建国", serial=1, village="东北村居委会", *, number=None, rest=",,,,,"):
    return f"{name},{number or id_number(serial=serial)},{village}{rest}"


def send(world, *lines, by=None, name="名单.csv", encoding="utf-8", head=HEAD, raw=None, chunk=10_000):
    """The upload after its dry run."""
    data = raw if raw is not None else "\n".join([head, *lines]).encode(encoding)
    by = by or world.accounts[Role.DISTRICT_BUREAU]
    upload = ops.receive_upload(stream=io.BytesIO(data), name=name, by=by, at=AT)
    upload = ops.map_upload(upload=upload, mapping=upload.mapping, by=by, at=AT)
    return ops.check_upload(upload=upload, by=by, at=AT, chunk=chunk)


def confirm(upload, chunk=10_000):
    by = upload.uploaded_by
    upload = ops.confirm_upload(upload=upload, by=by, at=AT)
    return ops.run_upload(upload=upload, by=by, at=AT, chunk=chunk)


def refusals(upload):
    return dict(UploadRow.objects.filter(upload=upload, fate="r").values_list("row", "message"))


def test_the_dry_run_writes_nothing_and_the_import_everything(world):
    upload = send(
        world,
        line(rest=',138 1234 5678,"文化路\n1号","低保、高龄",2025.1.5,王强,长子'),
        line("丛桂英", 2, "东北村"),
    )
    assert upload.state == UploadState.CHECKED and upload.found == {"c": 2} and not Person.objects.exists()
    upload = confirm(upload)
    assert upload.state == UploadState.DONE and upload.counts == {"c": 2}
    first, second = Person.objects.order_by("pk")
    assert (first.name, first.phone, first.address) == ("王建国", "13812345678", "文化路 1号")
    assert main_number(first) == id_number(serial=1) and first.upload_id == upload.pk
    assert set(first.categories.values_list("kind", "valid_from")) == {
        ("low_income", date(2025, 1, 5)), ("advanced_age", date(2025, 1, 5))
    }  # fmt: skip
    assert first.contacts.get().is_guardian and second.division == world.village


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found(world, encoding):
    assert send(world, line("王建国"), encoding=encoding).found == {"c": 1}


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_delimiters_are_found(world, delimiter):
    data = "\n".join([HEAD, line()]).replace(",", delimiter).encode()
    assert send(world, raw=data).found == {"c": 1}


def test_titles_above_the_headings_and_blank_rows_do_no_harm(world):
    data = f"环翠区老年人名单,,,\n制表：张三,,,\n\n{HEAD}\n\n{line()}\n,,,,\n".encode()
    upload = send(world, raw=data)
    assert upload.layout["header_row"] == 4 and upload.found == {"c": 1}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (line(number="371002194505061230"), "校验位"),
        (line(number="3.71002E+17"), "Excel 把证件号码当成了数字"),
        (line(number="371002450506123"), "15 位"),
        (line(number="371002194513451234"), "证件号码"),
        (line(village="东比村"), "相近的有：东北村居委会"),
        (line(village="俚岛村委会"), "不在您的辖区内"),
        (line(name="<b>王</b>"), "不能用于姓名的字符“<”"),
        (line(name=""), "没有填写姓名"),
        (line(rest=",12,,,,,"), "电话号码不对"),
        (line(rest=",,,困难户,,,"), "不认识“困难户”"),
        (line(rest=",,,低保,去年,,"), "日期看不懂"),
        (line(rest=",,,低保,2027-01-01,,"), "还没有到"),
        (line(rest=",,,,,王强,"), "没有填与老年人的关系"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_reason_and_the_others_go_on(world, text, says):
    upload = send(world, text, line("丛桂英", 9))
    assert upload.found == {"r": 1, "c": 1}
    assert says in refusals(upload)[2]


def test_text_that_looks_like_a_formula_stays_text(world):
    upload = confirm(send(world, line(rest=",,\"=cmd|'/c calc'!A1\",,,,")))
    assert Person.objects.get().address == "=cmd|'/c calc'!A1" and upload.counts == {"c": 1}


def test_names_keep_their_dot_and_lose_their_spaces(world):
    confirm(send(world, line("买买提• 艾力"), line("王　小 明", 2)))
    assert set(Person.objects.values_list("name", flat=True)) == {"买买提·艾力", "王小明"}


def test_the_second_of_two_rows_is_refused_across_chunks_too(world):
    lines = [line(serial=n) for n in range(5)]
    upload = send(world, *lines, line("另一人", 0), chunk=2)
    assert refusals(upload) == {7: "证件号码：证件号码与第 2 行重复。一人只留一行，请核对后删去一行。"}


def test_sent_again_all_is_unchanged_and_what_differs_is_changed_and_noted(world):
    confirm(send(world, line(rest=",13812345678,文化路1号,,,,")))
    again = send(world, line(rest=",13812345678,文化路1号,,,,"))
    assert again.found == {"n": 1}
    changed = confirm(send(world, line(rest=",13987654321,,低保,2025/1/5,,")))
    person = Person.objects.get()
    assert changed.counts == {"u": 1} and (person.phone, person.address) == ("13987654321", "文化路1号")
    event = AuditEvent.objects.get(act="update_person")
    assert event.before == {"联系电话": "138****5678"} and event.after["联系电话"] == "139****4321"
    assert "138****5678 → 139****4321" in UploadRow.objects.get(upload=changed).message


def test_somebody_elsewhere_is_refused_without_a_word_of_where(world):
    make.person(world.foreign_village, name="王建国", serial=1)
    message = refusals(send(world, line()))[2]
    assert "不能由本单位导入" in message and "俚岛" not in message and "建档" not in message


def test_another_surname_and_a_closed_file_are_refused(world):
    make.person(world.village, name="王建国", serial=1)
    assert "与本行不符" in refusals(send(world, line("于建国")))[2]
    Person.objects.update(state="deceased", left_on=TODAY)
    assert "已去世" in refusals(send(world, line()))[2]


def test_fates_hold_no_clear_personal_data(world):
    upload = send(world, line(rest=",1381234567x,文化路,,,,"), line("丛桂英", number="371002194505061230"))
    kept = str(list(UploadRow.objects.filter(upload=upload).values()))
    assert "丛桂英" not in kept and "371002194505061230" not in kept and "1381234567" not in kept


def test_refused_rows_can_be_corrected_and_sent_again(world):
    upload = send(world, line(), line("丛桂英", 2, "东比村"))
    by = upload.uploaded_by
    name, pieces = export_upload_rows(upload=upload, which="refused", kind="csv", by=by, at=AT)
    text = b"".join(pieces).decode("utf-8-sig")
    assert "相近的有" in text and "王建国" not in text and name.endswith(".csv")
    again = send(world, raw=text.replace("东比村", "东北村").encode())
    assert again.found == {"c": 1}
    excel = export_upload_rows(upload=upload, which="refused", kind="xlsx", by=by, at=AT)
    assert send(world, raw=excel.data, name="改.xlsx").found == {"r": 1}
    with pytest.raises(RowsNotYours):
        export_upload_rows(upload=upload, which="all", kind="csv", by=world.accounts[Role.CITY_BUREAU], at=AT)


def test_a_cancelled_upload_keeps_its_receipt_and_no_file(world):
    upload = send(world, line())
    path = ops.open_stored(upload.file).raw._source.name
    ops.cancel_upload(upload=upload, by=upload.uploaded_by, at=AT)
    upload.refresh_from_db()
    assert (upload.state, upload.file) == (UploadState.CANCELLED, None)
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115


def test_the_file_on_disk_is_sealed(world):
    upload = send(world, line("王建国"))
    stored = ops.open_stored(upload.file)
    sealed = open(stored.raw._source.name, "rb").read()  # noqa: PTH123, SIM115
    assert "王建国".encode() not in sealed and id_number(serial=1).encode() not in sealed


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("名单.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为"),
        ("名单.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
        ("名单.xlsx", b"not a workbook", "内容却不是 Excel"),
        ("名单.csv", b"\x81\xff\xff\xfe" * 50, "编码无法识别"),
        ("名单.csv", b'a,b\n"' + b"x" * 40_000, "引号没有配对"),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_stays(world, name, data, says):
    with pytest.raises(UploadUnreadable, match=says):
        ops.receive_upload(stream=io.BytesIO(data), name=name, by=None, at=AT)
    assert not Upload.objects.exists()


def test_the_number_of_queries_does_not_grow_with_rows(world, django_assert_max_num_queries):
    upload = send(world, *[line(serial=n) for n in range(60)])
    upload = ops.confirm_upload(upload=upload, by=upload.uploaded_by, at=AT)
    with django_assert_max_num_queries(60):
        ops.run_upload(upload=upload, by=upload.uploaded_by, at=AT)
    assert PersonIdentifier.objects.count() == 60
