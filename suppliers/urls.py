"""Pages of suppliers."""

from django.urls import URLPattern, path, re_path

from suppliers.views import datasets, rights, uploads, versions

app_name = "suppliers"
urlpatterns: list[URLPattern] = [
    re_path(r"^ingest/?$", uploads.ingest, name="ingest"),
    path("datasets/", datasets.dataset_list, name="dataset_list"),
    path("datasets/new/", datasets.dataset_create, name="dataset_create"),
    path("datasets/<str:dataset_ref>/", datasets.dataset_detail, name="dataset_detail"),
    path("datasets/<str:dataset_ref>/edit/", datasets.dataset_edit, name="dataset_edit"),
    path("datasets/<str:dataset_ref>/upload/", uploads.upload, name="upload"),
    path("datasets/<str:dataset_ref>/files/<str:file_ref>/remove/", versions.file_remove, name="file_remove"),
    path("datasets/<str:dataset_ref>/refusals/dismiss/", versions.refusals_dismiss, name="refusals_dismiss"),
    path("datasets/<str:dataset_ref>/rights/", rights.dataset_rights, name="dataset_rights"),
    path("datasets/<str:dataset_ref>/seal/", versions.seal, name="version_seal"),
    path("datasets/<str:dataset_ref>/continue/", versions.begin, name="version_continue"),
    path("datasets/<str:dataset_ref>/versions/", versions.version_list, name="version_list"),
    path("datasets/<str:dataset_ref>/versions/<int:number>/", versions.version_detail, name="version_detail"),
    path("datasets/<str:dataset_ref>/versions/<int:number>/withdraw/", versions.withdraw, name="version_withdraw"),
]
