-- Places open on the date, with the facts that hold on it.
CREATE VIEW facts.place AS
SELECT
    p.id::bigint AS id,
    p.division_id::bigint AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    p.kind::text AS kind,
    p.ownership::text AS ownership,
    p.floor_area_m2::bigint AS floor_area_m2,
    p.valid_from AS opened_on,
    f.star_grade,
    f.meal_star_grade,
    coalesce(f.destitute_home, false) AS destitute_home,
    EXISTS (SELECT FROM facts._smart_home s WHERE s.place_id = p.id) AS smart_home,
    EXISTS (SELECT FROM facts._visiting_home v WHERE v.place_id = p.id) AS home_visits,
    coalesce(f.ltci_designated, false) AS ltci_designated,
    coalesce(f.quality_norm, false) AS quality_norm,
    coalesce(f.safety_norm, false) AS safety_norm,
    coalesce(f.smart_fire, false) AS smart_fire,
    coalesce(f.smart_gas, false) AS smart_gas,
    coalesce(f.bright_kitchen, false) AS bright_kitchen,
    coalesce(f.medical_care_combined, false) AS medical_care_combined,
    coalesce(f.hospice_service, false) AS hospice_service,
    coalesce(f.hospice_department, false) AS hospice_department,
    coalesce(f.hospice_ward, false) AS hospice_ward,
    coalesce(f.general_hospital_grade2, false) AS general_hospital_grade2,
    coalesce(f.tcm_hospital_grade2, false) AS tcm_hospital_grade2,
    coalesce(f.geriatrics, false) AS geriatrics,
    coalesce(f.rehabilitation, false) AS rehabilitation,
    coalesce(f.online_nursing, false) AS online_nursing,
    f.medical_care_combined_since
FROM registry_place p
LEFT JOIN facts.division d ON d.id = p.division_id
LEFT JOIN (
    SELECT
        place_id,
        max(grade) FILTER (WHERE kind = 'star')::bigint AS star_grade,
        max(grade) FILTER (WHERE kind = 'meal_star')::bigint AS meal_star_grade,
        bool_or(kind = 'destitute_home') AS destitute_home,
        bool_or(kind = 'ltci_designated') AS ltci_designated,
        bool_or(kind = 'quality_norm') AS quality_norm,
        bool_or(kind = 'safety_norm') AS safety_norm,
        bool_or(kind = 'smart_fire') AS smart_fire,
        bool_or(kind = 'smart_gas') AS smart_gas,
        bool_or(kind = 'bright_kitchen') AS bright_kitchen,
        bool_or(kind = 'medical_care_combined') AS medical_care_combined,
        bool_or(kind = 'hospice_service') AS hospice_service,
        bool_or(kind = 'hospice_department') AS hospice_department,
        bool_or(kind = 'hospice_ward') AS hospice_ward,
        bool_or(kind = 'general_hospital_grade2') AS general_hospital_grade2,
        bool_or(kind = 'tcm_hospital_grade2') AS tcm_hospital_grade2,
        bool_or(kind = 'geriatrics') AS geriatrics,
        bool_or(kind = 'rehabilitation') AS rehabilitation,
        bool_or(kind = 'online_nursing') AS online_nursing,
        min(valid_from) FILTER (WHERE kind = 'medical_care_combined') AS medical_care_combined_since
    FROM registry_placefact
    WHERE valid_from <= (SELECT facts.as_of())
        AND (valid_to IS NULL OR valid_to > (SELECT facts.as_of()))
    GROUP BY place_id
) f ON f.place_id = p.id
WHERE p.valid_from <= (SELECT facts.as_of())
    AND (p.valid_to IS NULL OR p.valid_to > (SELECT facts.as_of()));
