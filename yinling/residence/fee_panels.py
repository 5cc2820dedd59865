"""What other pages show of fees: the resident's page, the family's page, 我的档案."""

from datetime import datetime
from typing import Any

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.models import Person
from yinling.registry.panels import Panel, register_own_panel
from yinling.residence.choices import SharedItem
from yinling.residence.models import Bill, Stay
from yinling.residence.models.fees.bills import BillState
from yinling.residence.queries.bills import account_of
from yinling.residence.sharing import register_family_panel
from yinling.residence.stay_panels import register_stay_panel

Values = dict[str, Any]


def fees(stay: Stay, actor: Account, at: datetime) -> Values:
    return {**account_of(stay, at, most=6), "may_manage": actor.may(Permission.MANAGE_FEES)}


def bills(stay: Stay, actor: Account, at: datetime) -> Values:
    return account_of(stay, at, drafts=False, most=6)


def own_bills(person: Person, actor: Account, at: datetime) -> Values | None:
    """Nothing to say of somebody who was never billed."""
    issued = Bill.objects.visible_to(actor).filter(stay__person=person, state=BillState.ISSUED)
    return {} if issued.exists() else None


def register() -> None:
    """Called when the room is ready."""
    register_stay_panel(
        Panel("fees", "合同和费用", 60, Permission.VIEW_FEES, "residence/panels/fees.html", fees)
    )
    register_family_panel(SharedItem.BILLS, "账单", bills, "residence/family/bills.html")
    register_own_panel(
        Panel(
            "bills", "养老院账单", 60, Permission.VIEW_OWN_FILE, "residence/panels/own_bills.html", own_bills
        )
    )
