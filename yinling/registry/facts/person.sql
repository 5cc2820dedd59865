-- People on file: registered, and neither dead nor moved away, on the date.
CREATE VIEW facts.person AS
SELECT
    p.id::bigint AS id,
    d.district_code,
    d.town_code,
    d.village_code,
    extract(year FROM age((SELECT facts.as_of()), p.born_on))::bigint AS age,
    p.sex::text AS sex,
    p.living::text AS living,
    coalesce(c.destitute, false) AS destitute,
    coalesce(c.low_income, false) AS low_income,
    coalesce(c.low_income_marginal, false) AS low_income_marginal,
    coalesce(c.living_alone, false) AS living_alone,
    coalesce(c.empty_nest, false) AS empty_nest,
    coalesce(c.left_behind, false) AS left_behind,
    coalesce(c.disabled_elder, false) AS disabled_elder,
    coalesce(c.dementia, false) AS dementia,
    coalesce(c.severe_disability, false) AS severe_disability,
    coalesce(c.advanced_age, false) AS advanced_age,
    coalesce(c.family_planning_special, false) AS family_planning_special,
    coalesce(c.entitled_group, false) AS entitled_group
FROM registry_person p
JOIN facts.division d ON d.id = p.division_id
LEFT JOIN (
    SELECT
        person_id,
        bool_or(kind = 'destitute') AS destitute,
        bool_or(kind = 'low_income') AS low_income,
        bool_or(kind = 'low_income_marginal') AS low_income_marginal,
        bool_or(kind = 'living_alone') AS living_alone,
        bool_or(kind = 'empty_nest') AS empty_nest,
        bool_or(kind = 'left_behind') AS left_behind,
        bool_or(kind = 'disabled_elder') AS disabled_elder,
        bool_or(kind = 'dementia') AS dementia,
        bool_or(kind = 'severe_disability') AS severe_disability,
        bool_or(kind = 'advanced_age') AS advanced_age,
        bool_or(kind = 'family_planning_special') AS family_planning_special,
        bool_or(kind = 'entitled_group') AS entitled_group
    FROM registry_personcategory
    WHERE valid_from <= (SELECT facts.as_of())
        AND (valid_to IS NULL OR valid_to > (SELECT facts.as_of()))
    GROUP BY person_id
) c ON c.person_id = p.id
WHERE p.registered_on <= (SELECT facts.as_of())
    AND (p.left_on IS NULL OR p.left_on > (SELECT facts.as_of()));
