/** The stage on which a claim is tried: it collects what is found, and knows what was said. */
import { Conversation, type CreateServer, type EnsembleOptions, type Message } from '../../src/hosts/simulation/index.ts'
import { fromUtf8, parseTrace, type TraceRecord } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { type Link, STAGE } from '../support/stage.ts'
import { wrapped } from '../support/story.ts'
import { Theatre } from '../support/theatre.ts'
import { type Claim, type Finding, type Verdict, verdictOf, WORDS } from './claim.ts'

/** How long it takes, on a quiet network, until everybody has heard of something, in ms. */
const A_MOMENT = 50

export interface Judgement {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** The trace, line by line. */
  readonly lines: readonly string[]
}

/**
 * Tries a claim, and lets the run decide.
 * @param servers the servers of its ensembles, unless the evidence brings others
 */
export async function judge(claim: Claim, seed: bigint, servers: CreateServer = createPeer): Promise<Judgement> {
  const run = new Run(claim, seed, servers)
  await claim.evidence(run)
  const { findings, lines } = run
  const verdict = verdictOf(findings)
  run.show(findings.flatMap(({ holds, seen }) => marked(holds ? '✔' : '✘', seen)))
  const words = verdict === claim.verdict ? '' : `(This book says: ${WORDS[claim.verdict]}. One of the two is wrong.) `
  run.say('aside', 'verdict', `${WORDS[verdict].toUpperCase()}. ${words}${claim.truth}`)
  return { verdict, findings, lines }
}

export class Run extends Theatre {
  readonly findings: Finding[] = []
  private readonly servers: CreateServer
  /** The heading of what comes next; null: it is there already. */
  private title: string | null

  constructor(claim: Pick<Claim, 'number' | 'claim'>, seed: bigint, servers: CreateServer) {
    super(seed, { chapter: '13-claims', claim: claim.number })
    this.servers = servers
    this.title = `${claim.number} · ${claim.claim}`
  }

  /** Opens an ensemble: all its servers serve. `title` is the heading of what follows, if it is not the first one. */
  override async open(changes: Partial<Omit<EnsembleOptions, 'seed'>> = {}, createServer = this.servers, title = 'Once more'): Promise<void> {
    await super.open(changes, createServer)
    this.title ??= title
  }

  /** Hands in what was found. `holds`: it is as the claim has it. */
  found(holds: boolean, seen: string): void {
    this.findings.push({ holds, seen })
  }

  /** A sentence in between. */
  aside(text: string): void {
    this.say('aside', 'aside', text)
  }

  /** Something is broken on purpose. */
  fault(text: string): void {
    this.say('fault', 'fault', text)
  }

  /** Ends a server at once. */
  kill(name: string): void {
    this.ensemble.world.crash(name, 'kill')
  }

  /** Until all servers that run serve, in one epoch. */
  async gathered(): Promise<void> {
    const running = () => this.ensemble.members.filter(({ name }) => this.ensemble.world.isUp(name))
    const epoch = () => this.ensemble.leader()?.serving?.epoch
    await this.until('all that run serve', () => epoch() !== undefined && running().every(({ serving }) => serving?.epoch === epoch()))
  }

  /** Until all servers that serve have applied the same, and nothing is on its way any more. */
  async settled(): Promise<void> {
    const serving = () => this.ensemble.members.filter(({ serving }) => serving !== null)
    await this.until('all have applied the same', () => new Set(serving().map(({ lastZxid }) => lastZxid)).size === 1)
    await this.wait(A_MOMENT)
  }

  /** What was said since the ensemble was opened, in order; of these packets only, if any are named. */
  said(...names: readonly string[]): Message[] {
    const conversation = new Conversation()
    const { records } = parseTrace(this.lines.join('\n'))
    const messages = records.flatMap((record) => (record.machine === STAGE ? [] : conversation.hear(record)))
    return names.length === 0 ? messages : messages.filter(({ name }) => names.includes(name))
  }

  /** What machines have noted under these names, in order. */
  notes(...names: readonly string[]): { readonly at: number; readonly host: string; readonly name: string }[] {
    const { records } = parseTrace(this.lines.join('\n'))
    return records.flatMap(({ at, host, notes }) => notes.filter(({ name }) => names.includes(name)).map(({ name }) => ({ at, host, name })))
  }

  /** The lines that a server has written into its log for people. */
  logged(server: string): string[] {
    const { records } = parseTrace(this.lines.join('\n'))
    const effects = records
      .filter(({ host }) => host === server)
      .flatMap((record) => record.effects as readonly { readonly kind: string; readonly message?: string }[])
    return effects.flatMap(({ kind, message }) => (kind === 'log' && message !== undefined ? [message] : []))
  }

  /** What a server's tree holds at a path, as text; null: there is no such znode. */
  dataAt(server: string, path: string): string | null {
    const node = this.peer(server).database.tree.getNode(path)
    return node === undefined ? null : fromUtf8(node.data ?? new Uint8Array(0))
  }

  /** All links between two groups, in both directions. */
  linksBetween(one: readonly string[], other: readonly string[]): Link[] {
    return one.flatMap((a) =>
      other.flatMap((b): Link[] => [
        [a, b],
        [b, a],
      ]),
    )
  }

  /** The heading stands above the first thing that is shown, behind the opening of an ensemble. */
  override record(step: Omit<TraceRecord, 'seq' | 'at'>): void {
    const { title } = this
    if (title !== null && step.host === STAGE && step.notes[0]?.name !== 'opening') {
      this.title = null
      this.say('heading', 'claim', title)
    }
    super.record(step)
  }
}

/** A sentence behind a mark, in lines that end before the terminal does. */
function marked(mark: string, text: string): string[] {
  return wrapped(text, 75).map((line, i) => `  ${i === 0 ? mark : ' '} ${line}`)
}
