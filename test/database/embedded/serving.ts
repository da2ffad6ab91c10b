import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'

/** A server that another process of ours has started. */
export interface Serving {
  readonly child: ChildProcess
  readonly pid: number
  readonly dataDir: string
  readonly connection: ConnectionOptions
  stop(): Promise<void>
}

/** How the process is run. */
export interface ServingOptions {
  readonly dataDir?: string
  /** Where `serve.ts` is. @default this folder */
  readonly script?: string
  /** Runs the process as this user and group of the operating system. */
  readonly uid?: number
  readonly env?: NodeJS.ProcessEnv
}

/** Runs `serve.ts` for the current test. */
export async function useServing(options: ServingOptions = {}): Promise<Serving> {
  const { script = fileURLToPath(new URL('./serve.ts', import.meta.url)), uid, dataDir, env } = options
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = spawn(process.execPath, ['--import', loader, script, ...(dataDir === undefined ? [] : [dataDir])], {
    uid,
    gid: uid,
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.stdin.on('error', () => {}).end('stop')
    await exited
  }
  onTestFinished(stop)
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    exited.then(() => undefined),
  ])
  if (line === undefined) throw new Error(errors)
  return { child, stop, ...(JSON.parse(line) as Pick<Serving, 'pid' | 'dataDir' | 'connection'>) }
}

/** Makes a folder for this test that all users may enter. */
export async function useFolder(): Promise<string> {
  const folder = await mkdtemp('/tmp/cdc-test-')
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  return folder
}

/** Makes the folder for temporary files of this test, for this process and those it starts. There is no cache in it. */
export async function useTemporaryFolder(): Promise<string> {
  const folder = await useFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  return folder
}

/** Waits until a condition holds, within reason. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(20_000)
  while (!(await holds())) {
    if (deadline.aborted) throw new Error(`Expected, within 20 s, ${what}.`)
    await delay(20)
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** What servers have left in a folder for temporary files. */
export async function dataFolders(folder: string): Promise<readonly string[]> {
  return (await readdir(folder))
    .filter((name) => name.startsWith('vitest-cloudberry-cdc-data-'))
    .map((name) => join(folder, name))
}
