/** What samples of a family may add to its name (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md). */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const VALUE = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN`
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[n"\\])*"`
const META = new RegExp(`^# (TYPE|HELP) (${NAME}) (.+)$`)
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${VALUE})$`)
const ESCAPED = /^(?:[^"\\\n]|\\[n"\\])*$/

interface Family {
  readonly name: string
  readonly type: string
}

/**
 * Reads OpenMetrics text, and refuses what the standard does not allow of what is used here: counters, gauges and
 * histograms, without timestamps and exemplars. Returns the samples by name and labels.
 */
export function readOpenMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const seen = new Set<string>()
  let family: Family | undefined
  let lastBucket = -1
  if (!text.endsWith('\n# EOF\n')) throw new Error('The text does not end with # EOF and a line break.')
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const fail = (what: string): never => {
      throw new Error(`${what}: ${line}`)
    }
    const [, keyword, name = '', rest = ''] = META.exec(line) ?? []
    if (keyword !== undefined) {
      if (family?.name !== name) {
        if (seen.has(name)) fail('A family is told in two places')
        seen.add(name)
        family = { name, type: 'unknown' }
        lastBucket = -1
      }
      if (keyword === 'HELP' && !ESCAPED.test(rest)) fail('Unescaped help')
      if (keyword === 'TYPE') family = { name, type: rest in SUFFIXES ? rest : fail('Unknown type') }
      continue
    }
    const [, sample = fail('Neither metadata nor a sample'), labels = '', number = ''] = SAMPLE.exec(line) ?? []
    const { name: owner, type } = family ?? fail('A sample without a family')
    const suffix = SUFFIXES[type]?.find((end) => sample === owner + end) ?? fail('A sample of another family')
    const value = number.endsWith('Inf') ? Number(`${number}inity`) : Number(number)
    const key = `${sample}{${labels}}`
    if (samples.has(key)) fail('A sample twice')
    samples.set(key, value)
    if (type !== 'gauge' && !(value >= 0)) fail('A negative count')
    if (suffix === '_bucket') {
      if (value < lastBucket) fail('A bucket that holds less than the one before')
      lastBucket = value
    }
    if (suffix === '_count' && samples.get(`${owner}_bucket{le="+Inf"}`) !== value)
      fail('No bucket +Inf that holds all')
  }
  return samples
}
