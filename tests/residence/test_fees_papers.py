"""The contract as Word and PDF: every blank filled, nothing typed is markup, the same paper the same bytes."""

import io

import docx
import pytest
from pypdf import PdfReader

from tests.residence import fees as make
from tests.residence.fees import DECEMBER_1
from yinling.residence.operations.contract_papers import print_contract

pytestmark = pytest.mark.django_db


def test_word_and_pdf_say_what_was_agreed(world):
    stay = make.resident(world, make.home(world), contract=False)
    contract = make.signed(stay, deposit_fen=300_000)
    contract.versions.update(signed_by="#panic() [*邢*] $x$")
    files = {
        pdf: print_contract(contract=contract, pdf=pdf, by=None, at=DECEMBER_1)[2] for pdf in (True, False)
    }
    word = "\n".join(p.text for p in docx.Document(io.BytesIO(files[False])).paragraphs)
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files[True])).pages)
    flat = "".join(printed.split())
    for told in ("level-3", "1,500.00", "4,400.00", "3,000.00", "18,000.00", "52,800.00", contract.number):
        assert told in word and told in flat
    assert "{" not in word and "#panic()[*邢*]$x$" in flat and "环翠福寿养老院" in flat
    again = print_contract(contract=contract, pdf=False, by=None, at=DECEMBER_1)[2]
    assert again == files[False]
