"""The refinery's rows: runs, reports, decisions, products, packages. Never a row per record."""

from refinery.models.packages import Package, Product
from refinery.models.reviews import CurationDecision, QualityReport
from refinery.models.runs import RefinementRun

__all__ = ["CurationDecision", "Package", "Product", "QualityReport", "RefinementRun"]
