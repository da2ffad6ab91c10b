import { execFileSync, spawn } from 'node:child_process'
import { accessSync, chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'

/** A MariaDB server of this run. */
export interface MariadbServer {
  readonly socket: string
  stop(): Promise<void>
}

/** Starts the MariaDB server of the system; undefined where it has none. */
export async function startMariadb(): Promise<MariadbServer | undefined> {
  const [server, install] = [find('mariadbd'), find('mariadb-install-db')]
  if (server === undefined || install === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'cdc-mariadb-'))
  const socket = join(folder, 'socket')
  // It refuses root without being told so.
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const data = `--datadir=${join(folder, 'data')}`
  chmodSync(folder, 0o700)
  execFileSync(install, ['--no-defaults', ...user, data, '--auth-root-authentication-method=normal'], {
    stdio: 'ignore',
  })
  const options = [
    '--no-defaults',
    ...user,
    data,
    `--socket=${socket}`,
    '--skip-networking',
    '--innodb-buffer-pool-size=16M',
  ]
  const child = spawn(server, [...options, '--character-set-server=utf8mb4'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines: string[] = []
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line)
      if (line.includes('ready for connections')) resolve()
    })
    void ended.then(() => reject(new Error(`Expected MariaDB to start, got: ${lines.slice(-3).join(' ')}`)))
  })
  await ready
  return {
    socket,
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, program)).find(isThere)
}

function isThere(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}
