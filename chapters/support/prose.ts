/**
 * What a chapter quotes is never typed by hand. Above each quotation stands a comment that says where it comes from, and
 * `npm run chapter renew` puts below it what belongs there:
 *
 *     <!-- code: src/zab/sync-decision.ts decideSync -->              a piece of a file, see excerpt.ts; without a name, all of it
 *     <!-- code: src/zab/leader.ts Leader.step; lines /switch/ - /}/ --> of that, the lines from one that matches to one that matches
 *     <!-- output: npx tsx chapters/04-zab.ts --late; scenes 0-3 -->  of what a command prints, the scenes with these numbers;
 *                                                                     scene 0 is what comes before the first heading
 *     <!-- output: npx tsx chapters/04-zab.ts --ask -->               all of it; `; lines /a/ - /b/` a part, `; exit 1` if it fails;
 *                                                                     scenes and lines: first these, then those
 *     <!-- live: npx tsx chapters/10-ensemble.ts -->                  the output of real processes: compared without what differs
 *                                                                     from run to run, see live.ts
 *     <!-- diagram: diagrams/04-zab.mmd -->                           the picture, and the command that it was drawn from
 *     <!-- exercises: 04 -->                                          the exercises of a chapter
 *
 * Code, output and live blocks are fenced; a diagram and a list of exercises end at the next blank line.
 */
import { excerpt } from './excerpt.ts'
import { normalised } from './live.ts'

/** Where quotations come from. */
export interface Sources {
  /** What a command prints; it has to end with this status. */
  readonly outputOf: (command: string, exit: number) => string
  /** The text of a file, by its path in the checkout. */
  readonly fileAt: (path: string) => string
  /** The exercises whose names begin with this, such as `04`. */
  readonly exercisesOf?: (chapter: string) => readonly Exercise[]
}

export interface Exercise {
  /** The name of its folder. */
  readonly id: string
  readonly title: string
  readonly minutes: number
  /** What there is to do, in one paragraph. */
  readonly task: string
}

export type QuotationKind = 'code' | 'output' | 'live' | 'diagram' | 'exercises'

export interface Quotation {
  readonly kind: QuotationKind
  /** What stands in its comment, without what says which part of it is quoted. */
  readonly source: string
  readonly scenes: readonly [first: number, last: number] | null
  readonly lines: readonly [first: RegExp, last: RegExp] | null
  /** The status with which the command ends. */
  readonly exit: number
  /** The fence's language; empty without a fence. */
  readonly language: string
  /** What stands below the comment: within the fence, or up to the next blank line. */
  readonly body: string
}

const QUOTATION = /^<!-- (?:(code|output|live): (.+?) -->\n```(\w+)\n((?:(?!```).*\n)*)```$|(diagram|exercises): (.+?) -->\n((?:.+\n)*))/gm

/** All quotations of a chapter, in the order of the text. */
export function quotationsOf(text: string): Quotation[] {
  return [...text.matchAll(QUOTATION)].map((match) => parsed(match))
}

/** The chapter's text with every quotation as it should be. Throws when there is nothing to quote. */
export function renewed(text: string, sources: Sources): string {
  return text.replace(QUOTATION, (...match: string[]) => {
    const quotation = parsed(match)
    const head = (match[0] as string).split('\n', 1)[0]
    const body = quoted(quotation, sources)
    return quotation.language === '' ? `${head}\n${body}` : `${head}\n\`\`\`${quotation.language}\n${body}\`\`\``
  })
}

/** What belongs into a quotation, up to and with the last line end. */
export function quoted(quotation: Quotation, sources: Sources): string {
  switch (quotation.kind) {
    case 'code':
      return `${quotedCode(quotation, sources)}\n`
    case 'output':
      return `${quotedOutput(quotation, sources)}\n`
    case 'live': {
      const output = `${quotedOutput(quotation, sources)}\n`
      return normalised(output) === normalised(quotation.body) ? quotation.body : output
    }
    case 'diagram':
      return picture(quotation, sources)
    case 'exercises':
      return listed(sources.exercisesOf?.(quotation.source) ?? [])
  }
}

/** The numbers of the scenes of a command's output that a chapter quotes, in the order of the text. */
export function quotedScenes(text: string, command: string): number[] {
  return quotationsOf(text).flatMap(({ kind, source, scenes }) => (kind === 'output' && source === command && scenes ? range(...scenes) : []))
}

