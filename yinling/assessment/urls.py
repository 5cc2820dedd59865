"""URLs of the room: each page module ends with its own list, joined here."""

from yinling.assessment import portal, portal_request
from yinling.assessment.office import assessing, registers, requests, results

app_name = "assessment"
urlpatterns = [
    *requests.urlpatterns,
    *registers.urlpatterns,
    *results.urlpatterns,
    *assessing.urlpatterns,
    *portal.urlpatterns,
    *portal_request.urlpatterns,
]
