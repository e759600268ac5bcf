"""Draws the sample letters into docs/letters: their HTML part in a window as wide as a phone, and the forms
that a rework letter gives back, page by page with their remarks beside them."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from inbox_daemon.calendar import load_calendar
from inbox_daemon.commands.letters import shown
from inbox_daemon.letters.samples import compose_sample, samples

TO = Path("docs/letters")
PHONE = 360  # CSS pixels, the width of a narrow phone
SCALE = 1.25  # pixels of the picture for one of the page
DARK = ("rework",)  # these in a dark window too
# Which enclosures are drawn: the sample, the number of its enclosure, what the picture is called.
FORMS = (
    ("rework", 0, "form-application-kk"),
    ("rework", 1, "form-volunteer-kk"),
    ("rework-two-languages", 3, "form-volunteer-ru"),
)
NEEDED = {
    "chromium": "chromium",
    "soffice": "libreoffice-writer-nogui",
    "pdftoppm": "poppler-utils",
    "pngquant": "pngquant",
}
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
COLOURS_OF_LETTER, COLOURS_OF_FORM = "6", "14"
PAGE_HEIGHT = 842.0  # points, A4
PAGE_PIXELS = (760, 1075)  # of a page in the picture
NOTES_WIDTH = 300  # pixels, of the margin with the remarks


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of a page: how far down it stands, from 0 to 1, and its words."""

    down: float
    words: str


def main() -> int:
    """Draw everything anew; pictures of samples that are gone are taken away."""
    if missing := [package for program, package in NEEDED.items() if shutil.which(program) is None]:
        print(f"Missing system parts. Install them as root: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    TO.mkdir(parents=True, exist_ok=True)
    for old in TO.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in samples():
            draw_letter(name, folder)
        for name, number, picture in FORMS:
            draw_form(name, number, picture, folder)
    total = 0
    for drawn in sorted(TO.glob("*.png")):
        colours = COLOURS_OF_FORM if drawn.name.startswith("form-") else COLOURS_OF_LETTER
        run("pngquant", "--force", "--nofs", "--ext", ".png", "--speed", "1", colours, str(drawn))
        total += drawn.stat().st_size
    print(f"{len(list(TO.glob('*.png')))} pictures, {total / 1e6:.2f} MB in {TO}")
    return 0


# ------------------------------------------------------------ letters


def draw_letter(name: str, folder: Path) -> None:
    """Draw the HTML part of a sample at its whole height."""
    source = shown(compose_sample(samples()[name], days=load_calendar())).html
    page = folder / f"{name}.html"
    page.write_text(source, encoding="utf-8")
    height = height_of(source, folder)
    screenshot(page, TO / f"{name}.png", PHONE, height, SCALE)
    if name in DARK:
        screenshot(page, TO / f"{name}-dark.png", PHONE, height, SCALE, "--blink-settings=preferredColorScheme=0")


def height_of(source: str, folder: Path) -> int:
    """Return how high a page is in a window as wide as a phone, in CSS pixels."""
    page = folder / "measured.html"
    measure = "<script>document.title = 'high:' + document.documentElement.scrollHeight</script></body>"
    # The window of --dump-dom is never as narrow as a phone, so the page itself is.
    narrow = source.replace('<body style="', f'<body style="width:{PHONE}px;', 1)
    page.write_text(narrow.replace("</body>", measure), encoding="utf-8")
    told = run(*CHROMIUM, f"--window-size={PHONE},100", "--dump-dom", page.as_uri())
    found = re.search(r"<title>high:(\d+)</title>", told)
    if found is None:
        raise RuntimeError(f"the height of {page.name} cannot be told")
    return int(found[1])


def screenshot(page: Path, to: Path, width: int, height: int, scale: float, *more: str) -> None:
    """Take a picture of a page in a window of this size, in CSS pixels."""
    window = [f"--window-size={width},{height}", f"--force-device-scale-factor={scale}"]
    run(*CHROMIUM, *window, *more, f"--screenshot={to.absolute()}", page.as_uri())


# ------------------------------------------------------------ forms


def draw_form(name: str, number: int, picture: str, folder: Path) -> None:
    """Draw every page of an enclosed form, its remarks in the margin."""
    files = list(shown(compose_sample(samples()[name], days=load_calendar())).files.values())
    document = folder / f"{picture}.docx"
    document.write_bytes(files[number])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    as_pdf = 'pdf:writer_pdf_Export:{"ExportNotes":{"type":"boolean","value":"true"}}'
    run("soffice", profile, "--headless", "--convert-to", as_pdf, "--outdir", str(folder), str(document))
    pdf = document.with_suffix(".pdf")
    notes = notes_of(pdf.read_bytes())
    # -hide-annotations: the remarks are drawn by us, as words and not as icons.
    run("pdftoppm", "-r", "110", "-png", "-hide-annotations", str(pdf), str(folder / picture))
    for n, page in enumerate(sorted(folder.glob(f"{picture}-*.png"))):
        with_notes = folder / f"{picture}-{n}.html"
        with_notes.write_text(page_with_notes(page, notes[n] if n < len(notes) else []), encoding="utf-8")
        width, height = PAGE_PIXELS
        screenshot(with_notes, TO / f"{picture}-{n + 1}.png", width + NOTES_WIDTH, height, 1)


def notes_of(pdf: bytes) -> list[list[Note]]:
    """Return the text annotations of each page of a PDF that LibreOffice wrote (it leaves objects unpacked)."""
    objects = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj(.*?)endobj", pdf, re.DOTALL)}
    pages = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b", body) is None:
            continue
        listed = re.search(rb"/Annots\s*\[(.*?)\]", body, re.DOTALL)
        numbers = [int(n) for n in re.findall(rb"(\d+) 0 R", listed[1])] if listed else []
        pages.append([note for n in numbers if (note := note_of(objects[n])) is not None])
    return pages


def note_of(annotation: bytes) -> Note | None:
    """Return an annotation's place and words, None when it is no remark."""
    rectangle = re.search(rb"/Rect\s*\[\s*[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)", annotation)
    words = re.search(rb"/Contents\s*<FEFF([0-9A-F]+)>", annotation, re.IGNORECASE)
    if re.search(rb"/Subtype\s*/Text\b", annotation) is None or rectangle is None or words is None:
        return None
    return Note(1 - float(rectangle[1]) / PAGE_HEIGHT, bytes.fromhex(words[1].decode()).decode("utf-16-be"))


def page_with_notes(page: Path, notes: list[Note]) -> str:
    """Return a page's picture and its remarks beside it, each as near to its place as there is room."""
    width, height = PAGE_PIXELS
    drawn, free = [], 0.0
    for note in sorted(notes, key=lambda note: note.down):
        top = max(note.down * height, free)
        free = top + 32 + 19 * (len(note.words) // 32 + 1)
        drawn.append(f'<p style="top:{top:.0f}px">{html.escape(note.words)}</p>')
    return f"""<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; background: #f2f2f2; font: 15px/19px 'Liberation Sans', sans-serif }}
img {{ position: absolute; width: {width}px; height: {height}px }}
p {{ position: absolute; left: {width + 12}px; width: {NOTES_WIDTH - 48}px; margin: 0; padding: 8px 10px;
     background: #fff6c2; border: 1px solid #d9b400; border-radius: 4px }}
</style><img src="{page.as_uri()}">{"".join(drawn)}"""


def run(*command: str) -> str:
    """Run a program and return what it says; raises CalledProcessError when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
