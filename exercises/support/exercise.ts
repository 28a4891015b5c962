/**
 * What an exercise is: a file of the reference code, the functions in it whose bodies the reader writes, and the wrong and right
 * solutions that keep its checks honest. Each folder `exercises/<id>/` holds one: `README.md` (title, time, task), `hints.md`,
 * `exercise.ts` (this), `checks.ts` and `variants.ts`.
 */

/** One exercise. */
export interface Exercise {
  /** In kebab case; with the id it names the reader's folder, `my/<id>-<name>/`. */
  readonly name: string
  /** The file that the reader's file takes the place of, from the root of the checkout. The solution is what stands there. */
  readonly source: string
  /** The functions whose bodies are cut out: `supersedes`, `ExpiryQueue.update`, `majority.containsQuorum` (a function inside another). */
  readonly cut: readonly string[]
  /** Declarations that are left out of the starter: helpers that would give the answer away. */
  readonly hide?: readonly string[]
  /** Checks that pass before anything is written, because they test what is given. All others start red. */
  readonly greenAtStart?: readonly string[]
}

/** Another solution, as a change of the reference. */
export interface Variant {
  readonly name: string
  /** Each text must occur exactly once in the source; it is replaced by the second one. */
  readonly edits?: readonly (readonly [from: string, to: string])[]
  /** New bodies of functions, without the braces, by the name under which {@link Exercise.cut} would list them. */
  readonly bodies?: Readonly<Record<string, string>>
}

/** A plausible misconception. */
export interface WrongSolution extends Variant {
  /** Why somebody would write this. */
  readonly tempts: string
  /** The check that must fail on it. */
  readonly caughtBy: string
  /** Set when a running ensemble shows the fault: the seeds of `npm run learn -- swap <id> simulate` within which it does. */
  readonly visibleWithin?: number
}

/** A right solution that is not the reference. */
export interface RightSolution extends Variant {
  /** In what it differs. */
  readonly how: string
}

/** What `variants.ts` exports. */
export interface Variants {
  readonly wrong: readonly WrongSolution[]
  readonly right: readonly RightSolution[]
  /** Mutants that change nothing anybody could see, as the mutator names them, with the reason. */
  readonly equivalent?: Readonly<Record<string, string>>
}

/** What `checks.ts` exports: a function for each promise, under a name in the words of the domain. It throws when the promise is broken. */
export type Checks = Readonly<Record<string, () => void>>
