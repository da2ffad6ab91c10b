import { type Arena, RETURNS, SALES, SESSIONS } from './arena.js'

/** Sets a trap; what it returns is awaited once the stream has gone on. */
export type Fault = (arena: Arena) => Promise<void | (() => Promise<void>)>

/** What a client sends in three batches is more than this. */
const SENDS = 30

/** Strikes at a moment within the next batches: at the n-th thing that the stream sends. */
function atRandomSend({ proxy, random }: Arena, forward: boolean, act: () => Promise<void>): void {
  let left = random.below(SENDS)
  proxy.onSend = () => {
    if (left-- > 0) return undefined
    proxy.onSend = () => undefined
    return { forward, act }
  }
}

function atNextCommit({ proxy, random }: Arena, forward: boolean, act: () => Promise<void>): void {
  let left = random.below(3)
  proxy.onCommit = () => {
    if (left-- > 0) return undefined
    proxy.onCommit = () => undefined
    return { forward, act }
  }
}

async function restart({ server }: Arena, mode: 'fast' | 'immediate'): Promise<void> {
  await server.stop(mode)
  await server.start()
}

/** Asks until the server works on no COMMIT of the stream any more; every question is a round trip. */
async function untilCommitted({ admin }: Arena): Promise<void> {
  const client = await admin()
  while ((await client.query(`SELECT 1 ${SESSIONS} AND query = 'COMMIT' AND state = 'active'`)).rowCount !== 0);
}

/** Asks the server one question after the other. */
async function roundTrips({ admin }: Arena, count: number): Promise<void> {
  const client = await admin()
  for (let left = count; left > 0; left--) await client.query('SELECT')
}

/** Makes every statement on a table fail, until the stream has told of it. */
async function raise(arena: Arena, table: string, state: string): Promise<() => Promise<void>> {
  const client = await arena.admin()
  // Not awaited: it may have to wait for a transaction of the stream that is open.
  const made = client.query(
    `CREATE OR REPLACE FUNCTION tpcds.fail() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '${state}'; END $$;
     CREATE TRIGGER fail BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION tpcds.fail()`,
  )
  const removed = arena.told('retry').then(() => client.query(`DROP TRIGGER fail ON ${table}`))
  return async () => void (await Promise.all([made, removed]))
}

/** Holds a lock until the stream has told that it could not wait for it. */
async function block(arena: Arena, table: string): Promise<() => Promise<void>> {
  const client = await arena.admin()
  const locked = client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
  const released = arena.told('retry').then(() => client.query('COMMIT'))
  return async () => void (await Promise.all([locked, released]))
}

/** The faults that a stream gets over, by name. */
export const faults: Readonly<Record<string, Fault>> = {
  'backend terminated': async (arena) => {
    atRandomSend(arena, true, async () => {
      await (await arena.admin()).query(`SELECT pg_terminate_backend(pid) ${SESSIONS}`)
    })
  },
  'connection reset before a statement arrives': async (arena) => atRandomSend(arena, false, async () => {}),
  'connection reset after a statement was sent': async (arena) => atRandomSend(arena, true, async () => {}),
  'COMMIT lost on its way': async (arena) => atNextCommit(arena, false, async () => {}),
  'connection reset while COMMIT is worked on': async (arena) => atNextCommit(arena, true, async () => {}),
  'answer to COMMIT lost': async (arena) => atNextCommit(arena, true, () => untilCommitted(arena)),
  'server crashed': async (arena) =>
    atRandomSend(arena, arena.random.below(2) === 0, () => restart(arena, 'immediate')),
  'server crashed at COMMIT': async (arena) => atNextCommit(arena, true, () => restart(arena, 'immediate')),
  'server stopped and started': async (arena) => atRandomSend(arena, true, () => restart(arena, 'fast')),
  'half-open connection': async ({ proxy, random }) => {
    let left = random.below(SENDS)
    const forward = random.below(2) === 0
    proxy.onSend = () => {
      if (left-- > 0) return undefined
      proxy.onSend = () => undefined
      return { forward, act: async () => {}, cut: false }
    }
  },
  'statement cancelled': async (arena) => {
    const client = await arena.admin()
    let left = arena.random.below(SENDS)
    arena.proxy.onSend = () => {
      if (left-- === 0) void client.query(`SELECT pg_cancel_backend(pid) ${SESSIONS}`)
      return undefined
    }
  },
  'lock timeout': async (arena) => block(arena, [SALES, RETURNS][arena.random.below(2)]!),
  'serialization failure': async (arena) => raise(arena, [SALES, RETURNS][arena.random.below(2)]!, '40001'),
  'server too slow': async (arena) => {
    const { proxy, random } = arena
    let left = random.below(SENDS)
    proxy.onSend = () => {
      if (left-- === 0) proxy.hold = roundTrips(arena, 200).then(() => void (proxy.hold = undefined))
      return undefined
    }
  },
  deadlock: async (arena) => {
    const client = await arena.admin()
    // A batch with DELETEs locks returns first, then sales; this session goes the other way.
    const locked = client.query(`SET deadlock_timeout = '10s'; BEGIN; LOCK TABLE ${SALES} IN EXCLUSIVE MODE`)
    const waits = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '${SALES}'::regclass`
    const met = (async () => {
      await locked
      while ((await client.query(waits)).rowCount === 0);
      await client.query(`LOCK TABLE ${RETURNS} IN EXCLUSIVE MODE; COMMIT; RESET deadlock_timeout`)
    })()
    return () => met
  },
}
