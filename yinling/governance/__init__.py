"""Governance 落实: policy documents, measures, the responsibility ledger, indicators, dispatch, bulletins.

Reads the rooms below and writes none of their rows. A document becomes measures (read by
`engines/policytext`, confirmed by a person), a measure becomes tasks of organisations, a target becomes an
indicator of the rulebook, a month becomes a round of reports and a frozen snapshot, and a quarter a bulletin.
"""
