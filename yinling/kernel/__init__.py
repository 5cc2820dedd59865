"""Values that everybody shares: plain, immutable, no Django, no clock."""
