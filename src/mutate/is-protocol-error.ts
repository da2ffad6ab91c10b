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
