import { isUtf8 } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { replaceFile } from '../../storage/file/atomic-file.js';
import { createNetwork, type Network, createNetworkWithHints } from './create-network.js';
import { readHar, toResponse, type HarEntry } from './har.js';

/** A network that forwards requests to the real one and records them. */
export interface RecordingNetwork extends Network {
    /**
     * Waits for pending responses, and writes all recorded requests. Replaces the file atomically.
     *
     * @returns The number of recorded requests.
     * @throws EngineError `storage-failed` if the file cannot be written; then it is unchanged.
     */
    save(): Promise<number>;
}

/** Headers with credentials, or with a different value in each recording. */
const OMITTED_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
const HTTP_VERSION = 'HTTP/1.1';

/**
 * Creates a network that forwards requests with the host's `fetch` and records them for {@link replay} as HAR 1.2. Rules that
 * are added with `use` take precedence; requests that they answer are not recorded. Each redirect is recorded separately.
 * The request headers `authorization`, `proxy-authorization` and `cookie` are omitted; check the file for other secrets
 * before you share it.
 *
 * @param file - Path or URL of the file. Its folder must exist.
 *
 * @example
 * const network = record('test/fixtures/shop.har');
 * const engine = await createEngine({ network });
 * await engine.call('my-actor');
 * await network.save();
 */
export function record(file: string | URL): RecordingNetwork {
    const entries: Promise<ReturnType<typeof createEntry> | undefined>[] = [];
    const network = createNetwork({
        '*': async (request) => {
            const startedAt = Date.now();
            const sent = readRequest(request.clone());
            const response = await fetch(request);
            const exchange = Promise.all([sent, readResponse(response.clone())]);
            // An interrupted exchange is not recorded; the client sees the error.
            entries.push(
                exchange.then(
                    (messages) => createEntry(startedAt, ...messages),
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
            replaceFile(path, `${JSON.stringify({ log }, null, 2)}\n`, 'process', { mode: 0o666 });
            return all.length;
        },
    });
}

/** Creates an entry with all required fields of HAR. */
function createEntry(startedAt: number, request: HarEntry['request'], response: HarEntry['response']) {
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
        headers: toPairs(headers).filter(({ name }) => !OMITTED_HEADERS.has(name)),
        queryString: toPairs(new URL(url).searchParams),
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
        headers: toPairs(headers),
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

function toPairs(pairs: { entries(): IterableIterator<[string, string]> }): { name: string; value: string }[] {
    return [...pairs.entries()].map(([name, value]) => ({ name, value }));
}

const BODYLESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Creates a mock network from recorded responses: a file of {@link record}, or a HAR file of a browser's network panel. A
 * request matches a recorded one with the same method, URL and, except for GET and HEAD, body. If there are several, each run
 * receives them in order, and then the last one repeatedly. Rules that are added with `use` take precedence.
 *
 * @param file - Path or URL of a HAR 1.2 file.
 * @throws EngineError `invalid-value` if the file does not exist or is not a HAR file.
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
        const key = toKey(method, url, postData?.text ?? '');
        recorded.set(key, [...(recorded.get(key) ?? []), entry]);
        names.push(`${method} ${url}`);
    }
    const positions = new Map<string, number>();
    const answer = async (request: Request, runId: string | undefined): Promise<Response | undefined> => {
        const { method, url } = request;
        const key = toKey(method, url, BODYLESS_METHODS.has(method) ? '' : await request.text());
        const entries = recorded.get(key);
        if (entries === undefined) return undefined;
        const position = positions.get(`${runId} ${key}`) ?? 0;
        positions.set(`${runId} ${key}`, position + 1);
        return toResponse(entries[Math.min(position, entries.length - 1)]!);
    };
    return createNetworkWithHints({ '*': (request, { run }) => answer(request, run?.id) }, () => names);
}

function toKey(method: string, url: string, body: string): string {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed !== undefined) parsed.hash = '';
    return `${method} ${parsed?.href ?? url}\n${BODYLESS_METHODS.has(method) ? '' : body}`;
}
