/** The short commands of `npm start`: a letter and a server's number, such as `k 1`; `q` alone. Pure. */

export type Action = 'kill' | 'pause' | 'continue' | 'restart'
export type Command = { readonly kind: 'quit' } | { readonly kind: Action; readonly sid: number }

const ACTIONS: Readonly<Record<string, Action>> = { k: 'kill', p: 'pause', c: 'continue', r: 'restart' }

/** What is on the command line, and the command that has just become complete. */
export interface Typing {
  readonly typed: string
  readonly command: Command | null
}

/** Takes one more key. Blanks mean nothing; a letter begins anew; any other key clears the line. */
export function readKey(typed: string, key: string): Typing {
  const letter = key.toLowerCase()
  if (letter === 'q' || key === '\x03' || key === '\x04') return { typed: '', command: { kind: 'quit' } }
  if (key === ' ') return { typed, command: null }
  if (Object.hasOwn(ACTIONS, letter)) return { typed: letter, command: null }
  const action = ACTIONS[typed]
  if (/^[1-9]$/.test(key) && action !== undefined) return { typed: '', command: { kind: action, sid: Number(key) } }
  return { typed: '', command: null }
}
