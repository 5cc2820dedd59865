"""The audit trail: whatever was done to it is found, and nothing is found where nothing was done."""

import json
import random
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from tests.world import AT
from yinling.core.audit import Act, record_all
from yinling.core.audit.anchors import anchors_path, write_anchors
from yinling.core.audit.verifying import verify
from yinling.core.choices import AuditVerb
from yinling.core.models import AuditEvent, AuditLane

LANES = 5
ROWS = 240


@pytest.fixture(autouse=True)
def audit_dir(settings, tmp_path):
    settings.AUDIT_DIR = tmp_path


def an_act(draw: random.Random) -> Act:
    return Act(
        verb=draw.choice(list(AuditVerb)),
        act=draw.choice(["register_person", "update_person", "open_file"]),
        subject_type="registry.Person",
        subject_id=str(draw.randrange(10_000)),
        division_path="1/2/",
        before={"姓名": "王**", "比例": draw.random()} if draw.random() < 0.5 else None,
        after={
            "大": 1e16,
            "小": 1e-7,
            "整": 3.0,
            "类别": ["独居", None, True],
            "金额": draw.randrange(10**12),
        },
        reason=draw.choice(["", "核对高龄津贴"]),
    )


@pytest.fixture
def trail(world):
    """240 events of several actors in five lanes and two years, with the ends anchored outside."""
    draw = random.Random(20261123)
    actors = [None, *world.accounts.values()]
    AuditLane.objects.bulk_create([AuditLane(id=lane, seal=b"") for lane in range(900, 900 + LANES)])
    for turn in range(ROWS // 3):
        connection.audit_lane = 900 + turn % LANES
        at = AT - timedelta(days=draw.choice([0, 400]), seconds=draw.randrange(10**6))
        record_all([an_act(draw) for _ in range(3)], by=draw.choice(actors), at=at)
    write_anchors(AT)
    return world


def sql(text: str, *values: object) -> list[tuple]:
    """Past the trigger that refuses changes, as whoever keeps the server could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(text, values)
        found = cursor.fetchall() if cursor.description else []
        cursor.execute("SET LOCAL session_replication_role = origin")
    return found


def any_event(draw: random.Random) -> int:
    return draw.choice(list(AuditEvent.objects.order_by("id").values_list("pk", flat=True)))


def last_of_a_lane(draw: random.Random) -> tuple[int, int]:
    lane = draw.choice(
        list(AuditLane.objects.filter(length__gt=0).order_by("id").values_list("pk", flat=True))
    )
    return lane, AuditLane.objects.get(pk=lane).length


OTHER = {
    "id": "id + 1000000",
    "at": "at + interval '1 microsecond'",
    "actor_id": "(SELECT max(id) FROM core_account WHERE id IS DISTINCT FROM actor_id)",
    "verb": "CASE verb WHEN 'read' THEN 'create' ELSE 'read' END",
    "act": "act || '2'",
    "subject_type": "'registry.Place'",
    "subject_id": "subject_id || '0'",
    "division_path": "'1/'",
    "before": "CASE WHEN before IS NULL THEN 'null'::jsonb ELSE before || '{\"姓名\": \"李**\"}' END",
    "after": "jsonb_set(after, '{金额}', to_jsonb((after->>'金额')::bigint + 1))",
    "reason": "reason || ' '",
    "lane": "CASE lane WHEN 900 THEN 901 ELSE 900 END",
    "sequence": "sequence + 1",
    "seal": "set_byte(seal, 20, get_byte(seal, 20) # 1)",
}


def alter(draw):
    column = draw.choice(sorted(OTHER))
    sql(f"UPDATE core_auditevent SET {column} = {OTHER[column]} WHERE id = %s", any_event(draw))


def delete(draw):
    sql("DELETE FROM core_auditevent WHERE id = %s", any_event(draw))


def forge(draw):
    """A copy of a true row at another place of a chain, or behind its end with the end moved."""
    source, (lane, length) = any_event(draw), last_of_a_lane(draw)
    place = draw.choice([length + 1, draw.randrange(1, length + 1)])
    sql(
        "INSERT INTO core_auditevent (at, actor_id, verb, act, subject_type, subject_id, division_path, before, "
        "after, reason, lane, sequence, seal) SELECT at, actor_id, verb, act, subject_type, subject_id, "
        "division_path, before, after, reason, %s, %s, seal FROM core_auditevent WHERE id = %s",
        lane,
        place,
        source,
    )
    if place > length:
        sql(
            "UPDATE core_auditlane SET length = %s, seal = (SELECT seal FROM core_auditevent WHERE id = %s) "
            "WHERE id = %s",
            place,
            source,
            lane,
        )


def swap(draw):
    first = any_event(draw)
    second = draw.choice(
        list(AuditEvent.objects.exclude(pk=first).order_by("id").values_list("pk", flat=True))
    )
    columns = "at, actor_id, verb, act, subject_type, subject_id, division_path, before, after, reason"
    taken = draw.choice([columns, columns + ", seal"])
    sql(
        f"UPDATE core_auditevent e SET ({taken}) = (SELECT {taken} FROM core_auditevent o "
        "WHERE o.id = CASE e.id WHEN %s THEN %s ELSE %s END) WHERE e.id IN (%s, %s)",
        first,
        second,
        first,
        first,
        second,
    )


def truncate(draw):
    lane, length = last_of_a_lane(draw)
    cut = draw.randrange(1, length + 1)
    sql("DELETE FROM core_auditevent WHERE lane = %s AND sequence >= %s", lane, cut)
    return lane, cut


def truncate_and_reset(draw):
    lane, cut = truncate(draw)
    sql(
        "UPDATE core_auditlane SET length = %s, seal = coalesce((SELECT seal FROM core_auditevent "
        "WHERE lane = %s AND sequence = %s), '') WHERE id = %s",
        cut - 1,
        lane,
        cut - 1,
        lane,
    )


def change_end(draw):
    lane, _ = last_of_a_lane(draw)
    change = draw.choice(["length = length + 1", "length = length - 1", f"seal = {OTHER['seal']}"])
    sql(f"UPDATE core_auditlane SET {change} WHERE id = %s", lane)


def remove_lane(draw):
    lane, _ = last_of_a_lane(draw)
    if draw.random() < 0.5:
        sql("DELETE FROM core_auditevent WHERE lane = %s", lane)
    sql("DELETE FROM core_auditlane WHERE id = %s", lane)


def move_to_another_year(draw):
    sql("UPDATE core_auditevent SET at = at + interval '1 year' WHERE id = %s", any_event(draw))


def touch_anchors(draw):
    """Without the key: change a figure in the file that is to prove the ends."""
    path = anchors_path()
    lines = path.read_text().splitlines()
    at = draw.randrange(len(lines))
    line = json.loads(lines[at])
    line["lanes"][0][1] += 1
    lines[at] = json.dumps(line)
    path.write_text("\n".join(lines) + "\n")


TAMPERINGS = [
    alter,
    alter,
    alter,
    delete,
    forge,
    swap,
    truncate,
    truncate_and_reset,
    change_end,
    remove_lane,
    move_to_another_year,
    touch_anchors,
]


def test_of_100_tamperings_100_are_found_and_nothing_without_one(trail):
    draw = random.Random(3)
    anchors = anchors_path().read_bytes()
    missed = []
    for number in range(100):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        state = draw.getstate()
        mark = transaction.savepoint()
        tamper(draw)
        if verify().whole:
            missed.append((number, tamper.__name__, state[1][:2]))
        transaction.savepoint_rollback(mark)
        anchors_path().write_bytes(anchors)
        if number % 10 == 0:
            assert verify().breaks == []
    assert missed == []


@pytest.mark.parametrize("column", sorted(OTHER))
def test_every_column_is_covered_by_the_seal(trail, column):
    sql(f"UPDATE core_auditevent SET {column} = {OTHER[column]} WHERE id = %s", any_event(random.Random(9)))
    assert not verify().whole


def test_a_break_names_the_row_and_only_that(trail):
    event = AuditEvent.objects.order_by("id")[100]
    sql("UPDATE core_auditevent SET reason = 'x' WHERE id = %s", event.pk)
    (found,) = verify().breaks
    assert (found.kind, found.event, found.lane, found.sequence) == (
        "altered",
        event.pk,
        event.lane,
        event.sequence,
    )


def test_json_of_another_spelling_is_no_alarm(trail):
    sql("UPDATE core_auditevent SET after = (' { ' || substr(jsonb_pretty(after), 2))::jsonb")
    sql("UPDATE core_auditevent SET before = (before::text)::jsonb")
    assert verify().whole


@pytest.mark.django_db
def test_values_that_json_cannot_hold_as_they_are_verify_too():
    odd = {
        "a": Decimal("1.50"),
        "b": AT,
        "c": (1, 2),
        "d": -0.0,
        "e": 1e300,
        10: "ten",
        9: "nine",
        "f": 2**70,
    }
    noted = Act(
        verb=AuditVerb.CREATE,
        act="x",
        subject_type="y",
        subject_id="1",
        division_path="",
        before={},
        after=odd,
    )
    record_all([noted] * 3, by=None, at=AT)
    assert verify().breaks == []


def test_the_database_itself_refuses_changes(trail):
    for change in ("UPDATE core_auditevent SET reason = 'x'", "DELETE FROM core_auditevent"):
        with (
            pytest.raises(ProgrammingError, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_noting_costs_two_queries_and_many_acts_as_few(trail, django_assert_num_queries):
    draw = random.Random(1)
    with django_assert_num_queries(2):
        record_all([an_act(draw)], by=None, at=AT)
    with django_assert_num_queries(2):
        record_all([an_act(draw) for _ in range(500)], by=None, at=AT)
    assert verify().breaks == []


def test_the_command_tells_by_its_exit_code(trail):
    out = StringIO()
    call_command("audit", "verify", "--json", stdout=out)
    assert json.loads(out.getvalue()) | {"anchors": 0} == {
        "events": ROWS,
        "anchors": 0,
        "break_count": 0,
        "breaks": [],
        "whole": True,
    }
    delete(random.Random(2))
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("audit", "verify", stdout=out)
    assert stopped.value.code == 1 and "链" in out.getvalue()


def test_anchors_are_written_only_when_the_trail_grew(trail):
    size = anchors_path().stat().st_size
    assert write_anchors(AT) == 0 and anchors_path().stat().st_size == size
    record_all([an_act(random.Random(1))], by=None, at=AT)
    assert write_anchors(AT) == 1 and verify().anchors == LANES + 1
