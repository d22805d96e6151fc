/** Testing kit for Actors, for any test runner. For Vitest see `greenroom/vitest`, for Jest `greenroom/jest`. */

export { chaos, type Chaos, type CrashOptions } from './chaos.js';
export { createFaults, type Faults, type FaultsOptions } from './create-faults.js';
export { ManualClock, type ManualClockOptions } from './manual-clock.js';
export { matchers } from './matchers/matchers.js';
export type { RunMatchers } from './matchers/matchers.js';
export type { MatcherResult, MatcherTools } from './matchers/matcher.js';
export { createNetwork, type Network, type NetworkRequest } from './network/create-network.js';
export { record, type RecordingNetwork } from './network/record.js';
export { replay } from './network/record.js';
export type { NetworkAnswer, NetworkRule, NetworkRules } from './network/rules.js';
export type { StandardSchema } from './standard-schema.js';
export { typedActor } from './typed-actor.js';
export type { ActorSchemas, TypedActor, TypedRun } from './typed-actor.js';
export { until, type Milestone, type UntilOptions } from './until.js';
export { withEngine } from './test-engine.js';
export type { EngineTest } from './test-engine.js';
