/** The question of chapter 05: what number does the next one get? */
import { Prng, type SessionId } from '../../src/kernel/index.ts'
import { sequencePath } from '../../src/tree/index.ts'
import type { Question } from '../support/question.ts'
import { Preparer } from './preparer.ts'
import { tellWish, type Wish } from './wishes.ts'

const APP: SessionId = 1n
const TAKE: Wish = { op: 'create', path: '/queue/n-', data: null, mode: 'PERSISTENT_SEQUENTIAL' }

/** What the visitors of a queue do, drawn from the seed; then somebody takes a number. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const server = new Preparer([APP], () => 0)
  const carryOut = (wish: Wish) => server.commit(server.prepare(APP, wish))
  carryOut({ op: 'create', path: '/queue', data: null })
  const children = () => [...(server.database.tree.getNode('/queue')?.children ?? [])]
  const wishes: Wish[] = []
  while (wishes.length < 7) {
    const wish = drawWish(random, children(), wishes.length)
    carryOut(wish)
    wishes.push(wish)
  }
  const creations = server.database.tree.getNode('/queue')?.cversion ?? 0
  const highest = Math.max(
    -1,
    ...children()
      .map((name) => Number(name.slice(2)))
      .filter(Number.isInteger),
  )
  const { txn } = server.prepare(APP, TAKE)
  const answer = 'path' in txn ? txn.path.slice(7) : ''
  const guesses = [creations, children().length, highest + 1, wishes.filter((wish) => wish === TAKE).length, creations + 1]
  const choices = [...new Set(guesses.map((guess) => sequencePath('n-', guess)))].sort((a, b) => a.localeCompare(b))
  return {
    situation: `/queue is new and empty. Then:\n\n${wishes.map((wish) => `  ${tellWish(wish)}`).join('\n')}`,
    question: `What is the name of the znode that this makes: ${tellWish(TAKE)}?`,
    choices,
    answer,
    because:
      `${creations} children have been created in /queue, of whatever kind. Neither deletions nor refused requests nor ` +
      'writes of data change that counter, and the next number is what it says.',
  }
}

function drawWish(random: Prng, children: readonly string[], count: number): Wish {
  const dice = random.below(10)
  if (children.length === 0 || dice < 4) return TAKE
  const path = `/queue/${random.pick(children)}`
  if (dice < 6) return { op: 'delete', path, version: -1 }
  if (dice < 7) return { op: 'create', path, data: null }
  if (dice < 8) return { op: 'setData', path: '/queue', data: 'open', version: -1 }
  return { op: 'create', path: `/queue/desk${count}`, data: null }
}
