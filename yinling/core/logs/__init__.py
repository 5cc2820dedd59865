"""Logs as JSON lines that hold no personal data: what happened where and to which request, never to whom.

`formatter` is the one formatter, which scrubs as a last resort; `requests` writes one line a request.
"""
