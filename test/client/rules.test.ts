/** The rules that decide, each against an obvious slow version. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shuffle } from '../../src/client/host-list.ts'
import {
  EventQueue,
  parseConnectString,
  pathFault,
  prependChroot,
  SET_WATCHES_MAX_LENGTH,
  stripChroot,
  WatcherType,
  type WatchKind,
  WatchRegistry,
} from '../../src/client/index.ts'
import { encode } from '../../src/jute/index.ts'
import { Prng } from '../../src/kernel/index.ts'
import { type EventTypeName, SetWatches2 } from '../../src/wire/index.ts'

describe('watch registry', () => {
  const path = fc.constantFrom('/', '/a', '/a/b', '/a/bc', '/a/b/c', '/ab')
  const kind = fc.constantFrom<WatchKind>('data', 'exist', 'child', 'persistent', 'recursive')
  const add = fc.record({ kind, path })
  const event = fc.record({ type: fc.constantFrom<EventTypeName>('NodeCreated', 'NodeDeleted', 'NodeDataChanged', 'NodeChildrenChanged'), path })

  /** The rules one watch at a time: does it hear, and is it then over? */
  function hears(watch: { kind: WatchKind; path: string }, event: { type: EventTypeName; path: string }): boolean {
    const children = event.type === 'NodeChildrenChanged'
    if (watch.kind === 'recursive') return !children && (watch.path === '/' || event.path === watch.path || event.path.startsWith(`${watch.path}/`))
    if (watch.path !== event.path) return false
    if (watch.kind === 'persistent') return true
    if (watch.kind === 'child') return children || event.type === 'NodeDeleted'
    return !children
  }

  test('fires as the rules say, whatever was added and fired before', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(add, event), { maxLength: 30 }), (actions) => {
        const registry = new WatchRegistry()
        let slow: { token: number; kind: WatchKind; path: string }[] = []
        actions.forEach((action, token) => {
          if ('kind' in action) {
            registry.add(action.kind, action.path, token)
            slow.push({ token, ...action })
            return
          }
          const heard = slow.filter((watch) => hears(watch, action))
          const fired = registry.fire(action.type, action.path)
          expect([...fired].sort((a, b) => a - b)).toEqual(heard.map(({ token }) => token))
          slow = slow.filter((watch) => !heard.includes(watch) || watch.kind === 'persistent' || watch.kind === 'recursive')
          expect(registry.size).toBe(slow.length)
        })
      }),
    )
  })

  test('set-watches batches hold every path once and stay below the limit', () => {
    const name = fc.tuple(fc.constantFrom('x', 'é', '漢'), fc.integer({ min: 1, max: 50_000 })).map(([letter, length]) => letter.repeat(length))
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, name), { maxLength: 12 }), (watches) => {
        const registry = new WatchRegistry()
        for (const [token, [kind, name]] of watches.entries()) registry.add(kind, `/${name}`, token)
        const batches = registry.setWatches(7n)
        const named = batches.flatMap((batch) => [
          ...batch.dataWatches.map((path) => `data ${path}`),
          ...batch.existWatches.map((path) => `exist ${path}`),
          ...batch.childWatches.map((path) => `child ${path}`),
          ...batch.persistentWatches.map((path) => `persistent ${path}`),
          ...batch.persistentRecursiveWatches.map((path) => `recursive ${path}`),
        ])
        expect(new Set(named)).toEqual(new Set(watches.map(([kind, name]) => `${kind} /${name}`)))
        expect(named).toHaveLength(new Set(named).size)
        for (const batch of batches) {
          const paths =
            batch.dataWatches.length +
            batch.existWatches.length +
            batch.childWatches.length +
            batch.persistentWatches.length +
            batch.persistentRecursiveWatches.length
          if (paths > 1) expect(encode(SetWatches2, batch).length).toBeLessThanOrEqual(SET_WATCHES_MAX_LENGTH + 28)
        }
      }),
      { numRuns: 30 },
    )
  })

  test.each([
    [WatcherType.Children, ['child']],
    [WatcherType.Data, ['data', 'exist']],
    [WatcherType.Persistent, ['persistent']],
    [WatcherType.PersistentRecursive, ['recursive']],
    [WatcherType.Any, ['data', 'exist', 'child', 'persistent', 'recursive']],
  ])('removing type %i removes %j', (type, kinds) => {
    const registry = new WatchRegistry()
    const all: readonly WatchKind[] = ['data', 'exist', 'child', 'persistent', 'recursive']
    for (const [token, kind] of all.entries()) registry.add(kind, '/a', token)
    registry.add('data', '/b', 99)
    const removed = registry.removeAll('/a', type).flatMap(({ watches }) => watches.map((token) => all[token]))
    expect(new Set(removed)).toEqual(new Set(kinds))
    expect(registry.size).toBe(6 - kinds.length)
    expect(registry.has('/a', type)).toBe(false)
  })
})

