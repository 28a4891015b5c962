/**
 * A session of every command of ZooKeeper's shell, good and bad, and what a shell answers. Masked is what no two runs share
 * (zxids, times, the session's path); left out is what differs on purpose, listed in `src/cli/zk.ts`.
 */
import { Shell } from '../support/shell.ts'

/** `@` is the path that a run has to itself. A line that causes a watch event names it, so that the run waits for it. */
export const lines: readonly (string | readonly [line: string, event: string])[] = [
  'create @ "hello world"',
  'create @',
  'create @/none/x',
  'create -e @/e x',
  'create @/e/f',
  'create -s @/s- 1',
  'create -e -s @/es- 2',
  'create -se @/es- 2',
  'create -c @/c',
  'create -c -e @/bad',
  'create -t x @/bad',
  'create -t 1.5 @/bad',
  'create -t 5 -e @/bad',
  'create -t 5 -c @/bad',
  'create -t 0 @/bad',
  'create -t -1 @/bad',
  'create -t 500000 @/ttl',
  'create',
  'create @/slash/',
  'create -s @/none/',
  'create @/quoted "a  b" world:anyone:cdrwa',
  'get @/quoted',
  "create @/empty ''",
  'get @/empty',
  'get @',
  '  get   -s   @  ',
  'get @/c',
  'get @/none',
  'get',
  'get @ watch',
  'get -w @',
  ['set @ newdata', 'NodeDataChanged'],
  'set -s @ other',
  'set @ other -s',
  'set -v 99 @ other',
  'set @',
  'set @/none x',
  'stat @',
  'stat @/none',
  'stat',
  'ls @',
  'ls -R @',
  'ls -s @',
  'ls',
  'ls @/none',
  'ls a',
  'ls @/',
  'ls @//b',
  'ls -?',
  'ls -w @',
  ['create @/watched', 'NodeChildrenChanged'],
  'stat -w @/later',
  ['create @/later', 'NodeCreated'],
  'getAcl @',
  'getAcl -s @',
  'addauth digest u:p',
  'whoami',
  'create @/auth d auth::cdrwa',
  'getAcl @/auth',
  'create @/acl d digest:x:y,world:anyone:cdrwa',
  'setAcl @/c bad,world:anyone:cdrwz',
  'setAcl @/c ip:bad:r',
  'getAcl @/c',
  'setAcl -R @/quoted world:anyone:cdrwa',
  'setAcl -s @ world:anyone:cdrwa',
  'setAcl @/quoted world:anyone:r',
  'set @/quoted z',
  'setAcl @/quoted world:anyone:cdrwa',
  'delete @',
  'delete',
  'delete -v 7 @/c',
  'delete @/none',
  'delete @/later 3',
  'delete /',
  'getAllChildrenNumber @',
  'getAllChildrenNumber @/none',
  'getAllChildrenNumber',
  'getEphemerals @/es-0000000003',
  'getEphemerals @/none',
  'sync @',
  'sync',
  'addWatch',
  'addWatch -m BAD @',
  'addWatch -m persistent @/c',
  'addWatch @',
  ['set @/c x', 'NodeDataChanged'],
  ['removewatches @', 'PersistentWatchRemoved'],
  'removewatches @',
  'removewatches @/c -d',
  'removewatches',
  'create @/deep',
  'create @/deep/er',
  'deleteall @/deep',
  'deleteall @/none',
  'deleteall',
  'printwatches off',
  'printwatches on',
  'history',
  'redo 24',
  'redo 10000',
  'version x',
  'version',
  'bogus',
  'get -z @',
  'set -v',
  'config',
  'config -s',
  'config -c',
  'config -w',
  'config x',
  'reconfig',
  'reconfig -v x -add a',
  'reconfig -add server.5=localhost:1:2;3',
  'reconfig -remove 3 -v 10 -s',
  'reconfig -members server.1=localhost:1:2',
  'reconfig -add a -members b',
  'reconfig -members a -file b',
  'setquota',
  'setquota -n 5',
  'setquota @',
  'setquota -n 5 -b 6 @',
  'setquota -n x @',
  'setquota -n 0 @',
  'setquota -N 0 @',
  'setquota -b -1 @',
  'setquota -B -1 @',
  'setquota -n 5 @/none',
  'setquota -n 5 none',
  'setquota -n 5 /zookeeper/quota/x',
  'create @/quota x',
  'create @/quota/a xx',
  'create @/quota/a/b xxx',
  'setquota -n 2 @/quota',
  'setquota -b 2 @/quota',
  'setquota -N 20 @/quota',
  'setquota -B 100 @/quota',
  'setquota -n 2 @/quota/a',
  'listquota @/quota',
  'create @/quota/c x',
  'listquota @/quota',
  'listquota @/none',
  'listquota none',
  'listquota',
  'delquota -n @/quota',
  'delquota -n -B @/quota',
  'listquota @/quota',
  'delquota @/quota',
  'delquota @/quota',
  'delquota',
  'setquota -n 5 @/quota/a/b',
  'setquota -n 5 @/quota',
  'delquota @/quota/a/b',
  'getAllChildrenNumber /zookeeper/quota',
  ['connect', 'None path:null\\n[\\s\\S]*type:None'],
  'get @/quota',
  ['close', 'None'],
]

/** What a shell answers to each of the {@link lines}, on one server. */
export async function transcript(address: string, path: string, program: string, ...args: readonly string[]): Promise<string[]> {
  await using shell = new Shell(program, ...args, '-server', address)
  await shell.heard(/state:SyncConnected type:None .*\n/)
  const steps: string[] = []
  for (const step of lines) {
    const [line, event] = typeof step === 'string' ? [step] : step
    shell.say(line.replaceAll('@', path))
    const seen = event === undefined ? '' : await shell.heard(new RegExp(`type:${event} .*\\n`))
    // An answer of its own that only a shell that is done with the line before can give.
    shell.say('printwatches')
    const rest = await shell.heard(/printwatches is (on|off)\n/)
    steps.push(
      `${line}\n${withoutDifferences(eventsLast(seen + rest))
        .replaceAll(path, '@')
        .replace(/0x[0-9a-f]+/g, '0x~')
        .replace(/time = .*/g, 'time = ~')}`,
    )
  }
  return steps
}

/** zkCli.sh prints events from a thread of its own, so where they stand among the other lines is chance; two sessions have two threads. */
function eventsLast(text: string): string {
  const events = text.match(/\nWATCHER::\n\nWatchedEvent .*\n/g) ?? []
  const inOrder = events.toSorted((a, b) => (a < b ? -1 : 1))
  return [text.replace(/\nWATCHER::\n\nWatchedEvent .*\n/g, ''), ...inOrder].join('')
}

/** Where our shell says more than that of 3.8.0, and where that says more of its build than of ZooKeeper. */
function withoutDifferences(text: string): string {
  return text
    .replace(/^org\.apache\.commons\.cli\.\w+: /gm, '')
    .replace(/^\t(exit|help) \n/gm, '')
    .replace(/(CLI version: [\d.]+).*/, '$1')
    .replace('[-w] [-b] [-x] path', '[-w] path')
    .replace('[-v version] [-b] path', '[-v version] path')
}
