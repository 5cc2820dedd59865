"""URLs of the room: each page module ends with its own list, joined here."""

from django.urls import URLPattern

app_name = "residence"
urlpatterns: list[URLPattern] = []
