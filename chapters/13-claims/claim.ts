/** What a claim is, and how a run decides about it. */
import type { Run } from './run.ts'

/** `half`: true only in a more precise form. */
export type Verdict = 'true' | 'false' | 'half'

/** Something that must be so if the claim is right, and what the run has shown of it. */
export interface Finding {
  /** Whether it was as the claim has it. */
  readonly holds: boolean
  /** What was seen, with its figures. */
  readonly seen: string
}

export interface Claim {
  readonly number: number
  /** What one is told, in few words. */
  readonly claim: string
  /** What this book says; a run has to come to the same. */
  readonly verdict: Verdict
  /** What is true instead, or why. */
  readonly truth: string
  /** It takes real processes, and a while. */
  readonly live?: true
  /** The packets between clients and servers that are told; none, unless given. */
  readonly told?: readonly string[]
  /** Runs it: shows what happens, and hands in what was found. */
  readonly evidence: (run: Run) => void | Promise<void>
}

/** Claims about one matter, in the order in which the chapter has them. */
export interface Topic {
  readonly name: string
  readonly claims: readonly Claim[]
}

/** True if all was as the claim has it, false if nothing was. Throws when nothing was found: no evidence is no verdict. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.length === 0) throw new Error('nothing was found, so nothing can be said')
  const held = findings.filter(({ holds }) => holds).length
  if (held === 0) return 'false'
  return held === findings.length ? 'true' : 'half'
}

/** A verdict as one says it. */
export const WORDS: Readonly<Record<Verdict, string>> = { true: 'true', false: 'false', half: 'half true' }
