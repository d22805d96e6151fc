/** Where a URL leads to. Not by the URL class, which knows no origin for schemes such as an app may have for itself. */
export function originOf(url: string): string {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
}
