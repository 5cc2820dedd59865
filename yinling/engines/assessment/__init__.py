"""Scoring of assessment instruments: from answers to totals, level and reasons. Pure, and the same for ever."""
