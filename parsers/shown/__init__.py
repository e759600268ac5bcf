"""What was read, laid open for a person: the one place for this, shared by `inspect --html` and the clerk's desk.

`Worker.lay_open(raw)` (parsers/worker.py) reads a mail under the worker's limits and returns `LaidOpen`:

* `documents`: each file as the neutral `Document` with its forms. `fragment.as_html(read)` (pure) is the document
  as an escaped HTML fragment without styles, scripts, links or pictures; each answer in it is
  `<mark data-field="volunteer.iin" data-language="kk">…</mark>`, with `data-doubt="…"` where it is unsure.
  Where answers can only be told to stand in the same line, data-field names them all: `mark[data-field~="…"]`.
* `pages`: for PDFs, paper and what LibreOffice prints a JPEG of each page with `spots`, the places of the answers in
  shares of its width and height. `fragment.page_html(page)` is an <svg> of the picture with a
  <rect class="spot" data-field="…"> over each answer (no inline style, so that a strict Content-Security-Policy
  holds), the picture in it as a data: address, or under the `src` that it is given.

Nothing here changes what is read: `spans.py` finds an answer's words again in the place that its `Source` names.
"""
