import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const NAME = 'sequencePath(wish.path, parent.cversion)'
const PARENT = 'context.changes.add({ ...parent, zxid, cversion: parentCVersion, childCount: parent.childCount + 1 })'
const CVERSION = 'const parentCVersion = (parent.cversion + 1) | 0'
const THERE = "if (context.changes.get(path) !== undefined) refuse('NODEEXISTS')"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'number-of-children',
    tempts: 'The next number is how many children there are. When one goes, the number of the last one is given again.',
    caughtBy: 'a number is not given twice',
    edits: [[NAME, 'sequencePath(wish.path, parent.childCount)']],
    visibleWithin: 1,
  },
  {
    name: 'the-counter-in-the-tree',
    tempts: 'The counter is a field of the node, and the node is in the tree. Ten requests at once read the same number there.',
    caughtBy: 'numbers count up, applied or not',
    edits: [[NAME, 'sequencePath(wish.path, context.database.tree.getNode(parentPath)?.cversion ?? parent.cversion)']],
    visibleWithin: 3,
  },
  {
    name: 'counted-before',
    tempts: 'The counter is raised and then used: the first one gets number 1. It is used and then raised.',
    caughtBy: 'numbers count up, applied or not',
    edits: [[NAME, 'sequencePath(wish.path, parent.cversion + 1)']],
  },
  {
    name: 'only-numbers-count',
    tempts: 'The counter is for numbers, so a node without one does not raise it. It is the version of the list of children as well.',
    caughtBy: 'a number is not given twice',
    edits: [[CVERSION, 'const parentCVersion = (parent.cversion + (isSequential(flags) ? 1 : 0)) | 0']],
  },
  {
    name: 'the-parent-is-not-noted',
    tempts: 'The parent is not what is created. Its counter is what the next name is made of.',
    caughtBy: 'numbers count up, applied or not',
    edits: [[PARENT, '']],
    visibleWithin: 3,
  },
  {
    name: 'is-it-in-the-tree',
    tempts: 'Whether a node exists the tree knows. What is on its way it does not.',
    caughtBy: 'a name is given once',
    edits: [[THERE, "if (context.database.tree.getNode(path) !== undefined) refuse('NODEEXISTS')"]],
  },
  {
    name: 'checked-without-its-number',
    tempts: 'The path that the client gave is checked, as everywhere. The name is not complete yet: a number alone is one.',
    caughtBy: 'every mode with a number has one, the others have none',
    edits: [["if (validatePath(path) !== null) refuse('BADARGUMENTS')", "if (validatePath(wish.path) !== null) refuse('BADARGUMENTS')"]],
  },
  {
    name: 'an-owner-only-when-it-is-applied',
    tempts: 'Who applies the transaction sets the owner, so the note of it has none. Until then children are created below an ephemeral.',
    caughtBy: 'nothing is created below an ephemeral node',
    edits: [
      ['const ephemeralOwner = ownerOf(type, ephemeral ? context.sessionId : 0n, wish.ttl)', 'const ephemeralOwner = ownerOf(type, 0n, wish.ttl)'],
    ],
  },
  {
    name: 'any-owner-is-a-session',
    tempts: 'A node with an owner is ephemeral. Containers and nodes with a time to live have one that is no session.',
    caughtBy: 'nothing is created below an ephemeral node',
    edits: [['isEphemeralOwner(parent.ephemeralOwner)', 'parent.ephemeralOwner !== 0n']],
  },
  {
    name: 'two-modes-with-a-number',
    tempts: 'Persistent and ephemeral, with and without a number, are the four modes that one learns. There are seven.',
    caughtBy: 'every mode with a number has one, the others have none',
    bodies: { isSequential: 'return flags === CreateMode.PERSISTENT_SEQUENTIAL || flags === CreateMode.EPHEMERAL_SEQUENTIAL' },
  },
  {
    name: 'everybody-may-own',
    tempts: 'A session that may write may create, ephemeral nodes too. A session that only one server knows cannot be ended by the others.',
    caughtBy: 'who moves is refused',
    edits: [['if (isEphemeral(flags)) requireGlobalSession(context)\n  else requireSession(context)', 'requireSession(context)']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-kind-of-transaction',
    how: 'The part that all transactions have in common is put together first; the owner comes from a table.',
    bodies: {
      prepareCreate: `
        checkFlags(type, wish, context.rules.extendedTypes)
        const ephemeral = isEphemeral(wish.flags)
        const requireOwner = ephemeral ? requireGlobalSession : requireSession
        requireOwner(context)
        const above = requireParent(wish.path)
        const acl = context.rules.access.fixup(wish.acl, context.authInfo)
        if (acl === null) return refuse('INVALIDACL')
        const parent = requireNode(context, above)
        requirePermission(context, parent.acl, Perms.CREATE)
        const path = isSequential(wish.flags) ? sequencePath(wish.path, parent.cversion) : wish.path
        if (validatePath(path) !== null) return refuse('BADARGUMENTS')
        if (context.changes.get(path)) return refuse('NODEEXISTS')
        if (isEphemeralOwner(parent.ephemeralOwner)) return refuse('NOCHILDRENFOREPHEMERALS')
        const { data } = wish
        const dataLength = data?.length ?? 0
        requireQuota(context, path, 1, dataLength)
        const { zxid } = context
        const ephemeralOwner = ownerOf(type, ephemeral ? context.sessionId : 0n, wish.ttl)
        context.changes.add({ zxid, path, exists: true, acl, version: 0, cversion: 0, aversion: 0, ephemeralOwner, childCount: 0, dataLength })
        const after = { ...parent, zxid, cversion: (parent.cversion + 1) | 0, childCount: parent.childCount + 1 }
        context.changes.add(after)
        const common = { path, data, acl, parentCVersion: after.cversion }
        if (type === OpCode.createContainer) return { kind: 'createContainer', ...common }
        if (type === OpCode.createTTL) return { kind: 'createTTL', ...common, ttl: wish.ttl }
        return type === OpCode.create ? { kind: 'create', ...common, ephemeral } : { kind: 'create2', ...common, ephemeral }`,
      isSequential:
        'return new Set<number>([CreateMode.PERSISTENT_SEQUENTIAL, CreateMode.EPHEMERAL_SEQUENTIAL, CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL]).has(flags)',
    },
  },
  {
    name: 'owner-by-type',
    how: 'The owner is chosen by a switch, and whether a name gets a number by the names of the modes.',
    bodies: {
      ownerOf: `
        switch (type) {
          case OpCode.createContainer:
            return containerOwner
          case OpCode.createTTL:
            return ttlOwner(ttl)
          default:
            return session
        }`,
      isSequential: "return Object.entries(CreateMode).some(([name, mode]) => mode === flags && name.includes('SEQUENTIAL'))",
    },
  },
]
