/** The scenes of chapter 02 about one decree: who gets seat 1? */
import { type Slot, THE_DECREE } from '../../src/paxos/index.ts'
import { columns } from '../support/columns.ts'
import { MISTAKES, type MistakeName, mostFrequent } from '../support/paxos-mistakes.ts'
import { searchAllOrders } from '../support/paxos-search.ts'
import { PaxosWorld, type PaxosWorldOptions } from '../support/paxos-world.ts'
import type { Link, Stage } from '../support/stage.ts'

const APP = 'app'
/** How often a proposer may try. */
export const ATTEMPTS = 20

/** A world whose steps are on stage. Of the learners only the first one to learn something is told of. */
export function staged(stage: Stage, options: PaxosWorldOptions): PaxosWorld {
  const world = new PaxosWorld(options)
  const known = new Set<Slot>()
  world.onStep = ({ host, machine, event, effects }) => {
    const chosen = effects.find((effect) => effect.kind === 'chosen')
    const isOld = chosen !== undefined && known.has(chosen.slot)
    if (chosen !== undefined) known.add(chosen.slot)
    stage.step(host, machine, event, isOld ? effects.filter(({ kind }) => kind !== 'note') : effects)
  }
  return world
}

/** The application wants a value from a server. */
export function want(stage: Stage, world: PaxosWorld, at: string, value: string): void {
  stage.tell(APP, at, 'WANT', value)
  world.ask(at, { kind: 'propose', value })
}

/** From now on these servers and the others hear nothing of each other. */
function cutOff(stage: Stage, world: PaxosWorld, ...names: readonly string[]): void {
  const others = world.servers.map(({ name }) => name).filter((name) => !names.includes(name))
  const links = others.flatMap((other) =>
    names.flatMap((name) => [
      [name, other],
      [other, name],
    ]),
  ) as Link[]
  world.cut(links)
  stage.cut(links, 'fault', `A switch fails: ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} cut off.`)
}

/** Every value that was ever chosen; more than one is a catastrophe. */
function whatIsChosen(world: PaxosWorld): string {
  return [...world.chosen(THE_DECREE)].join(' AND ') || 'nothing'
}

/** "Whatever a server hears first it takes, and more than half is enough": no numbers, no second thoughts. */
export function firstComes(stage: Stage): void {
  stage.say('heading', 'first', '"EVERY SERVER TAKES WHAT IT HEARS FIRST, AND MORE THAN HALF IS ENOUGH"')
  const wishes = [
    ['s1', 'Ada'],
    ['s2', 'Ben'],
    ['s3', 'Cleo'],
  ] as const
  for (const [name, buyer] of wishes) {
    stage.tell(APP, name, 'WANT', `seat-1 = ${buyer}`)
    stage.think(name, 'takes', `${name} takes ${buyer}.`)
  }
  for (const [name, buyer] of wishes) for (const [other] of wishes) if (other !== name) stage.tell(name, other, 'TAKEN', `${name} has taken ${buyer}`)
  stage.say('aside', 'stuck', 'One for each. No value has two of three, and no server may take another one: seat 1 is sold to nobody, for ever.')
}

/** The two phases, with everybody there. */
export function twoPhases(stage: Stage, seed: bigint): PaxosWorld {
  stage.say('heading', 'phases', 'ONE PROPOSER: two phases')
  const world = staged(stage, { seed, servers: 3, window: 'one decree' })
  cutOff(stage, world, 's3')
  want(stage, world, 's1', 'Ada')
  world.exchange()
  return world
}

/** A second proposer comes when the value is chosen, and does not know it. */
export function secondProposer(stage: Stage, world: PaxosWorld): void {
  stage.say('heading', 'second', 'A SECOND PROPOSER, which has heard of nothing')
  world.mend()
  stage.mend('fault', 'The switch works again.')
  cutOff(stage, world, 's1')
  want(stage, world, 's3', 'Ben')
  world.exchange()
  const chosen = whatIsChosen(world)
  stage.say('aside', 'chosen', `Chosen: ${chosen}.${chosen === 'Ada' ? ' Ben was refused by nobody; his own proposer gave him up.' : ''}`)
  stage.mend('fault', 'All hear each other again.')
}

