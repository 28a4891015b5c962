import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../src/kernel/index.ts'
import { DataTree, limitPath, StatsTrack, statPath } from '../../src/tree/index.ts'
import { OPEN_ACL_UNSAFE } from '../../src/wire/index.ts'

describe('the text of limits and stats', () => {
  it.each([
    ['', 'count=-1,bytes=-1'],
    ['count=1,bytes=2', 'count=1,bytes=2'],
    ['count=1,bytes=2=;byteHardLimit=3;countHardLimit=4', 'count=1,bytes=2=;byteHardLimit=3;countHardLimit=4'],
    ['countHardLimit=4;byteHardLimit=3;bytes=2', 'count=-1,bytes=2=;byteHardLimit=3;countHardLimit=4'],
    ['count=,bytes=7', 'count=-1,bytes=7'],
    ['count=9223372036854775807,bytes=-1', 'count=9223372036854775807,bytes=-1'],
    ['no text of ours', 'count=-1,bytes=-1'],
    ['count=many,bytes', 'count=-1,bytes=-1'],
  ])('%j is read as %j', (text, again) => expect(fromUtf8(new StatsTrack(utf8(text)).format())).toBe(again))
})

class Tree {
  tree = new DataTree()
  private zxid = 0n

  create(path: string, data = ''): void {
    this.tree.createNode(path, utf8(data), OPEN_ACL_UNSAFE, 0n, -1, ++this.zxid, 0n)
  }

  quota(path: string, limits = 'count=1,bytes=1'): void {
    let above = '/zookeeper/quota'
    for (const name of path.slice(1).split('/')) {
      above += `/${name}`
      this.create(above)
    }
    this.create(limitPath(path), limits)
    this.create(statPath(path), 'count=0,bytes=0')
  }

  set(path: string, data: string): void {
    this.tree.setData(path, utf8(data), 1, ++this.zxid, 0n)
  }

  delete(path: string): void {
    this.tree.deleteNode(path, ++this.zxid)
  }

  stats(path: string): string | null {
    const node = this.tree.getNode(statPath(path))
    return node === undefined ? null : fromUtf8(node.data as Uint8Array)
  }
}

describe('the count of a quota', () => {
  it('begins with what is there, the top included, and follows every change', () => {
    const t = new Tree()
    t.create('/a', 'four')
    t.create('/a/b', 'xx')
    t.quota('/a')
    expect(t.stats('/a')).toBe('count=2,bytes=6')
    t.create('/a/b/c', 'yyy')
    expect(t.stats('/a')).toBe('count=3,bytes=9')
    t.set('/a', '')
    expect(t.stats('/a')).toBe('count=3,bytes=5')
    t.delete('/a/b/c')
    expect(t.stats('/a')).toBe('count=2,bytes=2')
    t.create('/ab', 'a name that only begins alike')
    expect(t.stats('/a')).toBe('count=2,bytes=2')
  })

  it('changes neither version nor zxid of the stats node', () => {
    const t = new Tree()
    t.create('/a')
    t.quota('/a')
    const { mzxid, version } = t.tree.getNode(statPath('/a')) as { mzxid: bigint; version: number }
    t.create('/a/b')
    expect(t.tree.getNode(statPath('/a'))).toMatchObject({ mzxid, version })
  })

  it('goes to the nearest quota only', () => {
    const t = new Tree()
    t.create('/a')
    t.create('/a/b')
    t.quota('/a')
    t.quota('/a/b')
    t.create('/a/b/c', 'x')
    expect([t.stats('/a'), t.stats('/a/b')]).toEqual(['count=2,bytes=0', 'count=2,bytes=1'])
  })

  it('ends when the limits are deleted', () => {
    const t = new Tree()
    t.create('/a')
    t.quota('/a')
    t.delete(limitPath('/a'))
    t.create('/a/b')
    expect(t.stats('/a')).toBe('count=1,bytes=0')
  })

  it('does not stumble over stats that a client has overwritten', () => {
    const t = new Tree()
    t.create('/a')
    t.quota('/a')
    t.set(statPath('/a'), 'nonsense=;,')
    t.create('/a/b', 'x')
    expect(t.stats('/a')).toBe('count=0,bytes=0')
  })

  it('does not stumble over a quota on the root, which is never looked at', () => {
    const t = new Tree()
    t.create('/zookeeper/quota/zookeeper_limits', 'count=1,bytes=1')
    t.create('/zookeeper/quota/zookeeper_stats', 'count=0,bytes=0')
    t.create('/a')
    expect(t.tree.quotas.prefixOf('/a')).toBeNull()
    expect(fromUtf8(t.tree.getNode('/zookeeper/quota/zookeeper_stats')?.data as Uint8Array)).toBe('count=0,bytes=0')
    t.delete('/zookeeper/quota/zookeeper_limits')
  })

  it('is what counting all nodes gives, after any history', () => {
    const path = fc.constantFrom('/a', '/a/b', '/a/b/c', '/a/d', '/e', '/a/b/c/f')
    const step = fc.record({ kind: fc.constantFrom('create', 'create', 'delete', 'set'), path, data: fc.constantFrom('', 'x', 'xyz') })
    const prop = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const t = new Tree()
      t.quota('/a')
      t.quota('/a/b/c')
      for (const { kind, path: at, data } of steps) {
        if (kind === 'create') t.create(at, data)
        else if (kind === 'set') t.set(at, data)
        else if (t.tree.getNode(at)?.children === null) t.delete(at)
      }
      const text = (count: bigint, bytes: bigint) => `count=${count},bytes=${bytes}`
      const [outer, inner] = [t.tree.measure('/a'), t.tree.measure('/a/b/c')]
      expect(t.stats('/a/b/c')).toBe(text(inner.count, inner.bytes))
      expect(t.stats('/a')).toBe(text(outer.count - inner.count, outer.bytes - inner.bytes))
      expect(t.tree.clone().quotas.prefixOf('/a/b/c/x')).toBe('/a/b/c')
    })
    fc.assert(prop)
  })
})
