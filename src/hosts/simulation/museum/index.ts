/** The museum: every exhibit is the real server with one rule broken. See the page of theory in `../index.ts`. */
import { broadcastExhibits } from './broadcast.ts'
import { clientExhibits } from './clients.ts'
import { durabilityExhibits } from './durability.ts'
import type { Exhibit } from './exhibit.ts'
import { synchronizationExhibits } from './synchronization.ts'

export * from './exhibit.ts'
export * from './hunt.ts'

/** All exhibits, by the rule they break. */
export const MUSEUM: readonly Exhibit[] = [...durabilityExhibits, ...synchronizationExhibits, ...broadcastExhibits, ...clientExhibits]
