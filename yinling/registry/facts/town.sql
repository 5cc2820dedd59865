-- Streets and towns, with what stands in them on the date.
CREATE VIEW facts.town AS
SELECT
    d.id,
    d.id AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    d.kind,
    coalesce(p.centres, 0) > 0 AS has_centre,
    coalesce(p.centres, 0) AS centres,
    coalesce(p.meal_sites, 0) AS meal_sites,
    coalesce(p.homes, 0) AS homes
FROM facts.division d
LEFT JOIN (
    SELECT
        town_code,
        count(*) FILTER (WHERE kind = 'town_centre') AS centres,
        count(*) FILTER (WHERE kind = 'meal_site') AS meal_sites,
        count(*) FILTER (WHERE kind = 'home') AS homes
    FROM facts.place
    WHERE town_code IS NOT NULL
    GROUP BY town_code
) p ON p.town_code = d.town_code
WHERE d.level = 'town';
