"""Search of people: words of a file as keyed digests (tokens), and what somebody typed as words.

Whoever writes what people are found by (name, documents, telephone, address, division) calls `tokens_of`
before and `write_tokens` after, in the same transaction; bulk writing makes its rows with TokenMaker.
"""

from yinling.registry.search.readings import pinyin_of
from yinling.registry.search.tokens import (
    TokenMaker,
    division_names_of,
    forget_tokens,
    person_tokens,
    token_lines,
    tokens_of,
    write_tokens,
)

__all__ = [
    "TokenMaker",
    "division_names_of",
    "forget_tokens",
    "person_tokens",
    "pinyin_of",
    "token_lines",
    "tokens_of",
    "write_tokens",
]
