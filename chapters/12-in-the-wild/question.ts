/** What chapter 12 lets one predict: whom to stop, whom to recover, whom to believe. The protocols' own rules answer. */
import { Prng } from '../../src/kernel/index.ts'
import type { Question } from '../support/question.ts'
import { leftBehind } from './hbase.ts'
import { STEPS } from './hdfs.ts'
import { Broker, RULES } from './kafka.ts'

/** One of three questions. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  return random.pick([whomToStop, whomToRecover, whomToBelieve])(random)
}

/** NameNodes take over one after the other, and crash at some step. */
function whomToStop(random: Prng): Question {
  const count = 2 + random.below(3)
  let breadcrumb = 'nn1'
  const story = ['  nn1 is active, and stands still.']
  for (let i = 2; i <= count; i++) {
    const step = random.pick(STEPS)
    story.push(`  nn${i} comes, ${step}, and stands still.`)
    if (STEPS.indexOf(step) >= STEPS.indexOf('has left its breadcrumb')) breadcrumb = `nn${i}`
  }
  const names = Array.from({ length: count }, (_, i) => `nn${i + 1}`)
  return {
    situation: `A NameNode that takes over takes these steps: it ${STEPS.join(', ')}. Each time the session of the one before ends, and the next one comes:\n\n${story.join('\n')}`,
    question: `Now nn${count + 1} comes. Whom does it stop before it is active?`,
    choices: [...names, 'all of them', 'nobody'],
    answer: breadcrumb,
    because: `The last who left a breadcrumb is ${breadcrumb}. Whoever did not come so far has never been active; whoever was before was stopped by those who came after, before they left theirs.`,
  }
}

function whomToRecover(random: Prng): Question {
  const all = ['rs1', 'rs2', 'rs3', 'rs4']
  const drawn = () => all.filter(() => random.below(3) > 0)
  const [logs, there, seen] = [drawn(), drawn(), drawn()]
  const answer = leftBehind(logs, there)
  const listed = (names: readonly string[]) => (names.length === 0 ? 'nobody' : names.join(', '))
  const choices = [...new Set([answer, leftBehind(seen, there), leftBehind(all, there), logs].map(listed))].sort((a, b) => (a < b ? -1 : 1))
  return {
    situation: `A master fails, and another one takes over. What it finds:\n\n  logs in the file system   ${listed(logs)}\n  children of rs            ${listed(there)}\n  the old master knew of    ${listed(seen)}`,
    question: 'Whose logs does it split?',
    choices,
    answer: listed(answer),
    because:
      'Whoever has a log and no node has died, whenever that was. What the old master knew died with it, and who has no log has nothing to be recovered.',
  }
}

function whomToBelieve(random: Prng): Question {
  const broker = new Broker()
  const orders = Array.from({ length: 3 + random.below(3) }, () => ({ epoch: 4 + random.below(4), leader: `b${1 + random.below(3)}` }))
  for (const { epoch, leader } of orders) broker.hear(epoch, leader, RULES)
  return {
    situation: `b4 is told by controllers, in this order:\n\n${orders.map(({ epoch, leader }) => `  epoch ${epoch}: ${leader} leads`).join('\n')}`,
    question: 'Whom does b4 take for the leader in the end?',
    choices: ['b1', 'b2', 'b3'],
    answer: broker.leader,
    because: `The greatest epoch is ${broker.epoch}; whatever came after it with a smaller one was refused (${broker.refused} of ${orders.length}), and of equal ones the last counts.`,
  }
}
