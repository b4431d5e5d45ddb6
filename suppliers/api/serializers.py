"""What the API of suppliers reads and writes."""

from typing import Any

from rest_framework import serializers

from databroker.states import SourceType
from suppliers.models import Dataset, DatasetVersion, RightsAttestation
from suppliers.states import Basis, LegalBasis, VersionState


class VersionSerializer(serializers.Serializer[Any]):
    """One version of a dataset."""

    id = serializers.CharField(source="public_id")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    file_count = serializers.IntegerField()
    byte_count = serializers.IntegerField(help_text="Bytes of all files together.")
    input_digest = serializers.CharField(help_text="sha256 over the inventory's lines; empty while open.")
    erased_count = serializers.IntegerField(help_text="Files erased since it was sealed.")
    rights_attested = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    sealed_at = serializers.DateTimeField(allow_null=True)

    def get_rights_attested(self, version: DatasetVersion) -> bool:
        return version.rights_id is not None


class DatasetSerializer(serializers.Serializer[Any]):
    """A dataset with its newest version."""

    id = serializers.CharField(source="public_id")
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    source_type = serializers.ChoiceField(choices=SourceType.choices)
    topic = serializers.CharField()
    contact = serializers.CharField()
    owner_id = serializers.CharField(source="organization.slug", help_text="Slug of the organisation.")
    created_at = serializers.DateTimeField()
    version = VersionSerializer(source="latest")


class NewDatasetSerializer(serializers.Serializer[Any]):
    """What makes a dataset."""

    name = serializers.CharField(max_length=120)
    source_type = serializers.ChoiceField(
        choices=SourceType.choices, required=False, default="", help_text="Default: your organisation's."
    )
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    owner_id = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Id or slug of an organisation you belong to."
    )
    topic = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    contact = serializers.EmailField(required=False, allow_blank=True, default="")


class DatasetChangesSerializer(serializers.Serializer[Any]):
    """What may be changed of a dataset; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    source_type = serializers.ChoiceField(choices=SourceType.choices, required=False)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    topic = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contact = serializers.EmailField(required=False, allow_blank=True)


class RightsFieldsSerializer(serializers.Serializer[Any]):
    """The record of rights; all optional, a release asks for the whole."""

    basis = serializers.ChoiceField(choices=Basis.choices, required=False, allow_blank=True, default="")
    basis_note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    licence = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="SPDX, such as CC-BY-4.0."
    )
    own_terms = serializers.CharField(max_length=20000, required=False, allow_blank=True, default="")
    personal_data = serializers.BooleanField(required=False, allow_null=True, default=None)
    legal_basis = serializers.ChoiceField(choices=LegalBasis.choices, required=False, allow_blank=True, default="")


class IngestSerializer(RightsFieldsSerializer):
    """The multipart body of an upload."""

    files = serializers.ListField(child=serializers.FileField(), help_text="Repeat the field for several files.")
    legal_rights_confirmed = serializers.BooleanField(help_text="true signs the text at /api/rights-text/.")
    paths = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Relative paths, one per file, in the same order."
    )


class RightsSubmissionSerializer(RightsFieldsSerializer):
    """The full record, signed."""

    legal_rights_confirmed = serializers.BooleanField(default=False, help_text="true signs the text in force.")


class MissingSerializer(serializers.Serializer[Any]):
    """One thing a release still asks for."""

    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class RightsSerializer(serializers.Serializer[Any]):
    """The attestation that counts."""

    id = serializers.CharField(source="public_id")
    version = serializers.IntegerField(source="version.number")
    ordinal = serializers.IntegerField(help_text="Grows with every statement; the newest counts.")
    basis = serializers.CharField()
    basis_note = serializers.CharField()
    licence = serializers.CharField()
    own_terms = serializers.CharField()
    personal_data = serializers.BooleanField(allow_null=True)
    legal_basis = serializers.CharField()
    signer = serializers.CharField(source="signer.email")
    text_version = serializers.IntegerField()
    text_sha256 = serializers.CharField(source="text_digest")
    signed_at = serializers.DateTimeField(source="created_at")
    missing_for_release = serializers.SerializerMethodField()

    def get_missing_for_release(self, attestation: RightsAttestation) -> list[dict[str, str]]:
        return [
            {"field": issue.field, "code": issue.code, "message": issue.message}
            for issue in attestation.missing_for_release()
        ]


class FileResultSerializer(serializers.Serializer[Any]):
    """What became of one file."""

    name = serializers.CharField(help_text="As it was sent, shown safely.")
    result = serializers.ChoiceField(choices=["stored", "already_there", "renamed", "refused"], source="outcome")
    code = serializers.CharField(help_text="stored, renamed, other_kind, already_there, or the rule that refused it.")
    message = serializers.CharField()
    id = serializers.CharField(source="file_id")
    path = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    media_type = serializers.CharField()


class IngestResultSerializer(serializers.Serializer[Any]):
    """One result per file, in the order sent."""

    dataset = serializers.CharField()
    version = VersionSerializer()
    began_version = serializers.BooleanField(help_text="True if the newest version was sealed and the next was begun.")
    files = FileResultSerializer(many=True)


class SourceFileSerializer(serializers.Serializer[Any]):
    """One stored file."""

    id = serializers.CharField(source="file_id", help_text="Empty for files of a sealed version.")
    path = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    note = serializers.CharField()
    message = serializers.CharField()


class FilePageSerializer(serializers.Serializer[Any]):
    """A page of files; `next` is null at the end."""

    version = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = SourceFileSerializer(many=True)


class WithdrawalSerializer(serializers.Serializer[Any]):
    """Why."""

    note = serializers.CharField(max_length=2000)


def dataset_body(dataset: Dataset) -> dict[str, object]:
    """A dataset as the API shows it."""
    return dict(DatasetSerializer(dataset).data)
