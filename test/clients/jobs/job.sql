BEGIN;
SELECT id, name FROM :table ORDER BY id;
UPDATE :table SET name = 'changed' WHERE id = 2;
COMMIT;
SELECT 1/0;
\echo :SQLSTATE
SELECT length(repeat('x', 200000));
INSERT INTO :table VALUES (11, 'many')\; INSERT INTO :table VALUES (12, 'many')\; INSERT INTO :table VALUES (13, 'many');
COPY :table FROM STDIN;
21	copied
22	copied
\.
COPY (SELECT repeat('x', 1000) FROM generate_series(1, 300)) TO STDOUT;
\set FETCH_COUNT 100
SELECT n FROM generate_series(1, 300) n;
\unset FETCH_COUNT
SELECT count(*) FROM :table;
SELECT count(*) FROM :table;
