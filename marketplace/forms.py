"""What people type to sell, buy and review."""

from typing import Any

from django import forms
from django.conf import settings

from databroker import money
from databroker.money import CURRENCIES, Money
from marketplace.licences import BUILT_IN
from marketplace.models import Listing
from marketplace.operations.listings import Offer


class OfferForm(forms.Form):
    """A listing's words, licence and price."""

    title = forms.CharField(label="Title", max_length=140)
    summary = forms.CharField(
        label="Summary", max_length=300, help_text="One sentence: what the data is. It stands in search results."
    )
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=8000,
        help_text="What it is good for, how it was collected, what to watch out for.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    category = forms.CharField(
        label="Topic", required=False, max_length=40, help_text="Left empty, the refinery's main topic or kind is used."
    )
    licence = forms.ChoiceField(label="Licence", widget=forms.RadioSelect, choices=[])
    price = forms.CharField(label="Price", max_length=20, help_text="Write 4000 or 4000.00; 0 is free.")
    currency = forms.ChoiceField(label="Currency", choices=[(code, code) for code in CURRENCIES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        licence = self.fields["licence"]
        if isinstance(licence, forms.ChoiceField):
            licence.choices = [(code, built_in.name) for code, built_in in BUILT_IN.items()]
            licence.choice_notes = {  # type: ignore[attr-defined]  # read by the field component
                code: ". ".join(built_in.permits + built_in.forbids) for code, built_in in BUILT_IN.items()
            }

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if "price" in facts and "currency" in facts:
            try:
                facts["amount"] = money.parse(facts["price"], facts["currency"])
            except ValueError as error:
                self.add_error("price", str(error))
        return facts

    def offer(self) -> Offer:
        """The cleaned form as the operation takes it."""
        facts = self.cleaned_data
        words = {name: facts[name] for name in ("title", "summary", "description", "category", "licence")}
        return Offer(**words, price=facts["amount"])

    @staticmethod
    def initial_of(listing: Listing) -> dict[str, object]:
        """What the form shows of an existing listing."""
        price = listing.price
        return {
            "title": listing.title,
            "summary": listing.summary,
            "description": listing.description,
            "category": listing.category,
            "licence": listing.terms.code if listing.terms else "",
            "price": f"{price.decimal():f}" if price else "",
            "currency": listing.currency or settings.DEFAULT_CURRENCY,
        }


class CheckoutForm(forms.Form):
    """Acceptance of one licence (one box, never ticked for the buyer) and how to pay.

    What the buyer saw travels along, so that an offer that changed meanwhile is not bought unseen.
    """

    accept = forms.BooleanField(
        label="I accept this licence for my organisation", error_messages={"required": "Accept the licence to buy."}
    )
    method = forms.ChoiceField(label="How to pay", widget=forms.RadioSelect, required=False, choices=[])
    purchase_order_number = forms.CharField(
        label="Purchase order number", required=False, max_length=60, help_text="Printed on the invoice."
    )
    terms_digest = forms.CharField(widget=forms.HiddenInput)
    price_minor = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.CharField(widget=forms.HiddenInput, max_length=255)

    def __init__(self, *args: Any, price: Money, card: str, **kwargs: Any) -> None:
        """`card` is the word for the card gateway of this installation, empty if it has none."""
        super().__init__(*args, **kwargs)
        if price.minor == 0:
            del self.fields["method"], self.fields["purchase_order_number"]
            return
        ways = [("card", card)] if card else []
        method = self.fields["method"]
        if isinstance(method, forms.ChoiceField):
            method.choices = [*ways, ("invoice", "Invoice and bank transfer")]
            method.initial = method.choices[0][0]
            method.required = True
            method.choice_notes = {  # type: ignore[attr-defined]  # read by the field component
                "card": "On the payment provider’s page. Access opens within seconds.",
                "invoice": f"{settings.INVOICE_DAYS} days. Access opens when the transfer arrives.",
            }


class ReviewForm(forms.Form):
    """A verified buyer's verdict."""

    rating = forms.TypedChoiceField(
        label="Rating",
        coerce=int,
        choices=[("5", "5, excellent"), ("4", "4, good"), ("3", "3, usable"), ("2", "2, poor"), ("1", "1, not usable")],
    )
    text = forms.CharField(
        label="What others should know", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DownloadTokenForm(forms.Form):
    """How long a download token opens."""

    days = forms.TypedChoiceField(
        label="Valid for", coerce=int, initial="7", choices=[("1", "1 day"), ("3", "3 days"), ("7", "7 days")]
    )


class TransferForm(forms.Form):
    """The amount an operator saw arrive on the bank account."""

    amount = forms.CharField(label="Amount received", max_length=20, help_text="As on the bank statement.")
    currency = forms.ChoiceField(label="Currency", choices=[(code, code) for code in CURRENCIES])

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if "amount" in facts and "currency" in facts:
            try:
                facts["received"] = money.parse(facts["amount"], facts["currency"])
            except ValueError as error:
                self.add_error("amount", str(error))
        return facts
