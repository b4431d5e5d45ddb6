"""Between rows and the engine: the only room that knows both."""

from refinery.bridge.child import EngineChild, Failed, Finished, Interrupted, Progress
from refinery.bridge.jobs import is_busy, prepare, remove_leftovers, run_folder, work_folder
from refinery.bridge.ledgers import (
    ExampleRecord,
    LedgerFilter,
    LedgerRow,
    RecordPage,
    examples,
    find_record,
    page_of_records,
    record_content,
)
from refinery.bridge.packages import (
    PackageFacts,
    PackageFile,
    Sale,
    SampleRecord,
    Step,
    cut,
    difference,
    facts_of,
    manifest_of,
    package_files,
    sample_records,
)
from refinery.bridge.pictures import package_picture, run_picture
from refinery.bridge.questions import Question, Refused, freeze, recipe_names
from refinery.bridge.results import Method, Result, first_sentence, methods_of, read_result, sentence_of

__all__ = [
    "EngineChild",
    "ExampleRecord",
    "Failed",
    "Finished",
    "Interrupted",
    "LedgerFilter",
    "LedgerRow",
    "Method",
    "PackageFacts",
    "PackageFile",
    "Progress",
    "Question",
    "RecordPage",
    "Refused",
    "Result",
    "Sale",
    "SampleRecord",
    "Step",
    "cut",
    "difference",
    "examples",
    "facts_of",
    "find_record",
    "first_sentence",
    "freeze",
    "is_busy",
    "manifest_of",
    "methods_of",
    "package_files",
    "package_picture",
    "page_of_records",
    "prepare",
    "read_result",
    "recipe_names",
    "record_content",
    "remove_leftovers",
    "run_folder",
    "run_picture",
    "sample_records",
    "sentence_of",
    "work_folder",
]
