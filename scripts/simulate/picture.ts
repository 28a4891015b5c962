/** A broken promise as a picture: what was promised and what was seen, the faults that it takes, and the part of the story that leads to it. */
import { relative } from 'node:path'
import { diagram, story, WIDTH, wrapped } from '../../chapters/support/story.ts'
import { type EnsembleOptions, type Fault, runEnsemble, tellFault, type Verdict } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { Excerpt } from './excerpt.ts'
import { promiseOf } from './promises.ts'

/** Columns before the texts of the picture. */
const MARGIN = 14

/** Runs the world with these faults once more, and draws how it came to this verdict. `mermaid` is the same story as a diagram. */
export function pictureOf(
  { options, faults }: { readonly options: EnsembleOptions; readonly faults: readonly Fault[] },
  verdict: Verdict,
): { readonly lines: string[]; readonly mermaid: string } {
  const { checker, sentence, evidence } = verdict
  const excerpt = new Excerpt(verdict)
  runEnsemble(options, createPeer, { faults, onStep: (step) => excerpt.hear(step) })
  const trace = excerpt.trace(options.seed, faults, `${checker}: ${sentence}`)
  const telling = excerpt.telling(Array.from({ length: options.servers + options.observers }, (_, i) => `s${i + 1}`))
  const colours = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined
  const told = story(trace, telling, colours).replace(/^\n+/, '').trimEnd()
  const lines = [
    `✗ ${checker}, in the world of seed ${options.seed}`,
    '',
    ...row('promised', [promiseOf(checker)]),
    ...row('seen', [sentence, ...evidence.flatMap(withoutStack)]),
    ...row('it takes', faults.length === 0 ? ['no fault at all'] : faults.map(tellFault)),
    '',
    ...told.split('\n'),
  ]
  return { lines, mermaid: diagram(trace, telling) }
}

function row(title: string, texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => wrapped(text, WIDTH - MARGIN))
  return lines.map((line, i) => `    ${(i === 0 ? title : '').padEnd(MARGIN - 4)}${line}`)
}

/** Of an error's stack, the place in the reader's own file; of other evidence, everything. */
function withoutStack(evidence: string): string[] {
  const [first = '', ...rest] = evidence.split('\n')
  const [, file = '', line] = rest.map((frame) => /(?:file:\/\/|\()(\/.*\/my\/[^:?]*)[^:]*:(\d+)/.exec(frame)).find((found) => found !== null) ?? []
  return line === undefined ? [first] : [first, `${relative(process.cwd(), file)}:${line}`]
}
