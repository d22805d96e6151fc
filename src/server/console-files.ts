import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

const TYPES: Record<string, string> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml',
};
/** Built files, with a hash in their names; nothing else is served, and no such name leads out of the folder. */
const FILE = /^\/(assets\/[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg)|favicon\.svg)$/;
const API = /^\/(?:v2|console)(?:\/|$)/;
const INDEX = 'index.html';

/** The page may load what comes from here and nothing else; previews are frames of its own making, without scripts. */
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

/** Serves the console: its built files, and its page for whatever else a browser asks to see. */
export class ConsoleFiles {
    readonly #folder: URL;
    readonly #read = new Map<string, Promise<Buffer>>();

    /** @param folder - Of the built files. Default: where the build of this package has them. */
    constructor(folder: URL = new URL('./console/', import.meta.url)) {
        this.#folder = folder;
    }

    /** Answers a request for the console; returns false, having done nothing, for any other. */
    handle(request: IncomingMessage, response: ServerResponse): boolean {
        const { method, url = '/' } = request;
        // Nearly all requests are, and they are not to pay for this.
        if (url.startsWith('/v2/')) return false;
        const [path = '/'] = url.split('?', 1);
        if ((method !== 'GET' && method !== 'HEAD') || API.test(path)) return false;
        const name = FILE.exec(path)?.[1];
        if (name === undefined && !wantsPage(request)) return false;
        response.on('error', () => {});
        void this.#send(name, response, method === 'HEAD');
        return true;
    }

    async #send(name: string | undefined, response: ServerResponse, isHead: boolean): Promise<void> {
        const file = await this.#file(name ?? INDEX);
        if (file === undefined && name !== undefined) {
            end(response, 404, { type: 'text/plain', bytes: Buffer.from('The console has no such file.\n') }, isHead);
            return;
        }
        const isLasting = name?.startsWith('assets/') === true;
        response.setHeader('cache-control', isLasting ? 'public, max-age=31536000, immutable' : 'no-cache');
        const bytes = (): Buffer => Buffer.from(noConsolePage());
        end(response, file ? 200 : 503, file ?? { type: TYPES['html']!, bytes: bytes() }, isHead);
    }

    /** Each is read once, when it is first asked for; what is not there may be built later. */
    async #file(name: string): Promise<ServedFile | undefined> {
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

/** Browsers say so; clients of the API that have mistaken a path do not, and are told by the API. */
function wantsPage({ headers, url = '' }: IncomingMessage): boolean {
    return url.startsWith('/') && (headers.accept ?? '').includes('text/html');
}

function end(response: ServerResponse, status: number, { type, bytes }: ServedFile, isHead: boolean): void {
    response.writeHead(status, { ...HEADERS, 'content-type': type, 'content-length': bytes.length });
    response.end(isHead ? undefined : bytes);
}

/** What is shown in place of the console where it has not been built. */
function noConsolePage(): string {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>greenroom</title>
<h1>The console has not been built</h1>
<p>This copy of greenroom has no folder <code>dist/console</code>: it is the source, or a bundle that left the console out.
Run <code>npm run build</code> in its folder, or install the package as it is published. Of a bundle, copy the package's
<code>dist/console</code> beside it, as <code>console</code>.</p>
<p>The API is here all the same, at <code>/v2</code>.</p>
</html>
`;
}
