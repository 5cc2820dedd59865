CREATE SCHEMA facts;

-- The date that every view shows; today unless the session or transaction says otherwise.
-- Views read it as (SELECT facts.as_of()): a scalar subquery runs once a query, a bare call once a row.
CREATE FUNCTION facts.as_of() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        nullif(current_setting('yinling.as_of', true), '')::date,
        (now() AT TIME ZONE 'Asia/Shanghai')::date  -- sessions run in UTC, where it is yesterday until eight
    )
$$;

-- The end of that day, for what has a time of day.
CREATE FUNCTION facts.as_of_end() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (facts.as_of() + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
$$;

-- A view joins facts.division from the left, so that a query which reads no codes does without the join.
