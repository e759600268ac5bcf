"""A private key that somebody attaches by mistake: kept as it came and nowhere else, and the sender is told."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from registry_store.records import LetterKind
from tests.simulation.people import person
from tests.simulation.posts import OFFICE, Enclosed
from tests.story.told import filing, ministry, words_of

SAULE = person(1)
LOCKED = BestAvailableEncryption(b"x")
KEY = pkcs12.serialize_key_and_certificates(b"k", ec.generate_private_key(ec.SECP256R1()), None, None, LOCKED)


def with_key(name: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SAULE.address, OFFICE, "Арыз"
    mail["Message-ID"] = "<key@post.example>"
    mail.set_content("Құжаттар қоса беріледі.")
    mail.add_attachment(KEY, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.mark.parametrize("name", ["GOSTKNCA_abc.p12", "кілт.dat"])  # told by its content, whatever it is called
def test_the_receipt_warns_and_the_key_is_nowhere_but_in_the_archive(tmp_path: Path, name: str) -> None:
    raw = with_key(name)
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        number = story.receives_raw(story.world.reader.put(raw, Enclosed(filing(SAULE))))
        assert number is not None

        words = words_of(story.letter(LetterKind.RECEIPT, number))
        assert words.count(f"жабық кілті қоса тіркелген: {name}") == 1
        assert words.count(f"закрытый ключ электронной цифровой подписи: {name}") == 1
        # No fingerprint stands beside it: we did not keep the file that it would be of.
        assert f"{name} – SHA-256" not in words
        # The mail itself is archived as it came.
        assert story.world.daemon.intake.archive.raw(sha256(raw).hexdigest()) == raw
        # Neither the database nor a letter has the key.
        kept = [one.raw for one in story.world.store.letters(number)]
        kept += [path.read_bytes() for path in tmp_path.glob("register.db*")]
        for secret in (KEY, base64.b64encode(KEY)[:70]):
            assert not any(secret in content for content in kept)


def test_a_filing_without_a_key_is_not_warned(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        number = story.receives(SAULE, *filing(SAULE))
        assert number is not None

        assert "закрытый ключ" not in words_of(story.letter(LetterKind.RECEIPT, number))
