"""Money is whole fen; here it is said in yuan."""


def yuan(fen: int | None) -> str:
    """`1,234.50`, `−20.00`; nothing is a dash."""
    if fen is None:
        return "—"
    whole = abs(fen)
    return f"{'−' if fen < 0 else ''}{whole // 100:,}.{whole % 100:02d}"
