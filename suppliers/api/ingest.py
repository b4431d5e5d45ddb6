"""/api/datasets/{id}/ingest and /rights: files and the statements under which they are brought."""

from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from databroker.api.problems import ProblemSerializer
from databroker.errors import NotFound
from suppliers import reception
from suppliers.api import serializers
from suppliers.api.datasets import PROBLEMS, DatasetView
from suppliers.models import Dataset, DatasetVersion, RightsAttestation
from suppliers.operations.files import add_files, require_confirmed, require_may_add
from suppliers.operations.rights import RightsRecord, attest_rights
from suppliers.operations.versions import open_version

_RECORD = ("basis", "basis_note", "licence", "own_terms", "personal_data", "legal_basis")
_YES = ("true", "1", "yes", "on")


def _record(fields: dict[str, object]) -> RightsRecord:
    return RightsRecord(**{name: fields[name] for name in _RECORD})  # type: ignore[arg-type]  # validated by the serializer


class IngestView(DatasetView):
    """Files into a dataset."""

    parser_classes = (MultiPartParser,)
    serializer_class = serializers.IngestSerializer

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> Response:
        """The reception must be there before anything, the session's CSRF check included, reads the body."""
        self.reception = reception.receive(request)
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]
        finally:
            self.reception.discard()

    @extend_schema(
        request={"multipart/form-data": serializers.IngestSerializer},
        responses={202: serializers.IngestResultSerializer, 413: ProblemSerializer, **PROBLEMS},
    )
    def post(self, request: Request, id: str) -> Response:
        """Stores what may be stored, one result per file. Without legal_rights_confirmed=true nothing is.

        Where the newest version is sealed, the next is begun with its files. Sending the same again changes nothing.
        """
        dataset = Dataset.objects.visible_to(self.actor).find(id, self.actor)
        require_may_add(self.actor)
        sent = self._sent(request)
        form = serializers.RightsFieldsSerializer(data=sent)
        form.is_valid(raise_exception=True)
        arrivals = self.reception.arrivals
        require_confirmed(sent.get("legal_rights_confirmed", "").strip().lower() in _YES)
        reception.apply_paths(arrivals, sent.getlist("paths"))
        version, began = open_version(dataset.pk, actor=self.actor)
        results = add_files(
            version.pk, arrivals=arrivals, confirmed=True, record=_record(form.validated_data), actor=self.actor
        )
        body = {
            "dataset": dataset.public_id,
            "version": DatasetVersion.objects.get(pk=version.pk),
            "began_version": began,
            "files": results,
        }
        return Response(serializers.IngestResultSerializer(body).data, status=202)

    @staticmethod
    def _sent(request: Request) -> QueryDict:
        """The fields of the form; reading them reads the files."""
        try:
            data = request.data
        except (MultiPartParserError, UnreadablePostError) as error:
            raise ParseError(f"The upload cannot be read: {error}.") from None
        if not isinstance(data, QueryDict):
            raise ParseError("Send the files as multipart/form-data.")
        return data


_VERSION = OpenApiParameter("version", int, description="Number of the version; default: the newest.")


class RightsView(DatasetView):
    """The rights attested for a version."""

    serializer_class = serializers.RightsSerializer

    @extend_schema(parameters=[_VERSION], responses={200: serializers.RightsSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        """The statement that counts, and what a release still asks for."""
        version = self.version(id, request.query_params.get("version"))
        found = (
            RightsAttestation.objects.filter(version=version)
            .order_by("-ordinal")
            .select_related("signer", "version")
            .first()
        )
        if found is None:
            raise NotFound("Nobody has attested the rights to this version yet.", code="rights_missing")
        return Response(serializers.RightsSerializer(found).data)

    @extend_schema(
        parameters=[_VERSION],
        request=serializers.RightsSubmissionSerializer,
        responses={200: serializers.RightsSerializer, **PROBLEMS},
    )
    def put(self, request: Request, id: str) -> Response:
        """Signs the record anew, whole or in part, also after sealing; the newest counts."""
        version = self.version(id, request.query_params.get("version"))
        form = serializers.RightsSubmissionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        facts = dict(form.validated_data)
        made = attest_rights(
            version.pk, record=_record(facts), confirmed=bool(facts["legal_rights_confirmed"]), actor=self.actor
        )
        fresh = RightsAttestation.objects.select_related("signer", "version").get(pk=made.pk)
        return Response(serializers.RightsSerializer(fresh).data)
