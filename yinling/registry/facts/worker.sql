-- Employments on the date in places that are open, with the certificates valid on it.
CREATE VIEW facts.worker AS
SELECT
    w.id::bigint AS id,
    p.division_id::bigint AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    w.place_id::bigint AS place_id,
    p.kind::text AS place_kind,
    EXISTS (
        SELECT FROM registry_placefact f
        WHERE f.place_id = p.id
            AND f.kind = 'ltci_designated'
            AND f.valid_from <= (SELECT facts.as_of())
            AND (f.valid_to IS NULL OR f.valid_to > (SELECT facts.as_of()))
    ) AS place_ltci_designated,
    w.post::text AS post,
    coalesce(c.care_certified, false) AS care_certified,
    coalesce(c.long_term_carer, false) AS long_term_carer,
    coalesce(c.professional_certified, false) AS professional_certified,
    coalesce(c.inducted, false) AS inducted
FROM registry_careworker w
JOIN registry_place p ON p.id = w.place_id
LEFT JOIN facts.division d ON d.id = p.division_id
LEFT JOIN (
    SELECT
        person_id,
        bool_or(kind = 'care_worker_skill') AS care_certified,
        bool_or(kind = 'long_term_carer') AS long_term_carer,
        bool_or(kind = 'professional') AS professional_certified,
        bool_or(kind = 'induction') AS inducted
    FROM registry_workercertificate
    WHERE issued_on <= (SELECT facts.as_of())
        AND (expires_on IS NULL OR expires_on > (SELECT facts.as_of()))
    GROUP BY person_id
) c ON c.person_id = w.person_id
WHERE w.valid_from <= (SELECT facts.as_of())
    AND (w.valid_to IS NULL OR w.valid_to > (SELECT facts.as_of()))
    AND p.valid_from <= (SELECT facts.as_of())
    AND (p.valid_to IS NULL OR p.valid_to > (SELECT facts.as_of()));
