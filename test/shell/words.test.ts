/** The shell's small languages: lines, options, ACLs, Stats. */
import { expect, test } from 'vitest'
import { formatAclEntry, formatDate, formatStat, parseAcl } from '../../src/cli/shell/acl.ts'
import type { CommandContext } from '../../src/cli/shell/command.ts'
import { commandNames, explain, usageText } from '../../src/cli/shell/commands.ts'
import { reconfig } from '../../src/cli/shell/commands-config.ts'
import { parseInt32, parseOptions, splitWords } from '../../src/cli/shell/words.ts'
import { InvalidPathError, KeeperError, KeeperErrorCode } from '../../src/index.ts'

test.each([
  ['ls /', ['ls', '/']],
  ['  get   -s   /a  ', ['get', '-s', '/a']],
  ['create /a "b  c"', ['create', '/a', 'b  c']],
  ["create /a 'b \" c'", ['create', '/a', 'b " c']],
  ["create /a ''", ['create', '/a', '']],
  ['create /a b"c', ['create', '/a', 'b"c']],
  ['ls "', ['ls']],
  ['   ', []],
])('words of %j', (line, words) => {
  expect(splitWords(line)).toEqual(words)
})

test('options stand anywhere, joined or not, with their value beside or in them', () => {
  const read = (text: string) => {
    const { flags, args } = parseOptions(text.split(' '), 'sv:e')
    return [Object.fromEntries(flags), args]
  }
  expect(read('/a x')).toEqual([{}, ['/a', 'x']])
  expect(read('-s /a -e x')).toEqual([{ s: '', e: '' }, ['/a', 'x']])
  expect(read('/a -se')).toEqual([{ s: '', e: '' }, ['/a']])
  expect(read('/a -v 3 x')).toEqual([{ v: '3' }, ['/a', 'x']])
  expect(read('/a -v3 -v -1')).toEqual([{ v: '-1' }, ['/a']])
  expect(read('/a -sv 3')).toEqual([{ s: '', v: '3' }, ['/a']])
  expect(read('/a -1 - -- -s')).toEqual([{}, ['/a', '-1', '-', '-s']])
})

test.each([
  ['-z', 'Unrecognized option: -z'],
  ['-sz', 'Unrecognized option: -sz'],
  ['-:', 'Unrecognized option: -:'],
  ['-v', 'Missing argument for option: v'],
  ['-v -s', 'Missing argument for option: v'],
])('the options %s are refused', (text, message) => {
  expect(() => parseOptions(text.split(' '), 'sv:')).toThrow(message)
})

test('versions are numbers of 32 bits', () => {
  expect(['-1', '0', '+7', '2147483647', '-2147483648'].map((text) => parseInt32(text, '-v'))).toEqual([-1, 0, 7, 2147483647, -2147483648])
  for (const text of ['', 'x', '1x', '1.5', '2147483648', '-2147483649', '0x1'])
    expect(() => parseInt32(text, '-v')).toThrow('-v argument must be an int value')
})

test('an ACL goes by its first and last colon; what is none is told and left out', () => {
  const complaints: string[] = []
  const acl = parseAcl('world:anyone:r,digest:bob:hash=:cdrwa,bad,a:b,ip:1.2.3.4:rzw', (message) => complaints.push(message))
  expect(acl).toEqual([
    { perms: 1, id: { scheme: 'world', id: 'anyone' } },
    { perms: 31, id: { scheme: 'digest', id: 'bob:hash=' } },
    { perms: 3, id: { scheme: 'ip', id: '1.2.3.4' } },
  ])
  expect(complaints).toEqual(['bad does not have the form scheme:id:perm', 'a:b does not have the form scheme:id:perm', 'Unknown perm type: z'])
  expect(formatAclEntry({ perms: 31, id: { scheme: 'world', id: 'anyone' } })).toBe("'world,'anyone\n: cdrwa")
  expect(formatAclEntry({ perms: 17, id: { scheme: 'world', id: 'anyone' } })).toBe("'world,'anyone\n: ra")
})

test('a Stat as zkCli.sh prints it', () => {
  const stat = {
    czxid: 2n,
    mzxid: 0x100000003n,
    ctime: 0n,
    mtime: 0n,
    version: 1,
    cversion: -1,
    aversion: 2,
    ephemeralOwner: -2n,
    dataLength: 3,
    numChildren: 4,
    pzxid: 5n,
  }
  expect(formatStat(stat).replace(/time = .*/g, 'time = ~')).toBe(
    `cZxid = 0x2\nctime = ~\nmZxid = 0x100000003\nmtime = ~\npZxid = 0x5\ncversion = -1\ndataVersion = 1\naclVersion = 2
ephemeralOwner = 0xfffffffffffffffe\ndataLength = 3\nnumChildren = 4`,
  )
  expect(formatDate(1795169780000n)).toMatch(/^Fri Nov 20 \d\d:\d\d:20 \S+ 2026$/)
})

test('failed commands in zkCli.sh’s words', () => {
  const said = (code: keyof typeof KeeperErrorCode) => explain(new KeeperError(KeeperErrorCode[code], '/a'))
  expect(said('NONODE')).toBe('Node does not exist: /a')
  expect(said('BADVERSION')).toBe('version No is not valid : /a')
  expect(said('CONNECTIONLOSS')).toBe('KeeperErrorCode = ConnectionLoss for /a')
  expect(said('NOWATCHER')).toBe('KeeperErrorCode = No such watcher for /a')
  expect(explain(new InvalidPathError('a', 'Path must start with / character'))).toBe('Path must start with / character')
})

test('the list of commands names every command once, in order', () => {
  const named = usageText()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(' ')[0])
  expect(named).toEqual(commandNames())
  expect(new Set(named).size).toBe(named.length)
})

test('reconfig takes options of more than one letter', () => {
  const { flags, args } = parseOptions(['-s', '-add', 'server.5=a:1:2;3', '-v', '1f', '-remove', '3,4'], 'sv:', ['file', 'members', 'add', 'remove'])
  expect(Object.fromEntries(flags)).toEqual({ s: '', add: 'server.5=a:1:2;3', v: '1f', remove: '3,4' })
  expect(args).toEqual([])
  expect(() => parseOptions(['-add'], 'sv:', ['add'])).toThrow('Missing argument for option: add')
})

test.each([
  [{ file: '/none/none' }, /^Error processing \/none\/none: ENOENT/],
  [{ members: 'a', remove: '1' }, /^Can't use -file or -members together with -add or -remove/],
  [{ members: 'a', file: 'b' }, /^Can't use -file and -members together/],
  [{ add: 'a', v: 'xyz' }, /^-v must be followed by a long/],
  [{}, /^reconfig \[-s\]/],
])('reconfig with %j is refused before anything is sent', async (options, message) => {
  const context = { options: { flags: new Map(Object.entries(options)), args: [] } } as unknown as CommandContext
  await expect(reconfig.run(context)).rejects.toThrow(message)
})
