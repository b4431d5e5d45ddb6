"""How listings, orders, purchases and reviews look in the API."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from databroker import formats
from databroker.money import Money
from marketplace.models import Entitlement, Listing, Order, OrderLine, Review


def _price(amount: Money | None) -> dict[str, object] | None:
    if amount is None:
        return None
    return {"amount_minor": amount.minor, "currency": amount.currency, "text": formats.money(amount)}


class PriceSerializer(serializers.Serializer[Any]):
    """An amount in minor units, and as people write it."""

    amount_minor = serializers.IntegerField()
    currency = serializers.CharField()
    text = serializers.CharField()


class LicenceSerializer(serializers.Serializer[Any]):
    """The licence on offer; `digest` is the sha256 of its text."""

    code = serializers.CharField()
    identifier = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    digest = serializers.CharField()


class ListingSerializer(serializers.ModelSerializer[Listing]):
    """A listing. `slug_path` is `<organisation>/<product>`; counts are records; `quality` holds medians from 0 to 1."""

    id = serializers.CharField(source="public_id")
    slug_path = serializers.CharField(source="path")
    supplier = serializers.CharField(source="organization.slug")
    supplier_name = serializers.CharField(source="organization.name")
    product = serializers.CharField(source="product.slug")
    price = serializers.SerializerMethodField()
    license = LicenceSerializer(source="terms", allow_null=True)
    package = serializers.CharField(source="package.public_id")
    package_digest = serializers.CharField(source="package.digest")
    version = serializers.CharField(source="package.semantic_version")
    records = serializers.IntegerField(source="package.record_count")
    bytes = serializers.IntegerField(source="package.byte_count")
    modalities = serializers.DictField(source="package.modalities", child=serializers.IntegerField())
    languages = serializers.DictField(source="package.languages", child=serializers.IntegerField())
    domains = serializers.DictField(source="package.domains", child=serializers.IntegerField())
    quality = serializers.DictField(source="package.quality", child=serializers.FloatField(allow_null=True))
    url = serializers.SerializerMethodField()

    class Meta:
        model = Listing
        fields: tuple[str, ...] = (
            "id", "slug_path", "state", "title", "summary", "description", "category", "supplier", "supplier_name",
            "product", "price", "license", "package", "package_digest", "version", "records", "bytes", "modalities",
            "languages", "domains", "quality", "published_at", "url",
        )  # fmt: skip

    @extend_schema_field(PriceSerializer)
    def get_price(self, listing: Listing) -> dict[str, object] | None:
        return _price(listing.price)

    def get_url(self, listing: Listing) -> str:
        return f"{settings.SITE_URL.rstrip('/')}/marketplace/{listing.path}/"


class FoundSerializer(ListingSerializer):
    """A listing in an answer of the search, with its rating."""

    rating = serializers.FloatField(source="entry.rating")
    rating_count = serializers.IntegerField(source="entry.rating_count")

    class Meta(ListingSerializer.Meta):
        fields = (*ListingSerializer.Meta.fields, "rating", "rating_count")


class FacetSerializer(serializers.Serializer[Any]):
    """A value and how many of the found listings carry it."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class SearchSerializer(serializers.Serializer[Any]):
    """One page of an answer; `next` is the address of the following one."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = FoundSerializer(many=True)
    facets = serializers.DictField(child=FacetSerializer(many=True))


class OfferSerializer(serializers.Serializer[Any]):
    """A new listing. `price` is in major units ("4000.00"); `submit` hands it in at once."""

    package = serializers.CharField(help_text="Public id of a released package of yours.")
    title = serializers.CharField(max_length=140)
    summary = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=8000, required=False, default="", allow_blank=True)
    category = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    license = serializers.CharField(help_text="A built-in licence: our code or its SPDX id.")
    price = serializers.CharField(default="0", max_length=20)
    currency = serializers.CharField(required=False, min_length=3, max_length=3)
    submit = serializers.BooleanField(default=True)


class PurchaseSerializer(serializers.Serializer[Any]):
    """What to buy is in the path. Sending this accepts the listing's licence for your organisation."""

    method = serializers.ChoiceField(
        choices=["card", "invoice"], required=False, help_text="Default: card where there is one, else invoice."
    )
    purchase_order_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    terms_digest = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        help_text="The licence digest you read; refused if it differs now.",
    )
    price_minor = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="The price you saw; refused if it differs now."
    )


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """What was agreed: package, digest, licence and price as they stood."""

    listing = serializers.CharField(source="listing.public_id")
    package = serializers.CharField(source="package.public_id")
    license = serializers.CharField(source="terms.identifier")
    entitlement = serializers.SerializerMethodField()

    class Meta:
        model = OrderLine
        fields = (
            "listing", "title", "package", "package_version", "package_digest", "license", "terms_digest",
            "price_minor", "entitlement",
        )  # fmt: skip

    def get_entitlement(self, line: OrderLine) -> str | None:
        granted = list(line.entitlements.all())
        return granted[0].public_id if granted else None


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order. `checkout_url` is where to pay an open one; `invoice` the number to put on the transfer."""

    id = serializers.CharField(source="public_id")
    amount = serializers.SerializerMethodField()
    invoice = serializers.SerializerMethodField()
    lines = OrderLineSerializer(many=True)

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            "id", "state", "method", "is_sandbox", "amount", "purchase_order_number", "checkout_url", "invoice",
            "created_at", "expires_at", "paid_at", "fulfilled_at", "lines",
        )  # fmt: skip

    @extend_schema_field(PriceSerializer)
    def get_amount(self, order: Order) -> dict[str, object] | None:
        return _price(order.amount)

    def get_invoice(self, order: Order) -> str | None:
        invoice = getattr(order, "invoice", None)
        return invoice.number if invoice else None


class PurchaseAnswerSerializer(OrderSerializer):
    """The order, and `entitlement` with its download address where it is fulfilled already."""

    entitlement = serializers.SerializerMethodField()
    download_url = serializers.SerializerMethodField()

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "entitlement", "download_url")

    def _granted(self, order: Order) -> tuple[str, str] | None:
        for line in order.lines.all():
            for entitlement in line.entitlements.all():
                return entitlement.public_id, line.package_version
        return None

    def get_entitlement(self, order: Order) -> str | None:
        granted = self._granted(order)
        return granted[0] if granted else None

    def get_download_url(self, order: Order) -> str | None:
        granted = self._granted(order)
        return f"{settings.SITE_URL.rstrip('/')}/dl/{granted[0]}/{granted[1]}/" if granted else None


class EntitlementSerializer(serializers.ModelSerializer[Entitlement]):
    """A purchase. Append a file's path to `download_url`; SHA256SUMS lists them all, all.zip holds them."""

    id = serializers.CharField(source="public_id")
    title = serializers.CharField(source="line.title")
    version = serializers.CharField()
    listing = serializers.CharField(source="line.listing.public_id")
    product = serializers.CharField(source="line.listing.path")
    package_digest = serializers.CharField(source="line.package_digest")
    license = serializers.CharField(source="line.terms.identifier")
    order = serializers.CharField(source="line.order.public_id")
    download_url = serializers.SerializerMethodField()

    class Meta:
        model = Entitlement
        fields: tuple[str, ...] = (
            "id", "state", "title", "version", "listing", "product", "package_digest", "license", "order",
            "created_at", "expires_at", "download_url",
        )  # fmt: skip

    def get_download_url(self, entitlement: Entitlement) -> str:
        return f"{settings.SITE_URL.rstrip('/')}/dl/{entitlement.public_id}/{entitlement.version}/"


class DeliveredFileSerializer(serializers.Serializer[Any]):
    """A file of a purchase."""

    path = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    url = serializers.CharField()


class EntitlementDetailSerializer(EntitlementSerializer):
    """A purchase with its files; none while it opens nothing, and `closed` says why."""

    files = DeliveredFileSerializer(many=True)
    closed = serializers.CharField()

    class Meta(EntitlementSerializer.Meta):
        fields = (*EntitlementSerializer.Meta.fields, "closed", "files")


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """What a verified buyer says."""

    id = serializers.CharField(source="public_id")
    organization = serializers.CharField(source="organization.name")

    class Meta:
        model = Review
        fields = ("id", "organization", "rating", "text", "created_at")


class ReviewWriteSerializer(serializers.Serializer[Any]):
    """A review of yours, once per organisation and product."""

    rating = serializers.IntegerField(min_value=1, max_value=5)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=4000)


class DownloadTokenSerializer(serializers.Serializer[Any]):
    """How many days a download token opens the purchase."""

    days = serializers.IntegerField(min_value=1, max_value=7, default=7)


class DownloadTokenMadeSerializer(serializers.Serializer[Any]):
    """The token, shown once."""

    id = serializers.CharField()
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
