import { readFile } from 'node:fs/promises';
import { EngineError } from '../../errors/engine-error.js';

/*
 * Of HAR 1.2 what is needed to tell a request and to give its response again. Browsers write it by "Save all as HAR with
 * content". Source: the specification of HAR 1.2.
 */

/** One request and its response, as far as they are read. */
export interface HarEntry {
    request: { method: string; url: string; postData?: { text?: string } };
    /** Its content is unpacked, whatever its headers say; some leave it out for a response without a body. */
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
 * @throws EngineError `invalid-value` for a file that is not there, or is none.
 */
export async function readHar(file: string | URL): Promise<HarEntry[]> {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        const message = `The HAR file ${String(file)} cannot be read: ${(cause as Error).message}`;
        throw new EngineError('invalid-value', message, { cause });
    });
    const entries = entriesOf(text);
    if (entries === undefined) {
        const message =
            `The file ${String(file)} is no HAR 1.2, which is JSON with \`log.entries\`. Export it anew from the network ` +
            'panel of a browser, or record it with `record`.';
        throw new EngineError('invalid-value', message);
    }
    // A browser notes requests too that it has blocked, and upgrades to websockets.
    return entries.filter(({ response }) => response.status >= 200);
}

function entriesOf(text: string): HarEntry[] | undefined {
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

/** Headers that describe how the bytes came, and not what they are. */
const OF_TRANSFER: ReadonlySet<string> = new Set([
    'connection',
    'content-encoding',
    'content-length',
    'keep-alive',
    'transfer-encoding',
]);
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** The response of an entry once more. */
export function toResponse({ request, response }: HarEntry): Response {
    const { status, content = { size: 0, mimeType: '' } } = response;
    if (content.text === undefined && content.size > 0) {
        throw new Error(
            `The HAR file has no content for ${request.method} ${request.url}. Save it anew "with content", or record it with \`record\`.`,
        );
    }
    const headers = new Headers();
    for (const { name, value } of response.headers) {
        if (name.startsWith(':') || OF_TRANSFER.has(name.toLowerCase())) continue;
        // Chrome joins cookies so.
        for (const line of value.split('\n')) headers.append(name, line);
    }
    const encoding = content.encoding === 'base64' ? 'base64' : 'utf8';
    const body = BODILESS.has(status) ? null : Buffer.from(content.text ?? '', encoding);
    return new Response(body, { status, statusText: response.statusText ?? '', headers });
}
