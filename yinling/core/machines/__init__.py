"""What every room's endpoints for other systems share: keys, problems, strict reading, acts done once.

A room's endpoints stand in its `api.py` as a ninja Router; `yinling/site/api.py` joins them under /api/v1/.
They call the same queries and operations as the pages, as the account of the system whose key is used.
"""
