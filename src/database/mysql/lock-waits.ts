import type { LockWaits, SqlClient } from '../client.js'

/** https://mariadb.com/kb/en/information-schema-innodb_lock_waits-table/ */
const MARIADB = `
  SELECT r.trx_mysql_thread_id AS waiter, b.trx_mysql_thread_id AS holder
    FROM information_schema.INNODB_LOCK_WAITS AS w
    JOIN information_schema.INNODB_TRX AS r ON r.trx_id = w.requesting_trx_id
    JOIN information_schema.INNODB_TRX AS b ON b.trx_id = w.blocking_trx_id`

/** https://dev.mysql.com/doc/refman/8.4/en/sys-innodb-lock-waits.html */
const MYSQL = 'SELECT waiting_pid AS waiter, blocking_pid AS holder FROM sys.innodb_lock_waits'

/**
 * By process that waits for a lock of InnoDB: all those that it waits for, be it for what they wait for themselves.
 *
 * @throws where the user may not see other processes (PROCESS)
 */
export async function lockWaits(client: SqlClient, isMariadb: boolean): Promise<LockWaits> {
  const { rows } = await client.query<{ waiter: unknown; holder: unknown }>(isMariadb ? MARIADB : MYSQL)
  const direct = new Map<number, number[]>()
  for (const { waiter, holder } of rows) {
    direct.set(Number(waiter), [...(direct.get(Number(waiter)) ?? []), Number(holder)])
  }
  return new Map([...direct.keys()].map((waiter) => [waiter, [...reached(waiter, direct)]]))
}

function reached(waiter: number, direct: ReadonlyMap<number, readonly number[]>): Set<number> {
  const found = new Set<number>()
  const visit = (pid: number): void => {
    for (const holder of direct.get(pid) ?? []) {
      if (found.has(holder)) continue
      found.add(holder)
      visit(holder)
    }
  }
  visit(waiter)
  return found
}
