import { encode } from '../../src/jute/index.ts'
import { newRequest } from '../../src/pipeline/request.ts'
import { containerOwner, ttlOwner } from '../../src/tree/index.ts'
import { type ACL, CreateMode, CreateRequest, CreateTTLRequest, OPEN_ACL_UNSAFE, OpCode, Perms } from '../../src/wire/index.ts'
import { same } from '../support/check.ts'
import { type Ask, outcomes, PreparingLeader, sessionOf } from '../support/check-requests.ts'
import type { Checks } from '../support/exercise.ts'

const SEQUENTIAL = 'PERSISTENT_SEQUENTIAL'
const noCreate: readonly ACL[] = [{ perms: Perms.ALL & ~Perms.CREATE, id: { scheme: 'world', id: 'anyone' } }]
const number = (prefix: string): Ask => ({ create: prefix, mode: SEQUENTIAL })

export const checks: Checks = {
  'a node is created below a parent that will be there'() {
    outcomes(
      [{ create: '/a' }, { create: '/a/b' }, 'apply', { create: '/a/c' }],
      ['create /a', 'create /a/b', 'create /a/c'],
      'prepared or applied, it will be there',
    )
    outcomes(
      [{ create: '/a/b' }, { create: '/a' }, { delete: '/a' }, { create: '/a/b' }],
      ['NONODE', 'create /a', 'delete /a', 'NONODE'],
      'not yet, or not any more',
    )
  },

  'a name is given once'() {
    outcomes([{ create: '/a' }, ['ben', { create: '/a' }]], ['create /a', 'NODEEXISTS'], 'the first one is on its way')
    outcomes([{ create: '/a' }, 'apply', ['ben', { create: '/a' }]], ['create /a', 'NODEEXISTS'], 'the first one is there')
    outcomes([{ create: '/a' }, 'apply', { delete: '/a' }, { create: '/a' }], ['create /a', 'delete /a', 'create /a'], 'it will be gone by then')
  },

  'numbers count up, applied or not'() {
    const because = 'the counter as it will be, so that those on their way at once get different names'
    outcomes(
      [number('/n-'), number('/n-'), ['ben', number('/n-')]],
      ['create /n-0000000000', 'create /n-0000000001', 'create /n-0000000002'],
      because,
    )
    outcomes(
      [{ create: '/q' }, number('/q/n-'), 'apply', number('/q/n-'), number('/q/n-')],
      ['create /q', 'create /q/n-0000000000', 'create /q/n-0000000001', 'create /q/n-0000000002'],
      because,
    )
    outcomes(
      [{ create: '/q' }, number('/q/a-'), number('/q/b-'), { create: '/r' }, number('/r/a-'), number('/q/a-')],
      ['create /q', 'create /q/a-0000000000', 'create /q/b-0000000001', 'create /r', 'create /r/a-0000000000', 'create /q/a-0000000002'],
      'each parent has one counter, for all its children',
    )
  },

  'a number is not given twice'() {
    outcomes(
      [{ create: '/q' }, number('/q/n-'), number('/q/n-'), { delete: '/q/n-0000000001' }, number('/q/n-')],
      ['create /q', 'create /q/n-0000000000', 'create /q/n-0000000001', 'delete /q/n-0000000001', 'create /q/n-0000000002'],
      'whoever holds number 1 must not meet another one',
    )
    outcomes(
      [{ create: '/q' }, { create: '/q/x' }, { delete: '/q/x' }, 'apply', number('/q/n-')],
      ['create /q', 'create /q/x', 'delete /q/x', 'create /q/n-0000000001'],
      'children without a number count as well',
    )
  },

  'every mode with a number has one, the others have none'() {
    outcomes(
      [{ create: '/q' }, { create: '/q/', mode: 'EPHEMERAL_SEQUENTIAL' }, number('/q/')],
      ['create /q', 'create /q/0000000000', 'create /q/0000000001'],
      'a number alone is a name',
    )
    outcomes(
      [{ create: '/q' }, { create: '/q/a', mode: 'EPHEMERAL' }, { multi: [{ create: '/q/b', mode: 'CONTAINER' }] }],
      ['create /q', 'create /q/a', 'all of: create /q/b'],
      'the client has said the whole name',
    )
    same(ttl('/t-', CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL).txn, 'createTTL /t-0000000000, its parent’s counter 1, ttl 500', {
      given: 'a node with a number and a time to live of 500 ms is created below the root',
    })
    same(ttl('/t', CreateMode.PERSISTENT_WITH_TTL).txn, 'createTTL /t, its parent’s counter 1, ttl 500', {
      given: 'a node with a time to live of 500 ms is created below the root',
    })
  },

  'nothing is created below an ephemeral node'() {
    const because = 'it goes with its session, and its children would be nobody’s'
    outcomes(
      [{ create: '/a', mode: 'EPHEMERAL' }, { create: '/a/b' }, 'apply', { create: '/a/b' }],
      ['create /a', 'NOCHILDRENFOREPHEMERALS', 'NOCHILDRENFOREPHEMERALS'],
      because,
    )
    outcomes(
      [{ multi: [{ create: '/a', mode: 'CONTAINER' }] }, { create: '/a/b' }],
      ['all of: create /a', 'create /a/b'],
      'a container is made for children',
    )
  },

  'the parent says who may create'() {
    outcomes([{ create: '/a', acl: noCreate }, { create: '/a/b' }], ['create /a', 'NOAUTH'], 'nobody may create below /a')
    outcomes([{ create: '/a', acl: noCreate }, { create: '/b' }], ['create /a', 'create /b'], '/a’s list is about what is below it')
  },

  'of several refusals the first is told'() {
    const because = 'it is what clients have learnt to expect'
    outcomes(
      [
        ['ben', 'close'],
        ['ben', { create: 'a' }],
        ['ben', { create: '/e', mode: 'EPHEMERAL' }],
      ],
      ['the session ends, deleting nothing', 'SESSIONEXPIRED', 'SESSIONEXPIRED'],
      because,
    )
    outcomes(
      [{ create: 'a', acl: [] }, { create: '/x/y', acl: [] }, { create: '/x/' }, { create: '/a//b' }],
      ['BADARGUMENTS', 'INVALIDACL', 'NONODE', 'NONODE'],
      because,
    )
    outcomes(
      [
        ['ben', 'close'],
        ['ben', { create: '/t', mode: 'PERSISTENT_WITH_TTL' }],
      ],
      ['the session ends, deleting nothing', 'BADARGUMENTS'],
      'flags that do not fit the operation come before everything else',
    )
    outcomes([{ create: '/a', acl: noCreate }, { create: '/a/' }, { create: '/a/..' }], ['create /a', 'NOAUTH', 'NOAUTH'], because)
    outcomes([{ create: '/a' }, { create: '/a/' }, { create: '/a/..' }], ['create /a', 'BADARGUMENTS', 'BADARGUMENTS'], because)
  },

  'who moves is refused'() {
    const leader = new PreparingLeader()
    leader.sessions.setOwner(sessionOf('ben'), 5)
    outcomes(
      [
        ['ben', { create: '/a' }],
        ['ben', { create: '/e', mode: 'EPHEMERAL' }],
      ],
      ['SESSIONMOVED', 'SESSIONMOVED'],
      'Ben’s client is connected elsewhere by now',
      leader,
    )
    const local = new PreparingLeader()
    local.sessions.locals = { mayBeLocal: () => true }
    local.sessions.removeSession(sessionOf('cleo'))
    outcomes(
      [
        ['cleo', { create: '/a' }],
        ['cleo', { create: '/e', mode: 'EPHEMERAL' }],
      ],
      ['create /a', 'SESSIONEXPIRED'],
      'only this server knows Cleo’s session: it cannot own a node',
      local,
    )
  },

  'a subtree grows by one node and its data'() {
    const limits = '/zookeeper/quota/a/zookeeper_limits'
    const limited = [
      { create: '/a' },
      { create: '/zookeeper/quota/a' },
      { create: limits, data: 'count=-1,bytes=-1=;byteHardLimit=5;countHardLimit=2' },
      { create: '/zookeeper/quota/a/zookeeper_stats', data: 'count=1,bytes=0' },
      'apply',
    ] as const
    const made = ['create /a', 'create /zookeeper/quota/a', `create ${limits}`, 'create /zookeeper/quota/a/zookeeper_stats']
    const because = '/a may hold 5 bytes in 2 nodes, itself among them'
    outcomes([...limited, { create: '/a/b', data: '12345' }, 'apply', { create: '/a/c' }], [...made, 'create /a/b', 'QUOTAEXCEEDED'], because)
    outcomes([...limited, { create: '/a/b', data: '123456' }, { create: '/a/b' }], [...made, 'QUOTAEXCEEDED', 'create /a/b'], because)
  },

  'the transaction says what it leads to'() {
    for (const [type, mode, expected] of [
      [OpCode.create, 'PERSISTENT', 'create /a, its parent’s counter 1'],
      [OpCode.create2, 'PERSISTENT', 'create2 /a, its parent’s counter 1'],
      [OpCode.create2, 'EPHEMERAL', 'create2 /a, its parent’s counter 1, ephemeral'],
      [OpCode.createContainer, 'CONTAINER', 'createContainer /a, its parent’s counter 1'],
    ] as const) {
      same(made(type, '/a', CreateMode[mode]).txn, expected, {
        given: `/a is created below the root, ${mode.toLowerCase()}: which transaction?`,
        because: 'whoever applies it looks at nothing',
      })
    }
  },

  'the next request sees the node and its parent'() {
    const { leader } = made(OpCode.create2, '/a', CreateMode.PERSISTENT, 'data')
    const root = leader.willBe('/')
    same([root?.childCount, root?.cversion, root?.zxid], [2, 1, 1n], {
      given: '/a is created in transaction 1: how many children will the root have, how many were created, which transaction was the last?',
      because: '/zookeeper is there from birth, and nobody has counted it',
    })
    const { zxid, exists, version, cversion, aversion, childCount, dataLength, ephemeralOwner } = leader.willBe('/a') ?? {}
    same(
      { zxid, exists, version, cversion, aversion, childCount, dataLength, ephemeralOwner },
      { zxid: 1n, exists: true, version: 0, cversion: 0, aversion: 0, childCount: 0, dataLength: 4, ephemeralOwner: 0n },
      { given: '/a is created in transaction 1 with four bytes: what will it be?' },
    )
    same(leader.willBe('/a')?.acl, OPEN_ACL_UNSAFE, { given: 'the same: who may do what with it?' })
    same(made(OpCode.create2, '/a', CreateMode.PERSISTENT).leader.willBe('/a')?.dataLength, 0, {
      given: '/a is created without data: how long are they?',
    })
    for (const [type, mode, owner] of [
      [OpCode.create2, CreateMode.EPHEMERAL, sessionOf('ada')],
      [OpCode.create2, CreateMode.PERSISTENT, 0n],
      [OpCode.createContainer, CreateMode.CONTAINER, containerOwner],
    ] as const) {
      same(made(type, '/a', mode).leader.willBe('/a')?.ephemeralOwner, owner, {
        given: `/a is created by session 1 with flags ${mode}: whose is it?`,
      })
    }
    same(ttl('/t', CreateMode.PERSISTENT_WITH_TTL).leader.willBe('/t')?.ephemeralOwner, ttlOwner(500n), {
      given: '/t is created with a time to live of 500 ms: what does its owner say?',
    })
  },
}

