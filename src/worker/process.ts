/* The process of one Actor starts with this file, which `greenroom/process` names for bundlers. */
export * from './worker.js';
