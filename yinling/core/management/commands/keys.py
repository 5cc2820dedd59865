"""`yinling keys status | rotate | retire`: the keys of personal data. See docs/security.md."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from yinling.core.models import KeyVersion
from yinling.core.operations.keys import retire_key, rotate_keys
from yinling.core.sealing import BadKeyring, ProviderMissing, UnknownKeyVersion, resealing
from yinling.core.sealing.keyring import in_environment, keyring
from yinling.core.sealing.providers import NAMES
from yinling.kernel.errors import DomainError


class Command(BaseCommand):
    help = "个人信息密钥：status 查看，rotate 换新（网站照常运行），retire 停用旧版"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("status", help="which versions there are, and what still uses each")
        rotating = acts.add_parser("rotate", help="add a key and seal everything again; may be run again")
        rotating.add_argument("--provider", choices=NAMES, help="algorithms of the new key (default: as now)")
        retiring = acts.add_parser("retire", help="take an old key out, once nothing uses it")
        retiring.add_argument("version", type=int)

    def handle(self, *, act: str, **options: Any) -> None:
        try:
            getattr(self, f"_{act}")(options)
        except DomainError as error:
            raise CommandError(error.message) from None
        except (BadKeyring, ProviderMissing, UnknownKeyVersion) as error:
            raise CommandError(str(error)) from None

    def _status(self, options: dict[str, Any]) -> None:
        ring = keyring()
        noted = {row.version: row for row in KeyVersion.objects.all()}
        current = next((row.version for row in noted.values() if row.is_current), ring.current.version)
        self.stdout.write(f"密钥来源：{'环境变量 FIELD_KEYS' if in_environment() else '密钥环文件'}")
        for version, key in sorted(ring.keys.items()):
            state = "已停用，仅核验操作记录" if key.retired else "现用" if version == current else "旧版"
            self.stdout.write(f"第 {version} 版  {key.provider.name.upper()}  {state}")
            for name, count in ({} if key.retired else resealing.rows_under(version)).items():
                self.stdout.write(f"    {name}：{count:,} 行")
        if resealing.is_outdated(current):
            self.stdout.write("还有数据没有换到现用密钥：运行 yinling keys rotate 接着换。")

    def _rotate(self, options: dict[str, Any]) -> None:
        shows = sys.stderr.isatty()

        def progress(table: str, rows: int) -> None:
            if shows:
                self.stderr.write(f"\r\033[K{table} {rows:,}", ending="")

        done = rotate_keys(provider=options["provider"], progress=progress, by=None, at=timezone.now())
        if shows:
            self.stderr.write("")
        self.stdout.write(
            f"{'接着上次，' if done.resumed else ''}已全部换到第 {done.version} 版密钥，"
            f"{sum(done.rows.values()):,} 行重新加密。"
        )
        if not in_environment():
            self.stdout.write("请把密钥环文件另存一份到备份之外的安全地方：没有它，备份无法恢复。")
        if done.conflicts:
            raise CommandError(
                "有记录的号码与另一条重复，查重处理后再运行本命令："
                + "、".join(f"{model} {pk}" for model, pk in done.conflicts[:20])
            )

    def _retire(self, options: dict[str, Any]) -> None:
        left = retire_key(version=options["version"], by=None, at=timezone.now())
        self.stdout.write(
            f"第 {options['version']} 版密钥已停用。此前做的备份要用它才能恢复，请留好密钥环的旧副本。"
        )
        if in_environment():
            self.stdout.write(f"请在 FIELD_KEYS 里把这一版改为（只用于核验操作记录）：{left}")
