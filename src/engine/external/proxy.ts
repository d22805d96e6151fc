import { CLOUD_HOSTS, ENGINE_HOSTS } from '../../protocol/api.js';
import type { NetworkPolicy } from '../../protocol/network.js';
import { newSecret } from '../../util/ids.js';
import type { ForwardProxy } from '../../server/forward-proxy.js';
import type { ResolvedEngineOptions } from '../options/options.js';

/** Host name of the proxy for runs whose requests a handler answers. The TLD `invalid` never resolves (RFC 2606). */
export const HANDLED_PROXY_HOST = 'proxy.greenroom.invalid';
/** Host of the status page of Apify Proxy. */
const CLOUD_PROXY_HOST = 'proxy.apify.com';
const STATUS_URL = 'APIFY_PROXY_STATUS_URL';

/** The proxy of Actors: a pass-through proxy on loopback, a real one, or none. */
export interface ActorProxy {
    /** Returns the environment variables by which the SDK finds the proxy. The first call starts it. */
    variables(policy: NetworkPolicy): Promise<Record<string, string>>;
    /** Closes the proxy and its connections. */
    close(): Promise<void>;
}

/**
 * Creates the proxy of the options. The pass-through proxy does not listen before the first Actor that can use it starts, and
 * never if a handler answers the requests.
 */
export function createActorProxy({ proxy, network }: Pick<ResolvedEngineOptions, 'proxy' | 'network'>): ActorProxy {
    const actual =
        typeof proxy === 'string'
            ? createFixedProxy(toVariables(new URL(proxy)))
            : createPassThroughOrNone(proxy, network);
    const password = newSecret();
    return {
        async variables(policy) {
            if (policy !== 'handler' || proxy === false) return actual.variables(policy);
            const configured = typeof proxy === 'string' ? toVariables(new URL(proxy)) : {};
            const statusUrl = `http://${HANDLED_PROXY_HOST}`;
            return {
                ...createVariables(HANDLED_PROXY_HOST, '8000', password, statusUrl),
                ...configured,
                [STATUS_URL]: statusUrl,
            };
        },
        close: () => actual.close(),
    };
}

function createPassThroughOrNone(isEnabled: boolean, network: ResolvedEngineOptions['network']): ActorProxy {
    return isEnabled && network !== 'block' && network !== 'handler'
        ? createPassThrough(network)
        : createFixedProxy({});
}

function createFixedProxy(variables: Record<string, string>): ActorProxy {
    return { variables: async () => variables, close: async () => {} };
}

function createPassThrough(network: ResolvedEngineOptions['network']): ActorProxy {
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
            // After a failed start, the next run tries again.
            running ??= start().catch((error: unknown) => {
                running = undefined;
                throw error;
            });
            const { hostname, port, statusUrl } = await running;
            return createVariables(hostname, String(port), password, statusUrl);
        },
        async close() {
            // The run that could not start the proxy has reported the error.
            const started = await running?.catch(() => undefined);
            await started?.close();
        },
    };
}

/**
 * Returns the variables of a real proxy. Its status page is that of Apify Proxy; if another proxy does not have it, the SDK logs a
 * warning and continues.
 */
function toVariables({ hostname, port, protocol, password }: URL): Record<string, string> {
    const defaultPort = protocol === 'https:' ? '443' : '80';
    return createVariables(hostname, port || defaultPort, decodeURIComponent(password), `http://${CLOUD_PROXY_HOST}`);
}

function createVariables(hostname: string, port: string, password: string, statusUrl: string): Record<string, string> {
    return {
        APIFY_PROXY_HOSTNAME: hostname,
        APIFY_PROXY_PORT: port,
        APIFY_PROXY_PASSWORD: password,
        [STATUS_URL]: statusUrl,
    };
}
