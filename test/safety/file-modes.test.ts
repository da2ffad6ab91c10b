import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import { startEmbedded } from '../../src/database/embedded/start-embedded.js'
import { findAccount } from '../../src/database/embedded/account.js'
import { startCli, useFolder } from '../cli/support/cli-process.js'
import { useTemporaryFolder } from '../database/embedded/serving.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The files and folders below a folder that others than their owner can do something with, each with its mode. */
async function opened(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      const mode = await lstat(path).then(
        (stats) => (stats.isSymbolicLink() ? 0 : stats.mode),
        // The server has removed it meanwhile.
        () => 0,
      )
      return (mode & 0o077) === 0 ? [] : [`${(mode & 0o777).toString(8)} ${path}`]
    }),
  )
  return found.flat()
}

/** A command that runs the command line with a umask that takes nothing away. */
function openHanded(args: readonly string[]): readonly string[] {
  const [main, loader] = ['src/cli/main.ts', 'node_modules/tsx/dist/loader.mjs'].map((path) => join(ROOT, path))
  return ['sh', '-c', 'umask 000; exec "$@"', 'sh', process.execPath, '--import', loader!, main!, ...args]
}

test('the files of a run are for their owner only, whatever the umask', async () => {
  const cwd = await useFolder()
  const args = ['--target', 'none', '--events', 'events', '--record', 'record', '--log-file', 'log']
  const command = openHanded([...args, '--total-batches', '2', '--batch-interval', '0'])
  const { result } = await startCli({ cwd, command })
  expect(await result).toMatchObject({ code: 0 })
  expect((await readdir(cwd)).sort()).toEqual(['events', 'log', 'record'])
  expect(await opened(cwd)).toEqual([])
})

test('a log file that is there keeps its mode', async () => {
  const cwd = await useFolder()
  await writeFile(join(cwd, 'log'), '', { mode: 0o640 })
  const args = ['--target', 'none', '--events', 'events', '--log-file', 'log', '--total-batches', '1']
  expect(await (await startCli({ cwd, args })).result).toMatchObject({ code: 0 })
  expect((await lstat(join(cwd, 'log'))).mode & 0o777).toBe(0o640)
})

test('all that an embedded server keeps is for its owner only, but for programs', async () => {
  const folder = await useTemporaryFolder()
  const dataDir = join(folder, 'kept')
  for (const options of [{}, { dataDir }]) {
    await using server = await startEmbedded(options)
    const client = await connect(server.connection)
    await client.query('CREATE TABLE t AS SELECT generate_series(1, 1000)')
    await client.end()
    const roots = (await readdir(folder)).map((name) => join(folder, name))
    expect(roots).toContain(server.dataDir)
    // `tsx` is only there while this package is developed. As root, the account that the server runs as has to get at the programs; nobody has to see what else is there.
    const cache = roots.find((path) => /vitest-cloudberry-cdc-\d+$/.test(path))!
    expect(((await lstat(cache)).mode & 0o777).toString(8)).toBe((await findAccount()) ? '711' : '700')
    const shown = (await opened(folder)).filter((line) => !/ \S+\/(postgres-[^/]+|tsx-\d+)(\/|$)/.test(line))
    expect(shown.filter((line) => !line.endsWith(cache))).toEqual([])
  }
})

test('a cache that an earlier version has left open is closed', async () => {
  const folder = await useTemporaryFolder()
  const cache = join(folder, `vitest-cloudberry-cdc-${process.getuid!()}`)
  await mkdir(cache, { mode: 0o755 })
  vi.stubEnv('TMPDIR', folder)
  await using server = await startEmbedded()
  expect(server.pid).toBeGreaterThan(0)
  expect((await lstat(cache)).mode & 0o066).toBe(0)
})
