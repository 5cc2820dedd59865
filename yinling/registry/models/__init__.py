from yinling.registry.models.beds import Bed, HomeCareBed
from yinling.registry.models.duplicates import DuplicatePair, Merge
from yinling.registry.models.people import (
    Contact,
    Person,
    PersonAccess,
    PersonCategory,
    PersonIdentifier,
    PersonToken,
)
from yinling.registry.models.person_file import Anonymisation, Consent, Correction, Transfer
from yinling.registry.models.places import DivisionFact, Place, PlaceFact
from yinling.registry.models.search import SearchRebuild
from yinling.registry.models.uploads import PeopleExport, Upload, UploadChunk, UploadRow
from yinling.registry.models.workers import CareWorker, WorkerCertificate

__all__ = [
    "Anonymisation",
    "Bed",
    "CareWorker",
    "Consent",
    "Contact",
    "Correction",
    "DivisionFact",
    "DuplicatePair",
    "HomeCareBed",
    "Merge",
    "PeopleExport",
    "Person",
    "PersonAccess",
    "PersonCategory",
    "PersonIdentifier",
    "PersonToken",
    "Place",
    "PlaceFact",
    "SearchRebuild",
    "Transfer",
    "Upload",
    "UploadChunk",
    "UploadRow",
    "WorkerCertificate",
]
