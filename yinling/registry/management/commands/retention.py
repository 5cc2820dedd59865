"""`yinling retention due|propose|run --as <account>`: files whose term is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Person
from yinling.registry.operations.retention import anonymise_person, propose_anonymisation
from yinling.registry.queries.retention import list_due, list_proposals


class Command(BaseCommand):
    help = "List, propose and anonymise files whose term is over. One account proposes, another runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "act",
            choices=("due", "propose", "run"),
            help="due: list; propose: put all due forward; run: confirm what another account proposed",
        )
        parser.add_argument(
            "--as", dest="account", required=True, help="the account in whose name it is done"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(username=options["account"], is_active=True).first()
        if account is None:
            raise CommandError(f"没有启用的账号“{options['account']}”。")
        try:
            {"due": self._due, "propose": self._propose, "run": self._run}[options["act"]](account)
        except DomainError as error:
            raise CommandError(error.message) from None

    def _due(self, account: Account) -> None:
        count = 0
        for row in self._rows(account):
            count += 1
            proposed = f"，{row.proposed_by} 已提出" if row.proposal else ""
            self.stdout.write(f"{row.file_number}　{row.state} {row.left_on}　期满 {row.over_on}{proposed}")
        self.stdout.write(f"保存期满的档案 {count} 份。")

    def _propose(self, account: Account) -> None:
        people = [row.pk for row in self._rows(account) if row.proposal is None]
        for pk in people:
            propose_anonymisation(person=Person.objects.get(pk=pk), by=account, at=timezone.now())
        self.stdout.write(f"已提出 {len(people)} 份，等待另一个账号确认。")

    def _run(self, account: Account) -> None:
        done = 0
        while proposals := list_proposals(actor=account):
            for proposal in proposals:
                anonymise_person(proposal=proposal, by=account, at=timezone.now())
                done += 1
        self.stdout.write(f"已匿名化 {done} 份。由 {account.username} 提出的要由另一个账号确认。")

    def _rows(self, account: Account) -> Any:
        after, today = "", timezone.localdate()
        while True:
            rows, after = list_due(actor=account, today=today, after=after)
            yield from rows
            if not after:
                return
