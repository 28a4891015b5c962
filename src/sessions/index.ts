export * from './expiry-queue.ts'
export * from './learner-sessions.ts'
export * from './session-id.ts'
export * from './session-tracker.ts'
