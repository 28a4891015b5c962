import type { Millis, SessionId, Zxid } from '../../kernel/index.ts'
import type { SessionTracker } from '../../sessions/index.ts'
import type { ZKDatabase } from '../../tree/index.ts'
import type { ACL, Id } from '../../wire/index.ts'
import type { ChangeRecord, OutstandingChanges } from '../outstanding-changes.ts'
import type { RequestRules } from '../rules.ts'
import { refuse } from './failure.ts'

/** What one request is prepared against, and for whom. */
export interface PrepContext {
  readonly database: ZKDatabase
  readonly changes: OutstandingChanges
  readonly sessions: SessionTracker
  readonly rules: RequestRules
  /** The zxid that the transaction will have. */
  readonly zxid: Zxid
  readonly sessionId: SessionId
  readonly owner: number
  readonly authInfo: readonly Id[]
  /** Monotonic milliseconds, for session expiry. */
  readonly elapsed: Millis
}

/** The session must live and belong to whoever sent the request. Source: `SessionTrackerImpl.checkSession`. */
export function requireSession(context: PrepContext): void {
  const verdict = context.sessions.checkSession(context.sessionId, context.owner)
  if (verdict !== 'ok') refuse(verdict)
}

/** The session must be one that the whole ensemble knows: it is to own a node. Source: `SessionTracker.checkGlobalSession`. */
export function requireGlobalSession(context: PrepContext): void {
  const verdict = context.sessions.checkGlobalSession(context.sessionId, context.owner)
  if (verdict !== 'ok') refuse(verdict)
}

/** The znode as it will be; refuses with NONODE. */
export function requireNode(context: PrepContext, path: string): ChangeRecord {
  return context.changes.get(path) ?? refuse('NONODE')
}

/** The client must hold one of the permissions. Source: `ZooKeeperServer.checkACL`. */
export function requirePermission(context: PrepContext, acl: readonly ACL[], permission: number): void {
  if (!context.rules.access.permits(acl, permission, context.authInfo)) refuse('NOAUTH')
}

/** The version after the change; -1 matches every version. Source: `PrepRequestProcessor.checkAndIncVersion`. */
export function nextVersion(current: number, expected: number): number {
  if (expected !== -1 && expected !== current) refuse('BADVERSION')
  return (current + 1) | 0
}

/** The parent of a path that a client gave, if it can have one. Source: `PrepRequestProcessor.validatePathForCreate`. */
export function requireParent(path: string): string {
  const slash = path.lastIndexOf('/')
  if (slash === -1 || path.includes('\0')) refuse('BADARGUMENTS')
  return path.slice(0, slash)
}
