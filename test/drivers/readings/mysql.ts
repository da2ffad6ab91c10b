import { createConnection as connectMariadb, type ConnectionConfig } from 'mariadb'
import createKnex from 'knex'
import { type ConnectionOptions, createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Databases, Reading } from '../support/reading.js'

const ALL = 'SELECT * FROM measured'

const access = ({ mariadb = '' }: Databases): { socketPath: string; user: string; database: string } => ({
  socketPath: mariadb,
  user: 'root',
  database: 'drivers',
})

async function readMysql2(
  at: Databases,
  options: ConnectionOptions = {},
  how: 'query' | 'execute' = 'query',
): Promise<unknown> {
  const connection = await createConnection({ ...access(at), ...options })
  try {
    const [rows] =
      how === 'query' ? await connection.query<RowDataPacket[]>(ALL) : await connection.execute<RowDataPacket[]>(ALL)
    return rows
  } finally {
    await connection.end()
  }
}

async function readMariadb(at: Databases, options: ConnectionConfig = {}): Promise<unknown> {
  const connection = await connectMariadb({ ...access(at), ...options })
  try {
    return await connection.query(ALL)
  } finally {
    await connection.end()
  }
}

export const mysqlReadings: readonly Reading[] = [
  { package: 'mysql2', how: '`query`, its first element', database: 'mariadb', read: (at) => readMysql2(at) },
  { package: 'mysql2', how: '`execute`', database: 'mariadb', read: (at) => readMysql2(at, {}, 'execute') },
  { package: 'mysql2', how: '`timezone: "Z"`', database: 'mariadb', read: (at) => readMysql2(at, { timezone: 'Z' }) },
  {
    package: 'mysql2',
    how: '`dateStrings`, `decimalNumbers`, `bigNumberStrings`',
    database: 'mariadb',
    read: (at) =>
      readMysql2(at, { dateStrings: true, decimalNumbers: true, supportBigNumbers: true, bigNumberStrings: true }),
  },
  {
    package: 'mysql2',
    how: '`rowsAsArray`',
    database: 'mariadb',
    read: (at) => readMysql2(at, { rowsAsArray: true }),
  },
  {
    package: 'knex',
    how: '`client: "mysql2"`',
    with: ['mysql2'],
    database: 'mariadb',
    read: async (at) => {
      const knex = createKnex({ client: 'mysql2', connection: access(at) })
      try {
        return await knex('measured').select()
      } finally {
        await knex.destroy()
      }
    },
  },
  { package: 'mariadb', how: 'as it comes', database: 'mariadb', read: (at) => readMariadb(at) },
  {
    package: 'mariadb',
    how: '`bigIntAsNumber`, `decimalAsNumber`, `dateStrings`',
    database: 'mariadb',
    read: (at) => readMariadb(at, { bigIntAsNumber: true, decimalAsNumber: true, dateStrings: true }),
  },
  {
    package: 'mariadb',
    how: '`rowsAsArray`',
    database: 'mariadb',
    read: (at) => readMariadb(at, { rowsAsArray: true }),
  },
]
