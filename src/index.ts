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
export type { ListenOptions } from './engine/listen-options.js';
export type { Listener } from './engine/external-access.js';
export type { EngineLogger, EngineOptions } from './engine/options.js';
export type { EngineCallOptions, EngineStartOptions, HostStartOptions } from './engine/embedder-options.js';
export type { EngineStorages } from './engine/storages.js';
export type { EngineSnapshot } from './engine/state/snapshot.js';
export type { RunEvents, RunHandle, RunHandleLog } from './engine/run-handle.js';
export type { ActorFunction, ActorFunctionContext } from './protocol/actor-function.js';
export type { StorageClient } from './client/storage-client.js';
export type { ActorSource } from './registry/source/actor-source.js';

// Errors
export type { ErrorCode } from './errors/catalogue.js';
export { EngineError, isEngineError } from './errors/engine-error.js';

// Records and the client
export type * from './model/account.js';
export type * from './model/actor.js';
export type * from './model/client.js';
export type { DebugOptions } from './model/execution.js';
export type * from './model/faults.js';
export type { EngineEvents, UnansweredRequest } from './model/events.js';
export type * from './model/network.js';
export type * from './model/pricing.js';
export type { Page, PagedList, PageOptions } from './model/page.js';
export type * from './model/run.js';
export type * from './model/schedule.js';
export type * from './model/transfer.js';
export type { JobStatus, TerminalStatus } from './model/status.js';
export type * from './model/storage.js';
export type * from './model/webhook.js';
export type * from './model/version.js';
export type * from './model/task.js';
export type { Clock } from './util/clock.js';
