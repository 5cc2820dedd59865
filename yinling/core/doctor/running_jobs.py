"""Background jobs: workers alive, nothing stuck, nothing failed."""

from collections.abc import Iterator
from datetime import timedelta

from yinling.core.doctor.table import Finding, Patient, bad, check, ok, warn

ALIVE = timedelta(seconds=60)  # a worker says every 10 s that it lives
_START = "请启动 yinling worker（systemd 部署时看 systemctl status yinling-worker）。"


@check("后台任务")
def workers(patient: Patient) -> Iterator[Finding]:
    since = patient.at - ALIVE
    alive = patient.one("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= %s", [since])
    if not alive:
        yield bad("后台任务", "没有后台进程在运行，导入、催办和夜间任务都停着", _START)
    else:
        yield ok("后台任务", f"{alive} 个后台进程在运行")


@check("任务队列")
def queue(patient: Patient) -> Iterator[Finding]:
    stuck = patient.one(
        "SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id"
        " WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < %s)",
        [patient.at - 5 * ALIVE],
    )
    waiting, oldest = patient.rows(
        "SELECT count(*), min(e.at) FROM procrastinate_jobs j"
        " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at < %s)",
        [patient.at],
    )[0]
    failed = patient.one(
        "SELECT count(DISTINCT j.id) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
        " WHERE j.status = 'failed' AND e.type = 'failed' AND e.at > %s",
        [patient.at - timedelta(days=7)],
    )
    if stuck:
        yield bad("任务队列", f"{stuck} 个任务的后台进程已经不在", f"后台进程运行时会自动重做。{_START}")
    if waiting and oldest and patient.at - oldest > timedelta(minutes=30):
        hours = (patient.at - oldest).total_seconds() / 3600
        yield warn(
            "任务队列",
            f"{waiting} 个任务在等，最早的等了 {hours:.1f} 小时",
            "请增加后台进程，或看是否有任务卡住。",
        )
    if failed:
        yield warn("任务队列", f"最近 7 天有 {failed} 个任务失败", "请在“系统运行”页查看，排除原因后重做。")
    if not (stuck or failed):
        yield ok("任务队列", f"{waiting} 个任务在等")
