/** The chapters as a whole: renewed, and checked against what they quote. */
import { type Quotation, quotationsOf, quoted, renewed, type Sources } from '../../chapters/support/prose.ts'
import { tally } from './audit.ts'
import { chapters, exercisesOf, fileAt } from './library.ts'
import { Outputs } from './outputs.ts'

interface Page {
  readonly path: string
  readonly text: string
}

/** The chapters whose numbers are given, or all, with everything that they quote as it is now. */
export async function renew(numbers: readonly string[] = []): Promise<Page[]> {
  const pages = pagesOf().filter(({ path }) => numbers.length === 0 || numbers.some((number) => path.startsWith(`chapters/${number}-`)))
  return withSources(pages, isRun, (sources) => pages.map(({ path, text }) => ({ path, text: renewed(text, sources) })))
}

/** Runs all that is quoted. Returns the figures, and what is not as it is printed. */
export async function check(): Promise<{ report: string; faults: string[] }> {
  const pages = pagesOf()
  return withSources(pages, isRun, (sources) => {
    const faults = pages.flatMap((page) => faultsOf(page, sources, isQuoted))
    return { report: reportOf(pages, faults), faults: faults.map(({ text }) => text) }
  })
}

/** What of the chapters is not as it should be, but for live runs, which take their time. */
export async function faultsWithoutLive(): Promise<string[]> {
  const pages = pagesOf()
  const isFast = ({ kind }: Quotation) => kind !== 'live'
  return withSources(pages, isFast, (sources) => pages.flatMap((page) => faultsOf(page, sources, isFast)).map(({ text }) => text))
}

interface Fault {
  readonly kind: Quotation['kind'] | 'stray'
  readonly text: string
}

function faultsOf({ path, text }: Page, sources: Sources, isChecked: (quotation: Quotation) => boolean): Fault[] {
  const { quotations, stray } = tally(text)
  return [
    ...quotations.filter(isChecked).flatMap((quotation): Fault[] => {
      const wrong = differenceOf(quotation, sources)
      return wrong === null ? [] : [{ kind: quotation.kind, text: `${path}: ${quotation.kind}: ${quotation.source}: ${wrong}` }]
    }),
    ...stray.map((line): Fault => ({ kind: 'stray', text: `${path}: this block comes from nowhere: ${line}` })),
  ]
}

/** What is wrong with a quotation; null: nothing. */
function differenceOf(quotation: Quotation, sources: Sources): string | null {
  try {
    const [is, printed] = [quoted(quotation, sources).split('\n'), quotation.body.split('\n')]
    const at = is.findIndex((line, i) => line !== printed[i])
    if (at < 0 && is.length === printed.length) return null
    return `npm run chapter renew\n  printed: ${printed[Math.max(at, 0)] ?? '(nothing)'}\n  it is:   ${is[Math.max(at, 0)] ?? '(nothing)'}`
  } catch (error) {
    return (error as Error).message
  }
}

function reportOf(pages: readonly Page[], faults: readonly Fault[]): string {
  const quotations = pages.flatMap(({ text }) => quotationsOf(text))
  const stray = faults.filter(({ kind }) => kind === 'stray').length
  const row = (what: string, kind: Quotation['kind'], others = 0) => {
    const all = quotations.filter((quotation) => quotation.kind === kind).length
    const good = all - faults.filter((fault) => fault.kind === kind).length
    return `${what.padEnd(34)} ${String(good).padStart(4)} / ${all + others}`
  }
  return [
    `${'chapters'.padEnd(34)} ${String(pages.length).padStart(4)}`,
    row('blocks replayed / printed', 'output', stray),
    row('snippets traced / printed', 'code'),
    row('diagrams with provenance / shown', 'diagram'),
    row('live blocks as normalised / printed', 'live'),
  ].join('\n')
}

function pagesOf(): Page[] {
  return chapters('.md').map((name) => ({ path: `chapters/${name}.md`, text: fileAt(`chapters/${name}.md`) }))
}

function isQuoted(): boolean {
  return true
}

function isRun({ kind }: Quotation): boolean {
  return kind === 'output' || kind === 'live'
}

/** Runs the commands of the quotations that are wanted; live ones come last and alone, since they have the machine's real time. */
async function withSources<T>(pages: readonly Page[], isWanted: (quotation: Quotation) => boolean, use: (sources: Sources) => T): Promise<T> {
  const outputs = new Outputs()
  try {
    const wanted = pages.flatMap(({ text }) => quotationsOf(text)).filter((quotation) => isRun(quotation) && isWanted(quotation))
    const commandsOf = (kind: string) => wanted.filter((quotation) => quotation.kind === kind).map(({ source }) => source)
    await Promise.all(commandsOf('output').map((command) => outputs.run(command)))
    for (const command of commandsOf('live')) await outputs.run(command)
    const outputOf = await outputs.of(wanted.map(({ source }) => source))
    return use({ outputOf, fileAt, exercisesOf })
  } finally {
    outputs.close()
  }
}
