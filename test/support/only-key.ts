import { type Key, keyNames } from '../../src/tables/keys/key-column.js'

/** The name of the column of a key that has one. */
export function onlyKey(key: Key): string {
  return keyNames({ key })[0]!
}
