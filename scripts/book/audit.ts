/** What is wrong with a text without running anything: blocks that come from nowhere, links, paths and commands that lead nowhere. */
import { posix } from 'node:path'
import { type Quotation, quotationsOf } from '../../chapters/support/prose.ts'
import { anchorOf } from './anchors.ts'

/** What there is. Paths are relative to the checkout. */
export interface House {
  readonly exists: (path: string) => boolean
  /** The text of a Markdown file. */
  readonly fileAt: (path: string) => string
  /** The names of the scripts of package.json. */
  readonly scripts: ReadonlySet<string>
  /** The members of our classes and interfaces, by their names. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>
}

/** Programs of a system that a reader may be told to type. */
const PROGRAMS = new Set(
  `cat cd chmod cp curl diff docker echo env export git grep head java kill ls mkdir mv nc node openssl printf python3 rm sed sleep tail time touch tr
   uptime watch wc xxd zkCli.sh zkServer.sh`.split(/\s+/),
)

/** What readers type, by the language of its fence: commands, and files of settings. It is no output. */
const TYPED = new Set(['sh', 'ini'])

const FENCE = /^(<!-- .+ -->\n)?```(\w*)\n((?:(?!```).*\n)*)```$/gm

/** A block of code of a text: fenced, or set in by four columns. */
interface Block {
  readonly language: string
  readonly text: string
  /** It stands below a comment that says where it comes from. */
  readonly traced: boolean
}

/** How many blocks of a text say where they come from, by what they are, and those that do not say it. */
export function tally(text: string): { readonly quotations: readonly Quotation[]; readonly stray: readonly string[] } {
  const stray = blocksOf(text).filter(({ traced, language }) => !traced && !TYPED.has(language))
  return { quotations: quotationsOf(text), stray: stray.map((block) => block.text.split('\n', 1)[0] as string) }
}

/** The commands in a text that a reader cannot type: the program, script or file does not exist. */
export function faultyCommands(text: string, house: House): string[] {
  return blocksOf(text)
    .filter(({ traced, language }) => !traced && language === 'sh')
    .flatMap((block) => block.text.replace(/\\\n/g, ' ').split('\n'))
    .flatMap((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/(^| )#.*$/, '')
        .split(/&&|\|\||[|;&]/),
    )
    .map((command) => command.trim())
    .filter((command) => command !== '' && !isCommand(command, house))
}

/** The links of a Markdown file to files and headings that do not exist. */
export function brokenLinks(path: string, text: string, house: House): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target]) => target as string)
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : posix.join(posix.dirname(path), file)
    if (!house.exists(target)) return true
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(house.fileAt(target)).has(anchor)
  })
}

/** What is set in backticks and looks like a path or a member of ours, and is none. */
export function unknownSymbols(text: string, house: House): string[] {
  const quoted = [...withoutBlocks(text).matchAll(/(Java's |Java: )?`([^`\n]+)`/g)]
  return quoted.flatMap(([, java, symbol = '']) => {
    if (/^(src|test|chapters|scripts|diagrams|exercises|bin)\/[\w./-]*$/.test(symbol)) return house.exists(symbol) ? [] : [symbol]
    const [, owner = '', member = ''] = /^([A-Z]\w+)\.([a-z]\w+)(?:\(\))?$/.exec(symbol) ?? []
    const members = java ? undefined : house.members.get(owner)
    return members === undefined || members.has(member) ? [] : [symbol]
  })
}

/** The anchors of a Markdown file's headings. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutBlocks(text).matchAll(/^#+ (.+)$/gm)) anchorOf(heading, anchors)
  return anchors
}

function blocksOf(text: string): Block[] {
  const fenced = [...text.matchAll(FENCE)].map(([, comment, language = '', body = '']): Block => {
    return { language, text: body, traced: comment !== undefined && /^<!-- (code|output|live): /.test(comment) }
  })
  const indented = [...text.replace(FENCE, '').matchAll(/(?<=^|\n\n)(?: {4}.*\n)+/g)].map(([body]): Block => {
    return { language: 'sh', text: body, traced: false }
  })
  return [...fenced, ...indented]
}

function isCommand(command: string, { exists, scripts }: House): boolean {
  const words = command.split(/\s+/).filter((word) => !/^\w+=/.test(word))
  const [program = '', first = '', second = ''] = words
  if (program === 'npm') return ['ci', 'install'].includes(first) || (first === 'run' ? scripts.has(second) : scripts.has(first))
  if (program === 'npx') return ['zk', 'zk-server', 'vitest'].includes(first) || (first === 'tsx' && exists(second))
  return PROGRAMS.has(program) || (program.includes('/') && exists(program.replace(/^\.\//, '')))
}

function withoutBlocks(text: string): string {
  return text.replace(/^```\w*\n[\s\S]*?^```$/gm, '').replace(/<!--[\s\S]*?-->/g, '')
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replace(/`[^`\n]*`/g, '')
}
