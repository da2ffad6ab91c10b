import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const [jobs, python, jar] = [`${folder}jobs`, `${folder}python/bin/python`, `${folder}jdbc/postgresql.jar`]
const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0

/** A program that says the same to a database as the others do, through a client of its own. */
export interface ClientJob {
  readonly name: string
  readonly isInstalled: boolean
  readonly command: string
  readonly args: (table: string) => readonly string[]
  /** The first words of its statements, those that its client says by itself among them. */
  readonly says: string
}

const COUNTS = 'SELECT SELECT'

export const clients: readonly ClientJob[] = [
  {
    name: 'pg',
    isInstalled: true,
    command: process.execPath,
    args: () => [`${jobs}/pg.mjs`],
    says: `BEGIN SELECT UPDATE COMMIT SELECT SELECT SELECT SELECT SELECT INSERT INSERT INSERT ${COUNTS}`,
  },
  {
    name: 'postgres',
    isInstalled: true,
    command: process.execPath,
    args: () => [`${jobs}/postgres.mjs`],
    says: `select begin SELECT UPDATE commit SELECT SELECT begin INSERT INSERT INSERT commit SELECT COPY ${COUNTS}`,
  },
  {
    name: 'psql',
    isInstalled: isThere('psql'),
    command: 'psql',
    args: (table) => ['--no-psqlrc', '-At', '-v', `table=${table}`, '-f', `${jobs}/job.sql`],
    says: `BEGIN SELECT UPDATE COMMIT SELECT SELECT INSERT COPY COPY BEGIN DECLARE FETCH FETCH FETCH FETCH CLOSE COMMIT ${COUNTS}`,
  },
  {
    name: 'psycopg 2',
    isInstalled: existsSync(python),
    command: python,
    args: () => [`${jobs}/psycopg2_job.py`],
    says: `BEGIN SELECT UPDATE COMMIT BEGIN SELECT ROLLBACK SELECT INSERT INSERT INSERT COPY COPY BEGIN DECLARE FETCH FETCH FETCH FETCH COMMIT ${COUNTS}`,
  },
  {
    name: 'psycopg 3',
    isInstalled: existsSync(python),
    command: python,
    args: () => [`${jobs}/psycopg3_job.py`],
    says: `BEGIN SELECT UPDATE COMMIT BEGIN SELECT ROLLBACK SELECT SELECT SELECT INSERT INSERT INSERT COPY COPY BEGIN DECLARE FETCH FETCH FETCH FETCH CLOSE COMMIT ${COUNTS}`,
  },
  {
    name: 'JDBC',
    isInstalled: existsSync(jar) && isThere('javac'),
    command: 'java',
    args: () => ['-cp', jar, `${jobs}/Job.java`],
    says: `SET BEGIN SELECT UPDATE COMMIT BEGIN SELECT ROLLBACK SELECT ${'SELECT '.repeat(7)}INSERT INSERT INSERT COPY COPY BEGIN SELECT COMMIT ${COUNTS}`,
  },
]

const pgbench = (mode: string, script: string): ClientJob => ({
  name: `pgbench, ${mode}, ${script}`,
  isInstalled: isThere('pgbench'),
  command: 'pgbench',
  args: () => ['--no-vacuum', '--client=1', '--transactions=2', `--protocol=${mode}`, `--file=${jobs}/${script}`],
  says: 'BEGIN UPDATE SELECT COMMIT BEGIN UPDATE SELECT COMMIT',
})

export const benches: readonly ClientJob[] = [
  ...['simple', 'extended', 'prepared'].map((mode) => pgbench(mode, 'pgbench.sql')),
  ...['extended', 'prepared'].map((mode) => pgbench(mode, 'pgbench-pipeline.sql')),
]
