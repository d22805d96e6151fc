import { EngineCore } from './core.js';
import { Engine } from './engine.js';
import { resolveEngineOptions, type EngineOptions } from './options/options.js';

/**
 * Makes an engine. By default all is kept in memory; with `storageDir` in files, which the next engine on that directory
 * finds again. A directory has one owner at a time.
 *
 * @throws EngineError `unknown-option`, `invalid-value`, `storage-in-use` with the owner's pid, `storage-corrupted`.
 *
 * @example
 * const engine = await createEngine();
 * await engine.addActor('./my-actor');
 * const run = await engine.call('my-actor', { url: 'https://example.com' }, { memory: 512, timeout: 60 });
 * console.log(run.status, await run.items());
 * await engine.close();
 */
export async function createEngine(options?: EngineOptions): Promise<Engine> {
    return new Engine(await EngineCore.open(resolveEngineOptions(options)));
}
