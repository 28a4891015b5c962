/** Schedules that find out who acknowledges too early: told line by line, played on three servers. */

/** Says a line of the schedule, in the language of `test/scenarios`. */
export type Say = (line: string) => void

/** On this schedule a follower that acknowledges before its disk has the transaction loses what a client was told. */
export function againstTheHastyFollower(say: Say): void {
  say('start all')
  say('await whole')
  say('name A = leader')
  say('name B = follower')
  say('name C = follower')
  say('client c at A')
  say('part C')
  say('slow B 100000')
  say('send c /seat-1 Ada')
  say('run 300')
  say('crash B power')
  say('crash A kill')
  say('join C')
  say('slow B 1')
  say('start B')
  say('await leader')
}

/** On this schedule a leader that counts itself before its disk has the transaction loses what a client was told. */
export function againstTheHastyLeader(say: Say): void {
  say('start all')
  say('await whole')
  say('name A = leader')
  say('name B = follower')
  say('name C = follower')
  say('client c at A')
  say('part C')
  say('slow A 100000')
  say('send c /seat-1 Ada')
  say('run 300')
  say('crash B kill')
  say('crash A power')
  say('join C')
  say('slow A 1')
  say('start A')
  say('await leader')
}
