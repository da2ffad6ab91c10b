import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/*
 * What the package is measured beside is installed in this folder only, and the project is checked without it: so the
 * modules that import it are loaded by their address.
 */

/** `drizzle-seed`, INSERTs of sales. */
export interface DrizzleSeed {
  /** Fills the table of a schema. */
  seedSales(connection: ConnectionOptions, rows: number): Promise<void>
  /** The same into a driver that throws its statements away. */
  makeSales(rows: number): Promise<void>
}

/** `@faker-js/faker`. */
export interface Faker {
  /** The values of one sale. */
  makeSale(): readonly unknown[]
}

export const loadDrizzleSeed = (): Promise<DrizzleSeed> => load('drizzle-seed') as Promise<DrizzleSeed>
export const loadFaker = (): Promise<Faker> => load('faker') as Promise<Faker>

function load(name: string): Promise<unknown> {
  return import(new URL(`../peers/${name}.js`, import.meta.url).href) as Promise<unknown>
}
