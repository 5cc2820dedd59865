"""URLs of the registry: each page module ends with its own list, joined here."""

from yinling.registry import portal, signing_in
from yinling.registry.office import (
    accounts,
    audit,
    dividing,
    duplicates,
    people,
    people_exports,
    person,
    person_acts,
    person_grants,
    person_services,
    places,
    requests,
    search,
    systems,
    uploads,
    workers,
)

app_name = "registry"
urlpatterns = [
    *search.urlpatterns,  # asked most, so found first
    *people.urlpatterns,
    *uploads.urlpatterns,
    *people_exports.urlpatterns,
    *person.urlpatterns,
    *person_acts.urlpatterns,
    *person_grants.urlpatterns,
    *person_services.urlpatterns,
    *requests.urlpatterns,
    *dividing.urlpatterns,
    *duplicates.urlpatterns,
    *portal.urlpatterns,
    *signing_in.urlpatterns,
    *places.urlpatterns,
    *workers.urlpatterns,
    *audit.urlpatterns,
    *accounts.urlpatterns,
    *systems.urlpatterns,
]
