import { CLOUD_HOSTS, ENGINE_HOSTS, type ApiCall } from '../protocol/api.js';
import type { Program } from '../protocol/messages.js';
import type { NetworkPolicy, RunNetwork, WebCall } from '../protocol/network.js';
import type { ApiRoute } from './bridge/axios-adapter.js';
import { watchChildProcesses } from './child-processes.js';
import type { Reporter } from './link.js';
import { installLazily, isNetworkModule } from './network/lazy-network-guard.js';
import { patchRequire, watchRequire } from './sdk-hooks.js';

/** Which requests of the Actor the engine answers, and how. */
export function apiRoute(answer: ApiCall, policy: NetworkPolicy): ApiRoute {
    const hosts = policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
    return { hosts, answer };
}

/** What the requests of an Actor meet with. */
export interface Surroundings {
    network: RunNetwork;
    api: ApiRoute;
    /** Answers what is not for the API, where a handler is to. */
    ask: WebCall;
    /** Whether modules are imported that are none of the Actor's. */
    importsMore: boolean;
}

/** Stands ready where the Actor can reach out: by connections, and by processes that outlive it. */
export function guardSurroundings(
    reporter: Reporter,
    program: Program,
    { network, api, ask, importsMore }: Surroundings,
): void {
    const guardNetwork = installLazily({ ...network, apiHosts: api.hosts, answer: api.answer, ask });
    if (program.needsGuards) {
        guardNetwork();
        watchChildProcesses(reporter);
    } else if (isClosed(network.policy) || importsMore) {
        // What is imported from beyond the Actor's folder has not been looked at; where nothing may go out, that must not matter.
        guardNetwork();
    }
    patchRequire();
    watchRequire(program.entry, (request) => {
        if (isNetworkModule(request)) guardNetwork();
        if (/^(?:node:)?child_process$/.test(request)) watchChildProcesses(reporter);
    });
}

function isClosed(policy: NetworkPolicy): boolean {
    return policy !== 'guarded' && policy !== 'allow';
}