/** The scenes of a demo's output: what comes before the first heading, then each heading with what follows. */
export function scenesOf(output: string): string[] {
  return output.split(/\n+(?=── )/).map((scene) => scene.trimEnd())
}

/** What a diagram was made from, as its first comment says: a command, or a file. */
export function provenanceOf(diagram: string): string | null {
  return /^%% from (.+)$/m.exec(diagram)?.[1] ?? null
}

function parsed(match: readonly (string | undefined)[]): Quotation {
  const kind = (match[1] ?? match[5]) as QuotationKind
  const [source = '', ...parts] = (match[2] ?? match[6] ?? '').split('; ')
  const part = (pattern: RegExp) => parts.map((text) => pattern.exec(text)).find((found) => found !== null)
  const unknown = parts.find((text) => !/^(scenes \d+(-\d+)?|lines \/.+\/ - \/.+\/|exit \d+)$/.test(text))
  if (unknown !== undefined) throw new Error(`${kind}: ${source}: "${unknown}" is neither "scenes 1-2", "lines /a/ - /b/" nor "exit 1"`)
  const scenes = part(/^scenes (\d+)(?:-(\d+))?$/)
  const lines = part(/^lines \/(.+)\/ - \/(.+)\/$/)
  return {
    kind,
    source,
    scenes: scenes ? [Number(scenes[1]), Number(scenes[2] ?? scenes[1])] : null,
    lines: lines ? [new RegExp(lines[1] as string), new RegExp(lines[2] as string)] : null,
    exit: Number(part(/^exit (\d+)$/)?.[1] ?? 0),
    language: match[3] ?? '',
    body: match[4] ?? match[7] ?? '',
  }
}

function quotedCode({ source, lines }: Quotation, { fileAt }: Sources): string {
  const [path = '', name] = source.split(' ')
  const piece = excerpt(path, fileAt(path), name)
  return lines === null ? piece : slice(piece.split('\n'), lines, source).lines.join('\n')
}

function quotedOutput({ source, scenes, lines, exit }: Quotation, { outputOf }: Sources): string {
  const output = outputOf(source, exit).trimEnd()
  if (scenes === null && lines === null) return `$ ${source}\n${output}`
  const before = scenes === null ? `$ ${source}` : someScenes(output, scenes, source)
  if (lines === null) return before
  const part = slice(output.split('\n'), lines, source)
  return [before, ...(part.fromStart ? [] : ['…']), ...part.lines, ...(part.toEnd ? [] : ['…'])].join('\n')
}

function someScenes(output: string, [first, last]: readonly [number, number], source: string): string {
  const all = scenesOf(output)
  if (last >= all.length || first > last) throw new Error(`${source} has the scenes 0 to ${all.length - 1}, not ${first}-${last}`)
  return (first === 0 ? `$ ${source}\n` : '') + all.slice(first, last + 1).join('\n\n')
}

/** From the first line that matches to the next one that matches the second pattern, which may be the same line. */
function slice(lines: readonly string[], [from, to]: readonly [RegExp, RegExp], source: string) {
  const first = lines.findIndex((line) => from.test(line))
  const last = lines.findIndex((line, i) => i >= first && to.test(line))
  if (first < 0 || last < 0) throw new Error(`${source} has no lines ${from} - ${to}`)
  return { lines: lines.slice(first, last + 1), fromStart: first === 0, toEnd: last === lines.length - 1 }
}

/** The picture that lies beside the diagram's text. Its description is the author's. */
function picture({ source, body }: Quotation, { fileAt }: Sources): string {
  const from = provenanceOf(fileAt(source))
  if (from === null) throw new Error(`${source} does not say from what it was made`)
  const description = /^!\[(.*?)\]/.exec(body)?.[1] ?? from
  return `![${description}](../${source.replace(/\.mmd$/, '.svg')})\n*Drawn from \`${from}\` by \`npm run diagrams\`.*\n`
}

function listed(exercises: readonly Exercise[]): string {
  const items = exercises.map(
    ({ id, title, minutes, task }) => `- **[${id} · ${title}](../exercises/${id}/README.md)** (about ${minutes} minutes): ${task}\n`,
  )
  return items.length === 0 ? 'None of its own: what it puts together has its exercises in the chapters before.\n' : items.join('')
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
