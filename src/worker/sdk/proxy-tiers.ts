/** The parts of a request that select the tier of its proxy. */
export interface ProxyRequest {
    /** URL of the request. */
    url: string;
    /** Custom data; the tier of the last attempt is kept in its field `__crawlee`. */
    userData: Record<string, unknown>;
}

/** Weight of an error. Each request for another tier of the host takes one off. */
const ERROR_WEIGHT = 10;

/**
 * Proxies by tier, cheapest first. The requests of a host start in the first tier; errors move them up, and successes
 * down again. Source: `tieredProxyUrls` of Crawlee.
 */
export class ProxyTiers {
    readonly #tiers: readonly (readonly (string | null)[])[];
    /** By host name: the weight of the errors of each tier, and the current tier. */
    readonly #hosts = new Map<string, { errors: number[]; current: number }>();
    #next = 0;

    /** @param tiers - URLs of proxies; null is no proxy. */
    constructor(tiers: readonly (readonly (string | null)[])[]) {
        this.#tiers = tiers;
    }

    /** Returns the next URL: of the given tier, of that for the request, or of any. */
    next({ request, proxyTier }: { request?: ProxyRequest; proxyTier?: number }): {
        url: string | null;
        tier?: number | undefined;
    } {
        const tier = proxyTier ?? (request && this.predict(request));
        const urls = tier === undefined ? this.#tiers.flat() : (this.#tiers[tier] ?? []);
        return { url: urls[this.#next++ % urls.length] ?? null, tier };
    }

    /** Returns the index of the tier for a request, and keeps it in the request. */
    predict(request: ProxyRequest): number {
        const { hostname } = new URL(request.url);
        const host = this.#hosts.get(hostname) ?? { errors: this.#tiers.map(() => 0), current: 0 };
        this.#hosts.set(hostname, host);
        const own = (request.userData['__crawlee'] ??= {}) as { lastProxyTier?: number; forefront?: boolean };
        if (own.lastProxyTier !== undefined) host.errors[own.lastProxyTier]! += ERROR_WEIGHT;
        host.current = step(host.errors, host.current);
        own.lastProxyTier = host.current;
        own.forefront = true;
        return host.current;
    }
}

/** Takes one off the errors of the other tiers, and returns the tier to continue with. */
function step(errors: number[], current: number): number {
    for (const [tier, weight] of errors.entries()) if (tier !== current && weight > 0) errors[tier] = weight - 1;
    const own = errors[current]!;
    const below = errors[current - 1] ?? Infinity;
    const above = errors[current + 1] ?? Infinity;
    if (own > Math.min(below, above)) return below <= above ? current - 1 : current + 1;
    return own === below ? current - 1 : current;
}
