-- #region privileges
-- the command line, on tables that are there
GRANT CONNECT ON DATABASE gpadmin TO etl;
GRANT USAGE ON SCHEMA tpcds TO etl;
GRANT SELECT, INSERT, UPDATE, DELETE ON tpcds.store_sales_heap, tpcds.store_returns_heap TO etl;

-- the command line, which creates the tables (--create-tables) in a schema that is there
GRANT CONNECT ON DATABASE gpadmin TO etl;
GRANT USAGE, CREATE ON SCHEMA tpcds TO etl;

-- the command line, which creates the schema as well
GRANT CONNECT, CREATE ON DATABASE gpadmin TO etl;

-- the fixtures, which create a schema for every test
GRANT CONNECT, CREATE ON DATABASE gpadmin TO etl;
-- #endregion privileges
