-- Beds in use on the date in places that are open. A special kind counts from its certificate on.
CREATE VIEW facts.bed AS
SELECT
    b.id::bigint AS id,
    p.division_id::bigint AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    b.place_id::bigint AS place_id,
    p.kind::text AS place_kind,
    CASE WHEN b.certified_on <= (SELECT facts.as_of()) THEN b.kind ELSE 'ordinary' END::text AS kind,
    EXISTS (SELECT FROM facts._bed_in_use u WHERE u.bed_id = b.id) AS in_use
FROM registry_bed b
JOIN registry_place p ON p.id = b.place_id
LEFT JOIN facts.division d ON d.id = p.division_id
WHERE b.valid_from <= (SELECT facts.as_of())
    AND (b.valid_to IS NULL OR b.valid_to > (SELECT facts.as_of()))
    AND p.valid_from <= (SELECT facts.as_of())
    AND (p.valid_to IS NULL OR p.valid_to > (SELECT facts.as_of()));
