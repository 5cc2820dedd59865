"""URLs of governance: each page module ends with its own list, joined here."""

from yinling.governance.office import documents, measures, refinement, tasks

app_name = "governance"
urlpatterns = [
    *documents.urlpatterns,
    *measures.urlpatterns,
    *tasks.urlpatterns,
    *refinement.urlpatterns,
]
