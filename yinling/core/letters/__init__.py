"""Official letters as Word files, laid out by GB/T 9704-2012《党政机关公文格式》.

`write(letter)` is all a room needs: it says what the letter holds, not how it looks. The same letter gives the
same bytes. Standard fonts are named first; the font table names what stands in for one that is missing.
"""

from yinling.core.letters.model import (
    Annex,
    Block,
    Column,
    Heading,
    Letter,
    Paragraph,
    Picture,
    Table,
)
from yinling.core.letters.writing import write

__all__ = ["Annex", "Block", "Column", "Heading", "Letter", "Paragraph", "Picture", "Table", "write"]
