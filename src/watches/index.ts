export * from './watch-manager.ts'
export * from './watch-tables.ts'
