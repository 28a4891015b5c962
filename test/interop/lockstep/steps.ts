/** What a session of the lock-step comparison consists of, and how such sessions are drawn at random. */
import fc from 'fast-check'
import { OpCode } from '../../../src/wire/index.ts'

export interface AclEntry {
  readonly perms: number
  readonly scheme: string | null
  readonly id: string | null
}

/** A path; `@` stands for the run's own top-level node. */
type Path = string | null

export type SubOperation =
  | { readonly op: 'create'; readonly opcode: number; readonly path: Path; readonly data: string | null; readonly acl: Acl; readonly flags: number }
  | { readonly op: 'delete' | 'check'; readonly path: Path; readonly version: number }
  | { readonly op: 'setData'; readonly path: Path; readonly data: string | null; readonly version: number }
  | { readonly op: 'read'; readonly opcode: number; readonly path: Path; readonly watch: boolean }

type Acl = readonly AclEntry[] | null

/** One request, in symbols: what it needs of the server it goes to (zxids) is filled in when it is sent. */
export type Operation =
  | SubOperation
  | { readonly op: 'createTTL'; readonly path: Path; readonly data: string | null; readonly acl: Acl; readonly flags: number; readonly ttl: bigint }
  | { readonly op: 'path'; readonly opcode: number; readonly path: Path }
  | { readonly op: 'setACL'; readonly path: Path; readonly acl: Acl; readonly version: number }
  | { readonly op: 'multi'; readonly opcode: number; readonly operations: readonly SubOperation[] }
  | { readonly op: 'setWatches'; readonly opcode: number; readonly back: number; readonly lists: readonly (readonly string[])[] }
  | { readonly op: 'typed'; readonly opcode: number; readonly path: Path; readonly type: number }
  | { readonly op: 'auth'; readonly scheme: string; readonly text: string }
  | { readonly op: 'plain'; readonly opcode: number; readonly body: Uint8Array }

export type Step =
  | { readonly kind: 'request'; readonly client: number; readonly xid: number; readonly operation: Operation }
  | { readonly kind: 'burst'; readonly client: number; readonly operations: readonly Operation[] }
  | {
      readonly kind: 'resume'
      readonly client: number
      readonly server: number
      readonly how: 'again' | 'drop first' | 'wrong password' | 'ahead' | 'old'
    }
  | { readonly kind: 'frame'; readonly client: number; readonly bytes: Uint8Array }

export interface Session {
  readonly clients: number
  readonly steps: readonly Step[]
}

export interface Profile {
  /**
   * Whether all nodes stay readable. Only then are exists and watches sent: 3.8.0 answers and tells of nodes that a client may not
   * read, which later releases mended, and ours with them.
   */
  readonly readable: boolean
  /** Through several servers: a malformed write that a 3.8.0 follower forwards is never answered. */
  readonly ensemble: boolean
  /** 3.8.0 says yes to checkWatches when anybody watches. */
  readonly alone: boolean
}

/** Sessions of one profile, of up to `length` steps. */
export function sessions(profile: Profile, length: number): fc.Arbitrary<Session> {
  return fc.record({
    clients: profile.alone ? fc.constant(1) : fc.integer({ min: 2, max: 3 }),
    steps: fc.array(step(profile), { minLength: 1, maxLength: length, size: 'max' }),
  })
}

