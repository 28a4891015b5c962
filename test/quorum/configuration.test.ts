import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EnsembleConfiguration, QuorumServer } from '../../src/quorum/index.ts'
import {
  ConfigurationError,
  configurationOf,
  formatConfiguration,
  hashMapOrder,
  parseConfiguration,
  parseProperties,
  parseServerLine,
  sameMembers,
} from '../../src/quorum/index.ts'

const THREE = [1, 2, 3].map((n) => `server.${n}=127.0.0.1:2401${n}:2402${n}:participant`).join('\n')

describe('parsing', () => {
  test('the text of three servers', () => {
    const { servers, verifier, version } = parseConfiguration(`${THREE}\nversion=0`)
    expect([...servers.keys()]).toEqual([1n, 2n, 3n])
    expect(servers.get(2n)).toEqual({
      id: 2n,
      addresses: [{ host: '127.0.0.1', quorumPort: 24012, electionPort: 24022 }],
      type: 'participant',
      clientAddress: null,
      secureClientAddress: null,
    })
    expect(verifier.kind).toBe('majority')
    expect(version).toBe(0n)
  })

  test('the version is hexadecimal, and 0 when missing', () => {
    expect(parseConfiguration(`${THREE}\nversion=100000000`).version).toBe(1n << 32n)
    expect(parseConfiguration(THREE).version).toBe(0n)
  })

  test('a server line of zoo.cfg: type and client part may be missing', () => {
    expect(parseServerLine('server.7', 'zoo7:2888:3888')).toMatchObject({ id: 7n, type: 'participant', clientAddress: null })
    expect(parseServerLine('server.7', 'zoo7:2888:3888:OBSERVER;2181')).toMatchObject({
      type: 'observer',
      clientAddress: { host: '0.0.0.0', port: 2181 },
    })
    expect(parseServerLine('server.7', 'zoo7:2888:3888;zoo:2181;2281')).toMatchObject({
      clientAddress: { host: 'zoo', port: 2181 },
      secureClientAddress: { host: '0.0.0.0', port: 2281 },
    })
    expect(parseServerLine('server.7', '[2001:db8::1]:2888:3888;[::1]:2181')).toMatchObject({
      addresses: [{ host: '2001:db8::1', quorumPort: 2888, electionPort: 3888 }],
      clientAddress: { host: '::1', port: 2181 },
    })
    expect(parseServerLine('server.7', 'a:1:2:observer|b:3:4:observer')).toMatchObject({
      type: 'observer',
      addresses: [{ host: 'a' }, { host: 'b' }],
    })
  })

  test('groups or weights make it hierarchical', () => {
    const { verifier } = parseConfiguration(`${THREE}\ngroup.1=1:2:3\nweight.1=0`)
    expect(verifier.kind).toBe('hierarchical')
    expect([1n, 2n, 4n].map((sid) => verifier.weightOf(sid))).toEqual([0, 1, 0])
  })

  test.each([
    ['server.x=a:1:2', /line 1: server\.x: "x" is not a number/],
    [`${THREE}\nserver.4=a:1`, /line 4: server\.4=a:1: expected host:quorumPort:electionPort/],
    ['server.1=a:1:2:king', /line 1: server\.1: king is neither participant nor observer/],
    ['server.1=a:1:2:observer|b:1:2:participant', /cannot be participant and observer/],
    ['server.1=a:2888:2888', /quorum and election port must differ/],
    ['server.1=a:2888:70000', /70000 is not a port/],
    ['server.1=a:2888:3888;1:2:3', /is not \[host:\]clientPort/],
    ['server.1=a:2888:3888;1;2;3', /more than two client addresses/],
    ['server.1=[::1:2888:3888', /lacks the "\]:"/],
    ['tickTime=2000', /line 1: tickTime: unrecognised parameter/],
    [`${THREE}\nversion=xyz`, /line 4: version=xyz/],
    [`${THREE}\nversion=ffffffffffffffff`, /version=ffff/],
    ['version=0', /no server is a participant/],
    ['server.1=a:1:2:observer', /no server is a participant/],
    ['server.1=a:1:2\nserver.2=b:1:2:observer', /at least two participants/],
    [`${THREE}\ngroup.1=1:2\ngroup.2=2:3`, /group\.2: server 2 is in group 1 already/],
    [`${THREE}\ngroup.1=1:2`, /server\.3: .*must be in a group/],
    [`${THREE}\nweight.1=1`, /must be in a group/],
    [`${THREE}\ngroup.1=1:2:3\nweight.1=-1`, /weight\.1=-1/],
  ])('one clear message for %j', (text, message) => {
    expect(() => parseConfiguration(text)).toThrow(ConfigurationError)
    expect(() => parseConfiguration(text)).toThrow(message)
  })

  test('arbitrary text is either read or refused with a ConfigurationError', () => {
    const piece = fc.constantFrom('server.', 'group.', 'weight.', 'version', '=', ':', '1', '2', ';', '|', '[', ']', '\n', '\\', '#', 'a', ' ')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          parseConfiguration(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError)
        }
      }),
    )
  })
})

