/** What a matcher says of what was read: the names of what is wrong, none where it is right. */
export async function anomaliesOf(judge: () => unknown): Promise<string[]> {
  try {
    await judge()
    return []
  } catch (error) {
    const told = error instanceof Error ? [...error.message.matchAll(/^ {2}([a-z][a-z ]*): /gm)] : []
    const names = told.map(([, name]) => name!)
    // It is no verdict.
    if (names.length === 0) throw error
    return [...new Set(names)]
  }
}
