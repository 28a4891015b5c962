import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/kernel/index.ts'
import { AclTable, checkAcl, digestId, fixupAcl, OPEN_ACL_ID } from '../../src/tree/index.ts'
import { type ACL, type Id, OPEN_ACL_UNSAFE, Perms } from '../../src/wire/index.ts'

function entry(perms: number, scheme: string | null, id: string | null): ACL {
  return { perms, id: { scheme, id } }
}

const bob: Id = { scheme: 'digest', id: 'bob:ikIaKsbtGweaHnb/jKn7OHqbunM=' }
const here: Id = { scheme: 'ip', id: '10.1.2.3' }

describe('checkAcl', () => {
  it.each<[string, ACL[], number, Id[], boolean]>([
    ['no list is no restriction', [], Perms.ADMIN, [], true],
    ['world:anyone', [entry(1, 'world', 'anyone')], Perms.READ, [], true],
    ['world:anyone without the permission', [entry(1, 'world', 'anyone')], Perms.WRITE, [here], false],
    ['one of two permissions is enough', [entry(1, 'world', 'anyone')], Perms.READ | Perms.ADMIN, [], true],
    ['world is anyone only', [entry(31, 'world', 'somebody')], Perms.READ, [{ scheme: 'world', id: 'somebody' }], false],
    ['the same digest', [entry(31, 'digest', bob.id)], Perms.READ, [here, bob], true],
    ['another digest', [entry(31, 'digest', 'bob:x')], Perms.READ, [bob], false],
    ['the same text in another scheme', [entry(31, 'ip', '10.1.2.3')], Perms.READ, [{ scheme: 'digest', id: '10.1.2.3' }], false],
    ['the address', [entry(31, 'ip', '10.1.2.3')], Perms.READ, [here], true],
    ['a network', [entry(31, 'ip', '10.1.0.0/16')], Perms.READ, [here], true],
    ['bits beyond the mask do not count', [entry(31, 'ip', '10.1.255.255/16')], Perms.READ, [here], true],
    ['odd masks', [entry(31, 'ip', '10.1.2.2/31')], Perms.READ, [here], true],
    ['outside an odd mask', [entry(31, 'ip', '10.1.2.0/31')], Perms.READ, [here], false],
    ['every address', [entry(31, 'ip', '0.0.0.0/0')], Perms.READ, [here], true],
    ['high addresses', [entry(31, 'ip', '192.168.0.0/16')], Perms.READ, [{ scheme: 'ip', id: '192.168.9.9' }], true],
    ['another network', [entry(31, 'ip', '10.2.0.0/16')], Perms.READ, [here], false],
    ['IPv6 clients match no IPv4 list', [entry(31, 'ip', '0.0.0.0/0')], Perms.READ, [{ scheme: 'ip', id: '::1' }], false],
    ['super may do everything', [entry(0, 'digest', 'a:b')], Perms.ADMIN, [{ scheme: 'super', id: '' }], true],
    ['unknown schemes match nobody', [entry(31, 'x', 'y')], Perms.READ, [{ scheme: 'x', id: 'y' }], false],
  ])('%s', (_, acl, perm, ids, allowed) => expect(checkAcl(acl, perm, ids)).toBe(allowed))
})

describe('fixupAcl', () => {
  it('drops duplicates and keeps the order', () => {
    const acl = [entry(1, 'world', 'anyone'), entry(31, 'digest', 'a:b'), entry(1, 'world', 'anyone'), entry(2, 'world', 'anyone')]
    expect(fixupAcl(acl, [])).toEqual([acl[0], acl[1], acl[3]])
  })

  it('puts the proven ids in the place of auth; an address proves nothing', () => {
    expect(fixupAcl([entry(5, 'auth', '')], [here, bob])).toEqual([entry(5, 'digest', bob.id)])
    expect(fixupAcl([entry(5, 'auth', null)], [bob])).toEqual([entry(5, 'digest', bob.id)])
    expect(fixupAcl([entry(5, 'auth', '')], [here, { scheme: 'super', id: '' }])).toBeNull()
  })

  it('takes permission bits as they are', () => {
    expect(fixupAcl([entry(0, 'world', 'anyone'), entry(99, 'ip', '1.2.3.4')], [])).toHaveLength(2)
  })

  it.each<[string, string | null, string | null]>([
    ['no scheme', null, 'a'],
    ['unknown scheme', 'kerberos', 'a@b'],
    ['super', 'super', ''],
    ['world but anyone', 'world', 'me'],
    ['digest without hash', 'digest', 'a:'],
    ['digest with three parts', 'digest', 'a:b:c'],
    ['digest without colon', 'digest', 'a'],
    ['digest without id', 'digest', null],
    ['address too short', 'ip', '1.2.3'],
    ['octet too big', 'ip', '1.2.3.256'],
    ['mask too long', 'ip', '1.2.3.4/33'],
    ['mask that is no number', 'ip', '1.2.3.4/x'],
    ['IPv6', 'ip', '::1'],
  ])('refuses %s', (_, scheme, id) => expect(fixupAcl([entry(31, 'world', 'anyone'), entry(31, scheme, id)], [])).toBeNull())

  it.each([
    ['digest', ':x'],
    ['digest', 'a:b:'],
    ['ip', '1.2.3.4'],
    ['ip', '1.2.3.4/0'],
    ['ip', '1.2.3.4/32'],
  ])('takes %s:%s', (scheme, id) => expect(fixupAcl([entry(31, scheme, id)], [])).toEqual([entry(31, scheme, id)]))

  it('refuses an empty list', () => expect(fixupAcl([], [bob])).toBeNull())
})

it('digestId', () => {
  expect(digestId(utf8('bob:pw'))).toBe(bob.id)
  expect(digestId(utf8('a'))).toBe('a:hvfkN/qlp/zhXR3cuerq6jd2Z7g=')
  expect(digestId(utf8('super:test'))).toBe('super:D/InIHSb7yEEbrWz8b9l71RjZJU=')
})

describe('AclTable', () => {
  const read = [entry(1, 'world', 'anyone')]
  const bobs = [entry(31, 'digest', 'bob:x')]

  it('shares lists, numbers them from 1 and drops the unused', () => {
    const table = new AclTable()
    expect([table.intern(OPEN_ACL_UNSAFE), table.intern(read), table.intern(bobs), table.intern([...read])]).toEqual([OPEN_ACL_ID, 1n, 2n, 1n])
    table.release(1n)
    expect(table.get(1n)).toEqual(read)
    table.release(1n)
    expect(table.entries()).toEqual([[2n, bobs]])
    expect(table.intern(read)).toBe(3n)
  })

  it('keeps apart lists that read alike', () => {
    const table = new AclTable()
    expect(table.intern([entry(1, 'a', 'b,1,c')])).not.toBe(table.intern([entry(1, 'a,b', '1,c')]))
    expect(table.intern([entry(1, 'a', null)])).not.toBe(table.intern([entry(1, 'a', '')]))
  })

  it('lets nobody in by a number that it does not know, and never gives that number away', () => {
    const table = new AclTable()
    table.restore(4n, read)
    table.use(9n)
    expect(checkAcl(table.get(9n), Perms.ALL, [bob, here])).toBe(false)
    expect(table.intern(bobs)).toBe(10n)
    table.purgeUnused()
    expect(table.entries()).toEqual([[10n, bobs]])
  })
})
