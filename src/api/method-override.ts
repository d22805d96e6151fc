import { checkWord } from '../util/check.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
const WITHOUT_BODY = ['GET', 'HEAD'];

/** The request as `?method=` wants it to be understood: a way out for clients that only know GET and POST. */
export function overrideMethod(request: Request): Request {
    // Nearly all requests have none, and parsing their URL would be the larger part of the work.
    if (!request.url.includes('method=')) return request;
    const method = new URL(request.url).searchParams.get('method')?.toUpperCase();
    if (!method || method === request.method) return request;
    checkWord('method', method, METHODS);
    // Passed on as it comes: only who reads it knows how large it may be.
    const body = WITHOUT_BODY.includes(method) ? null : request.body;
    const { headers, signal } = request;
    // Types of browsers do not know `duplex`, without which Node takes no stream.
    return new Request(request.url, { method, headers, signal, body, duplex: 'half' } as RequestInit);
}
