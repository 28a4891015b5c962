/** What `npm start` shows in a terminal: a picture of the ensemble, as text. Pure functions. */

/** One server as it is right now. */
export interface Row {
  readonly sid: number
  readonly address: string
  readonly pid: number | null
  /** leader, follower, observer, standalone, looking, or what we did to it: paused, killed, stopped, failed. */
  readonly role: string
  /** Null while it serves nobody. */
  readonly epoch: number | null
  readonly zxid: string | null
  readonly sessions: number | null
}

/** What surrounds the table. */
export interface Surroundings {
  readonly folder: string
  readonly connectString: string
  /** Ports that others have, which is why ours are not the usual ones. */
  readonly takenPorts: readonly number[]
  /** What was typed and is not a whole command yet. */
  readonly typed: string
  /** What the last command did. */
  readonly message: string
}

export type Style = 'title' | 'faint' | 'good' | 'busy' | 'bad'
/** Puts a style around a text; a plain terminal gives the text back. */
export type Paint = (style: Style, text: string) => string

const WIDTH = 78
const CODES: Readonly<Record<Style, string>> = { title: '1', faint: '2', good: '32', busy: '33', bad: '31' }

export const plain: Paint = (_, text) => text
export const coloured: Paint = (style, text) => `\x1b[${CODES[style]}m${text}\x1b[0m`

/**
 * The whole picture, line by line, for a terminal of 80 columns and `height` lines: without its blank lines where it would be
 * too long. A line is longer than 80 columns only when the folder's name is.
 */
export function picture(rows: readonly Row[], surroundings: Surroundings, paint: Paint, height = Infinity): string[] {
  const { folder, connectString, takenPorts, typed, message } = surroundings
  const [first, second = first] = rows.map(({ address }) => address)
  const title = `ZooKeeper from scratch: ${rows.length} server${rows.length === 1 ? '' : 's'}`
  const heading = takenPorts.length === 0 ? 'connect' : `connect (${taken(takenPorts)})`
  const lines = [
    '',
    ` ${paint('title', title)}${paint('faint', `data in ${folder}`.padStart(WIDTH - title.length))}`,
    '',
    paint(
      'faint',
      ` ${'server'.padEnd(8)}${'address'.padEnd(17)}${'pid'.padStart(8)}  ${'role'.padEnd(12)}${'epoch'.padStart(6)}  ${'last zxid'.padEnd(14)}${'sessions'.padStart(9)}`,
    ),
    ...rows.map((row) => line(row, paint)),
    '',
    ` ${paint('faint', heading.slice(0, WIDTH))}`,
    ...wrap(connectString.split(','), WIDTH - 3).map((part) => `   ${paint('title', part)}`),
    '',
    ` ${paint('faint', 'try, in another terminal')}`,
    `   npx zk -server ${first} create /hello world`,
    `   npx zk -server ${second} get /hello`,
    '   then kill the leader with k and its number: is /hello still there?',
    '',
    ` ${paint('faint', 'k')} kill -9   ${paint('faint', 'p')} pause   ${paint('faint', 'c')} continue   ${paint('faint', 'r')} restart, each with a number   ${paint('faint', 'q')} quit`,
    ` > ${typed.padEnd(4)}${message.slice(0, WIDTH - 7)}`,
  ]
  return lines.length <= height ? lines : lines.filter((text) => text !== '')
}

/** Why ports are not the ones that one expects. */
export function taken(ports: readonly number[]): string {
  return ports.length === 1 ? `port ${ports[0]} is taken` : `ports ${ports.join(', ')} are taken`
}

function line({ sid, address, pid, role, epoch, zxid, sessions }: Row, paint: Paint): string {
  const cells = [
    ` ${String(sid).padEnd(8)}${address.padEnd(17)}${String(pid ?? '-').padStart(8)}  `,
    paint(styleOf(role), role.padEnd(12)),
    `${String(epoch ?? '-').padStart(6)}  ${(zxid ?? '-').padEnd(14)}${String(sessions ?? '-').padStart(9)}`,
  ]
  return cells.join('')
}

function styleOf(role: string): Style {
  if (role === 'leader' || role === 'standalone') return 'good'
  if (role === 'follower' || role === 'observer') return 'title'
  return role === 'looking' || role === 'paused' ? 'busy' : 'bad'
}

/** Joins words with commas into lines of at most `width`; every line but the last ends with a comma. */
function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  words.forEach((word, i) => {
    const text = i === words.length - 1 ? word : `${word},`
    const last = lines.at(-1)
    if (last !== undefined && last.length + text.length <= width) lines[lines.length - 1] = last + text
    else lines.push(text)
  })
  return lines
}
