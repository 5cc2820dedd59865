"""URLs of the room: each page module ends with its own list, joined here."""

from django.urls import URLPattern

from yinling.residence import portal_family, portal_homes, portal_my_waiting, portal_waiting
from yinling.residence.office import (
    admission,
    care_handovers,
    care_health,
    care_plans,
    care_safety,
    care_shift,
    family,
    family_notes,
    home_visits,
    homes,
    offers,
    residents,
    rooms,
    smart_homes,
    stay_acts,
    support,
    waiting,
    waiting_acts,
    waiting_figures,
)

app_name = "residence"
urlpatterns: list[URLPattern] = [
    *care_handovers.urlpatterns,
    *care_health.urlpatterns,
    *care_plans.urlpatterns,
    *care_safety.urlpatterns,
    *care_shift.urlpatterns,
    *homes.urlpatterns,
    *rooms.urlpatterns,
    *admission.urlpatterns,
    *residents.urlpatterns,
    *stay_acts.urlpatterns,
    *portal_homes.urlpatterns,
    *family.urlpatterns,
    *family_notes.urlpatterns,
    *home_visits.urlpatterns,
    *portal_family.urlpatterns,
    *smart_homes.urlpatterns,
    *support.urlpatterns,
    *waiting.urlpatterns,
    *waiting_acts.urlpatterns,
    *waiting_figures.urlpatterns,
    *offers.urlpatterns,
    *portal_waiting.urlpatterns,
    *portal_my_waiting.urlpatterns,
]
