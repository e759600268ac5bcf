"""Every word that an applicant reads in a letter, Kazakh and Russian side by side.

One file for each letter, with four blocks: subject_kk, body_kk, subject_ru, body_ru. Both parts of a mail
(text and HTML) are made from the same body. How the bodies are written:

    # Title            a heading                  - item              a list
    ## Part            a smaller heading          ! Words             a framed line that must not be missed
    | Line             a line of its own (addresses)
    **words**          strong

An empty line ends a paragraph. Files that begin with an underscore are parts that several letters share.
Months, weekdays, numbered nouns and short reasons stand in words.toml.
"""
