import fc from 'fast-check'
import { expect, it } from 'vitest'
import { containerCandidates, containerOwner, DataTree, ttlOwner } from '../../src/tree/index.ts'
import { OPEN_ACL_UNSAFE } from '../../src/wire/index.ts'

const node = fc.record({
  kind: fc.constantFrom('persistent', 'container', 'ttl'),
  hadChild: fc.boolean(),
  hasChild: fc.boolean(),
  mtime: fc.nat(20),
})

it('names those nodes that have had their time, and no others', () => {
  const prop = fc.property(fc.array(node, { maxLength: 6 }), fc.nat(30), fc.nat(10), (nodes, wall, maxNeverUsed) => {
    const tree = new DataTree()
    nodes.forEach(({ kind, hadChild, hasChild, mtime }, i) => {
      const owner = { persistent: 0n, container: containerOwner, ttl: ttlOwner(5n) }[kind]
      tree.createNode(`/${i}`, null, OPEN_ACL_UNSAFE, owner, -1, 1n, BigInt(mtime))
      if (hadChild || hasChild) tree.createNode(`/${i}/c`, null, OPEN_ACL_UNSAFE, 0n, -1, 2n, BigInt(mtime))
      if (!hasChild) tree.deleteNode(`/${i}/c`, 3n)
    })
    const expected = nodes.flatMap(({ kind, hadChild, hasChild, mtime }, i) => {
      if (hasChild || kind === 'persistent') return []
      const forgotten = maxNeverUsed > 0 && wall - mtime > maxNeverUsed
      return (kind === 'ttl' ? wall - mtime > 5 : hadChild || forgotten) ? [`/${i}`] : []
    })
    expect(containerCandidates(tree, wall, maxNeverUsed).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(expected)
  })
  fc.assert(prop)
})
