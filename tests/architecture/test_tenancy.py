"""Every row of ours belongs to an organisation, or the list below says why it belongs to the installation."""

from django.apps import apps

from databroker.models import Organization
from tests.architecture import tree

PLATFORM = {
    "databroker.User": "a person may belong to several organisations",
    "databroker.Organization": "is the tenant",
    "databroker.AuditEntry": "outlives the organisation and names it by id; read by staff alone",
    "databroker.AuditDetail": "the erasable half of an entry",
    "databroker.JournalTransfer": "moves money between two organisations' accounts; read by staff alone",
    "marketplace.LicenceTerms": "the licences that every supplier may choose from; orders keep the accepted one",
}
# Rows of an organisation that no page lists for its members; each is read by one operation that scopes it itself.
INTERNAL = {
    "databroker.Membership": "is what tells an actor's organisation in the first place",
    "databroker.LegalHold": "asked by the erasure alone",
    "databroker.Erasure": "replayed by a restored backup",
}


def own_models():
    for config in apps.get_app_configs():
        if config.label in tree.PACKAGES:
            yield from config.get_models()


def tenant_path(model):
    """The fields that lead to the organisation, as the model's queryset declares them, else `organization`."""
    return getattr(model._default_manager.get_queryset(), "TENANT", "organization").split("__")


def belongs_to_one_organization(model):
    step = model
    for name in tenant_path(model):
        fields = {field.name: field for field in step._meta.get_fields()}
        field = fields.get(name)
        if field is None or not field.is_relation or getattr(field, "null", True):
            return False
        step = field.related_model
    return step is Organization


def test_every_model_belongs_to_an_organization_or_says_why_not():
    homeless = [model._meta.label for model in own_models() if not belongs_to_one_organization(model)]

    assert sorted(set(homeless) - set(PLATFORM)) == []


def test_the_list_of_exceptions_names_only_models_that_need_it():
    homeless = {model._meta.label for model in own_models() if not belongs_to_one_organization(model)}

    assert sorted(set(PLATFORM) - homeless) == []


def test_every_tenant_model_is_read_through_visible_to():
    unguarded = [
        model._meta.label
        for model in own_models()
        if model._meta.label not in PLATFORM | INTERNAL and not hasattr(model._default_manager, "visible_to")
    ]

    assert unguarded == []
