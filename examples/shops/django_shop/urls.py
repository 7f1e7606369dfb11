"""The addresses of the site."""

from django.contrib import admin
from django.urls import path

from examples.shops.django_shop import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("pieces/<piece>", views.piece),
    path("pieces/<piece>/offers", views.offer),
    path("quotes", views.quote),
    path("orders/<order>", views.order),
    path("webhooks/<tender>", views.webhook),
]
