import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const TIME = '(BigInt(Math.floor(elapsed)) & 0xff_ffff_ffffn) << 16n'
const ID = 'BigInt.asIntN(64, (sid << 56n) | time)'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'clock-into-the-top-byte',
    tempts: 'The clock fits into forty bits for 34 years, so nobody masks it. A clock that starts in 1970 does not (ZOOKEEPER-1622).',
    caughtBy: 'an old clock loses its high bits and does not reach the server’s byte',
    edits: [[TIME, 'BigInt(Math.floor(elapsed)) << 16n']],
  },
  {
    name: 'no-room-for-counting',
    tempts: 'The clock is put right below the server’s byte from the bottom: then each new session has the number of a later life.',
    caughtBy: 'below it are forty bits of the clock, then sixteen zeros',
    edits: [[TIME, TIME.replace('<< 16n', '<< 0n')]],
  },
  {
    name: 'unsigned',
    tempts: 'A bigint has no sign bit in the way, so the large number looks right until it is written into a long.',
    caughtBy: 'the number is a signed one of 64 bits',
    edits: [[ID, ID.replace('asIntN', 'asUintN')]],
  },
  {
    name: 'whole-sid-on-top',
    tempts: 'Nobody cuts the id off: server 257 makes a number that does not fit.',
    caughtBy: 'the number is a signed one of 64 bits',
    edits: [[ID, '(sid << 56n) | time']],
  },
  {
    name: 'container-mark-given',
    tempts: 'One number in 2^64 will never come up. Server 128 in the first millisecond gives it.',
    caughtBy: 'the mark of a container is not given',
    edits: [['return id === CONTAINER_OWNER ? id + 1n : id', 'return id']],
  },
  {
    name: 'sid-at-the-bottom',
    tempts: 'The time first makes ids sort by age; counting up then runs into the next server’s numbers.',
    caughtBy: 'the top byte is the server',
    edits: [[ID, 'BigInt.asIntN(64, (time << 8n) | BigInt.asUintN(8, sid))']],
  },
  {
    name: 'clock-rounded',
    tempts: 'Rounding is what one does with fractions.',
    caughtBy: 'parts of a millisecond do not count',
    edits: [['Math.floor(elapsed)', 'Math.round(elapsed)']],
  },
  {
    name: 'limits-crossed',
    tempts: 'min and max are easily taken the wrong way round: the least of the largest.',
    caughtBy: 'a client gets the timeout that it asks for, within the limits',
    edits: [['Math.min(Math.max(asked, min), max)', 'Math.max(Math.min(asked, min), max)']],
    visibleWithin: 1,
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'multiplies',
    how: 'Places instead of shifts: each part times a power of two.',
    bodies: {
      initialSessionId: `
        const clock = BigInt(Math.floor(elapsed)) % 2n ** 40n
        const whole = BigInt.asUintN(8, sid) * 2n ** 56n + clock * 2n ** 16n
        const id = BigInt.asIntN(64, whole)
        return id === -(2n ** 63n) ? id + 1n : id`,
      negotiateTimeout: 'if (asked < min) return min\nreturn asked > max ? max : asked',
    },
  },
  {
    name: 'shifts-twice',
    how: 'As Java does it: the clock shifted up and down again to cut off its high bits.',
    bodies: {
      initialSessionId: `
        const clock = BigInt.asUintN(64, BigInt(Math.trunc(elapsed)) << 24n) >> 8n
        const id = BigInt.asIntN(64, clock | (BigInt.asIntN(8, sid) << 56n))
        return id > CONTAINER_OWNER ? id : CONTAINER_OWNER + 1n`,
      negotiateTimeout: 'return Math.max(min, Math.min(max, asked))',
    },
  },
]
