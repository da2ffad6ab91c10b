/**
 * The classes of our advisory locks, the first of the two numbers of each: 'cdc' and a number, so that they are apart from
 * those of others, and from one another. Two versions that run at the same time meet by these numbers: one that was in use
 * stays what it is, and is given to nothing else.
 */
export const lockClass = {
  /** A table: of the one stream that writes to it, or shared by its shards. */
  table: 0x63646301,
  /** A table: shared by the further sessions of its streams. */
  beside: 0x63646302,
  /** A shard of a table: of the one stream that writes it. */
  shard: 0x63646303,
  /** A run of tests, for as long as it lives. */
  run: 0x63646304,
} as const
