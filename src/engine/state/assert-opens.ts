import { openMemoryMedium } from '../medium.js';
import { composeParts, type Frame } from '../parts.js';
import { createSourceFolders } from '../source-folders.js';
import type { ResolvedEngineOptions } from '../options.js';
import type { EngineState } from './engine-state.js';

/** Makes sure that parts can be made of a state, before the one there is is given up. Throws what they throw. */
export async function assertOpens(state: EngineState, options: ResolvedEngineOptions, frame: Frame): Promise<void> {
    const sources = createSourceFolders(options, () => Promise.reject(new Error('Nothing is made in a rehearsal.')));
    const medium = openMemoryMedium(sources, state);
    // Never set to work, the parts do nothing, and are the collector's.
    const { emitter } = await composeParts(options, frame, medium, new Map());
    emitter.close();
    await medium.backend.close();
}
