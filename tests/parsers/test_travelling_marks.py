"""What a worker sends is taken by its parent, under the oldest Python that we run on too."""

from __future__ import annotations

import pickle
import pickletools

import pytest

from parsers.readings import Mark


@pytest.mark.parametrize("mark", list(Mark))
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_mark_travels_by_value_and_asks_for_no_builtin(mark: Mark, protocol: int) -> None:
    """The kind: an enum whose pickle depends on the patch level: by name, through getattr, in 3.11.0 to 3.11.3."""
    sent = pickle.dumps(mark, protocol)
    assert pickle.loads(sent) is mark
    words = {argument for _, argument, _ in pickletools.genops(sent) if isinstance(argument, str)}
    assert mark.value in words
    assert not words & {"getattr", mark.name} - {mark.value}
