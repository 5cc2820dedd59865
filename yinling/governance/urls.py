"""URLs of governance: each page module ends with its own list, joined here."""

from yinling.governance import portal, portal_progress
from yinling.governance.office import (
    bulletins,
    cockpit,
    documents,
    indicators,
    measures,
    refinement,
    reports,
    rounds,
    snapshots,
    tasks,
    work,
)

app_name = "governance"
urlpatterns = [
    *bulletins.urlpatterns,
    *portal.urlpatterns,
    *portal_progress.urlpatterns,
    *documents.urlpatterns,
    *measures.urlpatterns,
    *reports.urlpatterns,
    *rounds.urlpatterns,
    *snapshots.urlpatterns,
    *tasks.urlpatterns,
    *work.urlpatterns,
    *refinement.urlpatterns,
    *cockpit.urlpatterns,
    *indicators.urlpatterns,
]
