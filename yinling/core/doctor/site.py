"""The program's own settings: secrets, addresses, static files."""

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from yinling.core import sealing
from yinling.core.doctor.table import Finding, Patient, bad, check, ok, warn
from yinling.core.sealing.keyring import in_environment, keyring

_LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver"}


@check("调试模式", database=False)
def debug(patient: Patient) -> Iterator[Finding]:
    if settings.DEBUG:
        yield bad("调试模式", "调试模式开着，出错页会显示内部数据", "请去掉环境变量 DEBUG，重新启动。")
    else:
        yield ok("调试模式", "已关闭")


@check("网站密钥", database=False)
def secret(patient: Patient) -> Iterator[Finding]:
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 8:
        yield bad(
            "网站密钥",
            "SECRET_KEY 太短或太简单，登录状态可被伪造",
            "请换成 64 位随机字符，如 openssl rand -hex 32 的输出。",
        )
    else:
        yield ok("网站密钥", "长度足够")


@check("网站地址", database=False)
def hosts(patient: Patient) -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield bad(
            "网站地址",
            "ALLOWED_HOSTS 允许任何域名",
            "请写明本站域名，如 ALLOWED_HOSTS=yanglao.example.gov.cn。",
        )
    elif set(settings.ALLOWED_HOSTS) <= _LOCAL:
        yield warn("网站地址", "只能从本机打开", "正式使用时请设 ALLOWED_HOSTS 为本站域名。")
    else:
        yield ok("网站地址", "、".join(h for h in settings.ALLOWED_HOSTS if h not in _LOCAL))


@check("加密传输", database=False)
def https(patient: Patient) -> Iterator[Finding]:
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield warn(
            "加密传输",
            "没有启用 HTTPS，密码和个人信息会明文传输",
            "正式使用时请在前面配置 HTTPS（见 docs/deployment.md），并设 HTTPS=1；只在本机试用可以不管。",
        )
    else:
        yield ok("加密传输", "已启用")


@check("数据密钥", database=False)
def keys(patient: Patient) -> Iterator[Finding]:
    mend = "请从另行保管的副本放回密钥文件（见 docs/backup.md）。没有密钥，证件号、电话和住址无法读出。"
    try:
        if sealing.unseal(sealing.seal("银龄")) != "银龄":
            raise ValueError
        versions = sorted(keyring().keys)
    except Exception as error:
        yield bad("数据密钥", f"密钥不能使用（{type(error).__name__}）", mend)
        return
    path = Path(settings.FIELD_KEYRING)
    if not in_environment() and (wrong := _open_to_others(path)):
        yield bad(
            "数据密钥",
            f"密钥文件 {path} {wrong}",
            f"请执行 chmod 600 {path}，并把文件属主改为运行本程序的用户。",
        )
    else:
        shown = "、".join(map(str, versions))
        yield ok("数据密钥", f"在用版本 {shown}。备份里没有密钥，请确认另有副本")


@check("密钥与数据")
def keys_fit(patient: Patient) -> Iterator[Finding]:
    """A sample of what is sealed: each column's version must be in the keyring."""
    have = set(keyring().keys)
    lacking = set()
    for table, column in _sealed_columns():
        sample = f'SELECT DISTINCT get_byte("{column}", 0) FROM (SELECT "{column}" FROM "{table}"'
        sample += f' WHERE "{column}" IS NOT NULL LIMIT 500) s'
        lacking |= {version for (version,) in patient.rows(sample)} - have
    if lacking:
        shown = "、".join(map(str, sorted(lacking)))
        yield bad(
            "密钥与数据",
            f"数据用了密钥版本 {shown}，本机没有",
            "请从另行保管的副本放回这些版本的密钥；不要删除数据。",
        )
    else:
        yield ok("密钥与数据", "抽查的数据都能解开")


def _sealed_columns() -> list[tuple[str, str]]:
    from django.apps import apps

    return [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, sealing.SealedTextField)
    ]


def _open_to_others(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "读不到"
    return "可被其他用户读取" if mode & (stat.S_IRWXG | stat.S_IRWXO) else ""


@check("静态文件", database=False)
def static_files(patient: Patient) -> Iterator[Finding]:
    if "Manifest" not in settings.STORAGES["staticfiles"]["BACKEND"]:
        yield warn(
            "静态文件",
            "样式和脚本没有压缩和长期缓存（调试或测试模式）",
            "正式使用时去掉 DEBUG 和 YINLING_TEST。",
        )
        return
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        yield bad(
            "静态文件",
            "样式和脚本还没有收集，页面会出错",
            "请运行 yinling collectstatic --noinput，再重新启动网站。",
        )
    else:
        yield ok("静态文件", "已收集")
