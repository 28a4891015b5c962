/** Lines that chapter 12 takes away. */
import type { BrokenRules } from '../support/broken.ts'

export const broken: BrokenRules = {
  'no-version': {
    source: 'chapters/12-in-the-wild/hdfs.ts',
    edits: [['await zk.setData(breadcrumb, me.name, { version: before.stat.version })', 'await zk.setData(breadcrumb, me.name)']],
  },
  'no-check': {
    source: 'chapters/12-in-the-wild/kafka.ts',
    edits: [[`        { op: 'check', path: \`\${root}/controller_epoch\`, version },\n`, '']],
  },
  'first-list': { source: 'chapters/12-in-the-wild/dubbo.ts', edits: [['if (!isFirst && !this.rules.watchesOn) return', 'return']] },
  'renamed-late': {
    source: 'chapters/12-in-the-wild/hbase.ts',
    edits: [
      ['      if (rules.renames) files.renamed.add(dead)\n', ''],
      ['      files.split(dead)\n', '      files.split(dead)\n      if (rules.renames) files.renamed.add(dead)\n'],
    ],
  },
}
