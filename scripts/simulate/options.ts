/** What `npm run simulate` can be told. */
import { z } from 'zod'
import { type EnsembleOptions, FAULT_KINDS, type FaultKind, variedOptions } from '../../src/hosts/simulation/index.ts'

/** How this program was called: by itself, or by one that has files swapped. */
export const CALLED = process.env['ZK_CALLED'] ?? 'npm run simulate --'

const count = z.coerce.number().int().min(0)
const atLeastOne = z.coerce.number().int().min(1)

export const Options = z.object({
  seeds: atLeastOne.optional(),
  for: z.coerce.number().positive().optional(),
  from: z.coerce.bigint().optional(),
  seed: z.coerce.bigint().optional(),
  replay: z.string().optional(),
  servers: atLeastOne.default(3),
  observers: count.default(0),
  clients: count.default(3),
  minutes: z.coerce.number().positive().default(1),
  faults: z.string().default('all').transform(faultKinds),
  interval: atLeastOne.default(4000),
  lie: count.default(0),
  verbose: z.boolean().default(false),
  trace: z.string().optional(),
  diagram: z.string().optional(),
  state: z.string().optional(),
  out: z.string().default('data/simulate'),
  keepGoing: z.boolean().default(false),
  picture: z.boolean().default(true),
})
export type Options = z.infer<typeof Options>

/** The world of one seed. */
export function worldOf({ servers, observers, clients, minutes, faults, interval, lie }: Options, seed: bigint): EnsembleOptions {
  const fixed = { servers, observers, clients, duration: minutes * 60_000, faults: { kinds: faults, interval } }
  const options = variedOptions(seed, fixed)
  return { ...options, disk: { ...options.disk, lieFor: lie } }
}

/** The command that runs this seed again: only what is not as usual is said. */
export function commandOf(options: Options, seed: bigint): string {
  const usual = Options.parse({})
  const knobs = (['servers', 'observers', 'clients', 'minutes', 'interval', 'lie'] as const).filter((knob) => options[knob] !== usual[knob])
  const words = knobs.map((knob) => `--${knob} ${options[knob]}`)
  if (options.faults.join() !== usual.faults.join()) words.push(`--faults ${options.faults.join() || 'none'}`)
  return [`${CALLED} --seed ${seed}`, ...words].join(' ')
}

function faultKinds(text: string, context: z.RefinementCtx): readonly FaultKind[] {
  if (text === 'all') return FAULT_KINDS
  if (text === 'none') return []
  const kinds = text.split(',')
  for (const kind of kinds) {
    if (!FAULT_KINDS.some((known) => known === kind))
      context.addIssue({ code: 'custom', message: `there is no fault ‘${kind}’; there are ${FAULT_KINDS.join(', ')}` })
  }
  return kinds as FaultKind[]
}
