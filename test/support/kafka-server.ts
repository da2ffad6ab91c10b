import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../src/database/embedded/free-port.js'

const LIB = join(import.meta.dirname, '..', 'brokers', 'kafka', 'lib')
const CLUSTER = 'ZGVlcGx5IHVuLWtub3duIQ'
const READY = 'Kafka Server started'

/** A broker of Kafka that is its own controller, in a folder of its own. */
export interface KafkaServer extends AsyncDisposable {
  /** Where clients begin: `127.0.0.1:PORT`, the same after a restart. */
  readonly bootstrap: string
  /** The process, for what only its operating system knows. */
  readonly pid: number
  /** Ends it with no chance to say goodbye. */
  kill(): Promise<void>
  /** Starts it again with what it had on its disk. */
  restart(): Promise<void>
  /** It stands still: connections stay open, and nothing is answered. */
  pause(): void
  resume(): void
}

/** Whether `npm run suite brokers` had its way, or `installJars('test/brokers/kafka')` of `.ci/install/jars.mjs`. */
export function hasKafka(): boolean {
  return existsSync(join(LIB, '.installed'))
}

/** @param properties those of `server.properties` that are to differ; topics are not made by themselves */
export async function startKafka(properties: Readonly<Record<string, string>> = {}): Promise<KafkaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-tests-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const [broker, controller] = [await freePort(), await freePort()]
    const file = join(folder, 'server.properties')
    await writeFile(file, propertiesText({ ...settingsOf(folder, broker, controller), ...properties }))
    const [code] = await ended(java('kafka.tools.StorageTool', ['format', '-t', CLUSTER, '-c', file]))
    if (code !== 0) throw new Error(`Expected Kafka's folder to be made, got exit code ${String(code)}.`)
    let server = await startServer(file)
    return {
      bootstrap: `127.0.0.1:${broker}`,
      get pid() {
        return server.pid ?? 0
      },
      kill: () => stop(server),
      restart: async () => {
        await stop(server)
        server = await startServer(file)
      },
      pause: () => void server.kill('SIGSTOP'),
      resume: () => void server.kill('SIGCONT'),
      [Symbol.asyncDispose]: async () => {
        await stop(server)
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

function settingsOf(folder: string, broker: number, controller: number): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // After a kill the controller takes the broker for alive so long, and does not let it in again.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
  }
}

function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function java(main: string, args: readonly string[]): ChildProcess {
  const flags = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  return spawn('java', [...flags, '-cp', `${LIB}/*`, main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
}

async function ended(child: ChildProcess): Promise<unknown[]> {
  child.stderr?.resume()
  return once(child, 'close')
}

async function startServer(file: string): Promise<ChildProcess> {
  const server = java('kafka.Kafka', [file])
  const lines: string[] = []
  for await (const line of createInterface({ input: server.stderr! })) {
    lines.push(line)
    if (!line.includes(READY)) continue
    // What it says later is not read, but must not fill the pipe.
    server.stderr!.resume()
    return server
  }
  await stop(server)
  throw new Error(`Expected Kafka to start, got:\n${lines.slice(-10).join('\n')}`)
}

/** At once: an orderly end takes seconds, and what is on the disk goes with the folder. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGKILL')
  await once(server, 'exit')
}
