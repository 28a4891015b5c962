import { type Asked, outcomes } from '../support/check-requests.ts'
import type { Checks } from '../support/exercise.ts'

const LOCK: Asked = { create: '/lock', mode: 'EPHEMERAL' }

export const checks: Checks = {
  'what the session has in the tree goes'() {
    outcomes(
      [LOCK, { create: '/seat' }, { create: '/seat/ada', mode: 'EPHEMERAL_SEQUENTIAL' }, 'apply', 'close'],
      ['create /lock', 'create /seat', 'create /seat/ada0000000000', 'the session ends, deleting /lock /seat/ada0000000000'],
      'ephemeral nodes go, others stay',
    )
    outcomes([{ create: '/seat' }, 'apply', 'close'], ['create /seat', 'the session ends, deleting nothing'], 'it has no ephemeral node')
  },

  'what belongs to others stays'() {
    outcomes(
      [['ben', LOCK], LOCK, { create: '/mine', mode: 'EPHEMERAL' }, 'apply', 'close'],
      ['create /lock', 'NODEEXISTS', 'create /mine', 'the session ends, deleting /mine'],
      'the lock is Ben’s',
    )
    outcomes([['ben', LOCK], 'close'], ['create /lock', 'the session ends, deleting nothing'], 'the lock is Ben’s, and on its way')
    outcomes(
      [{ multi: [{ create: '/a', mode: 'CONTAINER' }] }, { create: '/b' }, 'close'],
      ['all of: create /a', 'create /b', 'the session ends, deleting nothing'],
      'containers and persistent nodes are nobody’s',
    )
  },

  'what is on its way goes too'() {
    outcomes([LOCK, 'close'], ['create /lock', 'the session ends, deleting /lock'], 'it will be there when the session ends')
    outcomes(
      [LOCK, 'apply', { create: '/two', mode: 'EPHEMERAL' }, 'close'],
      ['create /lock', 'create /two', 'the session ends, deleting /lock /two'],
      'one is in the tree, one on its way',
    )
    outcomes(
      [LOCK, { set: '/lock' }, ['ben', { set: '/lock' }], 'close'],
      ['create /lock', 'set /lock version 1', 'set /lock version 2', 'the session ends, deleting /lock'],
      'it is named once, whoever has written to it',
    )
  },

  'what is about to be deleted is not named'() {
    const because = 'it will not be there any more'
    outcomes([LOCK, 'apply', { delete: '/lock' }, 'close'], ['create /lock', 'delete /lock', 'the session ends, deleting nothing'], because)
    outcomes([LOCK, { delete: '/lock' }, 'close'], ['create /lock', 'delete /lock', 'the session ends, deleting nothing'], because)
    outcomes([LOCK, 'apply', ['ben', { delete: '/lock' }], 'close'], ['create /lock', 'delete /lock', 'the session ends, deleting nothing'], because)
  },

  'what somebody else has taken over is not named'() {
    outcomes(
      [LOCK, 'apply', { delete: '/lock' }, ['ben', LOCK], 'close', ['ben', { set: '/lock', version: 0 }]],
      ['create /lock', 'delete /lock', 'create /lock', 'the session ends, deleting nothing', 'set /lock version 1'],
      'the node of this path will be Ben’s',
    )
    outcomes(
      [['ben', LOCK], 'apply', ['ben', { delete: '/lock' }], LOCK, 'close'],
      ['create /lock', 'delete /lock', 'create /lock', 'the session ends, deleting /lock'],
      'and the other way round',
    )
    outcomes(
      [LOCK, 'apply', { delete: '/lock' }, LOCK, 'close'],
      ['create /lock', 'delete /lock', 'create /lock', 'the session ends, deleting /lock'],
      'deleted, and made anew by the same session',
    )
  },

  'the next request finds the nodes gone'() {
    outcomes(
      [LOCK, 'apply', 'close', ['ben', { set: '/lock' }], ['ben', LOCK]],
      ['create /lock', 'the session ends, deleting /lock', 'NONODE', 'create /lock'],
      'the lock is free from the moment at which its end is prepared',
    )
    outcomes(
      [LOCK, 'close', ['ben', LOCK]],
      ['create /lock', 'the session ends, deleting /lock', 'create /lock'],
      'also where it was only on its way',
    )
    outcomes(
      [LOCK, 'close', ['ben', LOCK], 'apply', ['ben', { set: '/lock' }]],
      ['create /lock', 'the session ends, deleting /lock', 'create /lock', 'set /lock version 1'],
      'Ben’s lock comes after the end of Ada’s session, and stays',
    )
  },

  'nothing is taken from it any more'() {
    outcomes(
      ['close', LOCK, 'apply', LOCK],
      ['the session ends, deleting nothing', 'SESSIONEXPIRED', 'SESSIONEXPIRED'],
      'the list has been made: what came now would stay for ever',
    )
    outcomes(['close', ['ben', LOCK]], ['the session ends, deleting nothing', 'create /lock'], 'Ben’s session goes on')
  },

  'who ends at the same time takes only its own'() {
    outcomes(
      [LOCK, ['ben', { create: '/two', mode: 'EPHEMERAL' }], 'close', ['ben', 'close']],
      ['create /lock', 'create /two', 'the session ends, deleting /lock', 'the session ends, deleting /two'],
      'two sessions end, one after the other',
    )
  },
}
