import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const RAISES = 'if (raised > parent.cversion) {'
const EXISTS = 'this.changeAcl(existing, acl)\n      return NODEEXISTS'
const LATER = 'if (zxid > parent.pzxid) {'
const BELOW = 'if (node.children !== null) this.removeBelow(path)'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'counts-again',
    tempts: 'A creation adds one to the parent’s counter. On a snapshot that has the parent as it was later it adds one too many.',
    caughtBy: 'a fuzzy snapshot becomes the exact tree',
    edits: [
      [
        'const raised = parentCversion === -1 ? (parent.cversion + 1) | 0 : parentCversion',
        'const raised = parent.cversion + 1 + 0 * parentCversion',
      ],
    ],
  },
  {
    name: 'sets-back',
    tempts: 'The transaction says what the parent’s counter is, so that is written. The snapshot may have the parent as it was later.',
    caughtBy: 'a parent’s numbers never go back',
    edits: [[RAISES, '{']],
  },
  {
    name: 'a-failed-creation-does-nothing',
    tempts: 'The node is there already, so there is nothing to do. But its parent may have been written to the snapshot before the node was created.',
    caughtBy: 'the parent hears of a creation even when the node is there already',
    edits: [['const raised = parentCversion === -1', 'if (this.table.nodes.has(path)) return NODEEXISTS\n    const raised = parentCversion === -1']],
  },
  {
    name: 'created-anew',
    tempts: 'A creation makes a fresh node, whatever was there. Its children, who come later in the log or are there already, are lost.',
    caughtBy: 'a node that is there already is left as it is, but for its list',
    edits: [[EXISTS, 'this.changeAcl(existing, acl)\n      existing.data = ownCopy(data)\n      existing.version = 0\n      return NODEEXISTS']],
  },
  {
    name: 'the-list-stays',
    tempts: 'Left as it is means left as it is. The numbers of the lists in a fuzzy snapshot are not to be relied on.',
    caughtBy: 'a node that is there already is left as it is, but for its list',
    edits: [[EXISTS, 'return NODEEXISTS']],
  },
  {
    name: 'gone-and-nothing-to-tell',
    tempts: 'A node that is not there cannot be deleted, so nothing happens, and the parent is not touched (ZOOKEEPER-3125).',
    caughtBy: 'the parent hears of a deletion even when the node is gone already',
    edits: [[LATER, `if (!this.table.nodes.has(path)) return NONODE\n    ${LATER}`]],
  },
  {
    name: 'the-last-to-speak',
    tempts: 'The deletion writes its zxid into the parent, which was changed by it. Later ones may be there already.',
    caughtBy: 'a parent’s numbers never go back',
    edits: [[LATER, '{']],
  },
  {
    name: 'only-the-node-itself',
    tempts: 'A node with children cannot be deleted, so there is nothing below. In a fuzzy snapshot there may be: of its next life.',
    caughtBy: 'a node goes with all below it',
    edits: [[BELOW, '']],
  },
  {
    name: 'an-empty-set-stays',
    tempts: 'An empty set has no children either. A million leaves with a set each need twice the memory.',
    caughtBy: 'a deletion leaves nothing but a mark in the parent',
    edits: [['if (parent.children.size === 0) parent.children = null', '']],
  },
  {
    name: 'version-counted',
    tempts: 'Each change of the data makes the version one more. The one that is applied again does too.',
    caughtBy: 'what is applied again changes nothing',
    edits: [['node.version = version\n    node.mzxid', 'node.version = Math.max(version, node.version + 1)\n    node.mzxid']],
  },
  {
    name: 'size-counted-again',
    tempts: 'The size grows by the data that are set; those that they replace are forgotten.',
    caughtBy: 'what counts is told: sizes, quotas, ephemerals, digest',
    edits: [['const growth = lengthOf(data) - lengthOf(node.data)', 'const growth = lengthOf(data)']],
  },
  {
    name: 'fails-without-a-parent',
    tempts: 'The leader has checked that there is a parent, so it must be there. In the snapshot it may be gone already.',
    caughtBy: 'a parent that is missing is no reason to fail',
    edits: [
      [
        'const parent = this.parentOf(path)\n    if (parent === undefined) return NONODE\n    const raised',
        "const parent = this.parentOf(path)\n    if (parent === undefined) throw new Error('no parent')\n    const raised",
      ],
    ],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'larger-of-two',
    how: 'The parent’s numbers are the larger of what they are and what they should be; what is below goes node by node.',
    bodies: {
      'DataTree.createNode': `
        const parent = this.parentOf(path)
        if (parent === undefined) return NONODE
        const wanted = parentCversion < 0 ? (parent.cversion + 1) | 0 : parentCversion
        const isNews = wanted > parent.cversion
        parent.cversion = Math.max(parent.cversion, wanted)
        parent.pzxid = isNews ? zxid : parent.pzxid
        this.table.recomputeDigest(parentPath(path), parent)
        const before = this.table.nodes.get(path)
        if (before === undefined) {
          this.table.add(path, new DataNode(ownCopy(data), this.aclTable.intern(acl), newStat(zxid, time, ephemeralOwner)), parent)
          this.quotas.created(path, lengthOf(data))
          return OK
        }
        this.changeAcl(before, acl)
        return NODEEXISTS`,
      'DataTree.deleteNode': `
        const parent = this.parentOf(path)
        if (parent === undefined) return NONODE
        parent.pzxid = zxid > parent.pzxid ? zxid : parent.pzxid
        this.table.recomputeDigest(parentPath(path), parent)
        const node = this.table.nodes.get(path)
        if (node === undefined) return NONODE
        this.removeBelow(path)
        this.remove(path, node)
        parent.children?.delete(nameOf(path))
        if (parent.children?.size === 0) parent.children = null
        this.quotas.deleted(path, node.data?.length ?? 0)
        return OK`,
    },
  },
  {
    name: 'the-old-size',
    how: 'What was there is remembered first; the new data are written in one assignment.',
    bodies: {
      'DataTree.setData': `
        const node = this.table.nodes.get(path === '' ? '/' : path)
        if (!node) return NONODE
        const before = node.data?.length ?? 0
        Object.assign(node, { data: ownCopy(data), version, mzxid: zxid, mtime: time })
        const growth = (data?.length ?? 0) - before
        this.table.dataSize = this.table.dataSize + growth
        this.quotas.changed(path, growth)
        this.table.recomputeDigest(path, node)
        return OK`,
    },
  },
]

export const equivalent = {
  '> → >= #2': 'The same transaction once more.',
  'parent.children !== null → true': 'A node that is there is one of the children of its parent.',
  'node.children !== null → true': 'Nothing is below it then.',
}
