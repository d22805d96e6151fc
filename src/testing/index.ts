export { chaos, type Chaos, type CrashOptions } from './chaos.js';
export { createFaults, type Faults, type FaultsOptions } from './create-faults.js';
export { ManualClock } from './manual-clock.js';
export { until, type Milestone, type UntilOptions } from './until.js';
