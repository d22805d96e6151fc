import { isTerminal, type JobStatus } from '../../model/api/status.js';
import { cpuLoad } from '../../util/system.js';
import type { EngineEvents } from '../../model/events.js';
import { NO_REPORTED_USAGE, createSystemInfo, type ReportedUsage } from '../../protocol/system-info.js';
import type { ResourceUsage, SystemEvent } from '../../protocol/messages.js';
import type { Emitter } from '../../util/emitter.js';

const ENDING: ReadonlySet<JobStatus> = new Set<JobStatus>(['ABORTING', 'TIMING-OUT']);

/** Who hears the system events of a run from outside of it. */
export interface ExternalEventListener {
    send(event: SystemEvent): void;
    /** Nothing comes any more. */
    end(): void;
}

interface Audience {
    readonly listeners: Set<ExternalEventListener>;
    readonly load: () => number;
    told: ReportedUsage;
}

/** Passes the system events of runs on to whoever listens from outside of them: without a listener, nothing is done. */
export class ExternalEventRelay {
    readonly #statusOf: (runId: string) => JobStatus | undefined;
    readonly #audiences = new Map<string, Audience>();

    constructor(emitter: Emitter<EngineEvents>, statusOf: (runId: string) => JobStatus | undefined) {
        this.#statusOf = statusOf;
        emitter.on('run.finished', ({ run }) => this.#end(run.id));
    }

    /** Listens to a run until that ends; undefined if there is no such run, or none that has not ended. */
    listen(runId: string, listener: ExternalEventListener): (() => void) | undefined {
        const status = this.#statusOf(runId);
        if (status === undefined || isTerminal(status)) return undefined;
        const audience = this.#audiences.get(runId) ?? newAudience();
        this.#audiences.set(runId, audience);
        audience.listeners.add(listener);
        // Who was not listening yet when the run was told to end has to hear of it all the same.
        if (ENDING.has(status)) listener.send({ name: 'aborting', reason: status });
        return () => {
            audience.listeners.delete(listener);
            if (audience.listeners.size === 0) this.#audiences.delete(runId);
        };
    }

    send(runId: string, event: SystemEvent): void {
        for (const listener of this.#audiences.get(runId)?.listeners ?? []) listener.send(event);
    }

    sendUsage(runId: string, usage: ResourceUsage): void {
        const audience = this.#audiences.get(runId);
        if (audience === undefined) return;
        this.send(runId, createSystemInfo(usage, audience.told, audience.load()));
        audience.told = usage;
    }

    #end(runId: string): void {
        const audience = this.#audiences.get(runId);
        this.#audiences.delete(runId);
        for (const listener of audience?.listeners ?? []) listener.end();
    }
}

function newAudience(): Audience {
    return { listeners: new Set(), load: cpuLoad(), told: NO_REPORTED_USAGE };
}