function step(profile: Profile): fc.Arbitrary<Step> {
  const client = fc.nat(2)
  const operation = anyOperation(profile)
  const xid = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 99 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, -2, -3, -4, -8, -2147483648, 2147483647) },
  )
  const how = fc.constantFrom('again', 'drop first', 'wrong password', 'ahead', 'old' as const)
  return fc.oneof(
    { weight: 30, arbitrary: fc.record({ kind: fc.constant('request' as const), client, xid, operation }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('burst' as const), client, operations: fc.array(inOrder(profile), { minLength: 2, maxLength: 6 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume' as const), client, server: fc.nat(2), how }) as fc.Arbitrary<Step> },
    ...(profile.ensemble ? [] : [{ weight: 1, arbitrary: fc.record({ kind: fc.constant('frame' as const), client, bytes: badFrame }) }]),
  )
}

const badFrame = fc.constantFrom('00000000', 'ffffffff', '80000000', '7fffffff', '00100000', '0000000100', '0000000400000001').map(hex)

/** Requests that may be sent several at once: answered in order, and ending nothing. */
function inOrder(profile: Profile): fc.Arbitrary<Operation> {
  // While a setACL is under way 3.8.0 goes on checking the list before it, and a container that was asked for with the flags of
  // an ephemeral may have no children.
  const isOddContainer = (one: Operation) => one.op === 'create' && one.opcode === OpCode.createContainer && (one.flags === 1 || one.flags === 3)
  const writes = write(profile).filter((one) => one.op !== 'setACL' && !isOddContainer(one))
  return fc.oneof({ weight: 5, arbitrary: writes }, { weight: 5, arbitrary: read(profile) }, { weight: 1, arbitrary: multi(profile) })
}

function anyOperation(profile: Profile): fc.Arbitrary<Operation> {
  return fc.oneof(
    { weight: 12, arbitrary: write(profile) },
    { weight: 8, arbitrary: read(profile) },
    { weight: 3, arbitrary: multi(profile) },
    { weight: 1, arbitrary: auth },
    { weight: 1, arbitrary: plain(profile) },
    ...(profile.readable ? [{ weight: 4, arbitrary: watching(profile) }] : []),
  )
}

const goodPaths = ['@', '@/a', '@/b', '@/a/b', '@/a/c', '@/a/b/c', '@/e', '@/e/f', '@/s-', '@/a/s-']
const fixedPaths = ['/', '', '/zookeeper', '/zookeeper/quota', '@top']
const oddPaths = [
  'noslash',
  '@/',
  '@//x',
  '@/.',
  '@/a/../b',
  '@/\u0000',
  '@/x\u0001',
  '@/é',
  '@/\u{1f600}',
  '@/\ue000',
  '@/a/',
  '@/..a',
  '@/x y',
  '@/\uffff',
  null,
]
/**
 * The paths on which watches of addWatch are set, each with its mode. 3.8.0 keeps one mode for a connection and a path, so no
 * read watches one of these, and all watches on them are removed together.
 */
const watchedForGood: ReadonlyMap<Path, number> = new Map([
  ...['@/a/b', '@/e', '@/s-', '/zookeeper'].map((path) => [path, 0] as const),
  ...['@', '@/a', '@/e/f', '/'].map((path) => [path, 1] as const),
])
const watchedOnce = [...goodPaths, '@top'].filter((path) => !watchedForGood.has(path))

/** A read that may watch. */
function reading(opcode: fc.Arbitrary<number>, path: fc.Arbitrary<Path>, watch: fc.Arbitrary<boolean>): fc.Arbitrary<SubOperation> {
  const wish = fc.record({ op: fc.constant('read' as const), opcode, path, watch })
  return wish.map((one) => ({ ...one, watch: one.watch && !watchedForGood.has(one.path) }))
}

function path(profile: Profile): fc.Arbitrary<Path> {
  // What stands in the configuration node differs between any two ensembles.
  const fixed = profile.ensemble ? fixedPaths : [...fixedPaths, '/zookeeper/config']
  const odd = profile.ensemble ? oddPaths.filter((one) => one !== null) : oddPaths
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom<Path>(...goodPaths) },
    { weight: 2, arbitrary: fc.constantFrom<Path>(...fixed) },
    { weight: 2, arbitrary: fc.constantFrom<Path>(...odd) },
  )
}

const version = fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, { weight: 3, arbitrary: fc.integer({ min: -2, max: 3 }) })
const data = fc.constantFrom(null, '', 'x', 'some data', 'd'.repeat(3000))

const open: AclEntry = { perms: 31, scheme: 'world', id: 'anyone' }
const readers: AclEntry = { perms: 1, scheme: 'world', id: 'anyone' }
const someEntries: readonly AclEntry[] = [
  { perms: 31, scheme: 'auth', id: '' },
  { perms: 30, scheme: 'digest', id: 'bob:ikIaKsbtGweaHnb/jKn7OHqbunM=' },
  { perms: 6, scheme: 'ip', id: '127.0.0.1' },
  { perms: 31, scheme: 'ip', id: '127.0.0.0/8' },
  { perms: 31, scheme: 'ip', id: '10.0.0.0/8' },
  { perms: 4, scheme: 'world', id: 'anyone' },
  { perms: 0, scheme: 'world', id: 'anyone' },
  { perms: 1023, scheme: 'world', id: 'anyone' },
]
const badEntries: readonly AclEntry[] = [
  { perms: 31, scheme: 'world', id: 'someone' },
  { perms: 31, scheme: 'digest', id: 'a:' },
  { perms: 31, scheme: 'digest', id: 'a:b:c' },
  { perms: 31, scheme: 'ip', id: '1.2.3' },
  { perms: 31, scheme: 'ip', id: '1.2.3.4/33' },
  { perms: 31, scheme: 'ip', id: '::1' },
  { perms: 31, scheme: 'nobody', id: 'x' },
  { perms: 31, scheme: 'super', id: '' },
  { perms: 31, scheme: '', id: '' },
]

