"""Who may have written a mail: the traces that a person leaves in it."""
