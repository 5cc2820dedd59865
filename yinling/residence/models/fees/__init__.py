"""What a home charges, what it bills, what it holds of residents, and what it gives back."""

from yinling.residence.models.fees.bills import Bill, BillLine, BillRun
from yinling.residence.models.fees.contracts import Contract, ContractVersion
from yinling.residence.models.fees.declarations import (
    DeclaredAid,
    DeclaredPrice,
    HomeStanding,
    PriceDeclaration,
)
from yinling.residence.models.fees.money import Receipt, Refund, ReserveMove
from yinling.residence.models.fees.prices import AwayTerm, PriceItem, PriceVersion

__all__ = [
    "AwayTerm",
    "Bill",
    "BillLine",
    "BillRun",
    "Contract",
    "ContractVersion",
    "DeclaredAid",
    "DeclaredPrice",
    "HomeStanding",
    "PriceDeclaration",
    "PriceItem",
    "PriceVersion",
    "Receipt",
    "Refund",
    "ReserveMove",
]
