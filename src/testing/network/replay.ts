import { makeNetwork, type Network } from './create-network.js';
import { readHar, responseOf, type HarEntry } from './har.js';

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Makes an internet out of what was recorded: by {@link record}, or as the HAR file that the network panel of a browser
 * saves. A request is answered by the one with the same method and URL, and unless it is a GET or HEAD, the same body. What
 * was recorded several times comes in that order, in each run from the beginning, and then the last one again. Rules that
 * are added with `use` come first.
 *
 * @param file - A HAR 1.2 file.
 * @throws EngineError `invalid-value` for a file that is not there, or is none.
 *
 * @example
 * const network = await replay('test/fixtures/shop.har');
 * const engine = await createEngine({ network });
 */
export async function replay(file: string | URL): Promise<Network> {
    const recorded = new Map<string, HarEntry[]>();
    const names: string[] = [];
    for (const entry of await readHar(file)) {
        const { method, url, postData } = entry.request;
        const key = keyOf(method, url, postData?.text ?? '');
        recorded.set(key, [...(recorded.get(key) ?? []), entry]);
        names.push(`${method} ${url}`);
    }
    const turns = new Map<string, number>();
    const answer = async (request: Request, runId: string | undefined): Promise<Response | undefined> => {
        const { method, url } = request;
        const key = keyOf(method, url, BODILESS.has(method) ? '' : await request.text());
        const entries = recorded.get(key);
        if (entries === undefined) return undefined;
        const turn = turns.get(`${runId} ${key}`) ?? 0;
        turns.set(`${runId} ${key}`, turn + 1);
        return responseOf(entries[Math.min(turn, entries.length - 1)]!);
    };
    return makeNetwork({ '*': (request, { run }) => answer(request, run?.id) }, () => names);
}

function keyOf(method: string, url: string, body: string): string {
    const bare = URL.canParse(url) ? new URL(url) : undefined;
    if (bare !== undefined) bare.hash = '';
    return `${method} ${bare?.href ?? url}\n${BODILESS.has(method) ? '' : body}`;
}
