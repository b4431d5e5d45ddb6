"""The marketplace over HTTP: the contract's paths, problem documents, cursors, and who reaches what."""

import pytest

from databroker.operations import accounts
from databroker.states import Scope
from marketplace.models import Entitlement, Listing, Order
from marketplace.operations import listings
from tests.factories import packages, sales

pytestmark = pytest.mark.django_db


def bearer(person, *scopes):
    made = accounts.create_token(name="t", scopes=scopes or list(Scope.values), days=1, actor=person.actor)
    return {"Authorization": f"Bearer {made.secret}"}


@pytest.fixture
def shop(sam):
    return sales.live(sam, package=packages.released(sam, files=False), price=4000)


@pytest.fixture
def giveaway(sam):
    return sales.live(sam, package=packages.released(sam, "Free notes"), title="Free notes")


@pytest.mark.parametrize("slash", ["", "/"])
def test_anybody_searches(client, shop, giveaway, slash):
    body = client.get(f"/api/marketplace/search{slash}?query=notes&category=text&max_price=10&sort_by=price").json()

    assert body["count"] == 1
    first = body["results"][0]
    assert (first["title"], first["slug_path"]) == ("Free notes", "sams-house/free-notes")
    assert (first["price"]["amount_minor"], first["rating_count"], first["quality"]["quality"]) == (0, 0, 0.81)
    assert body["facets"]["license"] == [{"value": "CC-BY-4.0", "count": 1}]


def test_search_goes_on_by_its_cursor(client, shop, giveaway):
    first = client.get("/api/marketplace/search?page_size=1").json()
    second = client.get(first["next"]).json()

    assert {first["results"][0]["id"], second["results"][0]["id"]} == {shop.public_id, giveaway.public_id}
    assert second["next"] is None


@pytest.mark.parametrize("question", ["min_quality=x", "sort_by=colour", "cursor=x", "page_size=0", "page_size=1000"])
def test_a_question_that_cannot_be_read_is_a_problem_document(client, question):
    response = client.get(f"/api/marketplace/search?{question}")

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["issues"][0]["field"] == question.split("=")[0]


def test_a_listing_is_found_by_its_id_and_by_its_names(client, shop):
    answers = [client.get(f"/api/marketplace/listings/{ref}").json() for ref in (shop.public_id, shop.path)]

    assert answers[0] == answers[1]
    assert answers[0]["license"]["digest"] == shop.terms.digest
    assert client.get("/api/marketplace/listings/sams-house/nothing/").status_code == 404


def test_a_free_listing_is_bought_and_downloaded_by_a_script(client, giveaway, ben):
    headers = bearer(ben)

    bought = client.post(f"/api/marketplace/listings/{giveaway.path}/purchase/", headers=headers)
    body = bought.json()
    library = client.get("/api/library/", headers=headers).json()["results"]
    files = client.get(f"/api/library/{body['entitlement']}", headers=headers).json()["files"]

    assert (bought.status_code, body["state"]) == (201, "fulfilled")
    assert [row["id"] for row in library] == [body["entitlement"]]
    path = files[0]["url"].split(":8000")[1]
    content = b"".join(client.get(path, headers=headers).streaming_content)
    assert len(content) == files[0]["size"]


def test_one_key_is_one_order(client, shop, giveaway, ben):
    headers = {**bearer(ben), "Idempotency-Key": "abc"}
    path = f"/api/marketplace/listings/{shop.public_id}/purchase"

    answers = [client.post(path, {"method": "invoice"}, headers=headers) for _ in range(2)]
    other = client.post(f"/api/marketplace/listings/{giveaway.public_id}/purchase", headers=headers)

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_what_costs_is_answered_with_an_invoice(client, shop, ben):
    body = client.post(f"/api/marketplace/listings/{shop.path}/purchase", headers=bearer(ben)).json()

    assert (body["state"], body["invoice"]) == ("awaiting_invoice", Order.objects.get().invoice.number)
    assert body["entitlement"] is None


def test_in_demo_mode_with_a_checkout_address(client, shop, ben, settings):
    settings.DEMO = True

    body = client.post(f"/api/marketplace/listings/{shop.path}/purchase", headers=bearer(ben)).json()

    assert (body["state"], body["is_sandbox"]) == ("open", True)
    assert body["checkout_url"].endswith(f"/orders/{body['id']}/sandbox-card/")


def test_an_offer_that_changed_since_it_was_read_is_refused(client, shop, ben, sam):
    seen = {"terms_digest": shop.terms.digest, "price_minor": 4000}
    listings.edit_listing(shop.public_id, actor=sam.actor, offer=sales.offer(price=5000))

    response = client.post(f"/api/marketplace/listings/{shop.path}/purchase", seen, headers=bearer(ben))

    assert (response.status_code, response.json()["code"]) == (409, "offer_changed")


