"""From the parser's findings to rows: plain values, the rows that hold them, and their links to indicators."""
