"""What the fees' operations and queries share: the home's books, what the billing engine is given, amounts as typed."""