/** Each of two proposers comes in between the two phases of the other. */
export function duel(stage: Stage, seed: bigint): void {
  stage.say('heading', 'duel', 'TWO AT ONCE: each outbids the other')
  const world = staged(stage, { seed, servers: 3, window: 'one decree' })
  world.ask('s1', { kind: 'propose', value: 'Ada' })
  world.exchange(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
  world.ask('s3', { kind: 'propose', value: 'Ben' })
  for (const loser of ['s1', 's3']) {
    world.exchange(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
    world.exchange(
      ({ from, message }) =>
        (message.kind === 'accept' && from === loser) || (message.kind === 'reject' && message.ballot.proposer === world.server(loser).sid),
    )
    world.ask(loser, { kind: 'timeout', timer: 'retry' })
  }
  stage.say('aside', 'patience', 'This can go on for ever, and nothing wrong is ever chosen. It ends when one of them waits a little longer:')
  world.exchange(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
  world.exchange()
}

/** All orders of what two proposers send, with the rules as they are and with some of them broken. */
export function everyOrder(stage: Stage): void {
  stage.say('heading', 'orders', 'EVERY ORDER of the messages of two proposers, three servers')
  const rows = ([null, 'own-value'] as const).map((name) => {
    const world = new PaxosWorld({ seed: 1n, servers: 3, window: 'one decree', ...(name ? { mistake: MISTAKES[name] } : {}) })
    world.ask('s1', { kind: 'propose', value: 'Ada' })
    world.ask('s2', { kind: 'propose', value: 'Ben' })
    const { states, fault } = searchAllOrders(world)
    return [name ?? 'the rules as they are', String(states), fault === null ? 'no: at most one value' : `TWO VALUES after ${fault.length} messages`]
  })
  stage.show(columns([['', 'states', 'can two values be chosen?'], ...rows]))
  stage.say('aside', 'belief', `own-value: "${MISTAKES['own-value'].belief}"`)
}

/** Ada has two of five, then Ben is chosen by three, and whoever asks next hears of Ada twice and of Ben once. */
export function mostReported(stage: Stage, seed: bigint): void {
  for (const name of [null, 'most-frequent'] as const) {
    stage.say(
      'heading',
      name ?? 'highest',
      name ? 'THE SAME, but the proposer takes what most have reported' : 'THE HIGHEST BALLOT, not what most have reported: five servers',
    )
    const quiet = new PaxosWorld({ seed, servers: 5, window: 'one decree', ...(name ? { mistake: MISTAKES[name] } : {}) })
    attempt(quiet, 's1', 'Ada', ['s1', 's2', 's3'], ['s1', 's2'])
    attempt(quiet, 's5', 'Ben', ['s3', 's4', 's5'], ['s3', 's4', 's5'])
    stage.say(
      'aside',
      'before',
      `s1 and s2 have accepted Ada in ballot 1.1. Then s3, s4 and s5 accepted Ben in 1.5. Chosen: ${whatIsChosen(quiet)}. Now s1 tries again.`,
    )
    quiet.onStep = ({ host, machine, event, effects }) => stage.step(host, machine, event, effects)
    cutOff(stage, quiet, 's4', 's5')
    attempt(quiet, 's1', 'Ada', ['s1', 's2', 's3'], ['s1', 's2', 's3'])
    const counted = mostFrequent(quiet.server('s1'))
    stage.say('aside', 'outcome', `Most have reported ${counted}. Chosen, ever: ${whatIsChosen(quiet)}.`)
    stage.mend('fault', 'All hear each other again.')
  }
}

/** With "only greater" an acceptor refuses the very ballot that it has promised. */
export function strictlyGreater(stage: Stage): void {
  stage.say('heading', 'strict', '"AN ACCEPTOR ACCEPTS ONLY WHAT IS GREATER THAN ITS PROMISE"')
  const rows = ([null, 'strictly-greater'] as const).map((mistake) => {
    const { last, chosen } = insist(mistake)
    return [mistake ? 'only greater' : 'greater or equal', `${last} of up to ${ATTEMPTS}`, chosen]
  })
  stage.show(columns([['', 'attempts', 'chosen'], ...rows]))
}

/** One proposer tries again and again. Returns how often it had to, and what was chosen. */
export function insist(mistake: MistakeName | null): { readonly last: number; readonly chosen: string } {
  const world = new PaxosWorld({ seed: 1n, servers: 3, window: 'one decree', ...(mistake ? { mistake: MISTAKES[mistake] } : {}) })
  world.ask('s1', { kind: 'propose', value: 'Ada' })
  for (let i = 1; i < ATTEMPTS; i++) {
    world.exchange()
    if (world.server('s1').isImpatient) world.ask('s1', { kind: 'timeout', timer: 'retry' })
  }
  world.exchange()
  return { last: world.server('s1').proposer.ballot?.round ?? 0, chosen: whatIsChosen(world) }
}

/** A server tries to get a value chosen; only these promise, and only these accept. Learners hear nothing. */
export function attempt(world: PaxosWorld, proposer: string, value: string, promising: readonly string[], accepting: readonly string[]): void {
  world.ask(proposer, { kind: 'propose', value })
  world.pass('prepare', proposer, ...promising)
  for (const server of promising) world.pass('promise', server, proposer)
  world.pass('accept', proposer, ...accepting)
  world.lose(() => true)
}
