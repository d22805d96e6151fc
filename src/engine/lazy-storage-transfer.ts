/*
 * Seeding, importing and exporting storages. This module is imported dynamically on first use and bundled as one chunk. With a
 * chunk for each, the bundler would move code that they share with the engine into further chunks, which every engine would load.
 */
export { checkTargets, applySeed, validateSeed } from '../storage/seed.js';
export { exportStorages } from '../storage/crawlee-format/export-storages.js';
export { importStorages } from '../storage/crawlee-format/import-storages.js';
