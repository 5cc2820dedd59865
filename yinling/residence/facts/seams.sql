-- What this room knows for the registry's views (see registry/facts/seams.sql), as of the date.
CREATE OR REPLACE VIEW facts._resident AS
SELECT person_id::bigint AS person_id
FROM residence_stay
WHERE kind <> 'respite'
    AND since < (SELECT facts.as_of_end())
    AND (until IS NULL OR until >= (SELECT facts.as_of_end()));

CREATE OR REPLACE VIEW facts._wishes_home AS
SELECT person_id::bigint AS person_id
FROM residence_supportwish
WHERE kind = 'in_home'
    AND valid_from <= (SELECT facts.as_of())
    AND (valid_to IS NULL OR valid_to > (SELECT facts.as_of()));

-- Level 2 (moderately disabled) and above of GB/T 42195, by a result that is valid on the date and that no other has
-- taken the place of. The line at level 2 is our own default.
CREATE OR REPLACE VIEW facts._assessed_disabled AS
SELECT person_id::bigint AS person_id
FROM assessment_assessment
WHERE instrument LIKE 'gbt42195%'
    AND level >= 2
    AND signed_at < (SELECT facts.as_of_end())
    AND valid_from <= (SELECT facts.as_of())
    AND valid_until > (SELECT facts.as_of())
    AND (ended_at IS NULL OR ended_at >= (SELECT facts.as_of_end()));

CREATE OR REPLACE VIEW facts._bed_in_use AS
SELECT bed_id::bigint AS bed_id
FROM residence_occupancy
WHERE bed_id IS NOT NULL
    AND since < (SELECT facts.as_of_end())
    AND (until IS NULL OR until >= (SELECT facts.as_of_end()));

CREATE OR REPLACE VIEW facts._smart_home AS
SELECT r.place_id::bigint AS place_id
FROM residence_smarthomerecognition r
WHERE r.valid_from <= (SELECT facts.as_of())
    AND (r.valid_to IS NULL OR r.valid_to > (SELECT facts.as_of()))
    AND NOT EXISTS (
        SELECT FROM unnest(r.required) AS needed (item)
        WHERE NOT EXISTS (
            SELECT FROM residence_smarthomeevidence e
            WHERE e.place_id = r.place_id
                AND e.standard = r.standard
                AND e.item = needed.item
                AND e.state = 'accepted'
                AND e.valid_from <= (SELECT facts.as_of())
                AND e.valid_to > (SELECT facts.as_of())
        )
    );

-- Offered on the date, and a visit made in the twelve months up to it.
CREATE OR REPLACE VIEW facts._visiting_home AS
SELECT v.place_id::bigint AS place_id
FROM residence_homevisit v
WHERE v.withdrawn_on IS NULL
    AND v."on" <= (SELECT facts.as_of())
    AND v."on" > (SELECT (facts.as_of() - interval '12 months')::date)
    AND EXISTS (
        SELECT FROM residence_homeservice s
        WHERE s.place_id = v.place_id
            AND s.valid_from <= (SELECT facts.as_of())
            AND (s.valid_to IS NULL OR s.valid_to > (SELECT facts.as_of()))
    );
