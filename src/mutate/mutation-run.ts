import { type BodyRun, type Explorable, runBody } from '../explore/run-body.js'
import type { Aim, Scene, Watching } from '../driver/scene.js'
import type { Place } from '../wire/place.js'
import type { Candidate } from './derive-damages.js'
import { type Contents, differencesOf, type Restless } from './contents.js'
import { isReceivedSame, type Seen, type Unrest } from './seen.js'

/** What a job can be damaged on. */
export interface Damageable extends Explorable {
  /** What the tables hold, once the job has ended. */
  contents(restless?: Restless, byColumn?: boolean): Promise<Contents>
  /** Whether there are commits left that can be made at a place. */
  readonly hasCommits: boolean
}

/** What came of one damage. */
export interface Tried {
  readonly candidate: Candidate
  readonly outcome: 'killed' | 'survived' | 'equivalent' | 'not viable'
  /** What it changed, where it survived. */
  readonly changed: readonly string[]
}

/** Milliseconds after that in which a body has to end that was cancelled. */
const LAST_PATIENCE_MILLISECONDS = 3_000

/** A run to which nothing is done. @throws what the body throws */
export async function undamaged(
  stage: Damageable,
  body: () => Promise<void>,
  watching: Watching,
  signal: AbortSignal | undefined,
): Promise<BodyRun & { readonly seen: Seen }> {
  const ended = await runBody(stage, body, [], { watching, signal })
  if (ended.error) throw ended.error
  return { ...ended, seen: await seenOf(stage, ended.scene, undefined, true) }
}

async function seenOf(stage: Damageable, scene: Scene, restless?: Restless, byColumn?: boolean): Promise<Seen> {
  return { received: scene.watched?.received ?? [], contents: await stage.contents(restless, byColumn) }
}

interface Known {
  readonly reference: Seen
  readonly unrest: Unrest
  readonly patience: number
  readonly signal: AbortSignal | undefined
}

/** Tries damages, one after the other. */
export class MutationRun {
  readonly #stage: Damageable
  readonly #body: () => Promise<void>
  readonly #known: Known
  /** What is to be seen with a commit at a place; undefined where the body is wrong then, or the commit waits. */
  readonly #byCommit = new Map<string, Seen | undefined>()
  readonly wrongPlaces: Place[] = []
  hung = false
  /** How many damages nothing can be said about. */
  undecided = 0

  constructor(stage: Damageable, body: () => Promise<void>, known: Known) {
    this.#stage = stage
    this.#body = body
    this.#known = known
  }

  /** Undefined where nothing can be said. */
  async try(candidate: Candidate): Promise<Tried | undefined> {
    const { reference } = this.#known
    if (candidate.commitsAt.length === 0) return this.#damaged(candidate, undefined, [reference])
    let result: Tried | undefined
    for (const place of candidate.commitsAt) {
      const seen = await this.#withCommit(place)
      if (this.hung) break
      if (!seen) continue
      const before = candidate.begin && (await this.#withCommit(candidate.begin))
      const tried = await this.#damaged(candidate, place, before ? [seen, before] : [seen])
      if (!result || weight(tried) > weight(result)) result = tried
      if (tried.outcome === 'killed' || this.hung) break
    }
    if (!result) this.undecided += 1
    return result
  }

  async #damaged(candidate: Candidate, commitAt: Place | undefined, right: readonly Seen[]): Promise<Tried> {
    const { scene, error, hung } = await this.#run(aimsOf(candidate, commitAt))
    const { unrest } = this.#known
    const came = (outcome: Tried['outcome'], changed: readonly string[] = []): Tried => ({
      candidate,
      outcome,
      changed,
    })
    if (hung || scene.watched?.isOverdue) return came('killed')
    const isDone = scene.passages.some(({ place }) => place.id === candidate.place.id)
    const codes = scene.watched?.received.flatMap(({ errors }) => errors) ?? []
    if (!isDone || isProtocolError(error) || codes.includes('08P01')) return came('not viable')
    if (error) return came('killed')
    const seen = await seenOf(this.#stage, scene, unrest.columns)
    const changes = right.map((each) => differencesOf(each.contents, seen.contents))
    const isRight = right.some((each, index) => changes[index]!.length === 0 && isReceivedSame(each, seen, unrest))
    return isRight ? came('equivalent') : came('survived', changes[0])
  }

  /** What is to be seen when nothing is done but a commit at a place. */
  async #withCommit(place: Place): Promise<Seen | undefined> {
    if (this.#byCommit.has(place.id)) return this.#byCommit.get(place.id)
    const { error, scene } = await this.#run([{ place: place.id, deed: { done: 'commit', commits: 1 } }])
    const isMade = scene.passages.some((passage) => passage.outcome === 'made' && passage.error === undefined)
    if (error) this.wrongPlaces.push(place)
    const seen = error || !isMade ? undefined : await seenOf(this.#stage, scene, this.#known.unrest.columns)
    this.#byCommit.set(place.id, seen)
    return seen
  }

  async #run(aims: readonly Aim[]): Promise<BodyRun> {
    const { patience: most, signal } = this.#known
    const patience = { most: most + LAST_PATIENCE_MILLISECONDS, why: 'after its job was cancelled' }
    const ended = await runBody(this.#stage, this.#body, aims, { watching: { patience: most }, patience, signal })
    this.hung ||= ended.hung
    return ended
  }
}

/** Of several runs with one damage, the one that says most. */
function weight({ outcome }: Tried): number {
  return ['not viable', 'equivalent', 'survived', 'killed'].indexOf(outcome)
}

function aimsOf({ place, damage }: Candidate, commitAt: Place | undefined): readonly Aim[] {
  const isHere = commitAt?.id === place.id
  const damaged: Aim = { place: place.id, deed: { done: 'damage', damage, commits: isHere ? 1 : 0 } }
  if (!commitAt || isHere) return [damaged]
  return [damaged, { place: commitAt.id, deed: { done: 'commit', commits: 1 } }]
}

/** How drivers say that an answer is none: `pg`, `postgres`, libpq and what is built on it, JDBC. */
const WORDS =
  /\b08P01\b|protocol (?:error|violation|synchronization)|lost synchronization|unexpected (?:message|response|field count|character)|(?:received )?(?:invalid|unknown) (?:response|message)|message contents do not agree|UNKNOWN_MESSAGE/i

/** Whether somebody received what is no answer of the protocol. The output of a process that failed counts, too. */
export function isProtocolError(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth += 1) {
    const { code, stderr } = cause as { readonly code?: unknown; readonly stderr?: unknown }
    const printed = Buffer.isBuffer(stderr) ? stderr.toString('latin1') : stderr
    if ([cause.message, code, printed].some((text) => typeof text === 'string' && WORDS.test(text))) return true
  }
  return false
}