function acl({ readable }: Profile): fc.Arbitrary<Acl> {
  const some = fc.array(fc.constantFrom(...someEntries), { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant<Acl>([open]) },
    { weight: 4, arbitrary: readable ? some.map((entries) => [...entries, readers]) : some },
    { weight: 1, arbitrary: fc.constantFrom(...badEntries).map((entry) => [open, entry]) },
    // Alone: that 3.8.0 fails to compare such an entry with another one is an accident.
    { weight: 1, arbitrary: fc.constantFrom<Acl>([], null, [{ perms: 31, scheme: null, id: 'x' }]) },
  )
}

const flags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(5, 6, 7, -1) },
)

/** A null path is malformed before its flags are looked at, or after, in 3.8.0. */
function create(profile: Profile): fc.Arbitrary<SubOperation> {
  const opcode = fc.constantFrom(OpCode.create, OpCode.create, OpCode.create2, OpCode.createContainer)
  const wish = fc.record({ op: fc.constant('create' as const), opcode, path: path(profile), data, acl: acl(profile), flags })
  return wish.map((one) => (one.path === null ? { ...one, flags: 0 } : one))
}

function change(profile: Profile): fc.Arbitrary<SubOperation> {
  const op = fc.constantFrom('delete' as const, 'check' as const)
  return fc.oneof(
    fc.record({ op, path: path(profile), version }),
    fc.record({ op: fc.constant('setData' as const), path: path(profile), data, version }),
  )
}

function write(profile: Profile): fc.Arbitrary<Operation> {
  // Alone, check leaves a transaction in the log of 3.8.0 that keeps it from starting again.
  const changes = change(profile).filter(({ op }) => op !== 'check')
  // Other flags with ttl -1 crash 3.8.0 when they are applied.
  const ttl = fc.constantFrom(1_000_000n, 1n << 39n, 0n, -1n, 1n << 40n)
  const ttlFlags = fc.constantFrom(5, 6)
  const op = fc.constant('createTTL' as const)
  return fc.oneof(
    { weight: 8, arbitrary: create(profile) },
    { weight: 8, arbitrary: changes },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('setACL' as const), path: path(profile), acl: acl(profile), version }) },
    { weight: 1, arbitrary: fc.record({ op, path: path({ ...profile, ensemble: true }), data, acl: acl(profile), flags: ttlFlags, ttl }) },
  )
}

const reads = [OpCode.exists, OpCode.getData, OpCode.getChildren, OpCode.getChildren2]

function read(profile: Profile): fc.Arbitrary<Operation> {
  const opcodes = profile.readable ? reads : reads.filter((opcode) => opcode !== OpCode.exists)
  const watch = profile.readable ? fc.boolean() : fc.constant(false)
  const others = [OpCode.getACL, OpCode.getACL, OpCode.getAllChildrenNumber, OpCode.getEphemerals, ...(profile.ensemble ? [] : [OpCode.sync])]
  const asked = fc.record({ op: fc.constant('path' as const), opcode: fc.constantFrom(...others), path: path(profile) })
  const differs = (opcode: number, text: Path) =>
    // What is above U+FFFF comes back from 3.8.0 as two halves; below the empty path it counts the root as well.
    (opcode === OpCode.sync && text?.includes('\u{1f600}')) || (opcode === OpCode.getAllChildrenNumber && text === '')
  return fc.oneof(
    { weight: 5, arbitrary: reading(fc.constantFrom(...opcodes), path(profile), watch) },
    { weight: 2, arbitrary: asked.filter((one) => !differs(one.opcode, one.path)) },
  )
}

function multi(profile: Profile): fc.Arbitrary<Operation> {
  const op = fc.constant('multi' as const)
  const operation = fc.oneof(create({ ...profile, ensemble: true }), change({ ...profile, ensemble: true }))
  const well = operation.filter((one) => one.op !== 'create' || (one.flags >= 0 && one.flags <= 4))
  const several = (arbitrary: fc.Arbitrary<SubOperation>) => fc.array(arbitrary, { maxLength: 5 })
  const opcode = fc.constantFrom(OpCode.getData, OpCode.getChildren)
  const looking = reading(opcode, path({ ...profile, ensemble: true }), fc.boolean())
  const mixed = fc.oneof(well, looking)
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ op, opcode: fc.constant(OpCode.multi), operations: several(well) }) },
    { weight: 2, arbitrary: fc.record({ op, opcode: fc.constant(OpCode.multiRead), operations: several(looking) }) },
    ...(profile.ensemble
      ? []
      : [
          { weight: 1, arbitrary: fc.record({ op, opcode: fc.constantFrom(OpCode.multi, OpCode.multiRead), operations: several(mixed) }) },
          { weight: 1, arbitrary: fc.record({ op, opcode: fc.constant(OpCode.multi), operations: several(operation) }) },
        ]),
  )
}

