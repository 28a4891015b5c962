import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const SET = 'context.changes.add({ ...node, zxid: context.zxid, version: newVersion, dataLength })'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'against-the-tree',
    tempts: 'The tree holds the versions. What is prepared and not applied is not in it yet, so Ada and Ben both get the seat.',
    caughtBy: 'a write is checked against what will be',
    edits: [
      [
        'const newVersion = nextVersion(node.version, version)\n  context.changes.add({ ...node, zxid',
        'const newVersion = nextVersion(context.database.tree.getNode(path)?.version ?? node.version, version)\n  context.changes.add({ ...node, zxid',
      ],
    ],
    visibleWithin: 1,
  },
  {
    name: 'nothing-is-noted',
    tempts: 'The transaction says it all, and will be applied soon. Until then the next request sees the old version.',
    caughtBy: 'a write is checked against what will be',
    edits: [[SET, '']],
    visibleWithin: 1,
  },
  {
    name: 'deleted-and-still-there',
    tempts: 'The parent is corrected; that the node itself has to be noted as gone is forgotten.',
    caughtBy: 'a write is checked against what will be',
    edits: [['changes.add({ ...node, zxid, exists: false })', '']],
  },
  {
    name: 'the-wish-and-one',
    tempts: 'The client says which version it has seen, so the next one is that plus one. With -1 it is 0, again and again.',
    caughtBy: 'the outcome holds the version after the change',
    edits: [["return { kind: 'setData', path, data, version: newVersion }", "return { kind: 'setData', path, data, version: version + 1 }"]],
    visibleWithin: 1,
  },
  {
    name: 'only-the-version-is-noted',
    tempts:
      'The version is what the next request asks for. It may ask for the length as well, for a quota, and the zxid tells when the record has had its time.',
    caughtBy: 'the transaction holds the data, and they count from now on',
    edits: [[SET, 'context.changes.add({ ...node, version: newVersion })']],
    visibleWithin: 2,
  },
  {
    name: 'the-parent-keeps-the-child',
    tempts: 'Only the node is deleted. The count of its parent’s children is part of the parent, and the next delete asks for it.',
    caughtBy: 'a node with children is not deleted',
    edits: [['changes.add({ ...parent, zxid, childCount: parent.childCount - 1 })', '']],
  },
  {
    name: 'rights-on-the-node',
    tempts: 'To delete a node seems to need a right on the node, as everything else does.',
    caughtBy: 'the parent says who may delete, the node who may change',
    edits: [
      [
        'requirePermission(context, parent.acl, Perms.DELETE)\n  const node = requireNode(context, path)',
        'const node = requireNode(context, path)\n  requirePermission(context, node.acl, Perms.DELETE)',
      ],
    ],
  },
  {
    name: 'children-before-version',
    tempts: 'Whether there are children is the more important question, so it is asked first.',
    caughtBy: 'of several refusals the first is told',
    edits: [
      [
        "nextVersion(node.version, version)\n  if (node.childCount > 0) refuse('NOTEMPTY')\n  return removal(context, 'delete', parent, node)",
        "if (node.childCount > 0) refuse('NOTEMPTY')\n  nextVersion(node.version, version)\n  return removal(context, 'delete', parent, node)",
      ],
    ],
  },
  {
    name: 'quota-of-the-whole',
    tempts: 'The limit is on bytes, so the bytes of the data are asked about; those that are replaced are counted twice.',
    caughtBy: 'a quota is asked about growth',
    edits: [['requireQuota(context, path, 0, dataLength - node.dataLength)', 'requireQuota(context, path, 0, dataLength)']],
  },
  {
    name: 'quota-of-a-node',
    tempts: 'A write counts as one, as a create does; it adds none.',
    caughtBy: 'a quota is asked about growth',
    edits: [['requireQuota(context, path, 0, dataLength - node.dataLength)', 'requireQuota(context, path, 1, dataLength - node.dataLength)']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'versions-by-hand',
    how: 'The version is compared in place, and the changes are put together in one variable each.',
    bodies: {
      prepareSetData: `
        requireSession(context)
        if (validatePath(path) !== null) refuse('BADARGUMENTS')
        const before = requireNode(context, path)
        requirePermission(context, before.acl, Perms.WRITE)
        const dataLength = data?.length ?? 0
        requireQuota(context, path, 0, dataLength - before.dataLength)
        if (version !== -1 && version !== before.version) refuse('BADVERSION')
        const after = { ...before, zxid: context.zxid, version: (before.version + 1) | 0, dataLength }
        context.changes.add(after)
        return { kind: 'setData', path, data, version: after.version }`,
      removal: `
        const gone = { ...node, zxid, exists: false }
        changes.add(gone)
        changes.add({ ...parent, zxid, childCount: parent.childCount + -1 })
        return { path: gone.path, kind }`,
    },
  },
  {
    name: 'all-conditions-first',
    how: 'Who asks and what for is looked at in one go; the version is compared and thrown away by a name of its own.',
    bodies: {
      prepareDelete: `
        requireSession(context)
        const above = requireParent(path)
        if (UNDELETABLE.has(path)) return refuse('BADARGUMENTS')
        const parent = requireNode(context, above)
        requirePermission(context, parent.acl, Perms.DELETE)
        const node = requireNode(context, path)
        const isWanted = version === -1 || version === node.version
        if (!isWanted) return refuse('BADVERSION')
        return node.childCount === 0 ? removal(context, 'delete', parent, node) : refuse('NOTEMPTY')`,
    },
  },
]
