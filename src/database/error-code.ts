/** The SQLSTATE or system error code of an error, or of what caused it. Our own codes are passed over. */
export function errorCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && !code.startsWith('ERR_CDC_')) return code
  }
  return undefined
}
