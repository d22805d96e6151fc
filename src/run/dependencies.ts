import type { Clock } from '../util/clock.js';
import type { Storages } from '../storage/storages.js';
import type { RunBilling } from './billing/billing.js';
import type { FaultRegistry } from './faults/run-faults.js';
import type { Admission } from './start/admission.js';
import type { Isolation } from '../model/execution.js';
import type { Runnable } from '../protocol/messages.js';
import type { Executor } from '../execution/executor.js';
import type { Run } from '../model/api/run.js';
import type { RunSeed } from '../model/transfer.js';
import type { Emitter } from '../util/emitter.js';
import type { EngineEvents } from '../model/events.js';
import type {
    RunTargets,
    ActorApi,
    RunExternalAccess,
    RunNetworks,
    RunSettings,
    RunStore,
    RunLogs,
} from './interfaces.js';

/** The services of the other layers that runs depend on, put together by the engine. */
export interface RunDependencies {
    readonly clock: Clock;
    readonly settings: RunSettings;
    /** The stored records of runs. */
    readonly records: RunStore;
    readonly storages: Storages;
    readonly logs: RunLogs;
    readonly charges: RunBilling;
    readonly faults: FaultRegistry;
    readonly admission: Admission;
    readonly targets: RunTargets;
    readonly networks: RunNetworks;
    readonly external: RunExternalAccess;
    readonly actorApi: ActorApi;
    /** Ends the locks that the Actor of a run, which is gone, holds on requests. */
    readonly queueLockOwners: { release(runId: string): void };
    /** The tokens of all users, which every log hides. */
    readonly tokens: readonly string[];
    /** The executor of an isolation, loaded when it is first asked for. */
    findExecutor(isolation: Isolation, runnable: Runnable): Promise<Executor>;
    /** Counts a start of the Actor, and of the task if it was started by one. */
    countRun(run: Run): void;
    /** Checks the ad-hoc webhooks of a user's start. Returns the function that attaches them to the run once it exists. */
    readWebhooks(path: string, webhooks: readonly unknown[], userId: string): Promise<(run: Run) => void>;
    /** Checks the seed of a start. Returns the function that puts it into the storages of the run once these exist. */
    readSeed(path: string, seed: RunSeed): Promise<(run: Run) => Promise<void>>;
    readonly emitter: Pick<Emitter<EngineEvents>, 'emit'>;
}
