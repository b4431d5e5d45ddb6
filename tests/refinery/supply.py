"""Datasets with real bytes in them, made through the suppliers' operations; and runs taken to a state."""

from databroker import storage
from refinery.models import Package, RefinementRun
from refinery.operations.packages import seal_package
from refinery.operations.review import approve_run
from refinery.operations.runs import start_run
from refinery.operations.supervision import supervise
from suppliers import kinds
from suppliers.operations.datasets import create_dataset
from suppliers.operations.files import add_files
from suppliers.operations.rights import RightsRecord, attest_rights
from suppliers.reception import Arrival

GOOD = (
    "The harbour of the small town was quiet that morning, and the fishermen who had come home before dawn were "
    "mending their nets on the long stone quay. A dozen children ran between the boats, and one of them asked why "
    "the water was so dark. An old man said that it was the shadow of the mountain, which stood behind the houses "
    "and kept the sun away until ten. They listened to him, and then they went to look for crabs under the pier. "
)
OTHER = (
    "Steel bridges expand when they are warm, so that engineers leave a gap between the deck and the abutment. The "
    "gap is covered by a joint of rubber and metal that slides as the seasons change. If the joint is blocked with "
    "stones, the deck pushes against the wall, and cracks appear in the concrete within a few years. Inspectors "
    "therefore walk along every bridge in spring and in autumn, and they clean the joints before they measure them. "
)
THIRD = (
    "The library keeps its oldest maps in flat drawers, and nobody may open them without gloves. Most of the sheets "
    "show the coast as sailors saw it two hundred years ago, with depths in fathoms and small crosses for the wrecks. "
    "A reader who asks for one of them is brought to a table by the window, where the light is good but never bright. "
    "He may draw what he sees with a pencil, and when he leaves, the librarian counts the sheets and locks them away. "
)
FILES = {
    "town.txt": GOOD.encode(),
    "copy/town again.txt": GOOD.encode(),
    "bridge.txt": OTHER.encode(),
    "junk.txt": b"!!! ??? ### $$$ %%% ^^^ &&& *** ((( )))",
    "broken.jsonl": b'{"text": "fine"}\n{"text": \n',
}


def arrivals(files):
    for name, data in files.items():
        staged = storage.Staged(limit=10**9)
        staged.write(data)
        staged.close()
        yield Arrival(name, len(data), staged, kinds.kind_of(data[:4096], name))


def dataset(person, files=FILES, name="Town papers"):
    """A dataset whose open version holds `files` (name -> bytes) under attested rights."""
    made = create_dataset(name=name, source_type="university", actor=person.actor)
    add_files(made.latest.pk, arrivals=list(arrivals(files)), confirmed=True, actor=person.actor)
    return made


def finished_run(person, files=FILES, **question):
    """A run that awaits review, worked by the real engine."""
    started = start_run(dataset(person, files).pk, actor=person.actor, **question)
    supervise(started.run.pk)
    return RefinementRun.objects.get(pk=started.run.pk)


def sealed_package(person, curator, files=FILES) -> Package:
    """A package of an approved run."""
    return package_of(finished_run(person, files), curator)


def package_of(run, curator) -> Package:
    """The package that approving this run makes."""
    approve_run(run.pk, actor=curator.actor)
    return seal_package(run.pk)


def complete_rights(version, person):
    """The record that release asks for."""
    record = RightsRecord(basis="owner", licence="CC-BY-4.0", personal_data=False)
    attest_rights(version.pk, record=record, confirmed=True, actor=person.actor)
