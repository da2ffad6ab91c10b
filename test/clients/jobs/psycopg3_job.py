import os

import psycopg

table = os.environ["JOB_TABLE"]
with psycopg.connect("") as connection:
    print(connection.execute(f"SELECT id, name FROM {table} ORDER BY id").fetchall())
    print(connection.execute(f"UPDATE {table} SET name = %s WHERE id = %s", ("changed", 2)).rowcount)
    connection.commit()
    try:
        connection.execute("SELECT 1/0")
    except psycopg.Error as error:
        print(error.sqlstate)
    connection.rollback()
    connection.autocommit = True
    print(connection.execute("SELECT length(%s)", ("x" * 200_000,)).fetchall())
    for id in (1, 2):
        print(connection.execute(f"SELECT name FROM {table} WHERE id = %s", (id,), prepare=True).fetchall())
    with connection.cursor() as cursor:
        # In a pipeline.
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, 'many')", [(11,), (12,), (13,)])
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write_row((21, "copied"))
            copy.write_row((22, "copied"))
        with cursor.copy("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 300)) TO STDOUT") as copy:
            print(sum(len(data) for data in copy))
    with connection.transaction(), connection.cursor("by_and_by") as named:
        named.itersize = 100
        named.execute("SELECT n FROM generate_series(1, 300) n")
        print(sum(n for (n,) in named))
    with connection.pipeline():
        one = connection.execute(f"SELECT count(*) FROM {table}")
        two = connection.execute(f"SELECT count(*) FROM {table}")
        print(one.fetchall(), two.fetchall())
