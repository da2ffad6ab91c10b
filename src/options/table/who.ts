/** An option that everybody can be told of. */
export const everywhere = ['engine', 'tests', 'command', 'shard'] as const
