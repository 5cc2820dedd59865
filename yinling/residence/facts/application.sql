-- Applications for a bed in a public home that are open on the date; counted where the person lives.
CREATE VIEW facts.application AS
SELECT
    a.id::bigint AS id,
    d.id AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    a.person_id::bigint AS person_id,
    coalesce(a.verified_at < (SELECT facts.as_of_end()), false) AS verified,
    a.class_code::text AS class_code,
    (a.applied_at AT TIME ZONE 'Asia/Shanghai')::date AS applied_on
FROM residence_application a
JOIN facts.division d ON d.path = a.division_path
WHERE a.applied_at < (SELECT facts.as_of_end())
    AND (a.ended_at IS NULL OR a.ended_at >= (SELECT facts.as_of_end()));
