-- Districts, county-level cities and development zones, with what each has on the date.
CREATE VIEW facts.district AS
SELECT
    d.id,
    d.id AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    d.kind,
    d.kind LIKE '%开发区%' AS is_zone,
    coalesce(p.hospice_wards, 0) AS hospice_wards,
    coalesce(b.hospice_beds, 0) AS hospice_beds,
    coalesce(v.age_friendly_communities, 0) AS age_friendly_communities,
    coalesce(p.homes, 0) AS homes,
    coalesce(p.meal_sites, 0) AS meal_sites
FROM facts.division d
LEFT JOIN (
    SELECT
        district_code,
        count(*) FILTER (WHERE hospice_ward) AS hospice_wards,
        count(*) FILTER (WHERE kind = 'home') AS homes,
        count(*) FILTER (WHERE kind = 'meal_site') AS meal_sites
    FROM facts.place
    GROUP BY district_code
) p ON p.district_code = d.district_code
LEFT JOIN (
    SELECT district_code, count(*) AS hospice_beds
    FROM facts.bed
    WHERE kind = 'hospice'
    GROUP BY district_code
) b ON b.district_code = d.district_code
LEFT JOIN (
    SELECT district_code, count(*) AS age_friendly_communities
    FROM facts.village
    WHERE age_friendly_community
    GROUP BY district_code
) v ON v.district_code = d.district_code
WHERE d.level = 'district';
