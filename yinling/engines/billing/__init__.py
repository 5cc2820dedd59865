"""A resident's month in fen: each day charged once, each line with the days and the price it comes from."""
