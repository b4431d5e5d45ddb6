"""/api/refinement: asking for runs, following them, deciding about them."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from databroker import policies
from databroker.api.base import ActorAPIView
from databroker.api.problems import ProblemSerializer
from databroker.errors import Incomplete, Issue, NotFound
from refinery import bridge
from refinery.api import serializers
from refinery.models import RefinementRun
from refinery.operations import review
from refinery.operations.runs import StartedRun, cancel_run, retry_run, start_run
from refinery.policies import can_read
from refinery.reading import stored_report

PROBLEMS = dict.fromkeys((401, 403, 404, 409, 422), ProblemSerializer)
READ_SCOPE = "This token may not read runs; it lacks the scope “read”."
_MOST = 200


class RunAPIView(ActorAPIView):
    """Bases of the calls on one run: others' are 404."""

    serializer_class: type[Serializer[Any]] = serializers.RunSerializer

    def readable(self) -> QuerySet[RefinementRun]:
        policies.require(can_read(self.actor), READ_SCOPE)
        rows = RefinementRun.objects.visible_to(self.actor).select_related("version__dataset")
        return rows.prefetch_related("decisions", "packages")

    def run_of(self, reference: str) -> RefinementRun:
        policies.require(can_read(self.actor), READ_SCOPE)
        rows = RefinementRun.objects.visible_to(self.actor).select_related("version__dataset", "report")
        return rows.prefetch_related("decisions", "packages").find(reference, self.actor)

    def shown(self, run: RefinementRun) -> Response:
        fresh = self.readable().get(pk=run.pk)
        return Response(serializers.RunSerializer(fresh).data)

    def note(self, request: Request) -> str:
        form = serializers.NoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return str(form.validated_data["note"])


class RefineView(RunAPIView):
    """Asking for a run."""

    @extend_schema(request=serializers.RefineSerializer, responses={202: serializers.StartedRunSerializer, **PROBLEMS})
    def post(self, request: Request, dataset: str) -> Response:
        """Refines the newest version of a dataset (public id or slug). An open version is sealed by it.

        Asking the same question again while it is being worked on answers with the run that is there.
        """
        form = serializers.RefineSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        started = start_run(
            dataset,
            actor=self.actor,
            recipe=form.validated_data["recipe"],
            threshold=form.validated_data["quality_threshold"],
        )
        where = request.build_absolute_uri(f"/api/refinement/runs/{started.run.public_id}")
        return Response(_started_body(started), status=202, headers={"Location": where})


def _started_body(started: StartedRun) -> dict[str, Any]:
    version = started.run.version
    words = "The run is queued." if started.is_new else "This run was asked for before and is still at work."
    if started.sealed_version:
        words = f"Version {version.number} is sealed now: its files can change no more. {words}"
    body = dict(serializers.RunSerializer(started.run).data)
    return body | {"sealed_version": started.sealed_version, "is_new": started.is_new, "message": words}


class RunListView(RunAPIView):
    """All runs of the organisation, newest first."""

    @extend_schema(operation_id="refinement_runs_list", responses={200: serializers.RunSerializer(many=True)})
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.readable())
        return self.get_paginated_response(serializers.RunSerializer(page, many=True).data)


