"""The page of `inspect --html`. Its reader is the administrator: English, like the command line."""
