import { isUtf8 } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { replaceFile } from '../../storage/file/atomic-file.js';
import { createNetwork, type Network, createNetworkWithHints } from './create-network.js';
import { readHar, toResponse, type HarEntry } from './har.js';

/** A network that passes everything on, and remembers it. */
export interface RecordingNetwork extends Network {
    /**
     * Writes what has been recorded, once the responses that are still coming have come. The file is replaced as a whole.
     *
     * @returns How many requests are in it.
     * @throws EngineError `storage-failed` where the file cannot be written; then it is as it was.
     */
    save(): Promise<number>;
}

/** Let somebody in, or are different each time. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
const HTTP_VERSION = 'HTTP/1.1';

/**
 * Lets requests out to the real network, with `fetch` of your own thread, and records them for {@link replay} as HAR 1.2.
 * Rules that are added with `use` come first, and what they answer is not recorded. Redirects are recorded one by one.
 * The headers `authorization` and `cookie` of requests are left out; look at the rest before you share the file.
 *
 * @param file - Where to write; its folder must exist.
 *
 * @example
 * const network = record('test/fixtures/shop.har');
 * const engine = await createEngine({ network });
 * await engine.call('my-actor');
 * await network.save();
 */
export function record(file: string | URL): RecordingNetwork {
    const entries: Promise<ReturnType<typeof entryOf> | undefined>[] = [];
    const network = createNetwork({
        '*': async (request) => {
            const startedAt = Date.now();
            const sent = readRequest(request.clone());
            const response = await fetch(request);
            const exchange = Promise.all([sent, readResponse(response.clone())]);
            // An exchange that breaks off is not recorded; the client sees it break.
            entries.push(
                exchange.then(
                    (read) => entryOf(startedAt, ...read),
                    () => undefined,
                ),
            );
            return response;
        },
    });
    return Object.assign(network, {
        async save(): Promise<number> {
            const all = (await Promise.all(entries)).filter((entry) => entry !== undefined);
            all.sort((a, b) => a.startedDateTime.localeCompare(b.startedDateTime));
            const log = { version: '1.2', creator: { name: 'greenroom', version: '1' }, entries: all };
            const path = file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
            replaceFile(path, `${JSON.stringify({ log }, null, 2)}\n`, 'process');
            return all.length;
        },
    });
}

/** An entry with all that HAR requires. */
function entryOf(startedAt: number, request: HarEntry['request'], response: HarEntry['response']) {
    const time = Date.now() - startedAt;
    const startedDateTime = new Date(startedAt).toISOString();
    return { startedDateTime, time, request, response, cache: {}, timings: { send: 0, wait: time, receive: 0 } };
}

async function readRequest(request: Request) {
    const { method, url, headers } = request;
    const text = request.body === null ? undefined : await request.text();
    return {
        method,
        url,
        httpVersion: HTTP_VERSION,
        headers: pairsOf(headers).filter(({ name }) => !SECRET.has(name)),
        queryString: pairsOf(new URL(url).searchParams),
        cookies: [],
        ...(text !== undefined && { postData: { mimeType: headers.get('content-type') ?? '', text } }),
        headersSize: -1,
        bodySize: text === undefined ? 0 : Buffer.byteLength(text),
    };
}

async function readResponse(response: Response) {
    const { status, statusText, headers } = response;
    const bytes = Buffer.from(await response.arrayBuffer());
    const isText = isUtf8(bytes);
    return {
        status,
        statusText,
        httpVersion: HTTP_VERSION,
        headers: pairsOf(headers),
        cookies: [],
        content: {
            size: bytes.length,
            mimeType: headers.get('content-type') ?? '',
            text: isText ? bytes.toString('utf8') : bytes.toString('base64'),
            ...(!isText && { encoding: 'base64' }),
        },
        redirectURL: headers.get('location') ?? '',
        headersSize: -1,
        bodySize: bytes.length,
    };
}

function pairsOf(pairs: { entries(): IterableIterator<[string, string]> }): { name: string; value: string }[] {
    return [...pairs.entries()].map(([name, value]) => ({ name, value }));
}

const BODILESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

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
        const key = keyOf(method, url, BODILESS_METHODS.has(method) ? '' : await request.text());
        const entries = recorded.get(key);
        if (entries === undefined) return undefined;
        const turn = turns.get(`${runId} ${key}`) ?? 0;
        turns.set(`${runId} ${key}`, turn + 1);
        return toResponse(entries[Math.min(turn, entries.length - 1)]!);
    };
    return createNetworkWithHints({ '*': (request, { run }) => answer(request, run?.id) }, () => names);
}

function keyOf(method: string, url: string, body: string): string {
    const bare = URL.canParse(url) ? new URL(url) : undefined;
    if (bare !== undefined) bare.hash = '';
    return `${method} ${bare?.href ?? url}\n${BODILESS_METHODS.has(method) ? '' : body}`;
}
