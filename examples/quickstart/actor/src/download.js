const TIMEOUT_MILLIS = 10_000;

/** A page that is not there and will not come back: trying again is of no use. */
export class GoneError extends Error {}

/** Fetches a page as text, or a file as a Buffer; throws on any answer that is not a success. */
export async function download(url, { binary = false } = {}) {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    if (response.status === 404 || response.status === 410) throw new GoneError(`HTTP ${response.status}`);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return binary ? Buffer.from(await response.arrayBuffer()) : response.text();
}
