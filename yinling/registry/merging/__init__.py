"""Moving what belongs to one file to another, and back: references found in the models, a journal of each change.

What no rule below knows is moved as it is; if the database will not have it, the merge is refused.
"""
