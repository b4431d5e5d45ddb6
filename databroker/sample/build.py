"""Rebuild the sample's files: `python -m databroker.sample.build SOURCE`, SOURCE being the works that NOTICE.md names.

Run once for a release; the result is committed. The same sources and Pillow give the same bytes.
"""

import csv
import io
import json
import re
import shutil
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from databroker.sample import FILES
from databroker.sample.desk import EDITED, JUNK, NOTES

PHOTOS: Final = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "camera.png", "brick.png", "moon.png")
UNSEEMLY: Final = re.compile(r"sex|xxx|adult|18|girl|dati|babe|love|kiss|aids|lol|die|dead|drunk|ass", re.IGNORECASE)
LANGUAGES_IN_MARKDOWN: Final = ("fr", "es", "de-1996")


def main(source: Path) -> None:
    shutil.rmtree(FILES, ignore_errors=True)
    build_declarations(source)
    build_tables(source)
    build_photos(source / "5_images/skimage")
    build_scenes(source / "5_images/real_blur/176_HONOR-7X_S.jpg", source / "5_images/real_blur")
    build_sounds(source / "6_audio")
    build_desk(source)


def write(path: str, content: bytes) -> None:
    """One file of the sample; `path` is relative to its folder."""
    target = FILES / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def jsonl(records: Iterable[dict[str, str]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n" for record in records).encode()


def build_declarations(source: Path) -> None:
    """One text per language, paragraphs in their order; two exact copies, one of them under another name and type."""
    texts: dict[str, list[str]] = {}
    for row in rows(source / "2_langid/udhr_paragraphs.jsonl"):
        texts.setdefault(row["bcp47"], []).append(row["text"].strip())
    for language, paragraphs in sorted(texts.items()):
        suffix = "md" if language in LANGUAGES_IN_MARKDOWN else "txt"
        write(f"declarations/{language}.{suffix}", ("\n\n".join(dict.fromkeys(paragraphs)) + "\n").encode())
    for copy, original in (("en_copy.txt", "en.txt"), ("sv_mirror.txt", "sv.txt")):
        write(f"declarations/{copy}", (FILES / "declarations" / original).read_bytes())


def build_tables(source: Path) -> None:
    licences = [{"id": row["id"], "text": row["text"]} for row in rows(source / "1_neardup_text/licence_texts.jsonl")]
    write("licence_texts.jsonl", jsonl(licences))
    problems = list(rows(source / "8_decontam/docs_gsm8k.jsonl"))
    clean = [row for row in problems if row["kind"].startswith("clean")][:70]
    copied = [row for row in problems if row["kind"].startswith("verbatim")][:10]
    again = [row | {"id": f"{row['id']}-again"} for row in clean[:4]]
    write("word_problems.jsonl", jsonl({"id": row["id"], "text": row["text"]} for row in [*clean, *copied, *again]))
    messages = [row for row in rows(source / "3_text_quality/sms_spam.jsonl") if not UNSEEMLY.search(row["text"])]
    chosen = [*labelled(messages, "spam")[:36], *labelled(messages, "ham")[:14]]
    broken = b'{"id": "cut-off", "text": "This line was cut off while it was\n'
    write("messages.jsonl", jsonl({"id": str(row["id"]), "text": row["text"]} for row in chosen) + broken)
    write("register.csv", register(source / "1_neardup_tabular/febrl1.csv"))


def labelled(messages: list[dict[str, str]], label: str) -> list[dict[str, str]]:
    return [row for row in messages if row["label"] == label]


def register(path: Path) -> bytes:
    """Sixty invented people, both entries of twelve who stand there twice, and one ragged line."""
    with path.open(encoding="utf-8", newline="") as lines:
        head, *people = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    numbers = sorted({row[0].split("-")[1] for row in people}, key=int)
    twice, once = set(numbers[:12]), set(numbers[12:72])
    pairs = [row for row in people if row[0].split("-")[1] in twice]
    single = [row for row in people if row[0].split("-")[1] in once and row[0].endswith("-org")]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head, *single, *pairs, ["rec-ragged", "cut"]])
    return out.getvalue().encode()


