import { CLOUD_HOSTS, ENGINE_HOSTS } from '../../protocol/api.js';

import type { NetworkPolicy } from '../../protocol/network.js';
import { newSecret } from '../../util/ids.js';
import type { ForwardProxy } from '../../server/forward-proxy.js';
import type { ResolvedEngineOptions } from '../options/options.js';

/** The host that the engine names as its proxy where a handler answers: it cannot exist, and nothing listens. */
export const HANDLED_PROXY_HOST = 'proxy.greenroom.invalid';

/** Where the status page of the cloud's own proxy is. */
const CLOUD_PROXY_HOST = 'proxy.apify.com';
const STATUS_URL = 'APIFY_PROXY_STATUS_URL';

/** The proxy that Actors of one engine are told of: a pass-through on loopback, a real one, or none. */
export interface ActorProxy {
    /** The variables by which the SDK of a run finds it; the first call starts it. */
    variables(policy: NetworkPolicy): Promise<Record<string, string>>;
    /** Ends it, and what goes through it. */
    close(): Promise<void>;
}

/**
 * Makes the proxy that the options ask for. Nothing listens before an Actor that can use it is started, nor where requests
 * are answered before they reach any proxy.
 */
export function createActorProxy({ proxy, network }: Pick<ResolvedEngineOptions, 'proxy' | 'network'>): ActorProxy {
    const usual = typeof proxy === 'string' ? fixed(variablesOf(new URL(proxy))) : passThroughOrNone(proxy, network);
    const password = newSecret();
    return {
        async variables(policy) {
            if (policy !== 'handler' || proxy === false) return usual.variables(policy);
            const shown = typeof proxy === 'string' ? variablesOf(new URL(proxy)) : {};
            const statusUrl = `http://${HANDLED_PROXY_HOST}`;
            return { ...named(HANDLED_PROXY_HOST, '8000', password, statusUrl), ...shown, [STATUS_URL]: statusUrl };
        },
        close: () => usual.close(),
    };
}

function passThroughOrNone(isWanted: boolean, network: ResolvedEngineOptions['network']): ActorProxy {
    return isWanted && network !== 'block' && network !== 'handler' ? passThrough(network) : fixed({});
}

function fixed(variables: Record<string, string>): ActorProxy {
    return { variables: async () => variables, close: async () => {} };
}

function passThrough(network: ResolvedEngineOptions['network']): ActorProxy {
    const password = newSecret();
    let running: Promise<ForwardProxy> | undefined;
    const start = async (): Promise<ForwardProxy> => {
        const { startForwardProxy } = await import('../../server/forward-proxy.js');
        return startForwardProxy({
            password,
            refusedHosts: network === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS],
            onlyLoopback: network === 'loopback',
        });
    };
    return {
        async variables() {
            // One that could not start must not stand in the way of the next run.
            running ??= start().catch((error: unknown) => {
                running = undefined;
                throw error;
            });
            const { hostname, port, statusUrl } = await running;
            return named(hostname, String(port), password, statusUrl);
        },
        async close() {
            // One that could not start is of no concern any more.
            const started = await running?.catch(() => undefined);
            await started?.close();
        },
    };
}

/** A real one has its status page where the cloud has it, or none; without an answer the SDK goes on with a warning. */
function variablesOf({ hostname, port, protocol, password }: URL): Record<string, string> {
    const usualPort = protocol === 'https:' ? '443' : '80';
    return named(hostname, port || usualPort, decodeURIComponent(password), `http://${CLOUD_PROXY_HOST}`);
}

function named(hostname: string, port: string, password: string, statusUrl: string): Record<string, string> {
    return {
        APIFY_PROXY_HOSTNAME: hostname,
        APIFY_PROXY_PORT: port,
        APIFY_PROXY_PASSWORD: password,
        [STATUS_URL]: statusUrl,
    };
}
