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

/** The services that runs depend on, composed by the engine. */
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
    /** Releases the request locks of a run whose Actor ended. */
    readonly queueLockOwners: { release(runId: string): void };
    /** The tokens of all users; every log redacts them. */
    readonly tokens: readonly string[];
    /** Returns the executor of an isolation mode, loaded on first use. */
    findExecutor(isolation: Isolation, runnable: Runnable): Promise<Executor>;
    /** Returns the name of the user who owns a record. */
    usernameOf(record: { userId: string }): string;
    /** Counts a start of the Actor, and of the task if a task started it. */
    countRun(run: Run): void;
    /** Validates the ad-hoc webhooks of a start. Returns a function that attaches them to the run once it exists. */
    readWebhooks(path: string, webhooks: readonly unknown[], userId: string): Promise<(run: Run) => void>;
    /** Validates the seed of a start. Returns a function that writes it to the storages of the run once they exist. */
    readSeed(path: string, seed: RunSeed): Promise<(run: Run) => Promise<void>>;
    readonly emitter: Pick<Emitter<EngineEvents>, 'emit'>;
}
