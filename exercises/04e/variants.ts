import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const FOLLOWER =
  "say('slow B 100000')\n  say('send c /seat-1 Ada')\n  say('run 300')\n  say('crash B power')\n  say('crash A kill')\n  say('join C')\n  say('slow B 1')\n  say('start B')\n  say('await leader')"
const LEADER =
  "say('slow A 100000')\n  say('send c /seat-1 Ada')\n  say('run 300')\n  say('crash B kill')\n  say('crash A power')\n  say('join C')\n  say('slow A 1')\n  say('start A')\n  say('await leader')"
const FIRST = 'the first finds out the follower that acknowledges at once'
const SECOND = 'the second finds out the leader that counts itself at once'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'a-quick-disk',
    tempts: 'The follower acknowledges early, so it is caught early. Its disk is done a millisecond later, and before anybody can pull the plug.',
    caughtBy: FIRST,
    edits: [[FOLLOWER, FOLLOWER.replace("say('slow B 100000')\n  ", '')]],
  },
  {
    name: 'everybody-has-heard-of-it',
    tempts: 'One server lies, so one server has to be hit. The third one has the sale on its disk, and any two that elect have it.',
    caughtBy: FIRST,
    edits: [
      [
        FOLLOWER,
        FOLLOWER.replace("say('slow B 100000')", "say('join C')\n  say('run 1000')\n  say('slow B 100000')").replace(
          "say('join C')\n  say('slow B 1')",
          "say('slow B 1')",
        ),
      ],
    ],
  },
  {
    name: 'the-leader-stays',
    tempts: 'It is the follower that lies, so the leader is left in peace. It has the sale, and leads on.',
    caughtBy: FIRST,
    edits: [[FOLLOWER, FOLLOWER.replace("say('crash A kill')\n  ", '')]],
  },
  {
    name: 'all-come-back',
    tempts: 'A power cut hits everybody, and everybody comes back. So does the one that has the sale on its disk, and wins the election.',
    caughtBy: FIRST,
    edits: [[FOLLOWER, FOLLOWER.replace("say('start B')", "say('start A B')")]],
  },
  {
    name: 'before-anybody-was-told',
    tempts: 'The quicker the better: the crash comes right behind the write. Nobody was told anything, so nothing is lost.',
    caughtBy: FIRST,
    edits: [[FOLLOWER, FOLLOWER.replace("say('run 300')\n  ", '')]],
  },
  {
    name: 'the-disk-stays-slow',
    tempts: 'The disk is slow, and that is all that is wrong with it. A server that cannot start keeps a quorum from serving, whoever lies.',
    caughtBy: 'the first loses nothing of servers that keep the rules',
    edits: [[FOLLOWER, FOLLOWER.replace("say('crash B power')\n  ", '').replace("say('slow B 1')\n  ", '')]],
  },
  {
    name: 'the-same-for-the-leader',
    tempts: 'What has caught one liar will catch the other. This time the follower tells the truth, and it is the leader’s memory that has to go.',
    caughtBy: SECOND,
    edits: [[LEADER, FOLLOWER]],
  },
  {
    name: 'the-follower-that-has-it-stays',
    tempts: 'The leader lies and is unplugged. The follower has the sale on its disk, and C cannot win against it.',
    caughtBy: SECOND,
    edits: [[LEADER, LEADER.replace("say('crash B kill')\n  ", '')]],
  },
  {
    name: 'the-leader-does-not-come-back',
    tempts: 'A leader that has lost its power is out of the game. Then C is alone, and there is no quorum that could forget anything.',
    caughtBy: SECOND,
    edits: [[LEADER, LEADER.replace("say('start A')\n  ", '')]],
  },
  {
    name: 'c-is-cut-off-for-good',
    tempts: 'C must not hear of the sale, so it stays away. Who is to elect without those who know?',
    caughtBy: SECOND,
    edits: [[LEADER, LEADER.replace("say('join C')\n  ", '')]],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'waits-for-the-answer',
    how: 'The client is asked to wait for its answer; on servers that keep the rules it waits in vain. The other way of making a server deaf: what the leader sends to it waits.',
    bodies: {
      againstTheHastyFollower: `
        for (const line of ['start all', 'await whole', 'name A = leader', 'name B = follower', 'name C = follower']) say(line)
        say('client c at A')
        say('block A > C')
        say('slow B 100000')
        say('write c /seat-1 Ada')
        say('crash B power')
        say('crash A kill')
        say('slow B 1')
        say('start B')
        say('await leader')`,
    },
  },
  {
    name: 'one-more-sale',
    how: 'A sale before, with everything in order, and one after; the seats are read in the end.',
    bodies: {
      againstTheHastyLeader: `
        for (const line of ['start all', 'await whole', 'name A = leader', 'name B = follower', 'name C = follower']) say(line)
        say('client c at A')
        say('write c /seat-1 Ada')
        say('part C')
        say('slow A 100000')
        say('send c /seat-2 Ben')
        say('run 500')
        say('crash A power')
        say('crash B kill')
        say('slow A 1')
        say('join C')
        say('start A')
        say('await leader')
        say('client d at C')
        say('write d /seat-3 Cleo')
        say('read d /seat-1')`,
    },
  },
]
