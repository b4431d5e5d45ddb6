"""How runs, records and packages look in the API."""

from typing import Any

from rest_framework import serializers

from refinery.models import CurationDecision, Package, RefinementRun


class RefineSerializer(serializers.Serializer[Any]):
    """What to ask of a run. Both may be left out."""

    quality_threshold = serializers.FloatField(
        min_value=0, max_value=1, required=False, allow_null=True, default=None, help_text="Least quality kept."
    )
    recipe = serializers.CharField(max_length=60, required=False, default="general")


class NoteSerializer(serializers.Serializer[Any]):
    """Why. A rejection needs it."""

    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a run is: tasks of the present stage."""

    stage = serializers.CharField()
    done = serializers.IntegerField(source="tasks_done")
    total = serializers.IntegerField(source="tasks_total")
    attempt = serializers.IntegerField()
    at = serializers.DateTimeField(source="progress_at", allow_null=True)


class CountsSerializer(serializers.Serializer[Any]):
    """Records by verdict; kept, dropped and held add up to records."""

    records = serializers.IntegerField(source="records_in")
    kept = serializers.IntegerField()
    dropped = serializers.IntegerField()
    held = serializers.IntegerField()


class DecisionSerializer(serializers.ModelSerializer[CurationDecision]):
    """An act of review. Persons are not named outside the installation's own pages."""

    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = CurationDecision
        fields = ("verb", "note", "at")


class RunSerializer(serializers.ModelSerializer[RefinementRun]):
    """A run. `package_digest` is what its package will have; `packages` are the public ids of those sealed from it."""

    id = serializers.CharField(source="public_id")
    dataset = serializers.CharField(source="version.dataset.public_id")
    version = serializers.IntegerField(source="version.number")
    recipe = serializers.CharField(source="recipe_name")
    quality_threshold = serializers.FloatField(source="threshold", allow_null=True)
    progress = ProgressSerializer(source="*")
    counts = CountsSerializer(source="*")
    decisions = DecisionSerializer(many=True)
    packages = serializers.SerializerMethodField()

    class Meta:
        model = RefinementRun
        fields = (
            "id", "state", "dataset", "version", "recipe", "recipe_digest", "quality_threshold", "input_digest",
            "progress", "counts", "failure", "package_digest", "packages", "decisions", "created_at", "started_at",
            "finished_at",
        )  # fmt: skip

    def get_packages(self, run: RefinementRun) -> list[str]:
        return [package.public_id for package in run.packages.all()]


class StartedRunSerializer(RunSerializer):
    """The run that answers; `sealed_version`: an open version was sealed by asking; `is_new`: it was not there yet."""

    sealed_version = serializers.BooleanField()
    is_new = serializers.BooleanField()
    message = serializers.CharField()

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "sealed_version", "is_new", "message")  # type: ignore[assignment]  # longer


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a record was dropped or held."""

    code = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField(allow_null=True)
    block = serializers.CharField()


class SimilarSerializer(serializers.Serializer[Any]):
    """A related record that is no copy."""

    record_id = serializers.CharField()
    method = serializers.CharField()
    similarity = serializers.FloatField()


class RecordSerializer(serializers.Serializer[Any]):
    """A row of the ledger; the columns are described in docs/engine.md."""

    seq = serializers.IntegerField()
    record_id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a column of the ledger, as the contract calls it
    record_key = serializers.CharField()
    modality = serializers.CharField()
    media_type = serializers.CharField()
    bytes = serializers.IntegerField()
    content_digest = serializers.CharField()
    language = serializers.CharField(allow_null=True)
    language_confidence = serializers.FloatField(allow_null=True)
    status = serializers.CharField()
    reasons = ReasonSerializer(many=True)
    quality = serializers.FloatField(allow_null=True)
    completeness = serializers.FloatField(allow_null=True)
    clarity = serializers.FloatField(allow_null=True)
    relevance = serializers.FloatField(allow_null=True)
    validity = serializers.FloatField(allow_null=True)
    scores = serializers.DictField(child=serializers.FloatField())
    duplicate_of = serializers.CharField(allow_null=True)
    duplicate_method = serializers.CharField(allow_null=True)
    duplicate_similarity = serializers.FloatField(allow_null=True)
    duplicate_cluster = serializers.CharField(allow_null=True)
    similar_to = SimilarSerializer(many=True)


class RecordPageSerializer(serializers.Serializer[Any]):
    """One page of records; `next` is the address of the following one, `count` how many match."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = RecordSerializer(many=True)


class PackageSerializer(serializers.ModelSerializer[Package]):
    """A sealed package. Counts are records; `quality` holds medians from 0 to 1."""

    id = serializers.CharField(source="public_id")
    product = serializers.CharField(source="product.slug")
    run = serializers.CharField(source="run.public_id")
    version = serializers.CharField(source="semantic_version")
    records = serializers.IntegerField(source="record_count")
    files = serializers.IntegerField(source="file_count")
    bytes = serializers.IntegerField(source="byte_count")
    modalities = serializers.DictField(child=serializers.IntegerField())
    languages = serializers.DictField(child=serializers.IntegerField())
    domains = serializers.DictField(child=serializers.IntegerField())
    quality = serializers.DictField(child=serializers.FloatField(allow_null=True))

    class Meta:
        model = Package
        fields = (
            "id", "state", "product", "run", "digest", "ordinal", "version", "records", "files", "bytes", "modalities",
            "languages", "domains", "quality", "created_at", "released_at", "revoked_at",
        )  # fmt: skip


class PackageFileSerializer(serializers.Serializer[Any]):
    """One file; `url` downloads it, in ranges if asked."""

    path = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    url = serializers.CharField()


class PackageFilesSerializer(serializers.Serializer[Any]):
    """All files of a package."""

    results = PackageFileSerializer(many=True)
