from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.browser import DeskOffice, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[DeskOffice]:
    office = open_office(tmp_path)
    yield office
    office.store.close()
