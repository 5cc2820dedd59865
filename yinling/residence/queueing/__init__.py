"""The waiting list between the pure engine (`engines/queueing`) and the tables: facts in, keys out."""
