/** One without a username, and without what the URL class would write in another way. */
const PLAIN = /^[a-z][a-z\d+.-]*:\/\/[a-z\d.:[\]-]+(?=[/?#]|$)/;

/** Where the URL of a request leads to. Not by the URL class, which knows no origin for schemes such as an app may have for itself. */
export function originOf(url: string): string {
    const plain = PLAIN.exec(url)?.[0];
    if (plain !== undefined) return plain;
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
}
