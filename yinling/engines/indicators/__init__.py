"""Indicators from definitions: SQL for three engines, totals as integers, status, frozen months.

`compiling` writes the SQL, `totals` adds up what came back, `status` judges it against the targets,
`freezing` keeps a month as Parquet files under a manifest, `duck` and `spark` compute from those files.
PostgreSQL itself is driven by the governance room, since this engine knows no database connection.
"""
