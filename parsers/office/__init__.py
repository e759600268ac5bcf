"""LibreOffice as a helper: turns old files into what our own readers read, and texts into pages."""
