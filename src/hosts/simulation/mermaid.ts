/** A run as a Mermaid sequence diagram. */
import type { TraceRecord } from '../../kernel/index.ts'
import { Conversation, type Message } from './conversation.ts'

export interface DiagramOptions {
  /** Who takes part, from left to right. */
  readonly hosts: readonly string[]
  readonly tells: (message: Message) => boolean
  /** Names of the notes that are drawn; null: all. */
  readonly notes: ReadonlySet<string> | null
}

/** The text of the diagram, without a fence around it. Source: Mermaid's `sequenceDiagram`. */
export function sequenceDiagram(steps: Iterable<TraceRecord>, { hosts, tells, notes }: DiagramOptions): string {
  const lines = ['sequenceDiagram', ...hosts.map((host) => `  participant ${host}`)]
  const conversation = new Conversation()
  for (const step of steps) {
    const messages = conversation.hear(step)
    if (!hosts.includes(step.host)) continue
    for (const { name, text } of step.notes) if (notes === null || notes.has(name)) lines.push(`  Note over ${step.host}: ${escape(text)}`)
    for (const message of messages) {
      if (hosts.includes(message.to) && tells(message)) lines.push(`  ${message.from}->>${message.to}: ${escape(message.text)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** Semicolons and hash signs mean something to Mermaid. */
function escape(text: string): string {
  return text.replace(/#/g, '#35;').replace(/;/g, '#59;').replace(/\n/g, ' ')
}
