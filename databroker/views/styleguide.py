"""Every component in every state; only under DEBUG."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/styleguide.html")
