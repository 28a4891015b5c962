import { exclusive, type Rule, readersTogether, type Waiter } from '../../src/recipes/rules/turn.ts'
import { WrongAnswer } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'
import { faultIn } from './fault-in.ts'

const isWriter = ({ kind }: Waiter) => kind === 'write'

/** A rule with one half of its own. */
function ruleOf({ reader = readersTogether, writer = readersTogether }: { reader?: Rule; writer?: Rule }): Rule {
  return (before, me) => (isWriter(me) ? writer : reader)(before, me)
}

export const checks: Checks = {
  'accuses no rule that is right'() {
    accepts('a reader waits for the last writer before it', readersTogether)
    accepts('a reader waits for the first writer before it', ruleOf({ reader: (before) => before.find(isWriter) }))
    accepts(
      'a reader waits for some writer in the middle',
      ruleOf({ reader: (before) => before.filter(isWriter)[Math.floor(before.filter(isWriter).length / 2)] }),
    )
  },

  'finds that a writer does not wait for readers'() {
    accuses('a writer waits for the last writer before it', ruleOf({ writer: (before) => before.findLast(isWriter) }), 'it writes while others read')
  },

  'finds that a reader does not wait'() {
    accuses('a reader never waits', ruleOf({ reader: () => undefined }), 'it reads while somebody writes')
  },

  'finds that readers do not share'() {
    accuses('everybody waits for the one just before', exclusive, 'two readers could hold it together')
  },

  'finds that readers overtake'() {
    const reader: Rule = (before) => (before[0] !== undefined && isWriter(before[0]) ? before[0] : undefined)
    accuses('a reader waits only for a writer who holds the lock', ruleOf({ reader }), 'with enough readers the writer waits for ever')
  },

  'finds that a reader sees no further than two'() {
    accuses(
      'a reader looks at the two before it',
      ruleOf({ reader: (before) => before.slice(-2).findLast(isWriter) }),
      'the writer three places ahead still writes',
    )
  },

  'finds that a reader watches a reader'() {
    const reader: Rule = (before) => (before.some(isWriter) ? before.at(-1) : undefined)
    accuses(
      'behind a writer a reader waits for the one just before it',
      ruleOf({ reader }),
      'the writer goes, and a reader behind a reader is not woken',
    )
  },

  'finds that a reader watches the holder'() {
    const reader: Rule = (before) => (before.some(isWriter) ? before[0] : undefined)
    accuses(
      'behind a writer a reader waits for the first in line',
      ruleOf({ reader }),
      'the writer dies while it waits, and the reader, who could join those who read, is not woken',
    )
  },

  'finds that one waits for itself'() {
    accuses(
      'a writer who is not the first waits for its own node',
      ruleOf({ writer: (before, me) => (before.length > 0 ? me : undefined) }),
      'that node does not go',
    )
  },

  'finds the herd'() {
    accuses('a writer waits for the first in line', ruleOf({ writer: (before) => before[0] }), 'all writers are woken, and all but one wait again')
    accuses(
      'a writer waits for the one before the one before it',
      ruleOf({ writer: (before) => before.at(-2) ?? before[0] }),
      'of two writers who are woken one waits again',
    )
  },
}

function accepts(story: string, rule: Rule): void {
  const fault = faultIn(rule)
  if (fault === null) return
  throw new WrongAnswer('nothing is wrong with it', String(fault), { given: `a right rule: ${story}` })
}

function accuses(story: string, rule: Rule, because: string): void {
  if (typeof faultIn(rule) === 'string') return
  throw new WrongAnswer('a fault', 'nothing is wrong with it', { given: `a wrong rule: ${story}`, because })
}
