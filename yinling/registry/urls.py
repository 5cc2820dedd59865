"""URLs of the registry: each page module ends with its own list, joined here."""

from yinling.registry.office import accounts, audit, people, places, workers

app_name = "registry"
urlpatterns = [
    *people.urlpatterns,
    *places.urlpatterns,
    *workers.urlpatterns,
    *audit.urlpatterns,
    *accounts.urlpatterns,
]
