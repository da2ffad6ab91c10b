import type { MutantStatus } from '../../src/mutate/mutation.js'
import type { EvidenceFacts } from '../../src/report/page/evidence-page.js'
import { type Score, scoreOf } from '../../src/report/score.js'
import { RunRecorder } from '../../src/report/run-recorder.js'
import { type ReportFacts, type ReportHead, type TestFacts, toFacts } from '../../src/report/report-facts.js'
import type { CommitEvent } from '../../src/driver/stream-event.js'

const START = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A commit of 8 changes on one table, `at` milliseconds after the start. */
export function commitAt(commit: number, at: number, extra: Partial<CommitEvent> = {}): CommitEvent {
  const counts = { inserts: 5, updates: 2, deletes: 1 }
  return {
    type: 'commit',
    commit,
    ...counts,
    tables: { orders: counts },
    at: START + at,
    milliseconds: 20,
    open: 1,
    lag: 0,
    skipped: 0,
    ...extra,
  }
}

/** A test that passed. */
export function testFactsOf(extra: Partial<TestFacts> = {}): TestFacts {
  return {
    name: 'the job copies every row',
    file: 'job.test.ts',
    state: 'passed',
    milliseconds: 1234,
    seed: 42,
    commits: 10,
    inserts: 50,
    updates: 20,
    deletes: 10,
    retries: 0,
    reads: { reads: 3, commits: 5 },
    resolved: 0,
    replay: 'CDC_REPLAY=abc npx vitest run job.test.ts',
    failures: [],
    ...extra,
  }
}

/** The facts of a run of ten commits, one every 100 ms, and one retry. */
export function factsOf(head: Partial<ReportHead> = {}): ReportFacts {
  const recorder = new RunRecorder({ now: () => START })
  recorder.observe({ type: 'retry', commit: 1, attempt: 1, reason: 'connection terminated' })
  for (let commit = 1; commit <= 10; commit++) recorder.observe(commitAt(commit, commit * 100 + 20))
  const whole: ReportHead = { source: 'Vitest', version: '1.2.3', state: 'passed', outcome: 'All right.', ...head }
  return toFacts(whole, recorder.record())
}

/** A damage of each status; all texts are the one that is given. */
export function scoreWith(text: string): Score {
  const statuses: readonly MutantStatus[] = ['killed', 'survived', 'killed', 'equivalent', 'allowed', 'not viable']
  const mutants = statuses.map((status, index) => ({
    number: index + 1,
    statement: text,
    occurrence: index + 1,
    damage: text,
    status,
    ...(status === 'survived' && { changed: text }),
    ...(status === 'allowed' && { reason: text }),
  }))
  return scoreOf({ mutants, runs: 8, score: 2 / 3 })
}

/** A failure at a place, with three anomalies; all texts are the one that is given. */
export function evidenceFactsOf(text: string): EvidenceFacts {
  const anomaly = { table: text, key: text, commit: 3, text, history: text }
  return {
    name: text,
    file: text,
    version: text,
    stream: testFactsOf({ replay: text }),
    evidence: {
      text,
      where: text,
      counts: { 'lost insert': 2, 'torn transaction': 1 },
      nearest: 3,
      anomalies: [
        { ...anomaly, name: 'torn transaction' },
        { ...anomaly, name: 'lost insert' },
        { ...anomaly, name: 'lost insert', key: undefined, commit: undefined, history: undefined },
      ],
      places: [
        { number: 2, statement: text, occurrence: 1 },
        { number: 4, statement: text, occurrence: 2 },
      ],
    },
  }
}
