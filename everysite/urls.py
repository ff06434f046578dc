"""Where every door is."""

from django.urls import URLPattern, URLResolver, include, path

from everysite.api.main import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("everysite.web.urls")),
]
