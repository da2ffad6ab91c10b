import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli, startCli } from '../cli/support/cli-process.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

describe('the packed package', () => {
  let project: string
  let files: string[]
  let sizes: { readonly tarball: number; readonly unpacked: number }
  let manifest: Manifest

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'cdc-packed-'))
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: root })
    // The build, which npm runs first, prints as well.
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
    ]
    files = packed.files.map(({ path }) => path)
    sizes = { tarball: packed.size / 1000, unpacked: packed.unpackedSize / 1000 }
    const installed = join(project, 'node_modules', 'vitest-cloudberry-cdc')
    await mkdir(installed, { recursive: true })
    await run('tar', ['xf', join(project, packed.filename), '-C', installed, '--strip-components=1'])
    manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest
    for (const name of Object.keys(manifest.dependencies)) {
      const link = join(project, 'node_modules', name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(join(root, 'node_modules', name), link)
    }
  })

  afterAll(() => rm(project, { recursive: true, force: true }))

  const bin = (): string[] => [
    process.execPath,
    join(project, 'node_modules/vitest-cloudberry-cdc', manifest.bin['cloudberry-cdc'] ?? ''),
  ]

  test('holds JavaScript, declarations, and the texts', () => {
    const unexpected = files.filter(
      (path) =>
        !/^dist\/(src|fixtures)\/.*\.d\.ts$|^dist\/([\w-]+\.js|licences\.md)$|^(CHANGELOG\.md|LICENSE|README(\.zh-CN)?\.md|package\.json)$/.test(
          path,
        ),
    )
    expect(unexpected).toEqual([])
    expect(files).toEqual(
      expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/cli.js', 'dist/src/index.d.ts']),
    )
  })

  test('is at most a tenth larger than docs/compatibility.md says', async () => {
    const page = await readFile(join(root, 'docs/compatibility.md'), 'utf8')
    const [, tarball, unpacked] = /The tarball has (\d+) kB, unpacked (\d+) kB\./.exec(page)!.map(Number)
    expect(sizes.tarball, 'tarball, in kB').toBeLessThan(tarball! * 1.1)
    expect(sizes.unpacked, 'unpacked, in kB').toBeLessThan(unpacked! * 1.1)
  })

  test('has a command that runs a stream on an embedded database', async () => {
    const { version } = manifest
    expect(await runCli({ command: bin(), args: ['--version'] })).toMatchObject({ code: 0, stdout: `${version}\n` })
    const args = ['--target', 'embedded', '--total-batches', '3', '--batch-interval', '0', '--json']
    const { code, stdout, stderr } = await runCli({ command: bin(), args })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(JSON.parse(stdout)).toMatchObject({ commits: 3, changes: 1200, verified: true })
  })

  test('has declarations that lead to no class of the plan, the ledger or the matchers', async () => {
    const folder = join(project, 'node_modules', 'vitest-cloudberry-cdc')
    const reached = new Set<string>()
    const visit = async (file: string): Promise<void> => {
      if (reached.has(file)) return
      reached.add(file)
      const text = await readFile(file, 'utf8')
      for (const [, path] of text.matchAll(/(?:from |import\()["'](\.[^"']+)\.js["']/g)) {
        await visit(join(dirname(file), `${path!}.d.ts`))
      }
      const [name] = /(?<=^export declare (?:abstract )?class )\w+/m.exec(text) ?? []
      if (/dist\/src\/(?:plan|ledger|match)\//.test(file)) expect(name, file).toBeUndefined()
    }
    const declared = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [] : entry.types))
    for (const types of declared) await visit(join(folder, types))
    expect(declared).toHaveLength(7)
    expect(reached.size).toBeGreaterThan(70)
  })

  test('has an engine that is imported by name, and needs no Vitest', async () => {
    const script = `
      import { createCdcStream } from 'vitest-cloudberry-cdc/engine'
      const stream = createCdcStream({ target: 'embedded', batches: 3, interval: 0 })
      await stream.start()
      const { commits } = await stream.finished
      console.log(commits, (await stream.verify()).equal)`
    const command = [process.execPath, '--input-type=module', '-e', `${script}; await stream[Symbol.asyncDispose]()`]
    const { result } = await startCli({ command, cwd: project })
    expect(await result).toMatchObject({ code: 0, stdout: '3 true\n', stderr: '' })
  })

  test.each([
    [
      'container',
      'testcontainers',
      'Expected the npm package `testcontainers` for the target `container`, got none. Install it: npm install --save-dev testcontainers@11 (or @12 on Node.js 22.22 or later)',
      'CloudberryContainer,StartedCloudberryContainer',
    ],
    [
      'arbitraries',
      'fast-check',
      'Expected the npm package `fast-check` for `vitest-cloudberry-cdc/arbitraries`, got none. Install it: npm install --save-dev fast-check@4',
      'changeScript,mix,storeReturn,storeSale',
    ],
  ])('has the entry %s, for which %s has to be installed', async (entry, peer, line, names) => {
    const script = `
      try {
        console.log(Object.keys(await import('vitest-cloudberry-cdc/${entry}')).join())
      } catch ({ message, cause }) {
        console.log(message, cause)
      }`
    const command = [process.execPath, '--input-type=module', '-e', script]
    const without = await startCli({ command, cwd: project })
    expect(await without.result).toMatchObject({ stdout: `${line} undefined\n`, stderr: '' })
    await symlink(join(root, 'node_modules', peer), join(project, 'node_modules', peer))
    const { result } = await startCli({ command, cwd: project })
    expect(await result).toMatchObject({ stdout: `${names}\n`, stderr: '' })
  })

  test('takes containers of PostgreSQL with another package, and says so in one line', async () => {
    const script = `
      import { createCdcStream } from 'vitest-cloudberry-cdc/engine'
      const environment = { CDC_CONTAINER_IMAGE: 'postgres:14' }
      const stream = createCdcStream({ target: 'container', environment })
      await stream.start().catch(({ message, cause }) => console.log(message, cause))
      await stream[Symbol.asyncDispose]()`
    const command = [process.execPath, '--input-type=module', '-e', script]
    const { result } = await startCli({ command, cwd: project })
    expect(await result).toMatchObject({
      stdout:
        'Expected the npm package `@testcontainers/postgresql` for the target `container`, got none. Install it: npm install --save-dev @testcontainers/postgresql@11 (or @12 on Node.js 22.22 or later) undefined\n',
      stderr: '',
    })
  })
})
