"""Which files are likely of the same person: probabilistic linkage (Fellegi and Sunter) with Splink on DuckDB.

Records come in as plain values, pairs go out with a weight in bits and what each comparison said. Everything is
held in the memory of the process: DuckDB gets no file and no folder to spill to, because the values are personal.
"""
