/** A failure as the documentation shows it: without the stack and without what is different on every machine. */
export function shortened(failure: string): string {
  const [text = ''] = failure.split(/\n\s+at /)
  const steady = text
    .replaceAll(/CDC_REPLAY=\S+/g, 'CDC_REPLAY=…')
    .replace(/in \d+ looks and \d+ ms/, 'in 4 looks and 200 ms')
    .replace(/(commits?) \(\d+ ms\) older/, '$1 (80 ms) older')
  return `${steady.trim()}\n`
}
