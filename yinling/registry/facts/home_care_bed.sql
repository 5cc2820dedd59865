-- Home-care beds (家庭养老床位) running on the date; counted where the person lives.
CREATE VIEW facts.home_care_bed AS
SELECT
    b.id::bigint AS id,
    d.id AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    b.person_id::bigint AS person_id,
    b.place_id::bigint AS place_id
FROM registry_homecarebed b
JOIN facts.division d ON d.path = b.division_path
WHERE b.valid_from <= (SELECT facts.as_of())
    AND (b.valid_to IS NULL OR b.valid_to > (SELECT facts.as_of()));
