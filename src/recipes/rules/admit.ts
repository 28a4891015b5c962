/**
 * Fencing: what a lock protects has the last word. It remembers the greatest token that it has seen and refuses smaller ones,
 * so a holder that has lost the lock without knowing can do no harm once its successor has been there. Source: Lampson's and
 * Chubby's sequencers; M. Kleppmann, "How to do distributed locking".
 */
export function admits(greatestSeen: bigint, token: bigint): boolean {
  return token >= greatestSeen
}
