import { JOB_STATUSES } from '../model/api/status.js';
import { checkEach, checkSignal, oneOf } from '../util/check.js';
import { toWaitMillis } from './arguments.js';
import { asClientRun, runById, createRunClient } from './resources/run.js';
import type { ClientRun, LastRunOptions, RunClient, StartedRun, WaitOptions } from '../model/client/run.js';
import type { CallOptions, Run, RunOrigin, StartOptions } from '../model/api/run.js';
import type { LastRunQuery } from '../model/api/run-document.js';
import type { ClientContext, ClientServices } from './services.js';

/*
 * Helpers of the clients of Actors and tasks, which both start runs.
 */

const ORIGINS: Record<NonNullable<LastRunOptions['origin']>, true> = {
    DEVELOPMENT: true,
    WEB: true,
    API: true,
    SCHEDULER: true,
    TEST: true,
    WEBHOOK: true,
    ACTOR: true,
    CLI: true,
    CI: true,
    STANDBY: true,
    MCP: true,
    APIFY_AI: true,
};

/** True if a string is the origin of a run. */
export function isRunOrigin(origin: string): origin is RunOrigin {
    return Object.hasOwn(ORIGINS, origin);
}

const LAST_RUN_CHECKS = { status: oneOf(JOB_STATUSES), origin: oneOf(Object.keys(ORIGINS)) };

/** Derives the option names of `call` from those of `start`. */
export function callOptionKeys(startOptionKeys: readonly string[]): string[] {
    return [...startOptionKeys.filter((key) => key !== 'waitForFinish'), 'waitSecs', 'log', 'signal'];
}

/** Adds `waitForFinish` to the record of a run. */
export function toStartedRun(context: ClientContext, run: Run): StartedRun {
    const client = createRunClient(context, runById(run.id));
    // Not enumerable, so that code that copies, compares or sends the record sees plain data.
    return Object.defineProperty(run as StartedRun, 'waitForFinish', {
        value: (wait?: WaitOptions) => client.waitForFinish(wait),
    });
}

/** Starts a run and waits for its end, up to `waitSecs`. */
export async function startAndWait(
    { services: { runs } }: ClientContext,
    options: CallOptions & Pick<WaitOptions, 'signal'>,
    start: (options: StartOptions) => Promise<Run>,
): Promise<ClientRun> {
    const { waitSecs, log: _, signal, ...startOptions } = options;
    const waitMillis = toWaitMillis(waitSecs);
    checkSignal('options.signal', signal);
    signal?.throwIfAborted();
    const { id } = await start(startOptions);
    return asClientRun(await runs.waitForFinish(id, waitMillis, signal));
}

/**
 * Creates the client of the latest run of an Actor or task.
 *
 * @param findScope - Returns the Actor or task; undefined if it does not exist.
 * @param description - Description of the Actor or task.
 */
export function createLastRunClient(
    context: ClientContext,
    options: LastRunOptions = {},
    findScope: (services: ClientServices) => Pick<LastRunQuery, 'actId' | 'actorTaskId'> | undefined,
    description: string,
): RunClient {
    checkEach('options', options, LAST_RUN_CHECKS);
    return createRunClient(context, {
        find(services) {
            const scope = findScope(services);
            return scope && services.runs.last({ ...options, ...scope, isOwner: services.principal.owns });
        },
        description: `last run of ${description}`,
    });
}
