/** A request as a list of those without an answer names it: `GET https://example.com/ (run abc)`. */
export function requestLine({
    method,
    url,
    runId,
}: {
    method: string;
    url: string;
    runId?: string | undefined;
}): string {
    return `${method} ${url}${runId === undefined ? '' : ` (run ${runId})`}`;
}
