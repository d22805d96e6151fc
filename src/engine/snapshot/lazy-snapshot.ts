/* Snapshots and state replacement. Imported dynamically on first use, as one chunk; `lazy-storage-transfer.ts` says why. */
export { EMPTY_STATE } from './engine-state.js';
export { restoreSourceFiles } from './source-files.js';
export { missingFunctions, parseSnapshot as readSnapshot, takeSnapshot, keepCurrentUsers } from './snapshot.js';
