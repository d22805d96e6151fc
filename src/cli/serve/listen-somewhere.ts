import { isEngineError } from '../../errors/engine-error.js';
import type { Engine } from '../../engine/engine.js';
import type { Listener } from '../../engine/listeners.js';
import type { ListenOptions } from '../../engine/listen-options.js';

/** Where a server listens unless somebody says otherwise. */
const DEFAULT_PORT = 4400;
const TRIES = 20;

/**
 * Opens the listener: at the port that was asked for, or else at the first free one from 4400 on.
 *
 * @throws EngineError `cannot-listen` if the port that was asked for is taken.
 */
export async function listenSomewhere(engine: Engine, options: ListenOptions): Promise<Listener> {
    if (options.port !== undefined) return engine.listen(options);
    for (let port = DEFAULT_PORT; port < DEFAULT_PORT + TRIES; port++) {
        try {
            return await engine.listen({ ...options, port });
        } catch (error) {
            if (!isEngineError(error) || error.details['reason'] !== 'EADDRINUSE') throw error;
        }
    }
    return engine.listen({ ...options, port: 0 });
}
