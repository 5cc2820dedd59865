-- Every division with the codes of the levels above it. A code is the statistical one, or the civil-affairs
-- one where there is none, or our own id: the same rule as Division.code. Written out three times, since a
-- CTE that is read three times would keep every query above it from running in parallel.
CREATE VIEW facts.division AS
SELECT
    d.id::bigint AS id,
    d.id::bigint AS division_id,
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
FROM (
    SELECT *, coalesce(nbs_code, gb_code, id::text)::text AS code FROM core_division
) d
LEFT JOIN (
    SELECT id, parent_id, coalesce(nbs_code, gb_code, id::text)::text AS code FROM core_division
) p ON p.id = d.parent_id
LEFT JOIN (
    SELECT id, coalesce(nbs_code, gb_code, id::text)::text AS code FROM core_division
) g ON g.id = p.parent_id;
