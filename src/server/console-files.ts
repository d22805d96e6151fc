import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

const TYPES: Record<string, string> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml',
};
/** Paths of built files, with a hash in their names. Nothing else is served; no such path leaves the folder. */
const FILE = /^\/(assets\/[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg)|favicon\.svg)$/;
const API = /^\/(?:v2|console)(?:\/|$)/;
const INDEX = 'index.html';

/** The page may only load files of its own origin. Previews are frames that it creates, without scripts. */
const POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "frame-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
].join('; ');
const HEADERS = {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
};

/** A file of the console that has been read. */
interface ServedFile {
    readonly type: string;
    readonly bytes: Buffer;
}

/** Serves the console: its built files, and its page for every other path that a browser opens. */
export class ConsoleFiles {
    readonly #folder: URL;
    readonly #read = new Map<string, Promise<Buffer>>();

    /** @param folder - The folder of the built files. Default: that of this package's build. */
    constructor(folder: URL = new URL('./console/', import.meta.url)) {
        this.#folder = folder;
    }

    /** Handles a request for the console; returns false for any other, which is left untouched. */
    handle(request: IncomingMessage, response: ServerResponse): boolean {
        const { method, url = '/' } = request;
        // Most requests are for the API and should not pay for the checks below.
        if (url.startsWith('/v2/')) return false;
        const [path = '/'] = url.split('?', 1);
        if ((method !== 'GET' && method !== 'HEAD') || API.test(path)) return false;
        const name = FILE.exec(path)?.[1];
        if (name === undefined && !acceptsHtml(request)) return false;
        response.on('error', () => {});
        void this.#send(name, response, method === 'HEAD');
        return true;
    }

    async #send(name: string | undefined, response: ServerResponse, isHead: boolean): Promise<void> {
        const file = await this.#load(name ?? INDEX);
        if (file === undefined && name !== undefined) {
            end(response, 404, { type: 'text/plain', bytes: Buffer.from('File not found.\n') }, isHead);
            return;
        }
        const isImmutable = name?.startsWith('assets/') === true;
        response.setHeader('cache-control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
        const bytes = (): Buffer => Buffer.from(missingConsolePage());
        end(response, file ? 200 : 503, file ?? { type: TYPES['html']!, bytes: bytes() }, isHead);
    }

    /** Reads each file once, at its first request. A missing file may be built later. */
    async #load(name: string): Promise<ServedFile | undefined> {
        const reading = this.#read.get(name) ?? readFile(new URL(name, this.#folder));
        this.#read.set(name, reading);
        try {
            return { type: TYPES[name.split('.').at(-1)!]!, bytes: await reading };
        } catch {
            this.#read.delete(name);
            return undefined;
        }
    }
}

/** True for browsers. API clients with a wrong path do not accept HTML; the API responds to them. */
function acceptsHtml({ headers, url = '' }: IncomingMessage): boolean {
    return url.startsWith('/') && (headers.accept ?? '').includes('text/html');
}

function end(response: ServerResponse, status: number, { type, bytes }: ServedFile, isHead: boolean): void {
    response.writeHead(status, { ...HEADERS, 'content-type': type, 'content-length': bytes.length });
    response.end(isHead ? undefined : bytes);
}

/** Returns the page that is shown if the console has not been built. */
function missingConsolePage(): string {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>greenroom</title>
<h1>The console has not been built</h1>
<p>This copy of greenroom has no folder <code>dist/console</code>: it is the source, or a bundle without the console.
Run <code>npm run build</code> in its folder, or install the published package. For a bundle, copy the package's
<code>dist/console</code> beside it, as <code>console</code>.</p>
<p>The API is available at <code>/v2</code>.</p>
</html>
`;
}
