"""Demo: a believable synthetic city, seeded and dated. Everything it makes is marked 演示数据."""
