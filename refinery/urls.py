"""Pages of refinery."""

from django.urls import URLPattern, path

from refinery.views import packages, reports, runs

app_name = "refinery"
urlpatterns: list[URLPattern] = [
    path("runs/", runs.run_list, name="run_list"),
    path("runs/start/", runs.run_start, name="run_start"),
    path("runs/<str:run_ref>/", runs.run_detail, name="run_detail"),
    path("runs/<str:run_ref>/cancel/", runs.run_cancel, name="run_cancel"),
    path("runs/<str:run_ref>/retry/", runs.run_retry, name="run_retry"),
    path("runs/<str:run_ref>/answer/", runs.run_answer, name="run_answer"),
    path("runs/<str:run_ref>/appeal/", runs.run_appeal, name="run_appeal"),
    path("runs/<str:run_ref>/report/", reports.report, name="report"),
    path("runs/<str:run_ref>/records/", reports.record_list, name="record_list"),
    path("runs/<str:run_ref>/record/", reports.record_detail, name="record_detail"),
    path("runs/<str:run_ref>/picture/", reports.record_picture, name="record_picture"),
    path("packages/", packages.package_list, name="package_list"),
    path("packages/<str:package_ref>/", packages.package_detail, name="package_detail"),
    path("packages/<str:package_ref>/release/", packages.package_release, name="package_release"),
    path("packages/<str:package_ref>/revoke/", packages.package_revoke, name="package_revoke"),
    path("packages/<str:package_ref>/files/<path:path>", packages.package_file, name="package_file"),
    path("packages/<str:package_ref>/picture/", packages.package_picture, name="package_picture"),
]
