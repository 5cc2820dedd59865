from yinling.registry.models.beds import Bed, HomeCareBed
from yinling.registry.models.people import (
    Contact,
    Person,
    PersonAccess,
    PersonCategory,
    PersonIdentifier,
    PersonToken,
)
from yinling.registry.models.places import DivisionFact, Place, PlaceFact
from yinling.registry.models.workers import CareWorker, WorkerCertificate

__all__ = [
    "Bed",
    "CareWorker",
    "Contact",
    "DivisionFact",
    "HomeCareBed",
    "Person",
    "PersonAccess",
    "PersonCategory",
    "PersonIdentifier",
    "PersonToken",
    "Place",
    "PlaceFact",
    "WorkerCertificate",
]
