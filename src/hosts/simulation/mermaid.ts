/** A run as a Mermaid sequence diagram. */
import type { TraceRecord } from '../../kernel/index.ts'
import { Conversation, type Listener, type Message } from './conversation.ts'

/** What is drawn of a trace. */
export interface DiagramOptions {
  /** Who takes part, from left to right. */
  readonly hosts: readonly string[]
  /** Which messages are drawn. */
  readonly tells: (message: Message) => boolean
  /** Names of the notes that are drawn; null: all. */
  readonly notes: ReadonlySet<string> | null
  /** A host without a line of its own, whose notes are drawn across all others: whoever directs the story. */
  readonly stage?: string
  /** Which messages never arrive: their arrows end in a cross. None, unless given. */
  readonly lost?: (message: Message) => boolean
  /** Who finds the messages in the steps; unless given, one that knows the ports of an ensemble. */
  readonly listener?: Listener
}

/** The text of the diagram, without a fence around it. Source: Mermaid's `sequenceDiagram`. */
export function sequenceDiagram(
  steps: Iterable<TraceRecord>,
  { hosts, tells, notes, stage, lost, listener = new Conversation(hosts) }: DiagramOptions,
): string {
  const lines = ['sequenceDiagram', ...hosts.map((host) => `  participant ${host}`)]
  for (const step of steps) {
    const messages = listener.hear(step)
    const over = step.host === stage ? `${hosts[0]},${hosts.at(-1)}` : step.host
    if (step.host !== stage && !hosts.includes(step.host)) continue
    for (const { name, text } of step.notes) if (notes === null || notes.has(name)) lines.push(`  Note over ${over}: ${escape(text)}`)
    for (const message of messages) {
      if (!hosts.includes(message.to) || !tells(message)) continue
      lines.push(`  ${message.from}${lost?.(message) ? '-x' : '->>'}${message.to}: ${escape(message.text)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** Semicolons and hash signs mean something to Mermaid. */
function escape(text: string): string {
  return text.replace(/#/g, '#35;').replace(/;/g, '#59;').replace(/\n/g, ' ')
}
