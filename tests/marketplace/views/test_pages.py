"""Every page of the marketplace answers, for whom it should, with a number of queries that does not grow with rows."""

import pytest
from django.urls import reverse

from marketplace.models import Entitlement, Order
from marketplace.operations import listings
from tests.factories import packages, sales

pytestmark = pytest.mark.django_db


def page_of(listing, name="listing_detail"):
    return reverse(f"marketplace:{name}", args=[listing.organization.slug, listing.product.slug])


@pytest.fixture
def shop(sam):
    return sales.live(sam, price=4000)


@pytest.mark.parametrize("name", ["listing_detail", "listing_quality", "listing_licence", "listing_reviews"])
def test_anybody_reads_a_listings_pages(client, shop, name):
    response = client.get(page_of(shop, name))

    assert response.status_code == 200
    assert b"Harbour notes" in response.content


def test_the_sample_is_escaped_text(client, sam):
    shop = sales.live(sam, package=packages.released(sam, mark="<b class=x>bold</b>"))

    html = client.get(page_of(shop)).content.decode()

    assert "harbour master" in html
    assert "&lt;b class=x" in html
    assert "<b class=x" not in html


def test_a_picture_of_the_sample_is_encoded_anew_and_no_other_is_to_be_had(client, sam):
    package = packages.released(sam, "Noise", pictures=2)
    shop = sales.live(sam, package=package)
    places = [record.place for record in client.get(page_of(shop)).context["sample"] if record.is_picture]
    assert places

    for _ in range(2):  # made, then kept
        shown = client.get(f"{page_of(shop)}sample/{places[0]}.jpg")
        assert (shown["Content-Type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    text = min(set(range(5)) - set(places))
    assert client.get(f"{page_of(shop)}sample/{text}.jpg").status_code == 404
    assert client.get(f"{page_of(shop)}sample/99.jpg").status_code == 404


def test_a_listing_that_was_taken_down_leaves_a_tombstone(client, shop, olga):
    listings.take_down_listing(shop.public_id, actor=olga.actor, note="Rights problem")

    response = client.get(page_of(shop))

    assert response.status_code == 410
    assert b"taken down" in response.content
    assert b"harbour master" not in response.content


def test_a_draft_is_seen_by_its_supplier_alone(client, sam, nora):
    draft = sales.draft(sam, package=packages.released(sam, files=False))
    answers = []
    for person in (None, nora, sam):
        if person:
            client.force_login(person.user)
        answers.append(client.get(page_of(draft)).status_code)

    assert answers == [404, 404, 200]


def test_a_buyer_gets_a_free_package_by_pages_alone(client, sam, ben):
    shop = sales.live(sam)
    client.force_login(ben.user)
    seen = client.get(page_of(shop, "checkout")).context["form"].initial

    refused = client.post(page_of(shop, "checkout"), seen)
    response = client.post(page_of(shop, "checkout"), {**seen, "accept": "on"})

    assert refused.status_code == 422
    assert Order.objects.count() == 1
    granted = Entitlement.objects.get(organization=ben.organization)
    assert response.url == reverse("marketplace:library_detail", args=[granted.public_id])
    assert b"SHA256SUMS" in client.get(response.url).content


def test_the_licence_box_is_never_ticked_beforehand(client, shop, ben):
    client.force_login(ben.user)

    html = client.get(page_of(shop, "checkout")).content.decode()

    box = html[html.index('name="accept"') - 40 : html.index('name="accept"') + 80]
    assert "checked" not in box


def test_an_offer_that_changed_meanwhile_is_not_bought_unseen(client, sam, ben, shop):
    client.force_login(ben.user)
    seen = client.get(page_of(shop, "checkout")).context["form"].initial
    listings.edit_listing(shop.public_id, actor=sam.actor, offer=sales.offer(price=9000))

    response = client.post(page_of(shop, "checkout"), {**seen, "accept": "on", "method": "invoice"})

    assert response.status_code == 422
    assert Order.objects.count() == 0


def test_an_invoice_is_shown_and_can_be_printed(client, ben, shop):
    client.force_login(ben.user)
    order = sales.order(ben, shop, purchase_order_number="PO-7")

    for name in ("order_detail", "invoice_detail"):
        html = client.get(reverse(f"marketplace:{name}", args=[order.public_id])).content.decode()
        assert order.invoice.number in html
    assert "PO-7" in html


def test_the_sandbox_card_pays_in_demo_mode_and_exists_nowhere_else(client, ben, shop, settings):
    settings.DEMO = True
    client.force_login(ben.user)
    seen = client.get(page_of(shop, "checkout")).context["form"].initial
    response = client.post(page_of(shop, "checkout"), {**seen, "accept": "on", "method": "card"})
    assert b"no money moves" in client.get(response.url).content

    client.post(response.url, {"card": "pay"})
    order = Order.objects.get()
    assert (order.state, order.is_sandbox) == ("fulfilled", True)

    settings.DEMO = False
    assert client.get(response.url).status_code == 404


def test_a_declined_sandbox_card_leaves_nothing_bought(client, ben, shop, settings):
    settings.DEMO = True
    client.force_login(ben.user)
    order = sales.order(ben, shop, method="card")

    client.post(reverse("marketplace:sandbox_card", args=[order.public_id]), {"card": "decline"})

    assert Order.objects.get().state == "declined"
    assert Entitlement.objects.count() == 0


def test_a_supplier_lists_a_package_by_pages_alone(client, sam):
    package = packages.released(sam, files=False)
    client.force_login(sam.user)
    assert package.public_id in client.get(reverse("marketplace:listing_manage_list")).content.decode()
    facts = {"title": "Notes", "summary": "Three notes.", "licence": "research-only", "currency": "EUR"}

    wrong = client.post(f"/listings/new/?package={package.public_id}", {**facts, "price": "4.000,00"})
    made = client.post(f"/listings/new/?package={package.public_id}", {**facts, "price": "4,000.50"})
    client.post(made.url + "submit/")

    assert wrong.status_code == 422
    listing = package.listings.get()
    assert (listing.state, listing.price_minor, listing.currency) == ("live", 400050, "EUR")
    for verb, state in (("pause", "paused"), ("resume", "live"), ("retire", "retired")):
        client.post(f"{made.url}{verb}/")
        assert package.listings.get().state == state
    assert client.get(made.url).status_code == 200


def test_a_download_token_is_shown_once(client, sam, ben):
    granted = sales.entitlement(ben, sales.live(sam))
    client.force_login(ben.user)

    made = client.post(reverse("marketplace:download_token_create", args=[granted.public_id]), {"days": "3"})
    secret = made.context["secret"]
    token = granted.download_tokens.get()

    assert secret.encode() in made.content
    assert secret.encode() not in client.get(reverse("marketplace:library_detail", args=[granted.public_id])).content
    client.post(reverse("marketplace:download_token_revoke", args=[token.public_id]))
    assert granted.download_tokens.get().revoked_at is not None


def test_a_review_is_written_by_its_form(client, sam, ben):
    shop = sales.live(sam)
    sales.order(ben, shop)
    client.force_login(ben.user)
    assert b"Write a review" in client.get(page_of(shop, "listing_reviews")).content

    client.post(page_of(shop, "review_write"), {"rating": "4", "text": "Clean."})

    page = client.get(page_of(shop, "listing_reviews")).content
    assert b"Clean." in page
    assert b"Publish the review" not in page


@pytest.mark.parametrize("name", ["listing_manage_list", "order_list", "library"])
def test_an_empty_page_says_what_will_be_there(client, nora, name):
    client.force_login(nora.user)

    assert b'class="empty"' in client.get(reverse(f"marketplace:{name}")).content


@pytest.mark.parametrize(
    "name", ["listing_manage_list", "order_list", "library", "checkout", "order_detail", "library_detail"]
)
def test_a_stranger_to_the_site_is_sent_to_the_log_in(client, name):
    args = {"checkout": ["a", "b"], "order_detail": ["ord_x"], "library_detail": ["ent_x"]}.get(name, [])

    assert "/accounts/login/" in client.get(reverse(f"marketplace:{name}", args=args)).url


def test_others_orders_listings_and_purchases_are_not_found(client, sam, ben, nora):
    shop = sales.live(sam)
    granted = sales.entitlement(ben, shop)
    client.force_login(nora.user)

    for name, reference in (
        ("order_detail", granted.line.order.public_id),
        ("invoice_detail", granted.line.order.public_id),
        ("library_detail", granted.public_id),
        ("listing_edit", shop.public_id),
    ):
        assert client.get(reverse(f"marketplace:{name}", args=[reference])).status_code == 404


# What a page asks the database, whatever the number of rows on it.
QUERIES = {"/marketplace/": 3, "/listings/": 6, "/orders/": 11, "/library/": 6}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", QUERIES)
def test_a_list_asks_as_often_for_three_rows_as_for_one(
    client, sam, ben, rows, path, django_assert_num_queries, request
):
    for number in range(rows):
        package = packages.released(sam, f"Notes {number}", files=True)
        sales.order(ben, sales.live(sam, package=package))
    if path != "/marketplace/":
        client.force_login(sam.user if path == "/listings/" else ben.user)

    with django_assert_num_queries(QUERIES[path]):
        assert client.get(path).status_code == 200
