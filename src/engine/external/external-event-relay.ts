import { isTerminal, type JobStatus } from '../../model/api/status.js';
import { createCpuLoadSampler } from '../../util/system.js';
import type { EngineEvents } from '../../model/events.js';
import { NO_REPORTED_USAGE, createSystemInfo, type ReportedUsage } from '../../protocol/system-info.js';
import type { ResourceUsage, SystemEvent } from '../../protocol/messages.js';
import type { Emitter } from '../../util/emitter.js';

const ENDING: ReadonlySet<JobStatus> = new Set<JobStatus>(['ABORTING', 'TIMING-OUT']);

/** A listener for the system events of a run in another process, such as a WebSocket. */
export interface ExternalEventListener {
    send(event: SystemEvent): void;
    /** Called when the run has finished and sends no more events. */
    end(): void;
}

/** The listeners of one run. */
interface Subscription {
    readonly listeners: Set<ExternalEventListener>;
    readonly cpuLoad: () => number;
    lastUsage: ReportedUsage;
}

/** Passes the system events of runs to listeners in other processes. Does nothing for runs without a listener. */
export class ExternalEventRelay {
    readonly #statusOf: (runId: string) => JobStatus | undefined;
    readonly #subscriptions = new Map<string, Subscription>();

    constructor(emitter: Emitter<EngineEvents>, statusOf: (runId: string) => JobStatus | undefined) {
        this.#statusOf = statusOf;
        emitter.on('run.finished', ({ run }) => this.#end(run.id));
    }

    /** Adds a listener until the run finishes. Returns undefined if the run does not exist or has finished. */
    listen(runId: string, listener: ExternalEventListener): (() => void) | undefined {
        const status = this.#statusOf(runId);
        if (status === undefined || isTerminal(status)) return undefined;
        const subscription = this.#subscriptions.get(runId) ?? createSubscription();
        this.#subscriptions.set(runId, subscription);
        subscription.listeners.add(listener);
        // A listener that connects after the run was asked to stop has missed that event.
        if (ENDING.has(status)) listener.send({ name: 'aborting', reason: status });
        return () => {
            subscription.listeners.delete(listener);
            if (subscription.listeners.size === 0) this.#subscriptions.delete(runId);
        };
    }

    send(runId: string, event: SystemEvent): void {
        for (const listener of this.#subscriptions.get(runId)?.listeners ?? []) listener.send(event);
    }

    sendUsage(runId: string, usage: ResourceUsage): void {
        const subscription = this.#subscriptions.get(runId);
        if (subscription === undefined) return;
        this.send(runId, createSystemInfo(usage, subscription.lastUsage, subscription.cpuLoad()));
        subscription.lastUsage = usage;
    }

    #end(runId: string): void {
        const subscription = this.#subscriptions.get(runId);
        this.#subscriptions.delete(runId);
        for (const listener of subscription?.listeners ?? []) listener.end();
    }
}

function createSubscription(): Subscription {
    return { listeners: new Set(), cpuLoad: createCpuLoadSampler(), lastUsage: NO_REPORTED_USAGE };
}