describe('properties', () => {
  test('separators, comments, escapes and continued lines', () => {
    const text = '# c\n! c\n\na=1\n b : 2 \nc 3\nd\\=e=f\\tg\nlong=one \\\n   two\nempty=\n\\u0041=x\nurl=http://h:1/p=q\r\nlast=C:\\\\dir'
    expect(parseProperties(text).map(({ key, value, line }) => [key, value, line])).toEqual([
      ['a', '1', 4],
      ['b', '2', 5],
      ['c', '3', 6],
      ['d=e', 'f\tg', 7],
      ['long', 'one two', 8],
      ['empty', '', 10],
      ['A', 'x', 11],
      ['url', 'http://h:1/p=q', 12],
      ['last', 'C:\\dir', 13],
    ])
  })

  test('a later line for the same key counts', () => {
    expect(parseConfiguration(`${THREE}\nserver.1=other:1:2`).servers.get(1n)?.addresses[0]?.host).toBe('other')
  })
})

describe('formatting', () => {
  test('is byte for byte what Java sends: captured text, no line feed at the end', () => {
    const text = `${THREE}\nversion=0`
    expect(text).toHaveLength(138)
    expect(formatConfiguration(parseConfiguration(text))).toBe(text)
  })

  test('spells out types, sorts addresses by host, marks a secure port without a client port', () => {
    const lines = ['server.1=b:1:2|a:3:4', 'server.2=c:1:2;2181', 'server.3=[::1]:1:2:observer;;s:2281', 'server.4=d:1:2;e:5;f:6', 'version=a0']
    expect(formatConfiguration(parseConfiguration(lines.join('\n')))).toBe(
      [
        'server.1=a:3:4|b:1:2:participant',
        'server.2=c:1:2:participant;0.0.0.0:2181',
        'server.3=[::1]:1:2:observer;;s:2281',
        'server.4=d:1:2:participant;e:5;f:6',
        'version=a0',
      ].join('\n'),
    )
  })

  test('hierarchical: all groups, then the weights of all participants', () => {
    const text = [THREE, 'group.2=3', 'group.1=2:1', 'weight.2=5'].join('\n')
    expect(formatConfiguration(parseConfiguration(text))).toBe(
      [THREE, 'group.1=1:2', 'group.2=3', 'weight.1=1', 'weight.2=5', 'weight.3=1', 'version=0'].join('\n'),
    )
  })

  test('the order of a Java HashMap: ascending below the table size, wrapped above', () => {
    expect(hashMapOrder([3n, 1n, 17n, 2n, 16n])).toEqual([16n, 1n, 17n, 2n, 3n])
    const twelve = [18n, ...Array.from({ length: 11 }, (_, i) => BigInt(i + 1))]
    expect(hashMapOrder(twelve).indexOf(18n)).toBe(2)
    expect(hashMapOrder([...twelve, 12n]).indexOf(18n)).toBe(12)
    expect(hashMapOrder([1n << 32n, 0n])).toEqual([0n, 1n << 32n])
    expect(hashMapOrder([2n, 1n << 16n, 0n])).toEqual([0n, 1n << 16n, 2n])
  })

  test('what was written is read back as the same', () => {
    const port = fc.integer({ min: 1, max: 30000 })
    const host = fc.constantFrom('zoo1', '10.0.0.1', 'fd00::1', 'h.example.org')
    const client = fc.option(fc.record({ host, port }), { nil: null })
    const address = fc.tuple(host, port).map(([name, p]) => ({ host: name, quorumPort: p, electionPort: p + 30000 }))
    const server: fc.Arbitrary<QuorumServer> = fc.record({
      id: fc.bigInt({ min: 1n, max: 255n }),
      addresses: fc.uniqueArray(address, { minLength: 1, maxLength: 3, selector: (a) => a.host }),
      type: fc.constantFrom('participant', 'participant', 'observer'),
      clientAddress: client,
      secureClientAddress: client,
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(server, { minLength: 2, maxLength: 20, selector: (s) => s.id }),
        fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
        (servers, version) => {
          fc.pre(servers.filter(({ type }) => type === 'participant').length > 1)
          const written = configurationOf(servers, { version })
          const read = parseConfiguration(formatConfiguration(written))
          expect(sameMembers(read, written)).toBe(true)
          expect(read.version).toBe(version)
          expect(formatConfiguration(read)).toBe(formatConfiguration(written))
        },
      ),
    )
  })
})

describe('sameMembers', () => {
  const of = (...more: string[]): EnsembleConfiguration => parseConfiguration([THREE, ...more].join('\n'))

  test('ignores version and order', () => {
    const turned = [...THREE.split('\n')].reverse().join('\n')
    expect(sameMembers(of(), parseConfiguration(`${turned}\nversion=5`))).toBe(true)
  })

  test.each([
    ['an address', of('server.1=127.0.0.1:24011:9999')],
    ['a type', of('server.1=127.0.0.1:24011:24021:observer')],
    ['a client address', of('server.1=127.0.0.1:24011:24021;2181')],
    ['a member more', of('server.4=a:1:2')],
    ['groups', of('group.1=1:2:3')],
  ])('sees %s', (_, other) => {
    expect(sameMembers(of(), other)).toBe(false)
  })

  test('sees other weights and other groups, and takes a stated weight of 1 as what it is', () => {
    const grouped = of('group.1=1:2:3')
    expect(sameMembers(grouped, of('group.1=3:2:1', 'weight.2=1'))).toBe(true)
    expect(sameMembers(grouped, of('group.1=1:2:3', 'weight.2=2'))).toBe(false)
    expect(sameMembers(grouped, of('group.1=1:2', 'group.2=3'))).toBe(false)
  })
})
