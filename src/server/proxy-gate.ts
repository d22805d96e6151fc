import { isLoopback } from '../util/loopback.js';
import { showTarget, type ProxyTarget } from './proxy-target.js';
import type { ProxyRefusal } from './proxy-refusal.js';

/** Which targets a proxy lets through. */
export interface ProxyGateOptions {
    /** Hosts that must never be reached through it, by their exact names. */
    refusedHosts?: readonly string[];
    /** Whether any host may be reached, or this machine only. Default: all. */
    reach?: 'all' | 'loopback';
}

/** Says why a target may not be reached; undefined if it may. */
export type ProxyGate = (target: ProxyTarget) => ProxyRefusal | undefined;

/** Makes the gate of a proxy. It goes by what hosts are called and never looks a name up. */
export function proxyGate({ refusedHosts = [], reach = 'all' }: ProxyGateOptions): ProxyGate {
    const refused = new Set(refusedHosts.map(bareName));
    return (target) => {
        if (refused.has(bareName(target.host))) {
            return forbidden(
                `The proxy does not let anything through to ${target.host}: it must not be reached from here.`,
            );
        }
        if (reach === 'loopback' && !isLoopback(bareName(target.host))) {
            return forbidden(`The proxy lets through to this machine only, and ${showTarget(target)} is not on it.`);
        }
        return undefined;
    };
}

/** A name is the same with and without the dot of the root. */
function bareName(host: string): string {
    return host.toLowerCase().replace(/\.$/, '');
}

function forbidden(text: string): ProxyRefusal {
    return { status: 403, text };
}