def jpeg(image: Image.Image, quality: int = 82) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def build_photos(folder: Path) -> None:
    """Seven photographs; of the first four also variants that should be found, or dropped for what they are."""
    for name in PHOTOS:
        with Image.open(folder / name) as opened:
            photo = opened.convert("RGB")
        stem = Path(name).stem
        write(f"photos/{stem}.jpg", jpeg(photo))
        if name not in PHOTOS[:4]:
            continue
        width, height = photo.size
        write(f"photos/{stem}_half.jpg", jpeg(photo.resize((width // 2, height // 2), Image.Resampling.LANCZOS)))
        write(f"photos/{stem}_low_quality.jpg", jpeg(photo, 30))
        write(f"photos/{stem}_blurred.jpg", jpeg(photo.filter(ImageFilter.GaussianBlur(9))))
        write(f"photos/{stem}_thumbnail.jpg", jpeg(photo.resize((48, 48 * height // width))))
    variants(Image.open(FILES / "photos/astronaut.jpg").convert("RGB"), "photos/astronaut")
    write("photos/coffee_again.jpg", (FILES / "photos/coffee.jpg").read_bytes())


def variants(photo: Image.Image, stem: str) -> None:
    marked = photo.copy()
    ImageDraw.Draw(marked).text((12, 12), "STATION ARCHIVE", fill="white")
    write(f"{stem}_marked.jpg", jpeg(marked))
    write(f"{stem}_dark.jpg", jpeg(ImageEnhance.Brightness(photo).enhance(0.06)))
    write(f"{stem}_burnt_out.jpg", jpeg(ImageEnhance.Brightness(photo).enhance(9.0)))
    write(f"{stem}_strip.jpg", jpeg(photo.crop((0, 0, photo.width, 24))))


def build_scenes(sharp: Path, folder: Path) -> None:
    """Parts of one sharp photograph, each a picture of its own, and its two blurred sisters made smaller."""
    with Image.open(sharp) as opened:
        scene = opened.convert("RGB")
    side = min(scene.size) // 2
    corners = [(x * (scene.width - side) // 2, y * (scene.height - side)) for y in range(2) for x in range(3)]
    for number, (x, y) in enumerate(corners, 1):
        part = scene.crop((x, y, x + side, y + side)).resize((420, 420), Image.Resampling.LANCZOS)
        write(f"scenes/part_{number}.jpg", jpeg(part))
    for letter, word in (("F", "out_of_focus"), ("M", "shaken")):
        with Image.open(folder / f"176_HONOR-7X_{letter}.jpg") as blurred:
            write(f"scenes/{word}.jpg", jpeg(blurred.convert("RGB").resize((480, 480 * scene.height // scene.width))))


def build_sounds(folder: Path) -> None:
    """Twelve spoken sentences, one copied and one cut in the middle of its header, and one noise."""
    for path in sorted((folder / "librispeech").glob("*.wav")):
        write(f"speech/{path.name}", path.read_bytes())
    first = (folder / "librispeech/spk1_snt1.wav").read_bytes()
    write("speech/spk1_snt1_copy.wav", first)
    write("speech/cut_off.wav", first[:30])
    write("noise/noise2.wav", (folder / "noise/noise2.wav").read_bytes())


def build_desk(source: Path) -> None:
    """Our own notes, edited copies of three, junk texts, and files that are not what they say or not readable."""
    for name, text in (NOTES | JUNK).items():
        write(f"desk/{name}", text.encode())
    for name, original, changes in EDITED:
        text = NOTES[original]
        for old, new in changes:
            text = text.replace(old, new)
        write(f"desk/{name}", text.encode())
    write("desk/old_note.txt", NOTES["lamp_log.txt"].replace("hour", "heure exacte, réglée à midi").encode("latin-1"))
    write("desk/with_nul.txt", NOTES["soil_cores.txt"].encode().replace(b"core is", b"core\0is", 2))
    write("desk/empty.txt", b"")
    write("desk/nothing.png", b"")
    write("desk/cut_photo.jpg", (FILES / "photos/moon.jpg").read_bytes()[:3000])
    write("desk/page.wav", b"<!doctype html><title>Not found</title><p>The recording has moved.</p>\n")
    write("desk/cover.mp3", png(64, 64, b"\x00" + b"\x40\x80\xc0" * 64))
    write("desk/readings.parquet", b"PAR1 this is not a table\n")
    write("desk/bomb.png", png(30_000, 30_000, b"\x00" + b"\x00" * 90_000, rows_written=60))


def png(width: int, height: int, row: bytes, rows_written: int = 0) -> bytes:
    """An RGB picture of equal rows; with fewer rows written than declared only its header claims the size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(row * (rows_written or height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
