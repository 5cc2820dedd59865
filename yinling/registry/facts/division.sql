-- Every division with the codes of the levels above it. A code is the statistical one, or the civil-affairs
-- one where there is none, or our own id: the same rule as Division.code.
CREATE VIEW facts.division AS
WITH coded AS (
    SELECT id, path, level, kind, name, parent_id, coalesce(nbs_code, gb_code, id::text)::text AS code
    FROM core_division
)
SELECT
    d.id::bigint AS id,
    CASE d.level WHEN 'district' THEN d.code WHEN 'town' THEN p.code WHEN 'village' THEN g.code END
        AS district_code,
    CASE d.level WHEN 'town' THEN d.code WHEN 'village' THEN p.code END AS town_code,
    CASE d.level WHEN 'village' THEN d.code END AS village_code,
    d.code,
    p.code AS parent_code,
    d.level::text AS level,
    d.kind::text AS kind,
    d.name::text AS name,
    d.path::text AS path
FROM coded d
LEFT JOIN coded p ON p.id = d.parent_id
LEFT JOIN coded g ON g.id = p.parent_id;
