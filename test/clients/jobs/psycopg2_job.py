import io
import os

import psycopg2

table = os.environ["JOB_TABLE"]
connection = psycopg2.connect("")
cursor = connection.cursor()

cursor.execute(f"SELECT id, name FROM {table} ORDER BY id")
print(cursor.fetchall())
cursor.execute(f"UPDATE {table} SET name = %s WHERE id = %s", ("changed", 2))
print(cursor.rowcount)
connection.commit()
try:
    cursor.execute("SELECT 1/0")
except psycopg2.Error as error:
    print(error.pgcode)
connection.rollback()
connection.autocommit = True
cursor.execute("SELECT length(%s)", ("x" * 200_000,))
print(cursor.fetchall())
cursor.executemany(f"INSERT INTO {table} VALUES (%s, 'many')", [(11,), (12,), (13,)])
cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO("21\tcopied\n22\tcopied\n"))
rows = io.StringIO()
cursor.copy_expert(f"COPY (SELECT repeat('x', 1000) FROM generate_series(1, 300)) TO STDOUT", rows)
print(len(rows.getvalue()))
connection.autocommit = False
named = connection.cursor("by_and_by")
named.itersize = 100
named.execute("SELECT n FROM generate_series(1, 300) n")
print(sum(n for (n,) in named))
connection.commit()
connection.autocommit = True
for _ in range(2):
    cursor.execute(f"SELECT count(*) FROM {table}")
    print(cursor.fetchall())
connection.close()
