import type { InlineModule } from '../protocol/inline.js';

/**
 * Loads what runs Actors in this very thread. By name and not by location, as that of threads is: so it comes along where
 * the library is bundled, and shares its modules with `greenroom/actor`.
 */
export async function loadInline(): Promise<InlineModule> {
    return import('../runtime/inline.js');
}
