"""What the words of an answer mean: dates, numbers, identifiers, contacts, people."""
