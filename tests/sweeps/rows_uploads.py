"""Files of people coming in."""

import io
from types import SimpleNamespace

from tests.registry.make import id_number
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.registry.models import Upload
from yinling.registry.operations import people_exports as exports
from yinling.registry.operations import uploads as ops
from yinling.registry.queries.people import PeopleFilters


def build(world: SimpleNamespace) -> None:
    """An upload of the town, checked, and one of the other district, whose name is marked."""
    town, foreign = world.accounts[Role.TOWN_OFFICER], world.foreign[Role.DISTRICT_BUREAU]
    world.upload = _upload("名单.csv", "王建国", world.village.name, 61, town)
    world.others_upload = _upload("他人.csv", "丛英", world.village.name, 63, town)
    Upload.objects.filter(pk=world.others_upload.pk).update(uploaded_by=world.second)
    world.foreign_upload = _upload(
        f"{FOREIGN_MARK}.csv", f"于{FOREIGN_MARK}", world.foreign_village.name, 62, foreign
    )
    world.export = _export(town)
    world.foreign_export = _export(foreign)


def _export(by):
    return exports.ask_export(
        filters=PeopleFilters(), kind="csv", in_full=True, purpose="发放高龄津贴", by=by, at=AT
    )


def _upload(file: str, name: str, village: str, serial: int, by):
    text = f"姓名,证件号码,村居\n{name},{id_number(serial=serial)},{village}\n{name},123,{village}\n"
    upload = ops.receive_upload(stream=io.BytesIO(text.encode()), name=file, by=by, at=AT)
    upload = ops.map_upload(upload=upload, mapping=upload.mapping, by=by, at=AT)
    return ops.check_upload(upload=upload, by=by, at=AT)


def _own(w: SimpleNamespace) -> dict:
    return {"receipt": w.upload.receipt}


def _foreign(w: SimpleNamespace) -> dict:
    return {"receipt": w.foreign_upload.receipt}


def _post(name: str, data: dict) -> Row:
    return Row(name, P.IMPORT_PEOPLE, args=_own, foreign=_foreign, data=lambda w: data, status=303)


ROWS = [
    Row("registry:uploads", P.IMPORT_PEOPLE),
    Row("registry:upload_new", P.IMPORT_PEOPLE, data=lambda w: {}, status=422),
    Row("registry:upload_template", P.IMPORT_PEOPLE),
    Row("registry:upload", P.IMPORT_PEOPLE, args=_own, foreign=_foreign),
    _post("registry:upload_sheet", {"sheet": ""}),
    _post("registry:upload_map", {"column0": "name", "column1": "id_number", "column2": "village"}),
    _post("registry:upload_confirm", {}),
    _post("registry:upload_cancel", {}),
    # The rows themselves go to who sent them only; everybody else is told so on the receipt's page.
    Row(
        "registry:upload_rows",
        P.IMPORT_PEOPLE,
        args=lambda w: {"receipt": w.others_upload.receipt},
        foreign=_foreign,
        query="which=all&kind=csv",
        status=303,
    ),
    Row("registry:people_exports", P.EXPORT_PEOPLE),
    Row("registry:people_export_ask", P.EXPORT_PEOPLE, data=lambda w: {"kind": "csv"}, status=303),
    Row(
        "registry:people_export_decide",
        P.EXPORT_PEOPLE,
        args=lambda w: {"pk": w.export.pk},
        foreign=lambda w: {"pk": w.foreign_export.pk},
        data=lambda w: {"approved": "1"},
        status=303,
    ),
    Row(
        "registry:people_export_file",
        P.EXPORT_PEOPLE,
        args=lambda w: {"pk": w.export.pk},
        foreign=lambda w: {"pk": w.foreign_export.pk},
        status=303,
    ),
]
