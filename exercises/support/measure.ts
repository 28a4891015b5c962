/** Measures an exercise: do its checks fail where they must, only there, and do they notice mutants? */
import { type Entry, referenceOf, urlOf, variantsOf } from './catalogue.ts'
import { starterOf, variantOf } from './cut.ts'
import type { Variant } from './exercise.ts'
import { objectionsTo } from './guard.ts'
import { mutantsOf } from './mutate.ts'
import { checksDigest, inputsDigest, loadRecord, type Measured, scoreOf } from './record.ts'
import { PATIENCE, Runner, type Verdict } from './runner.ts'
import { fromWorkspace, Scratch } from './scratch.ts'
import { isPassed } from './verdict.ts'

/** The least share of mutants that the checks of an exercise have to notice. */
export const LEAST_SCORE = 0.85
/** How long a check may take on a mutant before it counts as noticed, in ms. */
const MUTANT_PATIENCE = 1500

/** What was measured, and everything that is not as it should be. */
export interface Measurement {
  readonly measured: Measured
  readonly faults: readonly string[]
  /** Mutants that live. */
  readonly alive: readonly string[]
}

/** Measures an exercise. What the record says of mutants is believed when nothing has changed since, unless `full`. */
export async function measure(entry: Entry, { full = false }: { full?: boolean } = {}): Promise<Measurement> {
  const measuring = new Measuring(entry)
  try {
    return await measuring.all(full)
  } finally {
    await measuring.close()
  }
}

class Measuring {
  private readonly entry: Entry
  private readonly reference: string
  private readonly runner = new Runner()
  private readonly scratch = new Scratch()
  private readonly faults: string[] = []
  private files = 0

  constructor(entry: Entry) {
    this.entry = entry
    this.reference = referenceOf(entry)
  }

  async all(full: boolean): Promise<Measurement> {
    const { entry, faults } = this
    const names = await this.ofReference()
    await this.ofStarter()
    const caught = await this.ofWrong(names)
    await this.ofRight()
    const recorded = loadRecord()[entry.id]
    const inputs = inputsDigest(entry)
    const { alive, counts } = !full && recorded?.inputs === inputs ? { alive: [], counts: recorded } : await this.ofMutants()
    const { mutants, killed, equivalent } = counts
    const measured = { checks: checksDigest(entry), inputs, caught, mutants, killed, equivalent }
    const score = scoreOf(measured)
    if (score < LEAST_SCORE) faults.push(`the checks notice ${(100 * score).toFixed(0)} % of the mutants, not ${100 * LEAST_SCORE} %`)
    return { measured, faults, alive }
  }

  async close(): Promise<void> {
    this.scratch.close()
    await this.runner.close()
  }

  /** Returns the names of the checks. */
  private async ofReference(): Promise<string[]> {
    const { entry, faults } = this
    const verdict = await this.runner.run(entry, urlOf(entry.source))
    if (!isPassed(verdict)) faults.push(`the reference fails: ${failuresOf(verdict).join(', ')}${verdict.broken?.message ?? ''}`)
    return verdict.results.map(({ name }) => name)
  }

  private async ofStarter(): Promise<void> {
    const { entry, faults } = this
    const { results, broken } = await this.run(starterOf(this.reference, entry.id, entry, fromWorkspace))
    if (broken !== null) faults.push(`the starter cannot be loaded: ${broken.message}`)
    for (const { name, outcome } of results) {
      const expected = entry.greenAtStart?.includes(name) === true ? 'passed' : 'unsolved'
      if (outcome.kind !== expected) faults.push(`the starter: ‘${name}’ is ${outcome.kind}, not ${expected}`)
    }
  }

  /** Returns which checks fail on which wrong solution. */
  private async ofWrong(names: readonly string[]): Promise<Record<string, readonly number[]>> {
    const { entry, faults } = this
    const { wrong } = await variantsOf(entry)
    const caught: Record<string, readonly number[]> = {}
    if (wrong.length < 4) faults.push(`there are ${wrong.length} wrong solutions, not 4`)
    for (const variant of wrong) {
      const failures = failuresOf(await this.runVariant(variant))
      if (!names.includes(variant.caughtBy)) faults.push(`wrong/${variant.name}: there is no check ‘${variant.caughtBy}’`)
      else if (!failures.includes(variant.caughtBy))
        faults.push(`wrong/${variant.name} is not caught by ‘${variant.caughtBy}’ but by: ${failures.join(', ') || 'none'}`)
      caught[variant.name] = failures.map((name) => names.indexOf(name) + 1)
    }
    return caught
  }

  private async ofRight(): Promise<void> {
    const { entry, faults } = this
    const { right } = await variantsOf(entry)
    if (right.length < 2) faults.push(`there are ${right.length} right solutions, not 2`)
    for (const variant of right) {
      const verdict = await this.runVariant(variant)
      if (!isPassed(verdict)) faults.push(`right/${variant.name} is refused by: ${failuresOf(verdict).join(', ')}${verdict.broken?.message ?? ''}`)
      for (const { message } of objectionsTo(this.textOf(variant), entry)) faults.push(`right/${variant.name} is objected to: ${message}`)
    }
  }

  private async ofMutants(): Promise<{ alive: string[]; counts: Pick<Measured, 'mutants' | 'killed' | 'equivalent'> }> {
    const { entry, faults } = this
    const { equivalent = {} } = await variantsOf(entry)
    const mutants = mutantsOf(this.reference, entry.cut)
    const names = new Set(mutants.map(({ name }) => name))
    for (const name of Object.keys(equivalent)) if (!names.has(name)) faults.push(`equivalent: there is no mutant ‘${name}’`)
    const alive: string[] = []
    for (const { name, text } of mutants) {
      const copy = variantOf(text, entry.source, { name }, fromWorkspace)
      const verdict = await this.run(copy, { untilFailure: true, patience: MUTANT_PATIENCE })
      if (isPassed(verdict)) alive.push(name)
      else if (equivalent[name] !== undefined) faults.push(`equivalent: the mutant ‘${name}’ is noticed`)
    }
    const living = alive.filter((name) => equivalent[name] === undefined)
    const counts = { mutants: mutants.length, killed: mutants.length - alive.length, equivalent: alive.length - living.length }
    return { alive: living, counts }
  }

  private runVariant(variant: Variant): Promise<Verdict> {
    return this.run(this.textOf(variant))
  }

  private textOf(variant: Variant): string {
    return variantOf(this.reference, this.entry.source, variant, fromWorkspace)
  }

  private run(text: string, options: { untilFailure?: boolean; patience?: number } = {}): Promise<Verdict> {
    return this.runner.run(this.entry, this.scratch.write(`${this.files++}.ts`, text), { patience: PATIENCE, ...options })
  }
}

function failuresOf({ results }: Verdict): string[] {
  return results.filter(({ outcome }) => outcome.kind !== 'passed').map(({ name }) => name)
}
