"""/api/packages: the organisation's own packages, their documents and files."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.http.request import HttpRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from databroker import policies
from databroker.api.base import ActorAPIView
from databroker.downloads import serve
from databroker.errors import NotFound
from refinery import bridge
from refinery.api import serializers
from refinery.api.runs import PROBLEMS, READ_SCOPE
from refinery.models import Package
from refinery.operations.packages import release_package
from refinery.policies import can_download, can_read


class PackageAPIView(ActorAPIView):
    """Bases of the calls on one package: others' are 404."""

    serializer_class: type[Serializer[Any]] = serializers.PackageSerializer

    def readable(self) -> QuerySet[Package]:
        policies.require(can_read(self.actor), READ_SCOPE)
        return Package.objects.visible_to(self.actor).select_related("product", "run")

    def package(self, reference: str) -> Package:
        rows = Package.objects.visible_to(self.actor).select_related("product", "run")
        found = rows.find(reference, self.actor)
        policies.require(can_read(self.actor) or can_download(self.actor, found.organization_id), READ_SCOPE)
        return found

    def whole_package(self, reference: str) -> Package:
        """One whose bytes are there."""
        package = self.package(reference)
        if not package.directory.exists():
            raise NotFound("This package was erased.")
        return package


class PackageListView(PackageAPIView):
    """All packages of the organisation, newest first."""

    @extend_schema(operation_id="packages_list", responses={200: serializers.PackageSerializer(many=True)})
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.readable())
        return self.get_paginated_response(serializers.PackageSerializer(page, many=True).data)


class PackageView(PackageAPIView):
    """One package."""

    @extend_schema(operation_id="packages_retrieve", responses={200: serializers.PackageSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        return Response(serializers.PackageSerializer(self.package(id)).data)


class ManifestView(PackageAPIView):
    """The manifest; its canonical bytes, whose sha256 is the package digest, are the file manifest.json."""

    @extend_schema(responses={200: dict[str, Any], **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        return Response(bridge.manifest_of(self.whole_package(id)))


class CroissantView(PackageAPIView):
    """Croissant metadata (MLCommons 1.0)."""

    @extend_schema(responses={200: dict[str, Any], **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        path = self.whole_package(id).directory / "croissant.json"
        return Response(json.loads(path.read_bytes()), content_type="application/ld+json")


class PackageFilesView(PackageAPIView):
    """The files of a package, with sizes and checksums."""

    @extend_schema(operation_id="packages_files_list", responses={200: serializers.PackageFilesSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        package = self.whole_package(id)
        here = request.build_absolute_uri(f"/api/packages/{package.public_id}/files/")
        rows = [
            {
                "path": file.path,
                "size": file.size,
                "sha256": file.sha256,
                "content_type": file.content_type,
                "url": here + file.path,
            }
            for file in bridge.package_files(package)
        ]
        return Response(serializers.PackageFilesSerializer({"results": rows}).data)


class PackageFileView(PackageAPIView):
    """One file of the organisation's own package, approved or more; ranges, HEAD, ETag and If-Range work."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **PROBLEMS})
    def get(self, request: Request, id: str, file_path: str) -> HttpResponseBase:
        package = self.whole_package(id)
        if not can_download(self.actor, package.organization_id):
            raise NotFound("There is no such file in this package.")
        file = next((file for file in bridge.package_files(package) if file.path == file_path), None)
        if file is None:
            raise NotFound("There is no such file in this package.")
        plain: HttpRequest = request._request
        name = file_path.rpartition("/")[2]
        return serve(
            plain, package.directory / file_path, filename=name, content_type=file.content_type, digest=file.sha256
        )

    @extend_schema(exclude=True)
    def head(self, request: Request, id: str, file_path: str) -> HttpResponseBase:
        return self.get(request, id, file_path)


class ReleaseView(PackageAPIView):
    """Letting a package leave the organisation."""

    @extend_schema(request=None, responses={200: serializers.PackageSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """For owners and managers. 422 names all that the rights record lacks."""
        released = release_package(id, actor=self.actor)
        return Response(serializers.PackageSerializer(self.package(released.public_id)).data)
