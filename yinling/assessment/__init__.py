"""评估: ability assessments of people by versioned instruments.

Owns requests, appointments, assessments with answers, signatures, notices, objections, validity, and the recorded
acceptance (采信) of a result for another purpose. Scores are computed in `engines/assessment` from data in
`rulebook/instruments` and frozen with the instrument's id; a score of one instrument is never converted to another's.
Leaves to others: who waits for a home and who lives there (residence), what a level pays (benefits, insurance).
"""
