/*
 * All that fills storages from outside of runs, and takes out what is in them. It is loaded with the first of them, and in one piece,
 * as `state-desk` is.
 */
export { checkBeds, plant, readSeed } from '../client/seed.js';
export { exportStorages } from './crawlee/export-storages.js';
export { importStorages } from './crawlee/import-storages.js';
