"""/api/datasets: making, describing and reading datasets and their versions."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from databroker import policies
from databroker.api.base import ActorAPIView
from databroker.api.problems import ProblemSerializer
from databroker.errors import NotFound
from suppliers.api import serializers
from suppliers.listing import file_page
from suppliers.models import Dataset, DatasetVersion
from suppliers.operations.datasets import create_dataset, update_dataset
from suppliers.operations.files import remove_file
from suppliers.operations.versions import continue_version, seal_version, withdraw_version
from suppliers.policies import can_read

PROBLEMS = dict.fromkeys((401, 403, 404, 409, 422), ProblemSerializer)
_READ_SCOPE = "This token may not read datasets; it lacks the scope “read”."
_MOST = 200


class DatasetView(ActorAPIView):
    """Bases of the calls on one dataset: others' are 404."""

    serializer_class: type[Serializer[Any]] = serializers.DatasetSerializer

    def readable(self) -> QuerySet[Dataset]:
        policies.require(can_read(self.actor), _READ_SCOPE)
        return Dataset.objects.visible_to(self.actor).select_related("organization").with_latest()

    def dataset(self, reference: str) -> Dataset:
        policies.require(can_read(self.actor), _READ_SCOPE)
        rows = Dataset.objects.visible_to(self.actor).select_related("organization").with_latest()
        return rows.find(reference, self.actor)

    def version(self, reference: str, number: str | None) -> DatasetVersion:
        """The version of this number, by default the newest."""
        dataset = self.dataset(reference)
        if not number:
            return dataset.latest
        found = next((version for version in dataset.versions.all() if str(version.number) == number), None)
        if found is None:
            raise NotFound(f"This dataset has no version {number}.")
        return found


class DatasetListView(DatasetView):
    """All datasets of the organisation, newest first."""

    @extend_schema(responses={200: serializers.DatasetSerializer(many=True), 401: ProblemSerializer})
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.readable())
        return self.get_paginated_response(serializers.DatasetSerializer(page, many=True).data)

    @extend_schema(request=serializers.NewDatasetSerializer, responses={201: serializers.DatasetSerializer, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """Makes a dataset with its first version, open and empty."""
        form = serializers.NewDatasetSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = create_dataset(**form.validated_data, actor=self.actor)
        fresh = Dataset.objects.select_related("organization").with_latest().get(pk=made.pk)
        response = Response(serializers.dataset_body(fresh), status=201)
        response["Location"] = request.build_absolute_uri(f"/api/datasets/{made.public_id}")
        return response


class DatasetDetailView(DatasetView):
    """One dataset."""

    @extend_schema(responses={200: serializers.DatasetSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        return Response(serializers.dataset_body(self.dataset(id)))

    @extend_schema(
        request=serializers.DatasetChangesSerializer, responses={200: serializers.DatasetSerializer, **PROBLEMS}
    )
    def patch(self, request: Request, id: str) -> Response:
        """Changes the words about a dataset; the slug stays."""
        dataset = Dataset.objects.visible_to(self.actor).find(id, self.actor)
        form = serializers.DatasetChangesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        names = ("name", "source_type", "description", "topic", "contact")
        facts = {name: form.validated_data.get(name, getattr(dataset, name)) for name in names}
        update_dataset(dataset.pk, **facts, actor=self.actor)
        fresh = Dataset.objects.select_related("organization").with_latest().get(pk=dataset.pk)
        return Response(serializers.dataset_body(fresh))


_VERSION = OpenApiParameter("version", int, description="Number of the version; default: the newest.")
_CURSOR = OpenApiParameter("cursor", str, description="`next` of the page before.")


class FileListView(DatasetView):
    """The files of a version."""

    @extend_schema(parameters=[_VERSION, _CURSOR], responses={200: serializers.FilePageSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        version = self.version(id, request.query_params.get("version"))
        size = request.query_params.get("page_size", "")
        page = file_page(
            version,
            request.query_params.get("cursor", ""),
            min(int(size), _MOST) if size.isdecimal() and int(size) else 50,
        )
        body = {"version": version.number, "next": page.after or None, "results": page.lines}
        return Response(serializers.FilePageSerializer(body).data)


class FileDetailView(DatasetView):
    """One file of an open version."""

    @extend_schema(request=None, responses={204: None, **PROBLEMS})
    def delete(self, request: Request, id: str, file_id: str) -> Response:
        """Takes the file out; bytes that no version holds any more are destroyed."""
        version = Dataset.objects.visible_to(self.actor).find(id, self.actor).latest
        remove_file(version.pk, file_id, actor=self.actor)
        return Response(status=204)


class SealView(DatasetView):
    """Sealing the open version."""

    @extend_schema(request=None, responses={200: serializers.VersionSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """Fixes the files of the newest version for good and writes its inventory."""
        version = Dataset.objects.visible_to(self.actor).find(id, self.actor).latest
        sealed = seal_version(version.pk, actor=self.actor)
        return Response(serializers.VersionSerializer(sealed).data)


class VersionListView(DatasetView):
    """The versions of a dataset, newest first."""

    @extend_schema(responses={200: serializers.VersionSerializer(many=True), **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        rows = DatasetVersion.objects.filter(dataset=self.dataset(id))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.VersionSerializer(page, many=True).data)

    @extend_schema(request=None, responses={201: serializers.VersionSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """Begins the next version with the files of the newest, without a second upload."""
        version = continue_version(id, actor=self.actor)
        return Response(serializers.VersionSerializer(version).data, status=201)


class VersionDetailView(DatasetView):
    """One version, by its number."""

    @extend_schema(responses={200: serializers.VersionSerializer, **PROBLEMS})
    def get(self, request: Request, id: str, number: str) -> Response:
        return Response(serializers.VersionSerializer(self.version(id, number)).data)


class WithdrawView(DatasetView):
    """Taking a sealed version back."""

    @extend_schema(request=serializers.WithdrawalSerializer, responses={200: serializers.VersionSerializer, **PROBLEMS})
    def post(self, request: Request, id: str, number: str) -> Response:
        """No new run starts from it. What was sold stays with who bought it."""
        form = serializers.WithdrawalSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        version = self.version(id, number)
        withdrawn = withdraw_version(version.pk, note=form.validated_data["note"], actor=self.actor)
        return Response(serializers.VersionSerializer(withdrawn).data)
