"""Pages of refinery."""

from django.urls import URLPattern

app_name = "refinery"
urlpatterns: list[URLPattern] = []
