"""Search, listings, purchases, orders, library and reviews over HTTP."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from databroker import money
from databroker.api.base import ActorAPIView
from databroker.api.pagination import NewestFirst
from databroker.api.problems import ProblemSerializer
from databroker.errors import Incomplete, Issue
from databroker.policies import require
from marketplace import delivery, policies
from marketplace.api import serializers as shapes
from marketplace.models import Entitlement, Listing, Order, Review
from marketplace.operations import listings, orders, reviews
from marketplace.operations.access import why_closed
from marketplace.operations.entitlements import create_download_token
from marketplace.operations.listings import Offer
from marketplace.operations.orders import Wish
from marketplace.search.backend import PAGE, backend
from marketplace.search.questions import SORTS, read_strictly
from marketplace.states import OrderState

_PROBLEMS = dict.fromkeys((404, 409, 422), ProblemSerializer)
_MOST = 100


def _parameter(name: str, words: str, kind: type = str, values: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=words, enum=values)


_SEARCH = [
    _parameter("query", "Words; all must be there, a beginning is enough."),
    _parameter("category", "A modality (text, image, audio, table_row) or a topic."),
    _parameter("language", "ISO 639 code."),
    _parameter("license", "SPDX id or LicenseRef."),
    _parameter("min_quality", "Least median quality, 0 to 1.", float),
    _parameter("max_price", "Highest price in major units, whatever the currency.", float),
    _parameter("sort_by", "Order of the answer.", values=list(SORTS)),
    _parameter("cursor", "From `next`."),
    _parameter("page_size", f"1 to {_MOST}, default {PAGE}.", int),
]


class MarketView(ActorAPIView):
    """Takes JSON and both kinds of forms: shells and browsers differ in what is easy to send."""

    parser_classes = (JSONParser, FormParser, MultiPartParser)


class SearchView(MarketView):
    """Finds live listings, with counts to narrow the answer by. No account is needed."""

    permission_classes = (AllowAny,)
    serializer_class = shapes.SearchSerializer

    @extend_schema(parameters=_SEARCH, responses={200: shapes.SearchSerializer, 422: ProblemSerializer})
    def get(self, request: Request) -> Response:
        facts = request.query_params.dict()
        question = read_strictly(facts)
        size = _size(facts.get("page_size", ""))
        answer = backend().search(question, facts.get("cursor", ""), size)
        follow = question.parameters() | {"cursor": answer.next_cursor, "page_size": str(size)}
        found = [entry.listing for entry in answer.entries]
        for entry in answer.entries:
            entry.listing.entry = entry
        body = {
            "count": answer.total,
            "next": request.build_absolute_uri(f"{request.path}?{urlencode(follow)}") if answer.next_cursor else None,
            "results": shapes.FoundSerializer(found, many=True).data,
            "facets": {
                kind: [{"value": facet.value, "count": facet.count} for facet in values]
                for kind, values in answer.facets.items()
            },
        }
        return Response(body)


def _size(text: str) -> int:
    if not text:
        return PAGE
    if not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST:
        sentence = f"Write a number from 1 to {_MOST}."
        raise Incomplete(sentence, code="invalid", issues=[Issue("page_size", "not_a_number", sentence)])
    return int(text)


class ListingsView(MarketView):
    """Live listings, newest first; POST makes one of yours."""

    permission_classes = (AllowAny,)
    serializer_class = shapes.ListingSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Listing]:
        return Listing.objects.live().with_facts()

    @extend_schema(operation_id="marketplace_listings_list", responses={200: shapes.ListingSerializer(many=True)})
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(shapes.ListingSerializer(rows, many=True).data)

    @extend_schema(request=shapes.OfferSerializer, responses={201: shapes.ListingSerializer, **_PROBLEMS})
    def post(self, request: Request) -> Response:
        """Drafts a listing of a released package and, unless `submit` is false, hands it in."""
        self._require_account(request)
        form = shapes.OfferSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        facts = form.validated_data
        made = listings.create_listing(facts["package"], actor=self.actor, offer=_offer(facts))
        if facts["submit"]:
            made = listings.submit_listing(made.public_id, actor=self.actor)
        shown = Listing.objects.with_facts().get(pk=made.pk)
        body = shapes.ListingSerializer(shown).data
        return Response(body, status=201, headers={"Location": f"/api/marketplace/listings/{shown.public_id}"})

    def _require_account(self, request: Request) -> None:
        if not IsAuthenticated().has_permission(request, self):
            self.permission_denied(request)


def _offer(facts: dict[str, str]) -> Offer:
    currency = (facts.get("currency") or settings.DEFAULT_CURRENCY).upper()
    if currency not in money.CURRENCIES:
        sentence = f"Choose one of {', '.join(money.CURRENCIES)}."
        raise Incomplete(sentence, code="invalid", issues=[Issue("currency", "unknown_currency", sentence)])
    try:
        price = money.parse(facts["price"], currency)
    except ValueError as error:
        raise Incomplete(str(error), code="invalid", issues=[Issue("price", "not_an_amount", str(error))]) from None
    words = {name: facts[name] for name in ("title", "summary", "description", "category")}
    return Offer(**words, licence=facts["license"], price=price)


class ListingView(MarketView):
    """One listing, by its public id or `<organisation>/<product>`."""

    permission_classes = (AllowAny,)
    serializer_class = shapes.ListingSerializer

    @extend_schema(
        operation_id="marketplace_listings_retrieve", responses={200: shapes.ListingSerializer, 404: ProblemSerializer}
    )
    def get(self, request: Request, id_path: str) -> Response:
        return Response(shapes.ListingSerializer(Listing.objects.find_page(id_path, self.actor)).data)


_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 characters of your choice: the same key answers with the same order, another purchase under "
    "it is refused with 409. Without one, every call is an order of its own.",
)


class PurchaseView(MarketView):
    """Buys a listing for the token's organisation; calling it accepts the licence that the listing names.

    A free one is fulfilled at once. Others answer with `checkout_url` (card) or `invoice` (transfer).
    """

    serializer_class = shapes.PurchaseSerializer

    @extend_schema(
        parameters=[_KEY],
        request=shapes.PurchaseSerializer,
        responses={201: shapes.PurchaseAnswerSerializer, 200: shapes.PurchaseAnswerSerializer, **_PROBLEMS},
    )
    def post(self, request: Request, id_path: str) -> Response:
        form = shapes.PurchaseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        key = request.headers.get("Idempotency-Key", "")
        known = Order.objects.filter(organization=self.actor.organization, idempotency_key=key).exists()
        order = orders.place_order(
            id_path, actor=self.actor, wish=Wish(**form.validated_data), idempotency_key=key or orders.new_key()
        )
        status = 200 if known else 201
        shown = _orders().get(pk=order.pk)
        body = shapes.PurchaseAnswerSerializer(shown).data
        return Response(body, status=status, headers={"Location": f"/api/marketplace/orders/{order.public_id}"})


def _orders() -> QuerySet[Order]:
    return Order.objects.with_lines().prefetch_related("lines__entitlements")


class OrdersView(MarketView):
    """The organisation's orders, newest first."""

    serializer_class = shapes.OrderSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Order]:
        return _orders().filter(organization=self.actor.organization)

    @extend_schema(
        operation_id="marketplace_orders_list",
        parameters=[_parameter("state", "Only these.", values=list(OrderState.values))],
        responses={200: shapes.OrderSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        require(policies.can_read_library(self.actor), "This token may not read orders.")
        rows = self.get_queryset()
        state = request.query_params.get("state", "")
        if state:
            rows = rows.filter(state=state)
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(shapes.OrderSerializer(found, many=True).data)


class OrderView(MarketView):
    """One order of the organisation."""

    serializer_class = shapes.PurchaseAnswerSerializer

    @extend_schema(
        operation_id="marketplace_orders_retrieve",
        responses={200: shapes.PurchaseAnswerSerializer, 404: ProblemSerializer},
    )
    def get(self, request: Request, id: str) -> Response:
        require(policies.can_read_library(self.actor), "This token may not read orders.")
        own = _orders().filter(organization=self.actor.organization)
        order = Order.objects.visible_to(self.actor).filter(pk__in=own.values("pk")).find(id, self.actor)
        return Response(shapes.PurchaseAnswerSerializer(_orders().get(pk=order.pk)).data)


class ReviewsView(MarketView):
    """Reviews of a listing's product; POST writes yours."""

    permission_classes = (AllowAny,)
    serializer_class = shapes.ReviewSerializer
    pagination_class = NewestFirst

    @extend_schema(operation_id="marketplace_reviews_list", responses={200: shapes.ReviewSerializer(many=True)})
    def get(self, request: Request, id_path: str) -> Response:
        listing = Listing.objects.find_page(id_path, self.actor)
        rows = Review.objects.shown().filter(product=listing.product_id).select_related("organization")
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(shapes.ReviewSerializer(found, many=True).data)

    @extend_schema(request=shapes.ReviewWriteSerializer, responses={201: shapes.ReviewSerializer, **_PROBLEMS})
    def post(self, request: Request, id_path: str) -> Response:
        if not IsAuthenticated().has_permission(request, self):
            self.permission_denied(request)
        form = shapes.ReviewWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        review = reviews.write_review(id_path, actor=self.actor, **form.validated_data)
        return Response(shapes.ReviewSerializer(review).data, status=201)


class LibraryView(MarketView):
    """What the organisation bought, newest first."""

    serializer_class = shapes.EntitlementSerializer
    pagination_class = NewestFirst

    @extend_schema(operation_id="library_list", responses={200: shapes.EntitlementSerializer(many=True)})
    def get(self, request: Request) -> Response:
        require(policies.can_read_library(self.actor), "This token may not read the library.")
        own = Entitlement.objects.filter(organization=self.actor.organization).with_facts()
        found = self.paginate_queryset(own)
        return self.get_paginated_response(shapes.EntitlementSerializer(found, many=True).data)


class PurchasedView(MarketView):
    """One purchase with its files and their addresses."""

    serializer_class = shapes.EntitlementDetailSerializer

    @extend_schema(
        operation_id="library_retrieve", responses={200: shapes.EntitlementDetailSerializer, 404: ProblemSerializer}
    )
    def get(self, request: Request, id: str) -> Response:
        require(policies.can_read_library(self.actor), "This token may not read the library.")
        own = Entitlement.objects.filter(organization=self.actor.organization).with_facts()
        entitlement = own.find(id, self.actor)
        body = shapes.EntitlementSerializer(entitlement).data
        closed = why_closed(entitlement)
        files = [] if closed else list(delivery.files(entitlement).values())
        listed = [
            {
                "path": file.path,
                "size": file.size,
                "sha256": file.sha256,
                "content_type": file.content_type,
                "url": body["download_url"] + file.path,
            }
            for file in files
        ]
        return Response({**body, "closed": closed, "files": listed})


class DownloadTokensView(MarketView):
    """Makes a token that opens this one purchase for 1 to 7 days."""

    serializer_class = shapes.DownloadTokenSerializer

    @extend_schema(
        request=shapes.DownloadTokenSerializer, responses={201: shapes.DownloadTokenMadeSerializer, **_PROBLEMS}
    )
    def post(self, request: Request, id: str) -> Response:
        form = shapes.DownloadTokenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = create_download_token(id, actor=self.actor, days=form.validated_data["days"])
        body = {"id": made.token.public_id, "token": made.secret, "expires_at": made.token.expires_at}
        return Response(shapes.DownloadTokenMadeSerializer(body).data, status=201)
