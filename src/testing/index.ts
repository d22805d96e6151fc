export { chaos, type Chaos, type CrashOptions } from './chaos.js';
export { ManualClock } from './manual-clock.js';
export { until, type Milestone, type UntilOptions } from './until.js';
