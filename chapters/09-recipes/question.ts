/** Readers and writers stand in line: whom does one of them wait for? */
import { Prng } from '../../src/kernel/index.ts'
import { lineOf, readersTogether, type Waiter } from '../../src/recipes/index.ts'
import type { Question } from '../support/question.ts'

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn']

/** The question of a seed. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed ^ 0x9e51n)
  const size = 4 + random.below(3)
  const line = lineOf(Array.from({ length: size }, (_, i) => `${random.below(3) === 0 ? 'write' : 'read'}-${String(i + 1).padStart(10, '0')}`))
  const who = 2 + random.below(size - 2)
  const me = line[who] as Waiter
  const other = readersTogether(line.slice(0, who), me)
  const nobody = 'nobody: the lock is hers or his already'
  const answer = other === undefined ? nobody : (NAMES[line.indexOf(other)] as string)
  return {
    situation: `At a read-write lock stand, in the order of their nodes:\n\n${line.map(({ name }, i) => `  ${(NAMES[i] as string).padEnd(5)} ${name}`).join('\n')}`,
    question: `Whose node does ${NAMES[who]} watch?`,
    choices: [nobody, ...NAMES.slice(0, who)],
    answer,
    because:
      me.kind === 'write'
        ? 'A writer waits for whoever is just before it, reader or writer: when that one goes it looks again, and only at the front of the line is it alone.'
        : other === undefined
          ? 'No writer came before, and readers do not disturb one another.'
          : 'A reader waits for the last writer before it. That writer itself waits for those before it, so one watch is enough.',
  }
}
