/**
 * The path of a signed URL, which the browser can open by itself, without the token. The console is served where the API is,
 * by whatever name that is reached.
 */
export function publicPath(url: string): string {
    const { pathname, search } = new URL(url);
    return pathname + search;
}
