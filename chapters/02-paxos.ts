/**
 * The demo of chapter 02: Paxos agrees on one value, then on a log of them, and then Zab is given the same schedule.
 * `npx tsx chapters/02-paxos.ts --help`
 */
import { broken } from './02-paxos/broken.ts'
import { executed, tableOf, twoLeaders } from './02-paxos/log.ts'
import { duel, everyOrder, firstComes, mostReported, secondProposer, strictlyGreater, twoPhases } from './02-paxos/one-decree.ts'
import { ask } from './02-paxos/question.ts'
import { zabOnTheSameSchedule } from './02-paxos/zab.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import type { PaxosWorld } from './support/paxos-world.ts'
import { perform } from './support/perform.ts'
import { Stage } from './support/stage.ts'
import type { Telling } from './support/story.ts'

const HOSTS = ['app', 's1', 's2', 's3', 's4', 's5']

/** Of whole servers, what keeps things alive, elects, and brings servers together is told in chapters 03 and 04. */
const UNTOLD = new Set([
  'accepted',
  'CONNECT',
  'CONNECTED',
  'PING',
  'ping',
  'INITIAL',
  'VOTE',
  'FOLLOWERINFO',
  'LEADERINFO',
  'ACKEPOCH',
  'NEWLEADER',
  'UPTODATE',
  'REVALIDATE',
])
const TOLD = new Set([
  ...['takes', 'value-proposed', 'accepted', 'chosen', 'given-up', 'leads', 'proposed-again', 'gap-filled'],
  ...['histories-checked', 'sync-decided', 'trunc-received', 'snap-received', 'committed'],
])

function play({ seed }: ChapterOptions): readonly string[] {
  const stage = new Stage(seed, { chapter: '02-paxos' })
  stage.say(
    'aside',
    'introduction',
    'The application (app) tells one of the servers s1, s2 … who is to have a seat. "1 = Ada" says that the first decision, decree 1, ' +
      'is Ada; "ballot 2.3" is round 2 of server 3. ● is who speaks or acts, ▶ who hears it, ✗ who never does.',
  )
  firstComes(stage)
  secondProposer(stage, twoPhases(stage, seed))
  duel(stage, seed)
  everyOrder(stage)
  mostReported(stage, seed)
  strictlyGreater(stage)
  stage.say('heading', 'leader1', 'MULTI-PAXOS: s3 leads')
  const many = twoLeaders(stage, seed, 10)
  stage.say('aside', 'logs', 'What is on the disks now:')
  stage.show(tableOf(many))
  stage.say('aside', 'applied', 's1 knows what is chosen, and takes one decree after the other:')
  stage.show(applied(many))
  stage.mend('fault', 'Everything works again.')
  stage.say('heading', 'again', 'ONE AT A TIME: the same schedule, no decree before the last one is chosen')
  const one = twoLeaders(new Stage(seed, {}), seed, 1)
  stage.show(tableOf(one))
  stage.show(applied(one))
  const zab = zabOnTheSameSchedule(stage, seed)
  stage.say('aside', 'end', `So in the end there are ${zab}. The balcony was never opened, and nobody has a seat in it.`)
  return stage.lines
}

function applied(world: PaxosWorld): string[] {
  return columns(executed(world.server('s1').delivered).map(({ value, result }, i) => [`decree ${i + 1}`, value, result]))
}

function telling(): Telling {
  return {
    hosts: HOSTS,
    tells: ({ name, from, to }) => !UNTOLD.has(name) && from !== to,
    notes: TOLD,
  }
}

/** The schedule that parts the two: Multi-Paxos, then Zab. */
function drawing(): Telling {
  const drawn = new Set(['accept', 'WANT', 'PROPOSAL', 'COMMIT', 'DIFF', 'TRUNC', 'SNAP', 'create2'])
  const tells: Telling['tells'] = ({ name, from, to }) => drawn.has(name) && from !== to
  const notes = new Set(['leads', 'proposed-again', 'chosen', 'sync-decided'])
  const omits = new Set(['first', 'phases', 'second', 'duel', 'orders', 'highest', 'most-frequent', 'strict', 'again'])
  return { ...telling(), hosts: HOSTS.slice(0, 4), tells, notes, omits }
}

perform(
  { play, telling, drawing, ask },
  chapterOptions('02-paxos', 'Paxos: one value, a log of values, and Zab on the same schedule.', {}, [], null, broken),
)
