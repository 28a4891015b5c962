/** The question of chapter 08: what does a server make of this log? */
import { formatId, Prng } from '../../src/kernel/index.ts'
import type { Question } from '../support/question.ts'
import { logOf, verdictOn, withBytes } from './log-file.ts'

const REFUSES = 'it refuses to start'

/** A log file is damaged in a way that the seed draws; the server's own reader says what is left. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const count = 3 + random.below(3)
  const { bytes, starts } = logOf(['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'].slice(0, count))
  const index = random.below(count)
  const start = starts[index] as number
  const end = starts[index + 1] as number
  const which = `record ${formatId(BigInt(index + 1))}`
  const damages: readonly (readonly [string, Uint8Array])[] = [
    [`The file ends in the middle of ${which}.`, bytes.slice(0, start + random.below(end - start))],
    [`One bit of the data of ${which} is not what it was.`, withBytes(bytes, start + 44, [(bytes[start + 44] as number) ^ 1])],
    [
      `From its second half on ${which} is zeros, its end mark too. What comes after it is as it was.`,
      withBytes(bytes, start + 40, new Array(end - start - 40).fill(0)),
    ],
    [`In the place of ${which} and all that came after it there are zeros.`, withBytes(bytes, start, new Array(bytes.length - start).fill(0))],
  ]
  const [situation, damaged] = random.pick(damages)
  const { last, damage } = verdictOn(damaged)
  const answer = damage === null ? `it starts, and its history ends with ${formatId(last)}` : REFUSES
  const others = [index, count].map((zxid) => `it starts, and its history ends with ${formatId(BigInt(zxid))}`)
  return {
    situation: `The newest log file of a server holds the records 0x1 to ${formatId(BigInt(count))}, and then zeros. ${situation}`,
    question: 'What happens when the server starts?',
    choices: [...new Set([...others, answer, REFUSES])].sort((a, b) => a.localeCompare(b)),
    answer,
    because:
      damage === null
        ? 'A record without its end was being written when the server died. Nobody was told of it, so the log ends before it.'
        : `"${damage}": the record was whole once, so somebody may have been told of it. To forget it in silence would be a lie.`,
  }
}
