/*
 * Filling, importing and exporting storages. Loaded when first used, as one chunk: separate chunks would cost every engine,
 * because code that they share with the rest of the engine would have to move out of its chunk.
 */
export { checkTargets, applySeed, validateSeed } from '../storage/seed.js';
export { exportStorages } from '../storage/crawlee-format/export-storages.js';
export { importStorages } from '../storage/crawlee-format/import-storages.js';
