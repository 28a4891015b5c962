import { describe, expect, it } from 'vitest'
import { fixupAcl } from '../../src/tree/index.ts'

// What `new X500Principal(name)` says to each.
const names = ['', 'CN=a', 'CN=', '1.2.3=a', 'OID.1.2.3=a', 'CN=a, O=b', 'CN=a;O=b', 'CN=a+O=b', 'cn=a', 'CN=#1603616263', '1.2.3=#1603616263']
names.push('CN="a,b"', 'CN=a=b', 'CN=a\\,b', 'C = x', ' CN=a', 'EMAIL=x', 'DNQ=x')
const others = ['bob', 'CN', '=a', 'XX=a', 'CN=a,', ',CN=a', 'CN=#zz', 'CN="a', 'CN=a\\', 'CN=a<b', 'CN=a"b', 'CN=a,,O=b', 'SN=x', '1=a', '3.1.1=x']
others.push('1.40.2=a')

describe('an ACL of scheme x509', () => {
  const accepts = (id: string) => fixupAcl([{ perms: 31, id: { scheme: 'x509', id } }], []) !== null

  it.each(names)('may name "%s"', (name) => expect(accepts(name)).toBe(true))
  it.each(others)('cannot name "%s"', (name) => expect(accepts(name)).toBe(false))

  it('is not held up by a long one', () => {
    expect(accepts(`CN=${' '.repeat(500_000)}"`)).toBe(false)
    expect(accepts(`CN=${'a,CN='.repeat(100_000)}<`)).toBe(false)
  })
})
