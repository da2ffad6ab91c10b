import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** One test of an inner run. */
export interface InnerTest {
  readonly name: string
  /** The path of its file, from the run's folder. */
  readonly file: string
  readonly status: string
  readonly failures: readonly string[]
  readonly meta: { readonly cdc?: Readonly<Record<string, unknown>> }
}

/** A Vitest run that has ended. */
export interface InnerRun {
  readonly exitCode: number | null
  /** Standard output and standard error. */
  readonly output: string
  readonly tests: readonly InnerTest[]
}

/** A Vitest run on files that were written for it. */
export interface RunningVitest {
  readonly pid: number
  readonly folder: string
  readonly ended: Promise<InnerRun>
  /** What was printed so far. */
  output(): string
  /** Resolves once the output holds a text. */
  printed(text: string): Promise<void>
}

/** What an inner run is made of. */
export interface VitestRunOptions {
  /** Files by their paths; they import the fixtures as users do. */
  readonly files: Readonly<Record<string, string>>
  /** Which of them are tests. @default '*.spec.ts' */
  readonly include?: string
  readonly env?: Readonly<Record<string, string>>
  /** Lines of the `test` part of the config. */
  readonly config?: string
  readonly args?: readonly string[]
  readonly globalSetup?: boolean
  /** A folder, from the root, that has Vitest and this package among packages of its own. @default the source */
  readonly home?: string
  /** The Node.js that runs it. @default the one that runs the tests */
  readonly node?: string
}

/** Starts a real Vitest, in a process of its own. */
export async function startVitestRun(options: VitestRunOptions): Promise<RunningVitest> {
  const { files, include = '*.spec.ts', env = {}, config = '', args = [], globalSetup = true, home } = options
  const { node = process.execPath } = options
  const runs = join(ROOT, home ?? 'test', '.runs')
  await mkdir(runs, { recursive: true })
  const folder = await mkdtemp(join(runs, '/'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  await writeFile(
    join(folder, 'vitest.config.ts'),
    `import { defineConfig } from 'vitest/config'
export default defineConfig({
  resolve: { alias: ${home === undefined} && { 'vitest-cloudberry-cdc/engine': '${ROOT}src/index.ts', 'vitest-cloudberry-cdc/arbitraries': '${ROOT}fixtures/arbitraries/index.ts', 'vitest-cloudberry-cdc/matchers': '${ROOT}fixtures/matchers/index.ts', 'vitest-cloudberry-cdc': '${ROOT}fixtures/index.ts' } },
  test: {
    include: ['${include}'],
    ${globalSetup ? `globalSetup: ['${home === undefined ? `${ROOT}fixtures/global-setup.ts` : 'vitest-cloudberry-cdc/global-setup'}'],` : ''}
    ${config.includes('testTimeout') ? '' : 'testTimeout: 30_000,'}
    ${config}
  },
})`,
  )
  const report = join(folder, 'report.json')
  const child = spawn(
    node,
    [
      join(ROOT, home ?? '', 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      folder,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { cwd: folder, env: { ...innerEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      listeners.forEach((listener) => listener())
    })
  }
  const ended = new Promise<InnerRun>((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => {
      readReport(report, folder)
        .then(async (tests) => {
          await rm(folder, { recursive: true, force: true })
          resolve({ exitCode, output, tests })
        })
        .catch(reject)
    })
  })
  return {
    pid: child.pid!,
    folder,
    ended,
    output: () => output,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          if (!output.includes(text)) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
        child.on('close', () => reject(new Error(`The run ended without "${text}": ${output}`)))
        listener()
      }),
  }
}

/** Runs Vitest to its end. */
export async function runVitest(options: VitestRunOptions): Promise<InnerRun> {
  return (await startVitestRun(options)).ended
}

/** Nothing of the outer run's: its workers' variables would confuse the inner one. */
function innerEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(VITEST|CDC_|CLOUDBERRY_|NODE_OPTIONS|TEST$|VITE|DEV$|PROD$|MODE$|SSR$|BASE_URL$|CLAUDE|AI_AGENT)/.test(name),
  )
  return { ...Object.fromEntries(kept), NO_COLOR: '1', CI: '1' }
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[] | null
      readonly meta?: InnerTest['meta']
    }[]
  }[]
}

async function readReport(path: string, folder: string): Promise<InnerTest[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return []
  return (JSON.parse(text) as JsonReport).testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages, meta }) => ({
      name: fullName,
      file: relative(folder, file),
      status,
      failures: failureMessages ?? [],
      meta: meta ?? {},
    })),
  )
}
