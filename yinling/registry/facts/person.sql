-- Certified categories that hold on the date: a helper of the view below, not one to define indicators over.
CREATE VIEW facts._category AS
SELECT person_id, kind
FROM registry_personcategory
WHERE valid_from <= (SELECT facts.as_of())
    AND (valid_to IS NULL OR valid_to > (SELECT facts.as_of()));

-- People on file: registered, and neither dead nor moved away, on the date; never one whose file was merged into
-- another, which has been counted all along. A category is looked up only by
-- queries that read its column: for many people as one hash of those who have it, for a few by the index.
CREATE VIEW facts.person AS
SELECT
    p.id::bigint AS id,
    p.division_id::bigint AS division_id,
    d.district_code,
    d.town_code,
    d.village_code,
    -- as timestamps without zone: between dates, age() would go by way of the session's time zone
    date_part('year', age((SELECT facts.as_of())::timestamp, p.born_on::timestamp))::bigint AS age,
    p.sex::text AS sex,
    p.living::text AS living,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'destitute') AS destitute,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'low_income') AS low_income,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'low_income_marginal') AS low_income_marginal,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'living_alone') AS living_alone,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'empty_nest') AS empty_nest,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'left_behind') AS left_behind,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'disabled_elder') AS disabled_elder,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'dementia') AS dementia,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'severe_disability') AS severe_disability,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'advanced_age') AS advanced_age,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'family_planning_special') AS family_planning_special,
    EXISTS (SELECT FROM facts._category c WHERE c.person_id = p.id AND c.kind = 'entitled_group') AS entitled_group,
    EXISTS (SELECT FROM facts._resident r WHERE r.person_id = p.id) AS in_home,
    EXISTS (SELECT FROM facts._wishes_home w WHERE w.person_id = p.id) AS wishes_home,
    EXISTS (SELECT FROM facts._assessed_disabled a WHERE a.person_id = p.id) AS assessed_disabled
FROM registry_person p
LEFT JOIN facts.division d ON d.id = p.division_id
WHERE p.registered_on <= (SELECT facts.as_of())
    AND (p.left_on IS NULL OR p.left_on > (SELECT facts.as_of()))
    AND p.state <> 'merged';