/** Creates one node by its operation, and tells the transaction. */
function made(type: number, path: string, flags: number, data?: string): { readonly leader: PreparingLeader; readonly txn: string } {
  const bytes = data === undefined ? null : new TextEncoder().encode(data)
  return prepared(type, encode(CreateRequest, { path, data: bytes, acl: OPEN_ACL_UNSAFE, flags }))
}

function ttl(path: string, flags: number): { readonly leader: PreparingLeader; readonly txn: string } {
  return prepared(OpCode.createTTL, encode(CreateTTLRequest, { path, data: null, acl: OPEN_ACL_UNSAFE, flags, ttl: 500n }))
}

function prepared(type: number, payload: Uint8Array): { readonly leader: PreparingLeader; readonly txn: string } {
  const leader = new PreparingLeader()
  const txn = leader.prepare(newRequest(sessionOf('ada'), 0, type, payload, [], 0, 0))
  if (!('parentCVersion' in txn)) return { leader, txn: txn.kind }
  const told = `${txn.kind} ${txn.path}, its parent’s counter ${txn.parentCVersion}`
  return { leader, txn: `${told}${'ttl' in txn ? `, ttl ${txn.ttl}` : ''}${'ephemeral' in txn && txn.ephemeral ? ', ephemeral' : ''}` }
}
