-- Visits that homes made to elders in their own homes, up to the date; counted where the home is.
CREATE VIEW facts.home_visit AS
SELECT
    v.id::bigint AS id,
    p.division_id::bigint AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    v.place_id::bigint AS place_id,
    p.kind::text AS place_kind,
    v.kind::text AS kind,
    v.people::bigint AS people,
    v.minutes::bigint AS minutes,
    v."on" AS given_on
FROM residence_homevisit v
JOIN registry_place p ON p.id = v.place_id
LEFT JOIN facts.division d ON d.id = p.division_id
WHERE v.withdrawn_on IS NULL
    AND v."on" <= (SELECT facts.as_of());
