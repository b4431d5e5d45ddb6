"""/api/ of suppliers."""

from databroker.api.routes import route
from suppliers.api import datasets, ingest
from suppliers.api.rights_text import RightsTextView

urlpatterns = [
    route("datasets", datasets.DatasetListView.as_view(), "api_datasets"),
    route("datasets/{id}", datasets.DatasetDetailView.as_view(), "api_dataset"),
    route("datasets/{id}/ingest", ingest.IngestView.as_view(), "api_ingest"),
    route("datasets/{id}/files", datasets.FileListView.as_view(), "api_dataset_files"),
    route("datasets/{id}/files/{file_id}", datasets.FileDetailView.as_view(), "api_dataset_file"),
    route("datasets/{id}/seal", datasets.SealView.as_view(), "api_dataset_seal"),
    route("datasets/{id}/rights", ingest.RightsView.as_view(), "api_dataset_rights"),
    route("datasets/{id}/versions", datasets.VersionListView.as_view(), "api_dataset_versions"),
    route("datasets/{id}/versions/{number}", datasets.VersionDetailView.as_view(), "api_dataset_version"),
    route("datasets/{id}/versions/{number}/withdraw", datasets.WithdrawView.as_view(), "api_version_withdraw"),
    route("rights-text", RightsTextView.as_view(), "api_rights_text"),
]
