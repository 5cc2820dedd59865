"""The last resort: numbers that look like a person's are taken out of every line."""

import re

GONE = "[已隐去]"
# Identity numbers of 18 and 15 characters, bank cards, phones, also in groups or in full-width digits.
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z０-９])(?:"
    r"[0-9０-９]{14,18}[0-9０-９Xx]"
    r"|[1１][3-9３-９][0-9０-９](?:[ -]?[0-9０-９]{4}){2}"
    r"|0[0-9]{2,3}-?[0-9]{7,8}"
    r")(?![0-9A-Za-z０-９])"
)


def scrub(text: str) -> str:
    """`text` without what looks like an identity number, a card number or a phone."""
    return _NUMBER.sub(GONE, text)
