"""The text layer of a PDF, page by page."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from yinling.engines.policytext.errors import BrokenFile, ScannedWithoutText

_DAMAGED = "PDF 文件已损坏，无法读取。请重新导出后上传。"
_PAGE_LIMIT = 1000


def pdf_text(data: bytes) -> str:
    """The text of a PDF with a form feed between pages.

    Raises BrokenFile for a damaged or encrypted one, ScannedWithoutText where the pages are pictures.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings on sloppy files are no news to a user
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BrokenFile("PDF 文件已加密，无法读取。请取消密码后重新上传。")
        pages = [page.extract_text() for page in reader.pages[:_PAGE_LIMIT]]
    except BrokenFile:
        raise
    # pypdf raises plain KeyError, TypeError and their like from deep inside on damaged files
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
    ) as error:
        raise BrokenFile(_DAMAGED) from error
    except (
        Exception
    ) as error:  # missing crypto library, zlib and struct errors: all mean that it cannot be read
        raise BrokenFile(_DAMAGED) from error
    if not pages:
        raise BrokenFile("PDF 文件中没有页面。请重新导出后上传。")
    if sum(len(page.strip()) for page in pages) < 10 * len(pages) ** 0.5:
        raise ScannedWithoutText(
            f"这个 PDF 共{len(pages)}页，是扫描件，没有文字层。请先做文字识别（OCR），或上传 Word 文件。"
        )
    return "\f".join(pages)