describe('paths', () => {
  /** The rules of the reference, one by one. */
  function valid(path: string): boolean {
    if (path === '/') return true
    if (!path.startsWith('/') || path.endsWith('/')) return false
    const names = path.slice(1).split('/')
    const bad = (code: number) => code <= 0x1f || (code >= 0x7f && code <= 0x9f) || (code >= 0xd800 && code <= 0xf8ff) || code >= 0xfff0
    return names.every((name) => name !== '' && name !== '.' && name !== '..' && ![...name].some((char) => bad(char.charCodeAt(0))))
  }

  test('validation agrees with the rules', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      'a',
      'é',
      '\u0000',
      '\u001f',
      '\u007f',
      '\u009f',
      '\u00a0',
      '\ud800',
      '\uf8ff',
      '\uf900',
      '\uffef',
      '\ufff0',
      '\uffff',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const path = `/${pieces.join('')}`
        expect(pathFault(path) === undefined).toBe(valid(path))
      }),
      { numRuns: 2000 },
    )
    for (const path of ['', 'a', '//', '/a/', '/a//b', '/.', '/..', '/a/../b']) expect(pathFault(path)).toBeDefined()
    for (const path of ['/', '/a', '/.x', '/a..b', '/...', '/a b']) expect(pathFault(path)).toBeUndefined()
  })

  test('ZooKeeper’s words', () => {
    expect(pathFault('')).toBe('Path length must be > 0')
    expect(pathFault('/a//b')).toBe('Invalid path string "/a//b" caused by empty node name specified @3')
    expect(pathFault('/a/..')).toBe('Invalid path string "/a/.." caused by relative paths not allowed @4')
  })

  test('a chroot goes on and comes off', () => {
    for (const path of ['/', '/a', '/a/b']) expect(stripChroot('/app', prependChroot('/app', path))).toBe(path)
    expect(prependChroot('/app', '/')).toBe('/app')
    expect(stripChroot('/app', '/application')).toBe('/application')
  })
})

describe('connect string', () => {
  test.each([
    ['a', [['a', 2181]], ''],
    [
      'a:1, b:2 ,c',
      [
        ['a', 1],
        ['b', 2],
        ['c', 2181],
      ],
      '',
    ],
    [
      'a:1,b:2/app/x',
      [
        ['a', 1],
        ['b', 2],
      ],
      '/app/x',
    ],
    ['a/', [['a', 2181]], ''],
    [
      '[::1]:7,[::2]',
      [
        ['::1', 7],
        ['::2', 2181],
      ],
      '',
    ],
    ['::1', [['::1', 2181]], ''],
  ])('%s', (text, servers, chroot) => {
    expect(parseConnectString(text)).toEqual({ servers: servers.map(([host, port]) => ({ host, port })), chroot })
  })

  test.each(['', ',', '/app', 'a:', 'a:x', 'a:0', 'a:65536', 'a/b/'])("'%s' is none", (text) => {
    expect(() => parseConnectString(text)).toThrow()
  })

  test('shuffling keeps every server, and every order comes about', () => {
    const servers = [1, 2, 3].map((port) => ({ host: 'h', port }))
    const orders = new Set(
      Array.from({ length: 200 }, (_, seed) =>
        shuffle(servers, new Prng(BigInt(seed)))
          .map(({ port }) => port)
          .join(''),
      ),
    )
    expect(orders).toEqual(new Set(['123', '132', '213', '231', '312', '321']))
  })
})

describe('event queue', () => {
  test('delivers in order to readers before and after', async () => {
    const queue = new EventQueue<number>(10, () => undefined)
    const early = [queue.next(), queue.next()]
    for (const event of [1, 2, 3]) queue.push(event)
    queue.finish()
    queue.push(4)
    expect(await Promise.all([...early, queue.next(), queue.next()])).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: false, value: 3 },
      { done: true, value: undefined },
    ])
  })

  test('cleans up once, whoever ends it', async () => {
    let cleaned = 0
    const queue = new EventQueue<number>(1, () => cleaned++)
    queue.push(1)
    queue.push(2)
    queue.finish()
    await queue.close()
    expect(cleaned).toBe(1)
  })
})
