/*
 * All that an engine needs to take snapshots and to take on other states. It is loaded with the first of them, and in one piece:
 * each piece of its own would cost every engine, as what it shares with the others has to be loaded by all.
 */
export { NO_STATE } from './engine-state.js';
export { placeSources } from './source-files.js';
export { missingFunctions, readSnapshot, takeSnapshot, withUsersOf } from './snapshot.js';
