import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import { migrateDjango } from './django.js'
import { runDbMigrate, runMikroOrm } from './migrations.js'
import { sqlOf } from './obtained.js'

/** An empty database, and a session on it. */
interface Database {
  readonly client: PostgresClient
  readonly connection: ConnectionOptions
}

/** Who made a schema, and how it is made again in an empty database. */
export interface Maker {
  readonly name: string
  /** What it is for, and by which tool its tables are made. */
  readonly kind: string
  /** Names of `packages.json`; `python` is the environment of `requirements.txt`. */
  readonly packages: readonly string[]
  /** Where its tables are. @default 'public' */
  readonly schema?: string
  /** Makes its tables, from the folders of its packages. */
  make(database: Database, ...folders: readonly string[]): Promise<void>
}

/** Files in a folder of a package, by name. */
const filesIn = (folder: string, place: string, pattern: RegExp): string[] =>
  readdirSync(join(folder, place), { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .toSorted()
    .map((file) => join(place, file))

/** A schema that stands in SQL files as it is. */
function ofFiles(...files: readonly string[]): Maker['make'] {
  return async ({ client }, folder) => {
    await client.query(sqlOf(folder!, ...files))
  }
}

/** Each of the files in a transaction of its own, as their tools do it. */
async function runFiles(client: PostgresClient, folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await client.query(sqlOf(folder, file))
}

const CAMUNDA = ['engine', 'history', 'identity', 'case.engine', 'case.history', 'decision.engine', 'decision.history']

export const makers: readonly Maker[] = [
  {
    name: 'Synapse',
    kind: 'chat server; hand-written SQL',
    packages: ['synapse'],
    make: ofFiles(
      ...['common', 'main', 'state'].map((part) => `synapse/storage/schema/${part}/full_schemas/72/full.sql.postgres`),
    ),
  },
  {
    name: 'Software Heritage',
    kind: 'archive of source code; hand-written SQL with domains',
    packages: ['swh-storage', 'swh-scheduler'],
    async make({ client }, storage, scheduler) {
      const ofStorage = ['10-superuser-init', '15-flavor', '20-enums', '30-schema', '40-funcs', '60-indexes']
      await runFiles(
        client,
        storage!,
        ofStorage.map((file) => `swh/storage/sql/${file}.sql`),
      )
      const ofScheduler = ['10-superuser-init', '30-schema', '40-func', '60-indexes']
      await runFiles(
        client,
        scheduler!,
        ofScheduler.map((file) => `swh/scheduler/sql/${file}.sql`),
      )
    },
  },
  {
    name: 'Logto',
    kind: 'log-in service, multi-tenant; hand-written SQL',
    packages: ['logto'],
    async make({ client }, folder) {
      const order = (sql: string): number => Number(/init_order = ([\d.]+)/.exec(sql)?.[1] ?? 10)
      const after = sqlOf(folder!, 'tables/_after_each.sql')
      // The first table stands in a program.
      const [, tenants = ''] = /`([^`]*create table tenants[^`]*)`/.exec(sqlOf(folder!, 'lib/models/tenants.js')) ?? []
      await client.query(tenants.replaceAll(/\$\{[^}]*\}/g, 'development'))
      const files = filesIn(folder!, 'tables', /^(?!_(?:after|before)).*\.sql$/)
      const texts = files.map((file) => ({ name: file.replace(/^.*\/|\.sql$/g, ''), sql: sqlOf(folder!, file) }))
      for (const { name, sql } of texts.toSorted((a, b) => order(a.sql) - order(b.sql))) {
        await client.query(sql)
        if (!sql.includes('no_after_each')) await client.query(after.replaceAll('${name}', name))
      }
    },
  },
  {
    name: 'Unleash',
    kind: 'feature flags; db-migrate',
    packages: ['unleash'],
    async make({ client }, folder) {
      await runDbMigrate(client, join(folder!, 'dist/migrations'))
    },
  },
  {
    name: 'Medusa',
    kind: 'shop; MikroORM',
    packages: ['medusa-product', 'medusa-order'],
    async make({ client }, ...folders) {
      for (const folder of folders) await runMikroOrm(client, join(folder, 'dist/migrations'))
    },
  },
  {
    name: 'MCP gateway',
    kind: 'gateway; Prisma',
    packages: ['mcp-gateway'],
    async make({ client }, folder) {
      await runFiles(client, folder!, filesIn(folder!, 'prisma/migrations', /\.sql$/))
    },
  },
  {
    name: 'Graphile Worker',
    kind: 'job queue; hand-written SQL',
    packages: ['graphile-worker'],
    schema: 'graphile_worker',
    async make({ client }, folder) {
      await client.query('CREATE SCHEMA graphile_worker')
      for (const file of filesIn(folder!, 'sql', /\.sql$/)) {
        await client.query(sqlOf(folder!, file).replaceAll(':GRAPHILE_WORKER_SCHEMA', 'graphile_worker'))
      }
    },
  },
  {
    name: 'Procrastinate',
    kind: 'job queue; hand-written SQL',
    packages: ['procrastinate'],
    make: ofFiles('procrastinate/sql/schema.sql'),
  },
  {
    name: 'Camunda',
    kind: 'workflow engine; SQL for many databases',
    packages: ['camunda'],
    make: ofFiles(...CAMUNDA.map((part) => `org/camunda/bpm/engine/db/create/activiti.postgres.create.${part}.sql`)),
  },
  {
    name: 'HAPI FHIR',
    kind: 'health records; Hibernate',
    packages: ['hapi-fhir'],
    make: ofFiles('ca/uhn/hapi/fhir/jpa/docs/database/nonpartitioned/postgres.sql'),
  },
  {
    name: 'Conductor',
    kind: 'workflow engine; Flyway',
    packages: ['conductor'],
    async make({ client }, folder) {
      await runFiles(client, folder!, filesIn(folder!, 'db/migration_postgres', /^V\d+__.*\.sql$/))
    },
  },
  {
    name: 'Quartz',
    kind: 'scheduler; hand-written SQL with keys of several texts',
    packages: ['quartz'],
    make: ofFiles('org/quartz/impl/jdbcjobstore/tables_postgres.sql'),
  },
  {
    name: 'Spring Batch',
    kind: 'batch jobs; hand-written SQL',
    packages: ['spring-batch'],
    make: ofFiles('org/springframework/batch/core/schema-postgresql.sql'),
  },
  {
    name: 'OpenStreetMap',
    kind: 'map; Rails',
    packages: ['openstreetmap'],
    async make({ client }, folder) {
      // The server has no PostGIS, which one column needs.
      const sql = sqlOf(folder!, 'structure.sql').replaceAll(
        /^(?:CREATE|COMMENT ON) EXTENSION[^;]* postgis [^;]*;/gm,
        '',
      )
      await client.query(sql.replaceAll(/public\.geometry\([^)]*\)/g, 'polygon'))
      await client.query('SET search_path = public')
    },
  },
  {
    name: 'OMOP',
    kind: 'warehouse of health records; SQLAlchemy',
    packages: ['python'],
    async make({ client }, folder) {
      const { stdout } = spawnSync(join(folder!, 'bin/python'), [join(import.meta.dirname, 'omop.py')], {
        encoding: 'utf8',
      })
      // Its vocabulary is in another schema as it is published; here all is in one.
      await client.query(stdout.replaceAll(/\b\w+_schema\./g, ''))
    },
  },
  {
    name: 'Wagtail',
    kind: 'content management; Django',
    packages: ['python'],
    make: ({ connection }, folder) => migrateDjango(connection, folder!),
  },
]

interface Package {
  readonly npm?: string
  readonly pypi?: string
  readonly url?: string
}

/** The versions of its packages, as `packages.json` and `requirements.txt` pin them. */
export function versionsOf({ name, packages }: Maker): string {
  const known = JSON.parse(readFileSync(new URL('packages.json', import.meta.url), 'utf8')) as Record<string, Package>
  return packages.map((one) => (known[one] ? versionOf(known[one]) : pythonVersion(name))).join(', ')
}

/** A file of Maven Central is called by its version; of a repository, the commit is one. */
function versionOf({ npm, pypi, url = '' }: Package): string {
  const [, commit] = /\/([0-9a-f]{40})\//.exec(url) ?? []
  return npm ?? pypi ?? (commit ? `commit ${commit.slice(0, 12)}` : url.replaceAll(/^.*\/|\.jar$/g, ''))
}

function pythonVersion(name: string): string {
  const pinned = readFileSync(new URL('requirements.txt', import.meta.url), 'utf8').split('\n')
  return pinned.find((line) => line.toLowerCase().startsWith(name.toLowerCase())) ?? name
}
