import { type ACL, Perms } from '../../src/wire/index.ts'
import { same } from '../support/check.ts'
import { outcomes, PreparingLeader, sessionOf } from '../support/check-requests.ts'
import type { Checks } from '../support/exercise.ts'

const without = (perm: number): readonly ACL[] => [{ perms: Perms.ALL & ~perm, id: { scheme: 'world', id: 'anyone' } }]

export const checks: Checks = {
  'a write is checked against what will be'() {
    const because = 'what is prepared before it will be applied before it'
    outcomes(
      [{ create: '/a' }, { set: '/a', version: 0 }, ['ben', { set: '/a', version: 0 }]],
      ['create /a', 'set /a version 1', 'BADVERSION'],
      because,
    )
    outcomes(
      [{ create: '/a' }, 'apply', { set: '/a', version: 0 }, ['ben', { set: '/a', version: 0 }]],
      ['create /a', 'set /a version 1', 'BADVERSION'],
      because,
    )
    outcomes([{ create: '/a' }, { set: '/a' }, { set: '/a', version: 1 }], ['create /a', 'set /a version 1', 'set /a version 2'], because)
    outcomes([{ create: '/a' }, { delete: '/a' }, { set: '/a' }], ['create /a', 'delete /a', 'NONODE'], because)
    outcomes([{ create: '/a' }, 'apply', { delete: '/a' }, { delete: '/a' }], ['create /a', 'delete /a', 'NONODE'], because)
    outcomes(
      [{ create: '/a' }, 'apply', { set: '/a', version: 0 }, { delete: '/a', version: 0 }],
      ['create /a', 'set /a version 1', 'BADVERSION'],
      because,
    )
    outcomes(
      [{ create: '/a' }, { delete: '/a' }, { create: '/a' }, { set: '/a', version: 0 }],
      ['create /a', 'delete /a', 'create /a', 'set /a version 1'],
      because,
    )
  },

  'the outcome holds the version after the change'() {
    const because = 'who applies it looks at nothing: it writes what it is told'
    outcomes(
      [{ create: '/a' }, { set: '/a' }, { set: '/a' }, 'apply', { set: '/a' }],
      ['create /a', 'set /a version 1', 'set /a version 2', 'set /a version 3'],
      because,
    )
    outcomes([{ create: '/a' }, 'apply', { set: '/a', version: 0 }], ['create /a', 'set /a version 1'], because)
  },

  'a refused request leaves nothing behind'() {
    outcomes(
      [{ create: '/a' }, { set: '/a', version: 7 }, { set: '/a', version: 0 }, { delete: '/a', version: 7 }, { delete: '/a', version: 1 }],
      ['create /a', 'BADVERSION', 'set /a version 1', 'BADVERSION', 'delete /a'],
      'the next request finds the node as if it had not been asked',
    )
  },

  'a node with children is not deleted'() {
    const because = 'children count from the moment at which they are prepared'
    outcomes([{ create: '/a' }, { create: '/a/b' }, { delete: '/a' }], ['create /a', 'create /a/b', 'NOTEMPTY'], because)
    outcomes([{ create: '/a' }, { create: '/a/b' }, 'apply', { delete: '/a' }], ['create /a', 'create /a/b', 'NOTEMPTY'], because)
    outcomes(
      [{ create: '/a' }, { create: '/a/b' }, 'apply', { delete: '/a/b' }, { delete: '/a' }],
      ['create /a', 'create /a/b', 'delete /a/b', 'delete /a'],
      because,
    )
    outcomes(
      [{ create: '/a' }, { create: '/a/b' }, { create: '/a/c' }, { delete: '/a/b' }, { delete: '/a' }],
      ['create /a', 'create /a/b', 'create /a/c', 'delete /a/b', 'NOTEMPTY'],
      because,
    )
  },

  'the parent says who may delete, the node who may change'() {
    outcomes(
      [{ create: '/a', acl: without(Perms.DELETE) }, { create: '/a/b' }, { delete: '/a/b' }],
      ['create /a', 'create /a/b', 'NOAUTH'],
      'nobody may delete what is below /a',
    )
    outcomes(
      [{ create: '/a', acl: without(Perms.DELETE) }, { delete: '/a' }],
      ['create /a', 'delete /a'],
      'its own list says who may delete its children',
    )
    outcomes([{ create: '/a', acl: without(Perms.WRITE) }, { set: '/a' }], ['create /a', 'NOAUTH'], 'nobody may change /a')
    outcomes(
      [{ create: '/a', acl: without(Perms.WRITE) }, { create: '/a/b' }, { set: '/a/b' }],
      ['create /a', 'create /a/b', 'set /a/b version 1'],
      'nothing is inherited',
    )
  },

  'of several refusals the first is told'() {
    const because = 'it is what clients have learnt to expect, and it tells a stranger least'
    outcomes([{ delete: '/a' }, { delete: '/a/b' }, { set: '/a', version: 3 }], ['NONODE', 'NONODE', 'NONODE'], because)
    outcomes([{ create: '/a', acl: without(Perms.DELETE) }, { delete: '/a/b' }], ['create /a', 'NOAUTH'], because)
    outcomes(
      [
        { create: '/a', acl: without(Perms.WRITE) },
        { set: '/a', version: 9 },
      ],
      ['create /a', 'NOAUTH'],
      because,
    )
    outcomes(
      [{ create: '/a', acl: without(Perms.DELETE) }, { create: '/a/b' }, { delete: '/a/b', version: 9 }],
      ['create /a', 'create /a/b', 'NOAUTH'],
      because,
    )
    outcomes([{ create: '/a' }, { create: '/a/b' }, { delete: '/a', version: 9 }], ['create /a', 'create /a/b', 'BADVERSION'], because)
    outcomes([{ set: '/a/' }, { set: 'a' }, { delete: 'a' }], ['BADARGUMENTS', 'BADARGUMENTS', 'BADARGUMENTS'], because)
  },

  'what every server has from birth stays'() {
    for (const path of ['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota'])
      outcomes([{ delete: path }], ['BADARGUMENTS'], 'nobody may delete it')
  },

  'a session that has ended, or asks from elsewhere, is refused'() {
    const because = 'what it asked for long ago, by another way, must not overtake what it asks for now'
    outcomes(
      [{ create: '/a' }, ['ben', 'close'], ['ben', { set: '/a' }], ['ben', { delete: '/a' }]],
      ['create /a', 'the session ends, deleting nothing', 'SESSIONEXPIRED', 'SESSIONEXPIRED'],
      because,
    )
    const leader = new PreparingLeader()
    leader.sessions.setOwner(sessionOf('ben'), 5)
    outcomes([{ create: '/a' }, ['ben', { set: '/a' }], ['ben', { delete: '/a' }]], ['create /a', 'SESSIONMOVED', 'SESSIONMOVED'], because, leader)
  },

  'a quota is asked about growth'() {
    const limits = '/zookeeper/quota/a/zookeeper_limits'
    const limited = [
      { create: '/a', data: '12345678' },
      { create: '/zookeeper/quota/a' },
      { create: limits, data: 'count=-1,bytes=-1=;byteHardLimit=10;countHardLimit=1' },
      { create: '/zookeeper/quota/a/zookeeper_stats', data: 'count=1,bytes=8' },
      'apply',
    ] as const
    const made = ['create /a', 'create /zookeeper/quota/a', `create ${limits}`, 'create /zookeeper/quota/a/zookeeper_stats']
    const because = '/a holds 8 bytes of at most 10, in at most one node'
    outcomes([...limited, { set: '/a', data: '1234567890' }], [...made, 'set /a version 1'], because)
    outcomes([...limited, { set: '/a', data: '12345678901' }], [...made, 'QUOTAEXCEEDED'], because)
    outcomes([...limited, { set: '/a', data: '12345678901', version: 9 }], [...made, 'QUOTAEXCEEDED'], because)
    outcomes([...limited, { set: '/a' }, { set: '/a', data: '12' }], [...made, 'set /a version 1', 'set /a version 2'], because)
    outcomes(
      [...limited, { set: '/a', data: '123' }, 'apply', { set: '/a', data: '12345678' }],
      [...made, 'set /a version 1', 'set /a version 2'],
      because,
    )
  },

  'the transaction holds the data, and they count from now on'() {
    const leader = new PreparingLeader()
    leader.ask({ create: '/a', data: '12' })
    const txn = leader.ask({ set: '/a', data: '1234' })
    same(txn?.kind === 'setData' ? txn.data?.length : null, 4, {
      given: 'ada creates /a with 2 bytes and sets it to 4: how many bytes are in the transaction?',
    })
    same(leader.willBe('/a')?.dataLength, 4, { given: 'the same: how many bytes will /a hold, as the next request sees it?' })
    same(leader.willBe('/a')?.zxid, 2n, { given: 'the same, in transaction 2: which was the last to change /a, as the next request sees it?' })
    leader.ask({ set: '/a' })
    same(leader.willBe('/a')?.dataLength, 0, { given: 'the same, and then /a is set to nothing: how many bytes will it hold?' })
    leader.ask({ delete: '/a' })
    const root = leader.willBe('/')
    same([root?.childCount, root?.zxid], [1, 4n], {
      given: '/a is deleted in transaction 4; how many children will the root have, and which transaction was the last to change it?',
      because: '/zookeeper is there from birth',
    })
  },
}
