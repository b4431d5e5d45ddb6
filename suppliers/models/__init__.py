"""What suppliers bring: datasets, their versions, the files of an open version, and the rights attested for them."""

from suppliers.models.datasets import Dataset, DatasetVersion
from suppliers.models.files import RefusedFile, SourceFile
from suppliers.models.rights import RightsAttestation

__all__ = ["Dataset", "DatasetVersion", "RefusedFile", "RightsAttestation", "SourceFile"]