class RunView(RunAPIView):
    """One run: state, progress, counts, decisions."""

    @extend_schema(operation_id="refinement_runs_retrieve", responses={200: serializers.RunSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        return Response(serializers.RunSerializer(self.run_of(id)).data)


class RunReportView(RunAPIView):
    """The quality report as it was digested."""

    @extend_schema(responses={200: dict[str, Any], **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        return Response(self.report_of(id))

    def report_of(self, reference: str) -> dict[str, Any]:
        found = stored_report(self.run_of(reference))
        if found is None:
            raise NotFound("This run has no report: it has not finished, or a file of it was erased.")
        document: dict[str, Any] = found.document
        return document


def _query(name: str, words: str, kind: type = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=words)


_FILTERS = [
    _query("status", "kept, dropped or held."),
    _query("reason", "A reason code."),
    _query("language", "ISO 639 code, or und."),
    _query("modality", "text, image, audio, table_row, ..."),
    _query("min_quality", "Least quality, 0 to 1.", float),
    _query("source", "Anywhere in the source path."),
    _query("cursor", "`seq` of the last record of the page before; taken from `next`."),
    _query("page_size", "1 to 200, default 50.", int),
]
_WORDS = ("status", "reason", "language", "modality", "source", "cluster")


class RunRecordsView(RunReportView):
    """The ledger, one row per record that came in."""

    @extend_schema(parameters=_FILTERS, responses={200: serializers.RecordPageSerializer, **PROBLEMS})
    def get(self, request: Request, id: str) -> Response:
        self.report_of(id)
        asked = request.query_params.dict()
        words = {name: asked[name] for name in _WORDS if asked.get(name)}
        wanted = bridge.LedgerFilter(**words, min_quality=_number(asked, "min_quality"))
        after, size = _whole(asked, "cursor", -1), min(max(_whole(asked, "page_size", 50), 1), _MOST)
        found = bridge.page_of_records(self.run_of(id), wanted, after=after, limit=size)
        follow = asked | {"cursor": str(found.next_after)}
        here = request.build_absolute_uri(request.path)
        body = {
            "count": found.total,
            "next": f"{here}?{urlencode(follow)}" if found.next_after is not None else None,
            "results": found.rows,
        }
        return Response(serializers.RecordPageSerializer(body).data)


def _number(asked: dict[str, str], name: str) -> float | None:
    try:
        return float(asked[name]) if asked.get(name) else None
    except ValueError:
        raise _not_a_number(name) from None


def _whole(asked: dict[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if text and not (text.isdecimal() and len(text) < 18):
        raise _not_a_number(name)
    return int(text) if text else default


def _not_a_number(name: str) -> Incomplete:
    sentence = f"{name} must be a number."
    return Incomplete(sentence, code="invalid", issues=[Issue(name, "not_a_number", sentence)])


class ApproveView(RunAPIView):
    """Letting a run become a package."""

    @extend_schema(request=serializers.NoteSerializer, responses={200: serializers.RunSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """For curators signed in to the site; tokens never decide."""
        return self.shown(review.approve_run(id, actor=self.actor, note=self.note(request)))


class RejectView(RunAPIView):
    """Ending a run without a package."""

    @extend_schema(request=serializers.NoteSerializer, responses={200: serializers.RunSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """For curators signed in to the site; the note tells the supplier why."""
        return self.shown(review.reject_run(id, actor=self.actor, note=self.note(request)))


class CancelView(RunAPIView):
    """Ending an open run."""

    @extend_schema(request=serializers.NoteSerializer, responses={200: serializers.RunSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """What is done is kept for another run."""
        return self.shown(cancel_run(id, actor=self.actor, note=self.note(request)))


class RetryView(RunAPIView):
    """Going on after a failure."""

    @extend_schema(request=None, responses={200: serializers.RunSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """Queues a failed run again; it goes on from what is done."""
        return self.shown(retry_run(id, actor=self.actor))


class AnswerView(RunAPIView):
    """Answering a curator."""

    @extend_schema(request=serializers.NoteSerializer, responses={200: serializers.RunSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """Puts a returned run back on the desk, with the supplier's words."""
        return self.shown(review.answer_run(id, actor=self.actor, note=self.note(request)))


class AppealView(RunAPIView):
    """Contesting a rejection."""

    @extend_schema(request=serializers.NoteSerializer, responses={200: serializers.RunSerializer, **PROBLEMS})
    def post(self, request: Request, id: str) -> Response:
        """A curator looks at the run again."""
        return self.shown(review.appeal_run(id, actor=self.actor, note=self.note(request)))
