export * from './errors.ts'
export * from './opcode.ts'
export * from './records.ts'
