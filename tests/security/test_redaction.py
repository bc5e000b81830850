"""Which texts are taken for secrets, and which are left to be read."""

from __future__ import annotations

import time

import pytest

from faststatic_storages.providers.base import explained
from faststatic_storages.providers.redaction import MAX_LENGTH, redacted
from faststatic_storages.providers.remedies import Remedies
from faststatic_storages.providers.s3 import errors as s3
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.upload import Upload
from tests.security.secrets import HARMLESS, SECRET, TEXTS


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_secret_is_taken_out_and_the_rest_can_be_read(text: str, expected: str) -> None:
    assert redacted(text) == expected
    assert redacted(expected) == expected
    assert SECRET not in redacted(f"first line\n{text}\nlast line")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("remedies", [s3.REMEDIES], ids=["s3"])
def test_our_own_remedies_stay(remedies: Remedies) -> None:
    texts = [
        *remedies.by_code.values(),
        *remedies.permissions.values(),
        remedies.credentials,
        *(remedy for _, remedy in remedies.local),
    ]

    assert [redacted(text) for text in texts] == texts


def test_remedy_is_redacted_as_well() -> None:
    explanation = explained("refused", f"Look at https://me:{SECRET[:9]}@store/.")

    assert str(explanation) == "refused. Look at https://store/."


@pytest.mark.parametrize(
    "piece", ["a", "//", "a:", "@", "sig=", "<Token-0>", "'", "\n"]
)
def test_long_text_is_cut_and_costs_little(piece: str) -> None:
    began = time.process_time()

    text = redacted(piece * 5_000_000)

    assert len(text) <= MAX_LENGTH * 2
    assert time.process_time() - began < 1


def test_upload_shows_no_key_to_encrypt_with() -> None:
    upload = Upload("a.js", HeldBytes(b""), {"SSECustomerKey": SECRET})

    assert SECRET not in repr(upload)
