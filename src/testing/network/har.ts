import { readFile } from 'node:fs/promises';
import { EngineError } from '../../errors/engine-error.js';

/*
 * The subset of HAR 1.2 that is needed to match requests and to replay responses. Browsers write such files by "Save all as
 * HAR with content". Source: the specification of HAR 1.2.
 */

/** A request and its response. Only the fields that are read. */
export interface HarEntry {
    request: { method: string; url: string; postData?: { text?: string } };
    /** The content is decoded, regardless of `content-encoding`. Some programs omit it for a response without a body. */
    response: {
        status: number;
        statusText: string;
        headers: { name: string; value: string }[];
        content?: { size: number; mimeType: string; text?: string; encoding?: string };
    };
}

/**
 * Reads the entries of a HAR file that have a response.
 *
 * @throws EngineError `invalid-value` if the file does not exist or is not a HAR file.
 */
export async function readHar(file: string | URL): Promise<HarEntry[]> {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        const message = `Cannot read the HAR file ${String(file)}: ${(cause as Error).message}.`;
        throw new EngineError('invalid-value', message, { cause });
    });
    const entries = parseEntries(text);
    if (entries === undefined) {
        const message =
            `The file ${String(file)} is not valid HAR 1.2: JSON with \`log.entries\`. Export it again from the network ` +
            'panel of a browser, or record it with `record`.';
        throw new EngineError('invalid-value', message);
    }
    // Browsers also record blocked requests and WebSocket upgrades.
    return entries.filter(({ response }) => response.status >= 200);
}

function parseEntries(text: string): HarEntry[] | undefined {
    try {
        const { log } = JSON.parse(text) as { log: { entries: HarEntry[] } };
        const isComplete = log.entries.every(
            ({ request: { method, url }, response: { status } }) =>
                typeof method === 'string' && typeof url === 'string' && typeof status === 'number',
        );
        return isComplete ? log.entries : undefined;
    } catch {
        return undefined;
    }
}

/** Headers of the transfer, not of the content. */
const TRANSFER_HEADERS: ReadonlySet<string> = new Set([
    'connection',
    'content-encoding',
    'content-length',
    'keep-alive',
    'transfer-encoding',
]);
const BODYLESS_STATUSES: ReadonlySet<number> = new Set([204, 205, 304]);

/** Creates the response of an entry. */
export function toResponse({ request, response }: HarEntry): Response {
    const { status, content = { size: 0, mimeType: '' } } = response;
    if (content.text === undefined && content.size > 0) {
        throw new Error(
            `The HAR file has no content for ${request.method} ${request.url}. Save it again "with content", or record it with \`record\`.`,
        );
    }
    const headers = new Headers();
    for (const { name, value } of response.headers) {
        if (name.startsWith(':') || TRANSFER_HEADERS.has(name.toLowerCase())) continue;
        // Chrome joins cookies by line breaks.
        for (const line of value.split('\n')) headers.append(name, line);
    }
    const encoding = content.encoding === 'base64' ? 'base64' : 'utf8';
    const body = BODYLESS_STATUSES.has(status) ? null : Buffer.from(content.text ?? '', encoding);
    return new Response(body, { status, statusText: response.statusText ?? '', headers });
}
