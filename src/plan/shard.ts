import { mix } from '../tables/random.js'

/** Which one of several streams that write to the same tables: each has row numbers, and a seed, of its own. */
export interface Shard {
  /** 0, 1, 2 … */
  readonly index: number
  readonly count: number
}

/** Ids and sequence numbers that each shard has to itself. It does not depend on how many shards there are. */
export const SHARD_NUMBERS: number = 2 ** 31

/** 2^16 shards of 2^31 numbers leave 2^53 − 2^47 for those of rows that stood there before. */
export const MOST_SHARDS: number = 2 ** 16

/** The largest `base` above which all shards have their numbers below 2^53. */
export const MOST_BASE: number = Number.MAX_SAFE_INTEGER - MOST_SHARDS * SHARD_NUMBERS

/** Reads `2/4`; undefined for what is no shard. */
export function parseShard(text: string): Shard | undefined {
  const [, place, total] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []
  const [number, count] = [Number(place), Number(total)]
  return number >= 1 && number <= count && count <= MOST_SHARDS ? { index: number - 1, count } : undefined
}

/** Counts from 1: the first of four is `1/4`. */
export function shardText({ index, count }: Shard): string {
  return `${index + 1}/${count}`
}

/**
 * The seed of a shard. It does not depend on how many shards there are, no two shards of a stream have the same, and none
 * has the stream's own by rule.
 */
export function shardSeed(seed: number, index: number): number {
  return mix(mix((seed ^ 0x7368_6172) | 0) + index) >>> 0
}

/** What all ids and sequence numbers of a shard are above. */
export function shardStart(base: number, index: number): number {
  return base + index * SHARD_NUMBERS
}
