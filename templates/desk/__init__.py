"""The pages of the clerk's desk, their words in Kazakh and Russian (locale/), and what the browser loads (static/)."""
