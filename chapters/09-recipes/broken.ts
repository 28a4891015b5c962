/** Lines that chapter 09 takes away. */
import type { BrokenRules } from '../support/broken.ts'

export const broken: BrokenRules = {
  herd: {
    source: 'src/recipes/rules/turn.ts',
    edits: [['export const exclusive: Rule = (before) => before.at(-1)', 'export const exclusive: Rule = (before) => before[0]']],
  },
  'any-token': { source: 'src/recipes/rules/admit.ts', edits: [['return token >= greatestSeen', 'return true']] },
  'any-owner': {
    source: 'src/recipes/support.ts',
    edits: [['      if (unsure && !(await isOurs(zk, path))) return\n', '']],
    script: 'recipes --only queue --first 251 --seeds 1',
  },
  'no-sync': {
    source: 'src/recipes/barrier.ts',
    edits: [['    await untilAnswered(this.zk, () => this.zk.sync(this.path, options), options)\n', '']],
    script: 'recipes --only barrier --first 131 --seeds 1',
  },
}
