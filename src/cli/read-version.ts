import { existsSync, readFileSync } from 'node:fs';

/** The version of this package. */
export function readVersion(): string {
    // One folder up from what is built, two from its source.
    const file = ['../package.json', '../../package.json']
        .map((path) => new URL(path, import.meta.url))
        .find((url) => existsSync(url))!;
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
