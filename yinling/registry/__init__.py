"""Registry 档案: people and guardians, places and their operators, beds, care workers.

One person, one file: no other room keeps a second table of people. Facts about a person, a place or a
division are rows with a period and a source, so any past month can be counted again. Leaves stays in
beds to residence, care plans to the rooms that give care.
"""
