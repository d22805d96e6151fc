import { readBody } from './body.js';

/** What a request has for the input of a run. */
export interface RunBody {
    /** Undefined when the request has no body. */
    input: Buffer | undefined;
    contentType: string | undefined;
}

/** The body of a request as the input of a run: the very bytes, and their type. */
export async function readRunBody(request: Request): Promise<RunBody> {
    const input = await readBody(request);
    // Clients give a type even where there is no body.
    if (input.length === 0) return { input: undefined, contentType: undefined };
    return { input, contentType: request.headers.get('content-type') ?? undefined };
}
