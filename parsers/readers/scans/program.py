"""Is the Tesseract program here, with the languages of the forms?"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

# In this order: Kazakh first, without English no e-mail address comes out right (measured).
LANGUAGES = ("kaz", "rus", "eng")
PACKAGES = "tesseract-ocr tesseract-ocr-kaz tesseract-ocr-rus"


@cache
def ocr_available() -> tuple[bool, str]:
    """Return whether pictures of forms can be read here, and what there is or what to install."""
    program = shutil.which("tesseract")
    if program is None:
        return False, f"Tesseract is not installed, scans go to the clerk unread: apt install {PACKAGES}"
    try:
        told = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False).stdout
        version = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as fault:
        return False, f"Tesseract does not start ({type(fault).__name__}): apt install {PACKAGES}"
    lacking = [language for language in LANGUAGES if language not in told.split()]
    if lacking:
        return False, f"Tesseract lacks the language data {', '.join(lacking)}: apt install {PACKAGES}"
    return True, f"{version.splitlines()[0] if version else 'tesseract'}, {' '.join(LANGUAGES)}"
