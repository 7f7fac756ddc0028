export * as communication from './communication.ts'
export * as engagements from './engagements.ts'
