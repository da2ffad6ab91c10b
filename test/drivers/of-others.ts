import { DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api'
import { PGlite } from '@electric-sql/pglite'
import * as arrow from 'apache-arrow'
import Database from 'better-sqlite3'
import * as mariadb from 'mariadb'
import * as mysql from 'mysql2/promise'
import { scaleOf } from '../../src/tables/scaled-number.js'
import type { Driver, Places } from './driver.js'
import { cells, columns, statements } from './table.js'

const ALL = 'SELECT * FROM readings'

async function withMysql2(places: Places, options: mysql.ConnectionOptions): Promise<unknown> {
  const connection = await mysql.createConnection({
    socketPath: places.mariadb!,
    user: 'root',
    database: 'test',
    ...options,
  })
  try {
    const [rows] = await connection.query(ALL)
    return rows
  } finally {
    await connection.end()
  }
}

async function withMariadb(places: Places, options: mariadb.ConnectionConfig): Promise<unknown> {
  const connection = await mariadb.createConnection({
    socketPath: places.mariadb!,
    user: 'root',
    database: 'test',
    ...options,
  })
  try {
    return await connection.query(ALL)
  } finally {
    await connection.end()
  }
}

function withSqlite(safeIntegers: boolean): unknown {
  using database = new SqliteDatabase()
  return database.all(safeIntegers)
}

class SqliteDatabase implements Disposable {
  readonly #database = new Database(':memory:')

  constructor() {
    for (const statement of statements('sqlite')) this.#database.exec(statement)
  }

  all(safeIntegers: boolean): unknown {
    return this.#database.prepare(ALL).safeIntegers(safeIntegers).all()
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

async function withDuckdb(rowsOf: (reader: DuckDBResultReader) => unknown): Promise<unknown> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    for (const statement of statements('duckdb')) await connection.run(statement)
    return rowsOf(await connection.runAndReadAll(ALL))
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The table as Arrow has it, with decimals of this scale. */
function arrowTable(scale: number): arrow.Table {
  const types: Readonly<Record<string, arrow.DataType>> = {
    int2: new arrow.Int16(),
    int4: new arrow.Int32(),
    int8: new arrow.Int64(),
    text: new arrow.Utf8(),
    bool: new arrow.Bool(),
    date: new arrow.DateDay(),
  }
  const vectors = columns.map(({ name, type }, index) => {
    const values = cells.map((row) => row[index]!)
    if (type.startsWith('numeric')) {
      const factor = 10 ** (scale - scaleOf(type))
      const words = values.map((value) => (value === null ? null : wordsOf(BigInt(Number(value) * factor))))
      return [name, arrow.vectorFromArray(words, new arrow.Decimal(scale, 38, 128))] as const
    }
    const brought = values.map((value) => {
      if (value === null) return null
      return type === 'int8' ? BigInt(value) : type === 'date' ? new Date(`${String(value)}T00:00:00Z`) : value
    })
    return [name, arrow.vectorFromArray(brought, types[type]!)] as const
  })
  return new arrow.Table(Object.fromEntries(vectors))
}

function wordsOf(value: bigint): Uint32Array {
  return Uint32Array.from({ length: 4 }, (_, word) => Number(BigInt.asUintN(32, value >> BigInt(32 * word))))
}

export const ofOthers: readonly Driver[] = [
  {
    package: '@electric-sql/pglite',
    name: 'as it is',
    gives: ['number', 'string', 'boolean', 'Date, midnight UTC'],
    read: async () => {
      const database = await PGlite.create()
      try {
        for (const statement of statements('postgres')) await database.exec(statement)
        return await database.query(ALL)
      } finally {
        await database.close()
      }
    },
  },
  {
    package: 'mysql2',
    name: 'as it is',
    gives: ['number', 'string', 'number', 'Date, local midnight'],
    note: 'pass the first element of `[rows, fields]`; the pair is refused with a hint',
    needs: 'mariadb',
    read: (places) => withMysql2(places, {}),
  },
  {
    package: 'mysql2',
    name: "`timezone: 'Z'`, `supportBigNumbers`, `decimalNumbers`",
    gives: ['number', 'number', 'number', 'Date, midnight UTC'],
    needs: 'mariadb',
    read: (places) => withMysql2(places, { timezone: 'Z', supportBigNumbers: true, decimalNumbers: true }),
  },
  {
    package: 'mysql2',
    name: '`dateStrings`, `bigNumberStrings`',
    gives: ['string', 'string', 'number', 'string'],
    needs: 'mariadb',
    read: (places) => withMysql2(places, { dateStrings: true, supportBigNumbers: true, bigNumberStrings: true }),
  },
  {
    package: 'mariadb',
    name: 'as it is',
    gives: ['bigint', 'string', 'number', 'Date, local midnight'],
    needs: 'mariadb',
    read: (places) => withMariadb(places, {}),
  },
  {
    package: 'mariadb',
    name: '`decimalAsNumber`, `bigIntAsNumber`, `dateStrings`',
    gives: ['number', 'number', 'number', 'string'],
    needs: 'mariadb',
    read: (places) => withMariadb(places, { decimalAsNumber: true, bigIntAsNumber: true, dateStrings: true }),
  },
  {
    package: 'better-sqlite3',
    name: 'as it is',
    gives: ['number', 'number', 'number', 'string'],
    read: async () => withSqlite(false),
  },
  {
    package: 'better-sqlite3',
    name: '`safeIntegers`',
    gives: ['bigint', 'number', 'bigint', 'string'],
    read: async () => withSqlite(true),
  },
  {
    package: '@duckdb/node-api',
    name: '`getRowObjects`',
    gives: ['bigint', 'DuckDBDecimalValue', 'boolean', 'DuckDBDateValue'],
    read: () => withDuckdb((reader) => reader.getRowObjects()),
  },
  {
    package: '@duckdb/node-api',
    name: '`getRowObjectsJS`',
    gives: ['bigint', 'number', 'boolean', 'Date, midnight UTC'],
    read: () => withDuckdb((reader) => reader.getRowObjectsJS()),
  },
  {
    package: '@duckdb/node-api',
    name: '`getRowObjectsJson`',
    gives: ['string', 'string', 'boolean', 'string'],
    read: () => withDuckdb((reader) => reader.getRowObjectsJson()),
  },
  {
    package: 'apache-arrow',
    name: 'a table',
    gives: ['bigint', 'DecimalBigNum', 'boolean', 'number'],
    note: 'a table tells the scale of its decimals',
    read: async () => arrow.tableFromIPC(arrow.tableToIPC(arrowTable(6))),
  },
  {
    package: 'apache-arrow',
    name: 'its rows, `table.toArray()`',
    gives: ['bigint', 'DecimalBigNum', 'boolean', 'number'],
    note: 'decimals need the scale of the column: rows do not tell theirs',
    read: async () => arrowTable(4).toArray() as unknown,
  },
]
