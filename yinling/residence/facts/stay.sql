-- People who live in a home on the date, present or away with the bed kept; counted where the home is.
CREATE VIEW facts.stay AS
SELECT
    s.id::bigint AS id,
    p.division_id::bigint AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    s.place_id::bigint AS place_id,
    p.ownership::text AS place_ownership,
    s.person_id::bigint AS person_id,
    s.kind::text AS kind,
    s.funded,
    (s.since AT TIME ZONE 'Asia/Shanghai')::date AS moved_in_on,
    EXISTS (
        SELECT FROM residence_absence a
        WHERE a.stay_id = s.id
            AND a.since < (SELECT facts.as_of_end())
            AND (a.until IS NULL OR a.until >= (SELECT facts.as_of_end()))
    ) AS away
FROM residence_stay s
JOIN registry_place p ON p.id = s.place_id
LEFT JOIN facts.division d ON d.id = p.division_id
WHERE s.since < (SELECT facts.as_of_end())
    AND (s.until IS NULL OR s.until >= (SELECT facts.as_of_end()));
