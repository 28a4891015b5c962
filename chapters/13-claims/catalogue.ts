/** All claims, by what they are about. */
import type { Claim, Topic } from './claim.ts'
import { election } from './election.ts'
import { operations } from './operations.ts'
import { paxos } from './paxos.ts'
import { quorums } from './quorums.ts'
import { reads } from './reads.ts'
import { recipes } from './recipes.ts'
import { sessions } from './sessions.ts'
import { storage } from './storage.ts'
import { wild } from './wild.ts'
import { zab } from './zab.ts'
import { znodes } from './znodes.ts'

/** In the order of the chapter. */
export const TOPICS: readonly Topic[] = [quorums, election, zab, paxos, reads, znodes, sessions, storage, recipes, operations, wild]

export const CLAIMS: readonly Claim[] = TOPICS.flatMap(({ claims }) => claims).sort((a, b) => a.number - b.number)

/** The claim with this number; undefined: there is none. */
export function claimOf(number: string | null): Claim | undefined {
  return CLAIMS.find((claim) => String(claim.number) === number)
}
