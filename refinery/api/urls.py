"""/api/ of refinery."""

from django.urls import URLPattern

from databroker.api.routes import route
from refinery.api import packages, runs

urlpatterns: list[URLPattern] = [
    route("refinement/refine/{dataset}", runs.RefineView.as_view(), "api_refine"),
    route("refinement/runs", runs.RunListView.as_view(), "api_runs"),
    route("refinement/runs/{id}", runs.RunView.as_view(), "api_run"),
    route("refinement/runs/{id}/report", runs.RunReportView.as_view(), "api_run_report"),
    route("refinement/runs/{id}/records", runs.RunRecordsView.as_view(), "api_run_records"),
    route("refinement/runs/{id}/approve", runs.ApproveView.as_view(), "api_run_approve"),
    route("refinement/runs/{id}/reject", runs.RejectView.as_view(), "api_run_reject"),
    route("refinement/runs/{id}/cancel", runs.CancelView.as_view(), "api_run_cancel"),
    route("refinement/runs/{id}/retry", runs.RetryView.as_view(), "api_run_retry"),
    route("refinement/runs/{id}/answer", runs.AnswerView.as_view(), "api_run_answer"),
    route("refinement/runs/{id}/appeal", runs.AppealView.as_view(), "api_run_appeal"),
    route("packages", packages.PackageListView.as_view(), "api_packages"),
    route("packages/{id}", packages.PackageView.as_view(), "api_package"),
    route("packages/{id}/manifest", packages.ManifestView.as_view(), "api_package_manifest"),
    route("packages/{id}/croissant", packages.CroissantView.as_view(), "api_package_croissant"),
    route("packages/{id}/files", packages.PackageFilesView.as_view(), "api_package_files"),
    route("packages/{id}/files/{file_path}", packages.PackageFileView.as_view(), "api_package_file"),
    route("packages/{id}/release", packages.ReleaseView.as_view(), "api_package_release"),
]
