import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const CORRECTED = 'if (!record.exists) paths.delete(record.path)\n    else if (record.ephemeralOwner === sessionId) paths.add(record.path)'
const TREE = 'new Set(context.database.tree.ephemeralsOf(sessionId))'
const NOTED = 'if (node !== undefined) changes.add({ ...node, zxid, exists: false })'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'the-tree-alone',
    tempts: 'The tree keeps a list of each session’s ephemerals, which is what it is for. It does not know what is on its way.',
    caughtBy: 'what is on its way goes too',
    edits: [[CORRECTED, 'paths.size']],
  },
  {
    name: 'the-changes-alone',
    tempts: 'Outstanding changes are checked before the tree everywhere else, so they seem to hold everything.',
    caughtBy: 'what the session has in the tree goes',
    edits: [[TREE, 'new Set<string>()']],
    visibleWithin: 1,
  },
  {
    name: 'deleted-and-named',
    tempts: 'Deleting what is gone does no harm, so only what is added is looked for. It does harm when somebody else has made it anew.',
    caughtBy: 'what is about to be deleted is not named',
    edits: [[CORRECTED, 'if (record.exists && record.ephemeralOwner === sessionId) paths.add(record.path)']],
  },
  {
    name: 'whose-is-it',
    tempts: 'What is in the list and exists is the session’s, so its path is enough. A path has more than one life.',
    caughtBy: 'what somebody else has taken over is not named',
    edits: [
      [
        CORRECTED,
        'const wasOurs = context.database.tree.ephemeralsOf(sessionId).has(record.path)\n    if (!record.exists) paths.delete(record.path)\n    else if (record.ephemeralOwner === sessionId || (wasOurs && record.ephemeralOwner !== 0n)) paths.add(record.path)',
      ],
    ],
  },
  {
    name: 'every-change-is-its-own',
    tempts: 'A record is of the session that asked. It is of a node; the session that owns it stands in one of its fields.',
    caughtBy: 'what belongs to others stays',
    edits: [['else if (record.ephemeralOwner === sessionId) paths.add', 'else paths.add']],
    visibleWithin: 2,
  },
  {
    name: 'everything-ephemeral',
    tempts: 'An owner that is not 0 is a session; which one is overlooked.',
    caughtBy: 'what belongs to others stays',
    edits: [['record.ephemeralOwner === sessionId', 'record.ephemeralOwner !== 0n']],
  },
  {
    name: 'nothing-is-noted',
    tempts: 'The transaction names them, and will be applied in a moment. Until then the lock is still held in the eyes of all who ask.',
    caughtBy: 'the next request finds the nodes gone',
    edits: [[NOTED, 'void [node, zxid]']],
  },
  {
    name: 'closed-when-it-is-applied',
    tempts: 'The session ends when its end is applied. Between the two its client goes on creating (ZOOKEEPER-1208).',
    caughtBy: 'nothing is taken from it any more',
    edits: [['context.sessions.setSessionClosing(sessionId)', '']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'asks-about-each',
    how: 'All paths that may be concerned are collected, and of each it is asked what it will be.',
    bodies: {
      prepareCloseSession: `
        const { changes, sessionId, zxid, database, sessions } = context
        const concerned = [...database.tree.ephemeralsOf(sessionId), ...[...changes.records()].map((record) => record.path)]
        const paths2Delete = [...new Set(concerned)].filter((path) => changes.get(path)?.ephemeralOwner === sessionId)
        for (const node of paths2Delete.map((path) => changes.get(path))) if (node !== undefined) changes.add({ ...node, zxid, exists: false })
        sessions.setSessionClosing(sessionId)
        return { kind: 'closeSession', paths2Delete }`,
    },
  },
  {
    name: 'last-word-counts',
    how: 'The last record of each path, in a map; what the tree has is added where no record says anything.',
    bodies: {
      prepareCloseSession: `
        context.sessions.setSessionClosing(context.sessionId)
        const last = new Map([...context.changes.records()].map((record) => [record.path, record]))
        const paths = [...context.database.tree.ephemeralsOf(context.sessionId)].filter((path) => !last.has(path))
        for (const record of last.values()) if (record.exists && record.ephemeralOwner === context.sessionId) paths.push(record.path)
        for (const path of paths) {
          const node = context.changes.get(path)
          if (node !== undefined) context.changes.add({ ...node, zxid: context.zxid, exists: false })
        }
        return { kind: 'closeSession', paths2Delete: paths }`,
    },
  },
]

export const equivalent = {
  'node !== undefined → true': 'Whatever is on the list will be there until this session has ended.',
}
