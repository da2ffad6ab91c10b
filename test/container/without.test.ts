import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { naming } from '../support/cdc-error.js'
import { root, runScript } from './support/script.js'

/** What containers need, and what a project may lack. */
const both = { testcontainers: 'as here', '@testcontainers/postgresql': 'as here' } as const

/** A project in which this package's source lies, and which has installed some packages. */
async function useProject(packages: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-container-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await cp(join(root, 'src'), join(folder, 'src'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Readonly<
    Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
  >
  // Those that the build takes in are among the devDependencies.
  const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !(name in both))
  const always = Object.fromEntries(names.map((name) => [name, 'as here']))
  for (const [name, content] of Object.entries({ ...always, ...packages })) {
    const path = join(folder, 'node_modules', name)
    await mkdir(dirname(path), { recursive: true })
    if (content === 'as here') {
      await symlink(join(root, 'node_modules', name), path)
    } else {
      await mkdir(path)
      await writeFile(join(path, 'package.json'), JSON.stringify({ name, main: 'index.js' }))
      await writeFile(join(path, 'index.js'), content)
    }
  }
  return folder
}

interface Failure {
  readonly name: string
  readonly message: string
  readonly cause: string
}

/** Opens a container in a process of its own that sees no socket of a Docker engine, and tells what it failed with. */
async function failure(folder: string, image: string, env: Readonly<Record<string, string>> = {}): Promise<Failure> {
  const script = `
    import fs from 'node:fs'
    fs.existsSync = () => false
    const { createCdcStream } = await import('./src/index.ts')
    const stream = createCdcStream({ target: 'container', environment: { CDC_CONTAINER_IMAGE: '${image}' } })
    const error = await stream.start().catch((error) => error)
    await stream[Symbol.asyncDispose]()
    console.log(JSON.stringify({ name: error.name, message: error.message, cause: String(error.cause) }))`
  const { stdout, stderr } = await runScript(script, { cwd: folder, env: { DOCKER_HOST: '', ...env } })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Failure
}

test('without Docker, one line says where it was looked for', async () => {
  expect(await failure(await useProject(both), 'cloudberry')).toEqual({
    name: 'TargetError',
    message: expect.stringMatching(naming('`container`', '/var/run/docker.sock', 'DOCKER_HOST')),
    cause: 'Error: Could not find a working container runtime strategy',
  })
})

test.each([
  ['tcp://127.0.0.1:1', 'tcp://127.0.0.1:1 (ECONNREFUSED)'],
  ['tcp://user:secret@127.0.0.1:1', 'tcp://127.0.0.1:1 (ECONNREFUSED)'],
  ['unix:///nowhere/docker.sock', 'unix:///nowhere/docker.sock (ENOENT)'],
])('with DOCKER_HOST=%s, which does not answer, the line names it', async (host, shown) => {
  const { name, message } = await failure(await useProject(both), 'postgres:14', { DOCKER_HOST: host })
  expect({ name, message }).toEqual({
    name: 'TargetError',
    message: expect.stringMatching(naming(`DOCKER_HOST=${shown}`)),
  })
})

test.each([
  ['cloudberry', {}, 'testcontainers'],
  ['postgres:14', {}, 'testcontainers'],
  ['postgres:14', { testcontainers: 'as here' }, '@testcontainers/postgresql'],
])('without the packages, %s fails with one line that says what to install', async (image, packages, missing) => {
  expect(await failure(await useProject(packages), image)).toEqual({
    name: 'TargetError',
    message: expect.stringMatching(naming(`\`${missing}\``, '`container`', `npm install --save-dev ${missing}@11`)),
    cause: 'undefined',
  })
})

test('with a version that does not load, one line says which does', async () => {
  // As version 12 does on Node.js 20.
  const broken = { testcontainers: 'exports.GenericContainer = undefined.bind()' }
  expect(await failure(await useProject(broken), 'cloudberry')).toEqual({
    name: 'TargetError',
    message: expect.stringMatching(naming('Testcontainers', process.version, 'version 11')),
    cause: expect.stringContaining('TypeError'),
  })
})

test('without mysql2, MariaDB in a container fails with one line, before an engine is looked for', async () => {
  const broken = { testcontainers: 'as here', mysql2: 'throw new Error("no mysql2")' }
  expect(await failure(await useProject(broken), 'mariadb:11.4')).toEqual({
    name: 'OptionsError',
    message: expect.stringMatching(naming('`mysql2`', 'no mysql2', 'npm install --save-dev mysql2')),
    cause: expect.stringContaining('no mysql2'),
  })
})
