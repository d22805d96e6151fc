import { existsSync, readFileSync } from 'node:fs';
import type { Output } from './ui/terminal.js';

/** A call of the command line: the streams and environment of its process, and its exit code. */
export interface Cli {
    /** stdout, for results. */
    readonly out: Output;
    /** stderr, for everything else. */
    readonly err: Output;
    readonly stdin: NodeJS.ReadStream;
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Absolute path of the current directory. */
    readonly cwd: string;
    /** True for `--verbose` and `GREENROOM_DEBUG=1`. */
    readonly isVerbose: boolean;
    /** Set by a command that did not succeed. Default: 0. */
    exitCode: number;
}

/** Returns the version of this package. */
export function readVersion(): string {
    // One folder above the build, two above the source.
    const file = ['../package.json', '../../package.json']
        .map((path) => new URL(path, import.meta.url))
        .find((url) => existsSync(url))!;
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