function watching(profile: Profile): fc.Arbitrary<Operation> {
  const op = fc.constant('typed' as const)
  const some = (paths: readonly string[]) => fc.array(fc.constantFrom(...paths), { maxLength: 3 })
  const forGood = (mode: number) => some([...watchedForGood].filter((one) => one[1] === mode).map(([path]) => path as string))
  const lists = fc.tuple(some(watchedOnce), some(watchedOnce), some(watchedOnce), forGood(0), forGood(1))
  // Types 4 and 5 came with 3.9.
  const type = fc.constantFrom(1, 2, 3, 3, 0, -1, 6)
  const typed = (opcode: number, path: fc.Arbitrary<Path>) =>
    fc
      .record({ op, opcode: fc.constant(opcode), path, type })
      .map((one) => (one.type > 0 && watchedForGood.has(one.path) ? { ...one, type: 3 } : one))
  return fc.oneof(
    fc.constantFrom(...watchedForGood).map(([path, type]) => ({ op: 'typed' as const, opcode: OpCode.addWatch, path, type })),
    fc.record({ op, opcode: fc.constant(OpCode.addWatch), path: fc.constantFrom<Path>(...goodPaths), type: fc.constantFrom(2, -1) }),
    typed(OpCode.removeWatches, path(profile)),
    // Of a path without a slash it depends in 3.8.0 on whether anybody watches recursively.
    ...(profile.alone ? [typed(OpCode.checkWatches, fc.constantFrom<Path>(...goodPaths))] : []),
    fc.record({ op: fc.constant('setWatches' as const), opcode: fc.constantFrom(OpCode.setWatches, OpCode.setWatches2), back: fc.nat(6), lists }),
  )
}

const auth: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('auth' as const),
      scheme: fc.constant('digest'),
      text: fc.constantFrom('bob:pw', 'eve:pw', 'nocolon', ''),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('auth' as const),
      scheme: fc.constantFrom('ip', 'world', 'auth', 'super', 'nobody', ''),
      text: fc.constant('x'),
    }),
  },
)

/** Requests without a body, with one that does not parse, and opcodes that mean nothing. */
function plain({ ensemble, readable }: Profile): fc.Arbitrary<Operation> {
  const op = fc.constant('plain' as const)
  const empty = fc.constant(new Uint8Array(0))
  const bad = fc.constantFrom('', '00', '00000005612f', '7fffffff', 'fffffffe', '00000001612f000000').map(hex)
  const malformed = [1, 2, 4, 5, 6, 7, 8, 9, 12, 14, 15, 17, 18, 19, 21, 22, 101, 103, 104, 105, 106, ...(readable ? [3] : [])]
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ op, opcode: fc.constantFrom(OpCode.whoAmI, OpCode.ping), body: empty }) },
    { weight: 1, arbitrary: fc.record({ op, opcode: fc.constant(OpCode.closeSession), body: empty }) },
    { weight: 1, arbitrary: fc.record({ op, opcode: fc.constantFrom(0, 10, 23, 99, 108, -1, 1000), body: empty }) },
    { weight: 1, arbitrary: fc.record({ op, opcode: fc.constant(OpCode.sasl), body: fc.constant(hex('00000000')) }) },
    ...(ensemble ? [] : [{ weight: 4, arbitrary: fc.record({ op, opcode: fc.constantFrom(...malformed), body: bad }) }]),
  )
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

/** A step as a line of a transcript. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'request':
      return `c${step.client} xid ${step.xid} → ${describeOperation(step.operation)}`
    case 'burst':
      return `c${step.client} at once →${step.operations.map((operation) => `\n        ${describeOperation(operation)}`).join('')}`
    case 'resume':
      return `c${step.client} resumes at server ${step.server + 1} (${step.how})`
    case 'frame':
      return `c${step.client} sends the bytes ${Buffer.from(step.bytes).toString('hex')}`
  }
}

const opcodeNames = new Map(Object.entries(OpCode).map(([name, code]) => [code as number, name]))

function describeOperation(operation: Operation): string {
  const { op, ...rest } = operation
  const name = 'opcode' in rest ? (opcodeNames.get(rest.opcode) ?? `opcode ${rest.opcode}`) : op
  const fields = Object.entries(rest).filter(([key]) => key !== 'opcode')
  return `${name} ${fields.map(([key, value]) => `${key}=${describeValue(value)}`).join(' ')}`
}

function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex') || '(empty)'
  if (typeof value === 'string') return value.length > 40 ? `${value.length} characters` : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    if ('op' in value) return `{${describeOperation(value as Operation)}}`
    return Object.values(value).map(describeValue).join(':')
  }
  return String(value)
}
