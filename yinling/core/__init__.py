"""Core: divisions, organisations, accounts and what they may do, audit, files, notices, jobs.

Knows nothing of elder care. A row with personal data carries a division path and is read through
`visible_to(actor)`, one indexed prefix test.
"""
