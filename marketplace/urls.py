"""Pages of the marketplace."""

from django.urls import URLPattern, path

from marketplace.views import catalogue, downloads, library, listings, orders, selling

app_name = "marketplace"
_LISTING = "marketplace/<slug:supplier>/<slug:product>/"
urlpatterns: list[URLPattern] = [
    path("marketplace/", catalogue.catalogue, name="catalogue"),
    path(_LISTING, listings.listing_detail, name="listing_detail"),
    path(_LISTING + "sample/<int:place>.jpg", listings.sample_picture, name="sample_picture"),
    path(_LISTING + "quality/", listings.listing_quality, name="listing_quality"),
    path(_LISTING + "licence/", listings.listing_licence, name="listing_licence"),
    path(_LISTING + "reviews/", listings.listing_reviews, name="listing_reviews"),
    path(_LISTING + "reviews/write/", listings.review_write, name="review_write"),
    path(_LISTING + "checkout/", orders.checkout, name="checkout"),
    path("listings/", selling.listing_manage_list, name="listing_manage_list"),
    path("listings/new/", selling.listing_create, name="listing_create"),
    path("listings/<str:reference>/", selling.listing_edit, name="listing_edit"),
    path("listings/<str:reference>/<slug:verb>/", selling.listing_operate, name="listing_operate"),
    path("orders/", orders.order_list, name="order_list"),
    path("orders/<str:reference>/", orders.order_detail, name="order_detail"),
    path("orders/<str:reference>/invoice/", orders.invoice_detail, name="invoice_detail"),
    path("orders/<str:reference>/pay/", orders.order_pay, name="order_pay"),
    path("orders/<str:reference>/sandbox-card/", orders.sandbox_card, name="sandbox_card"),
    path("payments/stripe/", orders.stripe_webhook, name="stripe_webhook"),
    path("library/", library.library, name="library"),
    path("library/tokens/<str:reference>/revoke/", library.download_token_revoke, name="download_token_revoke"),
    path("library/<str:reference>/", library.library_detail, name="library_detail"),
    path("library/<str:reference>/token/", library.download_token_create, name="download_token_create"),
    path("dl/<str:entitlement>/<str:version>/<path:path>", downloads.download, name="download"),
]
