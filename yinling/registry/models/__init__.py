from yinling.registry.models.beds import Bed, HomeCareBed
from yinling.registry.models.people import Contact, Person, PersonCategory
from yinling.registry.models.places import DivisionFact, Place, PlaceFact
from yinling.registry.models.workers import CareWorker, WorkerCertificate

__all__ = [
    "Bed",
    "CareWorker",
    "Contact",
    "DivisionFact",
    "HomeCareBed",
    "Person",
    "PersonCategory",
    "Place",
    "PlaceFact",
    "WorkerCertificate",
]
