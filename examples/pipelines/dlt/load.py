"""Copies the orders above the cursor, once for each line on standard input, and prints a line when that is done."""

import os
import sys

import dlt
from dlt.sources.sql_database import sql_table

schema, lag = sys.argv[1:]
# Others see what a program is started with, but not its variables.
source = os.environ["SHOP_SOURCE"].replace("postgresql://", "postgresql+psycopg2://", 1)
destination = os.environ["SHOP_DESTINATION"].replace("postgres://", "postgresql://", 1)

# #region load
orders = sql_table(
    credentials=source,
    schema=schema,
    table="orders",
    primary_key="id",
    write_disposition="merge",
    incremental=dlt.sources.incremental("updated_at", lag=float(lag) or None),
)
pipeline = dlt.pipeline(
    pipeline_name="shop",
    destination=dlt.destinations.postgres(destination),
    dataset_name="shop",
)
# #endregion load

for _ in sys.stdin:
    pipeline.run(orders).raise_on_failed_jobs()
    print("loaded", flush=True)
