"""Staff pages of governance, one file per subject; each ends with its `urlpatterns`."""
