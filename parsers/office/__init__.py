"""LibreOffice as a helper: turns Word 97 and Excel 97 files into what our own readers read."""
