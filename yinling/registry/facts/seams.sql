-- What rooms above know about the registry's people, places and beds on the date. Here these views are empty; such a
-- room fills its own by CREATE OR REPLACE VIEW with the same columns, in its own migration, and imports nothing
-- upwards. Helpers of the views below, not ones to define indicators over.

-- People who live in an elder-care home (trial or long stay; a respite stay of weeks is none).
CREATE VIEW facts._resident AS SELECT NULL::bigint AS person_id WHERE false;
-- Destitute people with a wish on record to be supported in a home (集中供养).
CREATE VIEW facts._wishes_home AS SELECT NULL::bigint AS person_id WHERE false;
-- People found disabled by a valid assessment of ability.
CREATE VIEW facts._assessed_disabled AS SELECT NULL::bigint AS person_id WHERE false;
-- Beds that somebody has, present or on leave.
CREATE VIEW facts._bed_in_use AS SELECT NULL::bigint AS bed_id WHERE false;
-- Places recognised as smart homes, each required item proved on the date.
CREATE VIEW facts._smart_home AS SELECT NULL::bigint AS place_id WHERE false;
-- Places that offer services in elders' homes and made a visit within twelve months.
CREATE VIEW facts._visiting_home AS SELECT NULL::bigint AS place_id WHERE false;
