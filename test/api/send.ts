import { handleTrustedRequest } from '../../src/api/api.js';
import type { Client } from '../../src/model/client/client.js';

/** An answer of the API with its body read: parsed if it is JSON, else as text. */
export interface Answer {
    status: number;
    headers: Headers;
    body: unknown;
}

/** Sends one bare request to the API over a client. */
export async function send(client: Client, path: string, init?: RequestInit): Promise<Answer> {
    const response = await handleTrustedRequest(new Request(`http://engine.invalid/v2${path}`, init), client);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** The error of a response. */
export function errorOf({ body }: Answer): { type: string; message: string } {
    return (body as { error: { type: string; message: string } }).error;
}