def test_buying_needs_an_account_and_the_scope(client, shop, ben, sam):
    path = f"/api/marketplace/listings/{shop.path}/purchase"

    assert client.post(path).status_code == 401
    assert client.post(path, headers=bearer(ben, Scope.READ)).status_code == 403
    assert client.post(path, headers=bearer(sam)).json()["code"] == "own_product"


def test_a_supplier_lists_a_package_by_script(client, sam, ben):
    package = packages.released(sam, files=False)
    offer = {"package": package.public_id, "title": "Notes", "summary": "Three.", "license": "CC0-1.0", "price": "4.5"}

    made = client.post("/api/marketplace/listings", offer, headers=bearer(sam))

    assert (made.status_code, made.json()["state"], made.json()["price"]["amount_minor"]) == (201, "live", 450)
    assert client.post("/api/marketplace/listings", offer).status_code == 401
    assert client.post("/api/marketplace/listings", offer, headers=bearer(ben)).status_code == 404
    for wrong in ({"price": "4,5"}, {"currency": "ABC"}, {"license": "WTFPL"}):
        assert client.post("/api/marketplace/listings", {**offer, **wrong}, headers=bearer(sam)).status_code == 422
    assert Listing.objects.count() == 1


def test_reviews_are_written_once_and_read_by_anybody(client, giveaway, ben, nora):
    path = f"/api/marketplace/listings/{giveaway.path}/reviews"
    sales.order(ben, giveaway)

    written = client.post(path, {"rating": 5, "text": "Clean."}, headers=bearer(ben))

    assert written.status_code == 201
    assert client.post(path, {"rating": 5}, headers=bearer(ben)).status_code == 409
    assert client.post(path, {"rating": 5}, headers=bearer(nora)).status_code == 403
    assert client.post(path, {"rating": 9}, headers=bearer(ben)).status_code == 422
    assert client.post(path, {"rating": 5}).status_code == 401
    assert [row["text"] for row in client.get(path).json()["results"]] == ["Clean."]


def test_others_orders_and_purchases_are_not_found(client, giveaway, ben, nora, olga):
    granted = sales.entitlement(ben, giveaway)
    paths = [
        f"/api/marketplace/orders/{granted.line.order.public_id}",
        f"/api/library/{granted.public_id}",
        f"/api/library/{granted.public_id}/tokens",
    ]
    for person in (nora,):
        headers = bearer(person)
        assert client.get(paths[0], headers=headers).status_code == 404
        assert client.get(paths[1], headers=headers).status_code == 404
        assert client.post(paths[2], headers=headers).status_code == 404
        assert client.get("/api/library/", headers=headers).json()["results"] == []
        assert client.get("/api/marketplace/orders", headers=headers).json()["results"] == []
    assert [client.get(path).status_code for path in paths[:2]] == [401, 401]


def test_a_download_token_is_made_by_script(client, giveaway, ben):
    granted = sales.entitlement(ben, giveaway)
    headers = bearer(ben)
    path = f"/api/library/{granted.public_id}/tokens"

    made = client.post(path, {"days": 2}, headers=headers).json()

    assert (
        client.get(f"/dl/{granted.public_id}/{granted.version}/manifest.json?token={made['token']}").status_code == 200
    )
    assert client.post(path, {"days": 8}, headers=headers).status_code == 422


# What a list asks the database, whatever the number of rows on it.
QUERIES = {
    "/api/marketplace/search": 3,
    "/api/marketplace/listings": 1,
    "/api/marketplace/orders": 12,
    "/api/library/": 5,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", QUERIES)
def test_a_list_asks_as_often_for_three_rows_as_for_one(client, sam, ben, rows, path, django_assert_num_queries):
    for number in range(rows):
        sales.order(ben, sales.live(sam, package=packages.released(sam, f"Notes {number}", files=False)))
    headers = {} if "search" in path or "listings" in path else bearer(ben)

    with django_assert_num_queries(QUERIES[path]):
        assert len(client.get(path, headers=headers).json()["results"]) == rows


def test_the_openapi_document_names_every_path(client):
    paths = client.get("/api/openapi.json").json()["paths"]

    for path in (
        "/api/marketplace/search",
        "/api/marketplace/listings/{id_path}/purchase",
        "/api/marketplace/orders/{id}",
        "/api/library/{id}/tokens",
    ):
        assert any(known.rstrip("/") == path for known in paths)
    assert Entitlement.objects.count() == 0
