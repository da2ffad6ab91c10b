/** What is read of an error of the client: https://github.com/platformatic/kafka/blob/main/docs/diagnostic.md */
interface ClientError extends Error {
  readonly code?: string
  readonly apiCode?: number
  readonly errors?: readonly ClientError[]
  readonly cause?: ClientError
}

/** Of the errors that the client wraps into another, those that wrap none. */
function causesOf(error: ClientError): ClientError[] {
  const inner = [...(error.errors ?? []), ...(error.cause ? [error.cause] : [])]
  return inner.length === 0 ? [error] : inner.flatMap((each) => causesOf(each))
}

/** What went wrong in the end, in words. */
export function wordsOf(error: unknown): string {
  const { message, code } = causesOf(error as ClientError).at(-1) ?? (error as ClientError)
  return (message || code || 'an error without words').replaceAll(/\s+/g, ' ').replace(/\.$/, '')
}

/** A topic that is not there, and what is not allowed for topics, groups, clusters and transactions: https://kafka.apache.org/protocol.html#protocol_error_codes */
const REFUSALS: ReadonlySet<number | undefined> = new Set([3, 29, 30, 31, 53])

/** Whether a broker refuses for good. That a topic is not there the client says in words only. */
export function isRefused(error: unknown): boolean {
  return causesOf(error as ClientError).some(
    ({ apiCode, message }) => REFUSALS.has(apiCode) || message.startsWith('Unknown topic '),
  )
}
