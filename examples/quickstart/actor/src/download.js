const TIMEOUT_MILLIS = 10_000;

/** Thrown for a page that does not exist, so that retries are useless. */
export class NotFoundError extends Error {}

/** Downloads a page as text, or a file as a Buffer. Throws if the response is not successful. */
export async function download(url, { binary = false } = {}) {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    if (response.status === 404 || response.status === 410) throw new NotFoundError(`HTTP ${response.status}`);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return binary ? Buffer.from(await response.arrayBuffer()) : response.text();
}
