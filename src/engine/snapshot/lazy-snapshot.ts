/* Snapshots and the replacement of an engine's state. Loaded when first used, as one chunk; see `lazy-storage-transfer.ts`. */
export { EMPTY_STATE } from './engine-state.js';
export { restoreSourceFiles } from './source-files.js';
export { missingFunctions, parseSnapshot as readSnapshot, takeSnapshot, keepCurrentUsers } from './snapshot.js';
