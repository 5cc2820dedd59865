-- Villages and communities, with the facts that hold on the date.
CREATE VIEW facts.village AS
SELECT
    d.id,
    d.id AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    d.kind,
    coalesce(f.elder_association, false) AS elder_association,
    coalesce(f.age_friendly_community, false) AS age_friendly_community,
    coalesce(p.meal_sites, 0) AS meal_sites
FROM facts.division d
LEFT JOIN (
    SELECT
        division_id,
        bool_or(kind = 'elder_association') AS elder_association,
        bool_or(kind = 'age_friendly_community') AS age_friendly_community
    FROM registry_divisionfact
    WHERE valid_from <= (SELECT facts.as_of())
        AND (valid_to IS NULL OR valid_to > (SELECT facts.as_of()))
    GROUP BY division_id
) f ON f.division_id = d.id
LEFT JOIN (
    SELECT village_code, count(*) AS meal_sites
    FROM facts.place
    WHERE kind = 'meal_site' AND village_code IS NOT NULL
    GROUP BY village_code
) p ON p.village_code = d.village_code
WHERE d.level = 'village';
