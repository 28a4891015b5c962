/** What becomes of a transaction: commit needs every yes, one no is enough for abort. */
export type Vote = 'yes' | 'no'
/** How a transaction ends for all. */
export type Decision = 'commit' | 'abort'

/**
 * Undefined: nobody can say yet.
 * @param impatient nobody waits for missing votes any longer
 */
export function verdict(participants: readonly string[], votes: ReadonlyMap<string, Vote>, impatient: boolean): Decision | undefined {
  const missing = participants.filter((name) => !votes.has(name))
  if (participants.some((name) => votes.get(name) === 'no')) return 'abort'
  if (missing.length === 0) return 'commit'
  return impatient ? 'abort' : undefined
}
