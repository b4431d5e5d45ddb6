"""/api/ of the marketplace. The longer paths stand first: a listing's reference may hold a slash."""

from django.urls import URLPattern

from databroker.api.routes import route
from marketplace.api import views

urlpatterns: list[URLPattern] = [
    route("marketplace/search", views.SearchView.as_view(), "api_search"),
    route("marketplace/listings", views.ListingsView.as_view(), "api_listings"),
    route("marketplace/listings/{id_path}/purchase", views.PurchaseView.as_view(), "api_purchase"),
    route("marketplace/listings/{id_path}/reviews", views.ReviewsView.as_view(), "api_reviews"),
    route("marketplace/listings/{id_path}", views.ListingView.as_view(), "api_listing"),
    route("marketplace/orders", views.OrdersView.as_view(), "api_orders"),
    route("marketplace/orders/{id}", views.OrderView.as_view(), "api_order"),
    route("library", views.LibraryView.as_view(), "api_library"),
    route("library/{id}", views.PurchasedView.as_view(), "api_purchased"),
    route("library/{id}/tokens", views.DownloadTokensView.as_view(), "api_download_tokens"),
]
