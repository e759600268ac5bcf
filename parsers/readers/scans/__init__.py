"""From pictures of paper to the neutral document: straighten, find rules and ink, read the words, lay them out."""
