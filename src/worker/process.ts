/* Entry of the process of one Actor. `greenroom/process` exports its path for bundlers. */
export * from './worker.js';
