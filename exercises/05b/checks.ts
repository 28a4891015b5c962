import { JuteError } from '../../src/jute/index.ts'
import { newRequest } from '../../src/pipeline/request.ts'
import { OpCode } from '../../src/wire/index.ts'
import { same } from '../support/check.ts'
import { outcomes, PreparingLeader, tellTxn } from '../support/check-requests.ts'
import type { Checks } from '../support/exercise.ts'

export const checks: Checks = {
  'all of them are one transaction, in their order'() {
    outcomes(
      [{ create: '/b' }, { multi: [{ create: '/a' }, { set: '/b' }, { delete: '/b' }] }],
      ['create /b', 'all of: create /a; set /b version 1; delete /b'],
      'each of them succeeds',
    )
    outcomes([{ multi: [] }, { multi: [{ create: '/a' }] }], ['all of: nothing', 'all of: create /a'], 'one is as good as many, and so is none')
  },

  'each is checked on top of those before it'() {
    outcomes(
      [{ multi: [{ create: '/a' }, { create: '/a/b' }, { set: '/a', version: 0 }, { set: '/a', version: 1 }, { delete: '/a/b' }, { delete: '/a' }] }],
      ['all of: create /a; create /a/b; set /a version 1; set /a version 2; delete /a/b; delete /a'],
      'that is what makes it more than a list',
    )
    outcomes([{ multi: [{ create: '/a' }, { create: '/a' }] }], ['all of: create /a; NODEEXISTS'], 'the first one has created it')
  },

  'one refusal, and nothing remains'() {
    const because = 'the second request must find everything as it was'
    outcomes(
      [{ multi: [{ create: '/a' }, { create: '/a/b' }, { delete: '/c' }] }, { create: '/a' }],
      ['all of: create /a; create /a/b; NONODE', 'create /a'],
      because,
    )
    outcomes(
      [{ create: '/a' }, 'apply', { multi: [{ set: '/a' }, { check: '/a', version: 0 }] }, { set: '/a', version: 0 }],
      ['create /a', 'all of: set /a version 1; BADVERSION', 'set /a version 1'],
      because,
    )
  },

  'what was asked before stays'() {
    outcomes(
      [{ create: '/a' }, { set: '/a' }, { multi: [{ set: '/a' }, { delete: '/c' }] }, { set: '/a', version: 1 }],
      ['create /a', 'set /a version 1', 'all of: set /a version 2; NONODE', 'set /a version 2'],
      '/a, and its version 1, are of other requests, which are on their way',
    )
    outcomes(
      [{ multi: [{ create: '/a' }] }, { multi: [{ create: '/b' }, { delete: '/c' }] }, { create: '/b' }, { create: '/a' }],
      ['all of: create /a', 'all of: create /b; NONODE', 'create /b', 'NODEEXISTS'],
      'the first multi has succeeded',
    )
  },

  'what comes after the refused one is not tried'() {
    outcomes(
      [{ multi: [{ delete: '/c' }, { create: '/a' }, { delete: '/d' }] }, { create: '/a' }],
      ['all of: NONODE; RUNTIMEINCONSISTENCY; RUNTIMEINCONSISTENCY', 'create /a'],
      'a record for each, so that the client knows which one was refused; nothing is tried in vain',
    )
    outcomes(
      [{ create: '/a' }, { multi: [{ create: '/b' }, { set: '/a', version: 9 }, { set: '/a', version: 0 }] }],
      ['create /a', 'all of: create /b; BADVERSION; RUNTIMEINCONSISTENCY'],
      'the first refusal is the one that counts',
    )
  },

  'a check changes nothing and can refuse'() {
    outcomes(
      [
        { create: '/a' },
        {
          multi: [
            { check: '/a', version: 0 },
            { set: '/a', version: 0 },
          ],
        },
        { multi: [{ check: '/a', version: 0 }, { create: '/b' }] },
      ],
      ['create /a', 'all of: check /a version 1; set /a version 1', 'all of: BADVERSION; RUNTIMEINCONSISTENCY'],
      'compare and set, of one node on the condition of another',
    )
  },

  'what is malformed is refused as a whole'() {
    const leader = new PreparingLeader()
    leader.ask({ create: '/a' })
    const request = newRequest(1n, 0, OpCode.multi, new Uint8Array([0, 0, 0, 5, 0]), [], 0, 0)
    same(tellTxn(leader.prepare(request)), 'MARSHALLINGERROR', { given: 'a multi that breaks off in its first header' })
    let thrown = 'nothing'
    try {
      leader.ask({ multi: [{ create: '/b' }, { create: '/c', mode: 'PERSISTENT_WITH_TTL' }] })
      thrown = tellTxn(leader.ask({ create: '/b' }) ?? { kind: 'error', err: 0 })
    } catch (error) {
      thrown = error instanceof JuteError ? 'a JuteError that nobody has caught' : String(error)
    }
    same(thrown, 'create /b', {
      given: 'a multi that creates /b and then, with the flags of a time to live, a node without one; then /b is created: what becomes of it?',
      because: 'that is no refusal but a request that makes no sense, and it is given up as a whole',
    })
    const txn = leader.ask({ multi: [{ create: '/d' }, { create: '/e', mode: 'PERSISTENT_WITH_TTL' }] })
    same(txn === null ? '' : tellTxn(txn), 'MARSHALLINGERROR', {
      given: 'a multi that creates /d and then, with the flags of a time to live, a node without one',
    })
  },
}
