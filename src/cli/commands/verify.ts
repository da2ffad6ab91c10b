import { resolve } from 'node:path'
import { OptionsError } from '../../errors.js'
import { allShards } from '../../shards/all-shards.js'
import type { CdcOptions } from '../../stream/cdc-stream.js'
import { readScript } from '../../options/read-script.js'
import { type ShardVerification, type StreamVerification, verifyShards } from '../../shards/verify-shards.js'
import { openTarget } from '../../database/open-target.js'
import { exitCode, type Surroundings } from '../host.js'
import type { Asked, TypedOptions } from '../command-line.js'
import type { Answer } from '../output/print.js'
import { readSettings } from '../settings/read-settings.js'
import { isToken, refuseShaping } from '../settings/replay.js'
import { type Settings, expectShared } from '../settings/settings.js'
import { streamOptions } from '../settings/stream-options.js'
import { differenceTexts } from '../output/summary-lines.js'
import { countText } from '../output/log-line.js'

/** Compares the tables with the ledgers of all shards, by tokens, or files that `--record` wrote; else by the options. */
export async function verify({ sources, typed }: Asked, { environment, cwd }: Surroundings): Promise<Answer> {
  const settings = readSettings(typed, environment, 'verify')
  const { target, dataDir, json } = settings
  if (target === 'none') throw new OptionsError('Expected `verify` with a database, got --target none. Leave it out.')
  const shards = sources.length > 0 ? await ofSources(sources, typed, cwd) : ofOptions(settings)
  expectShared(settings, '`verify`', environment)
  await using opened = await openTarget(target, { environment, dataDir })
  const verification = await verifyShards(opened.connection, shards)
  const code = verification.equal ? exitCode.ok : exitCode.differs
  if (json) return { code, out: `${JSON.stringify(verification)}\n` }
  return { code, ...asText(verification) }
}

async function ofSources(sources: readonly string[], typed: TypedOptions, cwd: string): Promise<CdcOptions[]> {
  refuseShaping(typed, '`verify`')
  if (typed['shards'] !== undefined) {
    throw new OptionsError('Expected `verify` to know the shards by its token or file, got --shards. Leave it out.')
  }
  return allShards(
    await Promise.all(
      sources.map(async (source) => ((await isToken(source, cwd)) ? source : readScript(resolve(cwd, source)))),
    ),
  )
}

function ofOptions(settings: Settings): CdcOptions[] {
  const { shards, seed } = settings
  if (shards === undefined || seed === undefined) {
    const got = shards === undefined ? 'no --shards' : 'no --seed'
    throw new OptionsError(
      `Expected \`verify\` with a token, files of --record, or --shards, --seed, --base and the other options of the run, got ${got}.`,
    )
  }
  const options = streamOptions(settings)
  return Array.from({ length: shards }, (_, index) => ({ ...options, shard: `${index + 1}/${shards}` }))
}

function asText({ equal, shards, outside, commits, changes, rows }: StreamVerification): Answer {
  const out: string[] = []
  const err: string[] = []
  for (const verification of shards) {
    const line = shardLine(verification)
    if (verification.equal) out.push(`${line}: as its ledger has it`)
    else err.push(`${line}: differs from its ledger in ${countText(verification.differing, 'row')}`)
    err.push(...differenceTexts(verification).map((text) => `${nameOf(verification)}: ${text}`))
  }
  if (outside.differing > 0) {
    err.push(`Outside of all shards: ${countText(outside.differing, 'row')}`)
    err.push(...differenceTexts(outside).map((text) => `Outside: ${text}`))
  }
  const sum = `Total: ${countText(commits, 'commit')}, ${countText(changes, 'change')}, ${rowsText(rows)}`
  if (equal) out.push(`${sum}: as the ledgers have it`)
  else err.push(`${sum}: differs from the ledgers`)
  return { out: out.map((line) => `${line}\n`).join(''), err: err.map((line) => `error: ${line}\n`).join('') }
}

function shardLine(verification: ShardVerification): string {
  const { commit, changes, rows } = verification
  return `${nameOf(verification)}: commit ${commit}, ${countText(changes, 'change')}, ${rowsText(rows)}`
}

function nameOf({ shard }: ShardVerification): string {
  return shard === undefined ? 'The stream' : `Shard ${shard}`
}

function rowsText(rows: Readonly<Record<string, number>>): string {
  const counts = Object.entries(rows).map(([table, count]) => `${table} ${countText(count, 'row')}`)
  return new Intl.ListFormat('en').format(counts)
}
