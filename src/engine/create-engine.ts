import { EngineCore } from './core.js';
import { Engine } from './engine.js';
import { resolveEngineOptions, type EngineOptions } from './options/options.js';

/**
 * Creates an engine. By default its state is in memory and gone when it closes. With `storageDir` the state is in files, and
 * the next engine on that directory continues with it. Only one engine can use a directory at a time.
 *
 * @param options - Defaults: no `storageDir`, isolation `'thread'`, 64 concurrent runs; see {@link EngineOptions}.
 * @throws EngineError `unknown-option` or `invalid-value` for an invalid option, `storage-in-use` (with the `pid` of the owner)
 *   for a directory that another engine uses, `storage-corrupted` or `storage-failed` for one that cannot be opened.
 *
 * @example
 * import { createEngine } from 'greenroom';
 *
 * const engine = await createEngine();
 * await engine.addActor('./my-actor');
 * const run = await engine.call('my-actor', { url: 'https://example.com' }, { memory: 512, timeout: 60 });
 * console.log(run.status, await run.items());
 * await engine.close();
 */
export async function createEngine(options?: EngineOptions): Promise<Engine> {
    return new Engine(await EngineCore.open(resolveEngineOptions(options)));
}
