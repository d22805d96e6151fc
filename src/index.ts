/**
 * greenroom: runs Apify Actors inside your own Node process.
 *
 * @example
 * import { createEngine } from 'greenroom';
 *
 * const engine = await createEngine();
 * await engine.addActor('./my-actor');
 * const run = await engine.call('my-actor', { url: 'https://example.com' });
 * console.log(run.status, await run.items());
 * await engine.close();
 */

// The engine
export { createEngine } from './engine/create-engine.js';
export type { AddActorOptions, CloseOptions, Engine } from './engine/engine.js';
export type { ListenOptions } from './engine/options/listen-options.js';
export type { Listener } from './engine/external/external-access.js';
export type { EngineLogger, EngineOptions } from './engine/options/options.js';
export type { EngineCallOptions, EngineStartOptions, HostStartOptions } from './engine/options/embedder-options.js';
export type { EngineStorages } from './engine/storages.js';
export type { EngineSnapshot } from './engine/snapshot/snapshot.js';
export type { RunEvents, RunHandle, RunHandleLog } from './engine/run-handle.js';
export type { ActorFunction, ActorFunctionContext } from './protocol/actor-function.js';
export type { StorageClient } from './client/storage-client.js';
export type { ActorSource } from './actors/source/actor-source.js';

// Errors
export type { ErrorCode } from './errors/catalogue.js';
export { EngineError, isEngineError } from './errors/engine-error.js';

// Records and the client
export type * from './model/api/account.js';
export type * from './model/api/actor.js';
export type * from './model/api/access.js';
export type * from './model/client/client.js';
export type * from './model/client/run.js';
export type * from './model/client/storage.js';
export type { DebugOptions } from './model/execution.js';
export type * from './model/faults.js';
export type { EngineEvents, UnansweredRequest } from './model/events.js';
export type * from './model/network.js';
export type * from './model/api/pricing.js';
export type { ChunkOptions, Page, PagedList, PageOptions } from './model/api/page.js';
export type * from './model/api/run.js';
export type * from './model/api/schedule.js';
export type * from './model/transfer.js';
export type { JobStatus, TerminalStatus } from './model/api/status.js';
export type * from './model/api/storage.js';
export type * from './model/api/webhook.js';
export type * from './model/api/version.js';
export type * from './model/api/task.js';
export type { Clock } from './util/clock.js';
