import { EngineError } from '../../errors/engine-error.js';
import { nearMiss } from '../../util/check.js';
import { parseRules, type NetworkRules, type ParsedRule } from './rules.js';
import type { NetworkContext } from '../../model/network.js';

/** A request that came to a {@link Network}. */
export interface NetworkRequest {
    readonly method: string;
    readonly url: string;
    /** The run whose Actor sent it, or that a webhook told of. */
    readonly runId: string | undefined;
    /** The pattern of the rule that answered it; undefined if none did. */
    readonly rule: string | undefined;
    /** A copy, whose body has not been read: `await request.json()`. */
    readonly request: Request;
}

/** A made-up internet: give it to `createEngine` or to a start as the option `network`. */
export interface Network {
    (request: Request, context: NetworkContext): Promise<Response | undefined>;
    /** What was asked, in order. */
    readonly requests: readonly NetworkRequest[];
    /** What of it no rule has answered; those requests have failed. */
    readonly unanswered: readonly NetworkRequest[];
    /** Adds rules, which come before those that are there. */
    use(rules: NetworkRules): Network;
    /**
     * Throws if any request was not answered.
     *
     * @throws EngineError `network-unanswered`, with each of them and the rule that is nearest to it.
     */
    verify(): void;
    /** Forgets what was asked so far; the rules stay. */
    clear(): void;
}

/**
 * Makes an internet out of rules, which answers what Actors ask for as long as they run in this engine. Nothing goes out:
 * what no rule answers fails, in the Actor with the code `ERR_GREENROOM_UNANSWERED`, and in the test by
 * {@link Network.verify}.
 *
 * Of the rules that match a request the last one answers. A pattern is a URL in which `*` stands for any text, slashes too,
 * maybe after a method; without a query it matches any query.
 *
 * @throws EngineError `invalid-value` for a mistyped pattern, or an answer that is none.
 *
 * @example
 * const network = createNetwork({
 *     'https://example.com/': '<h1>Hello</h1>',
 *     'GET https://api.example.com/items/*': (request) => ({ url: request.url, price: 12 }),
 *     'https://example.com/missing': new Response('gone', { status: 404 }),
 * });
 * const engine = await createEngine({ network });
 * await engine.call('my-actor');
 * network.verify();
 */
export function createNetwork(rules: NetworkRules = {}): Network {
    return createNetworkWithHints(rules, () => []);
}

/** @param candidates - What a request may have been meant for, besides the rules. */
export function createNetworkWithHints(given: NetworkRules, candidates: () => readonly string[]): Network {
    const rules = parseRules(given);
    const requests: NetworkRequest[] = [];
    const unanswered = (): NetworkRequest[] => requests.filter(({ rule }) => rule === undefined);
    const answer = async (request: Request, context: NetworkContext): Promise<Response | undefined> => {
        const { method, url } = request;
        const noted = {
            method,
            url,
            runId: context.run?.id,
            rule: undefined as string | undefined,
            request: request.clone(),
        };
        requests.push(noted);
        for (const rule of rules.toReversed()) {
            if (!rule.pattern.matches(method, url)) continue;
            noted.rule = rule.pattern.text;
            // A copy, as an earlier rule may have to read the body too.
            const response = await rule.answer(request.clone(), context);
            if (response !== undefined) return response;
            noted.rule = undefined;
        }
        return undefined;
    };
    const network = Object.assign(answer, {
        use(more: NetworkRules): Network {
            rules.push(...parseRules(more));
            return network as unknown as Network;
        },
        verify(): void {
            const missing = unanswered();
            if (missing.length === 0) return;
            const names = [...rules.map(({ pattern }) => pattern.text), ...candidates()];
            throw unansweredError(missing, names, rules);
        },
        clear(): void {
            requests.length = 0;
        },
    });
    Object.defineProperties(network, {
        requests: { get: () => [...requests], enumerable: true },
        unanswered: { get: unanswered, enumerable: true },
    });
    return network as unknown as Network;
}

function unansweredError(
    missing: readonly NetworkRequest[],
    names: readonly string[],
    rules: readonly ParsedRule[],
): EngineError {
    const lines = missing.map((request) => `- ${formatRequest(request)}${hintFor(request, names)}`);
    const what = missing.length === 1 ? 'A request was' : `${missing.length} requests were`;
    const none = rules.length === 0 ? ' There are no rules at all.' : '';
    const message = `${what} not answered by any rule of the network. Add rules for these, or let the Actor not ask:${none}\n${lines.join('\n')}`;
    const details = { requests: missing.map(({ method, url, runId }) => ({ method, url, runId })) };
    return new EngineError('network-unanswered', message, { details });
}

function hintFor({ method, url }: NetworkRequest, names: readonly string[]): string {
    const nearestOf = (some: readonly string[]): string | undefined =>
        nearMiss(`${method} ${url}`, some) ?? nearMiss(url, some);
    const ofHost = names.filter((name) => hostOf(name) === hostOf(url));
    const nearest = nearestOf(ofHost) ?? ofHost[0] ?? nearestOf(names);
    return nearest === undefined ? '' : `. The nearest rule is '${nearest}'.`;
}

function hostOf(text: string): string | undefined {
    return /\/\/([^/?#]+)/.exec(text)?.[1];
}

/** A request as a list of those without an answer names it: `GET https://example.com/ (run abc)`. */
export function formatRequest({ method, url, runId }: Partial<NetworkRequest>): string {
    return `${method} ${url}${runId === undefined ? '' : ` (run ${runId})`}`;
}
