import { CLOUD_HOSTS, ENGINE_HOSTS } from '../protocol/api.js';
import { isLoopback } from '../util/loopback.js';
import type { NetworkPolicy } from '../protocol/network.js';

/** Where a request goes: to the engine's own API, to the handler, out to the network, or nowhere, and why. */
export type Route = { to: 'api' } | { to: 'handler' } | { to: 'network' } | { to: 'nowhere'; reason: string };

/** Where a request to a URL goes. Names are not looked up to find that out. */
export function routeOf({ hostname }: URL, policy: NetworkPolicy): Route {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const apiHosts = policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
    if (apiHosts.includes(host)) return { to: 'api' };
    if (policy === 'handler') return { to: 'handler' };
    if (policy === 'guarded' || policy === 'allow' || (policy === 'loopback' && isLoopback(host))) {
        return { to: 'network' };
    }
    const rest = policy === 'loopback' ? 'this machine and the API' : 'the API';
    const reason = `The engine's option \`network: '${policy}'\` forbids requests to ${host}, and to all hosts but ${rest}.`;
    return { to: 'nowhere', reason };
}
