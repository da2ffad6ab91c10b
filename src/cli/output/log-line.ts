/** One line for the log file and the console, before it is stamped. */
export interface LogLine {
  readonly level: 'info' | 'warning' | 'error'
  readonly message: string
}

/** Makes a line of information. */
export function info(message: string): LogLine {
  return { level: 'info', message }
}

/** Makes a warning. */
export function warning(message: string): LogLine {
  return { level: 'warning', message }
}

/** Makes a line about a failure. */
export function failure(message: string): LogLine {
  return { level: 'error', message }
}
