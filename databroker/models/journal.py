"""The double-entry journal: each row moves an amount between two accounts, so the sum is zero by construction."""

from django.db import models
from django.db.models import F, Q

from databroker.models.base import Identified


class JournalTransfer(Identified):
    """Append-only: the database refuses update and delete. Written in the transaction of the order it belongs to.

    Accounts are names: `buyer:<organisation>`, `supplier:<organisation>`, `platform:fees`, `cash:<provider>`.
    """

    PREFIX = "jrn"

    reference = models.UUIDField(help_text="The order, refund or payout that caused it.")
    memo = models.CharField(max_length=40)
    debit = models.CharField(max_length=80, help_text="The account that gives.")
    credit = models.CharField(max_length=80, help_text="The account that receives.")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name = "journal transfer"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["reference", "memo"], name="journal_once_per_reference_and_memo"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="journal_between_two_accounts"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="journal_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.memo}: {self.amount_minor} {self.currency} from {self.debit} to {self.credit}"
