"""URLs of the room: each page module ends with its own list, joined here."""

from django.urls import URLPattern

from yinling.residence import portal_family
from yinling.residence.office import family, family_notes, home_visits, smart_homes, support

app_name = "residence"
urlpatterns: list[URLPattern] = [
    *family.urlpatterns,
    *family_notes.urlpatterns,
    *home_visits.urlpatterns,
    *portal_family.urlpatterns,
    *smart_homes.urlpatterns,
    *support.urlpatterns,
]
