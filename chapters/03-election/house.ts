/** An election on whole servers: one that has slept through a sale comes back in the moment in which the leader fails. */
import { type CreateServer, MUSEUM, withBug } from '../../src/hosts/simulation/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { Theatre } from '../support/theatre.ts'

/** How long it may take until somebody leads, in ms. */
const PATIENCE = 20_000

/** What becomes of a confirmed sale: who leads in the end, how often a follower was turned away, whose the seat is. */
export async function saleAfterElection(seed: bigint, rules: 'all' | 'vote-by-sid-alone' | 'learner-ahead-accepted'): Promise<string[]> {
  const theatre = new Theatre(seed, {})
  await theatre.open({}, serversWith(rules))
  let turnedAway = 0
  const { world } = theatre.ensemble
  world.onStep = ({ notes }) => (turnedAway += notes.filter(({ name }) => name === 'learner-ahead').length)
  const app = await theatre.client('app', ['s1', 's2'])
  await theatre.answer(app.create('/seat-1', { data: 'Ada' }))
  await theatre.wait(100)
  world.crash('s3', 'power')
  await theatre.until('s2 leads, and the application is back', () => theatre.leader === 's2' && app.state().session === 'CONNECTED')
  await theatre.answer(app.create('/seat-2', { data: 'Ben' }))
  await theatre.wait(100)
  world.crash('s2', 'power')
  world.start('s3')
  await theatre.wait(PATIENCE)
  const { leader } = theatre
  if (leader === '') return ['nobody', String(turnedAway), 'nobody can ask']
  const web = await theatre.client('web', ['s1', 's3'])
  const [seat] = await theatre.answer(Promise.allSettled([web.getData('/seat-2')]))
  return [
    leader,
    String(turnedAway),
    seat?.status === 'fulfilled' ? `is ${fromUtf8(seat.value.data ?? new Uint8Array(0))}'s` : 'IS FREE: the sale is lost',
  ]
}

function serversWith(rules: string): CreateServer {
  const exhibit = MUSEUM.find(({ name }) => name === rules)
  return exhibit === undefined ? createPeer : withBug(exhibit)
}
