import { cpus, loadavg } from 'node:os'

/** Where and when something was measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly server: string
  readonly date: string
  /** What else the machine had to do: the load average of the last minute. */
  readonly load: number
}

/** @param server The database, as it names itself */
export function thisMachine(server: string): Machine {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    node: process.version,
    server,
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0]!,
  }
}
