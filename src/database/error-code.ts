/** The SQLSTATE or system error code of an error, or of what caused it. Our own codes are passed over. */
export function errorCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && !code.startsWith('ERR_CDC_')) return code
  }
  return undefined
}

/** What a server has answered, apart from what went wrong on the way to it. */
export interface ServerError extends Error {
  /** The SQLSTATE. */
  readonly code: string
  readonly severity: string
}

/** Whether an error is an answer of the server itself. */
export function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    'severity' in error &&
    typeof error.severity === 'string' &&
    'code' in error &&
    typeof error.code === 'string'
  )
}
