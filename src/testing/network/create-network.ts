import { EngineError } from '../../errors/engine-error.js';
import { findClosest } from '../../util/check.js';
import { parseRules, type NetworkRules, type ParsedRule } from './rules.js';
import type { NetworkContext } from '../../model/network.js';

/** A request that a {@link Network} has received. */
export interface NetworkRequest {
    /** HTTP method. */
    readonly method: string;
    /** URL of the target. */
    readonly url: string;
    /** Id of the run whose Actor sent the request, or that the webhook is about. */
    readonly runId: string | undefined;
    /** Pattern of the rule that answered the request; undefined if none did. */
    readonly rule: string | undefined;
    /** A copy with an unread body: `await request.json()`. */
    readonly request: Request;
}

/** A mock network, for the option `network` of `createEngine` or of a start. */
export interface Network {
    /** Answers a request; undefined if no rule matches. Called by the engine. */
    (request: Request, context: NetworkContext): Promise<Response | undefined>;
    /** All requests so far, in order. */
    readonly requests: readonly NetworkRequest[];
    /** The requests that no rule answered. They failed. */
    readonly unanswered: readonly NetworkRequest[];
    /** Adds rules, which take precedence over existing ones. Returns this network, for chaining. */
    use(rules: NetworkRules): Network;
    /**
     * Asserts that all requests were answered.
     *
     * @throws EngineError `network-unanswered`, with each unanswered request and the most similar rule.
     */
    verify(): void;
    /** Clears the recorded requests. Rules are kept. */
    clear(): void;
}

/**
 * Creates a mock network from rules. No request leaves the process: one that no rule answers fails in the Actor with the code
 * `ERR_GREENROOM_UNANSWERED`, and in the test by {@link Network.verify}.
 *
 * If several rules match, the last one answers. A pattern is a URL with an optional method before it, in which `*` matches any
 * text, including slashes. A pattern without a query matches any query.
 *
 * @throws EngineError `invalid-value` for an invalid pattern or answer.
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

/**
 * Creates a mock network whose error messages also suggest requests that are not rules.
 *
 * @param getCandidates - Returns these requests.
 */
export function createNetworkWithHints(initialRules: NetworkRules, getCandidates: () => readonly string[]): Network {
    const rules = parseRules(initialRules);
    const requests: NetworkRequest[] = [];
    const getUnanswered = (): NetworkRequest[] => requests.filter(({ rule }) => rule === undefined);
    const answer = async (request: Request, context: NetworkContext): Promise<Response | undefined> => {
        const { method, url } = request;
        const received = {
            method,
            url,
            runId: context.run?.id,
            rule: undefined as string | undefined,
            request: request.clone(),
        };
        requests.push(received);
        for (const rule of rules.toReversed()) {
            if (!rule.pattern.matches(method, url)) continue;
            received.rule = rule.pattern.text;
            // A copy: an earlier rule may need the body, too.
            const response = await rule.answer(request.clone(), context);
            if (response !== undefined) return response;
            received.rule = undefined;
        }
        return undefined;
    };
    const network = Object.assign(answer, {
        use(more: NetworkRules): Network {
            rules.push(...parseRules(more));
            return network as unknown as Network;
        },
        verify(): void {
            const unanswered = getUnanswered();
            if (unanswered.length === 0) return;
            const names = [...rules.map(({ pattern }) => pattern.text), ...getCandidates()];
            throw unansweredError(unanswered, names, rules);
        },
        clear(): void {
            requests.length = 0;
        },
    });
    Object.defineProperties(network, {
        requests: { get: () => [...requests], enumerable: true },
        unanswered: { get: getUnanswered, enumerable: true },
    });
    return network as unknown as Network;
}

function unansweredError(
    unanswered: readonly NetworkRequest[],
    names: readonly string[],
    rules: readonly ParsedRule[],
): EngineError {
    const lines = unanswered.map((request) => `- ${formatRequest(request)}${suggestRule(request, names)}`);
    const subject = unanswered.length === 1 ? '1 request was' : `${unanswered.length} requests were`;
    const noRules = rules.length === 0 ? ' The network has no rules.' : '';
    const message = `${subject} not answered by any rule of the network. Add rules for these, or change the Actor.${noRules}\n${lines.join('\n')}`;
    const details = { requests: unanswered.map(({ method, url, runId }) => ({ method, url, runId })) };
    return new EngineError('network-unanswered', message, { details });
}

function suggestRule({ method, url }: NetworkRequest, names: readonly string[]): string {
    const findNearest = (some: readonly string[]): string | undefined =>
        findClosest(`${method} ${url}`, some) ?? findClosest(url, some);
    const sameHost = names.filter((name) => parseHost(name) === parseHost(url));
    const nearest = findNearest(sameHost) ?? sameHost[0] ?? findNearest(names);
    return nearest === undefined ? '' : `. Most similar rule: '${nearest}'.`;
}

function parseHost(text: string): string | undefined {
    return /\/\/([^/?#]+)/.exec(text)?.[1];
}

/** Formats a request for messages: `GET https://example.com/ (run abc)`. */
export function formatRequest({ method, url, runId }: Partial<NetworkRequest>): string {
    return `${method} ${url}${runId === undefined ? '' : ` (run ${runId})`}`;
}
