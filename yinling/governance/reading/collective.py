"""Names of units that mean nobody in particular."""

# “市有关部门”“各区市政府”: nobody in particular. Named on the page, but no task is sent to them and no doubt
# remains. Written so that Python and PostgreSQL read it alike.
COLLECTIVE = r"(有关|相关|各).{0,10}(部门|单位|机构|企业|区|市|县|街道|镇|政府|管委)"
