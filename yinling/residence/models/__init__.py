from yinling.residence.models.care import CareDay, CareLabel, CarePlan, CarePlanItem, CareTask
from yinling.residence.models.care_handover import HandoverLine, ShiftHandover
from yinling.residence.models.care_health import (
    MedicationCorrection,
    MedicationLine,
    MedicationOrder,
    MedicationRound,
    VitalSign,
)
from yinling.residence.models.care_safety import (
    Incident,
    IncidentEntry,
    ResidentSearch,
    RiskProtection,
    SearchStep,
)
from yinling.residence.models.family import DayNote, FamilyRefusal, FamilyShare, MenuMeal
from yinling.residence.models.home_visits import HomeService, HomeVisit
from yinling.residence.models.offers import BedReserve, Objection, Offer, Publication, Skip
from yinling.residence.models.rooms import BedPlacement, Building, Room
from yinling.residence.models.smart_home import SmartHomeEvidence, SmartHomeRecognition
from yinling.residence.models.stays import Absence, Occupancy, Stay
from yinling.residence.models.support import SupportWish
from yinling.residence.models.waiting import Application, QueueMove, QueuePlace, Wish

__all__ = [
    "Absence",
    "Application",
    "BedPlacement",
    "BedReserve",
    "Building",
    "CareDay",
    "CareLabel",
    "CarePlan",
    "CarePlanItem",
    "CareTask",
    "DayNote",
    "FamilyRefusal",
    "FamilyShare",
    "HandoverLine",
    "HomeService",
    "HomeVisit",
    "Incident",
    "IncidentEntry",
    "MedicationCorrection",
    "MedicationLine",
    "MedicationOrder",
    "MedicationRound",
    "MenuMeal",
    "Objection",
    "Occupancy",
    "Offer",
    "Publication",
    "QueueMove",
    "QueuePlace",
    "ResidentSearch",
    "RiskProtection",
    "Room",
    "SearchStep",
    "ShiftHandover",
    "Skip",
    "SmartHomeEvidence",
    "SmartHomeRecognition",
    "Stay",
    "SupportWish",
    "VitalSign",
    "Wish",
]
