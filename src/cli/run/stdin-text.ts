import { fstatSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Terminal } from '../terminal/terminal.js';

/** How long whoever pipes something in may take for the first of it, in milliseconds. */
const PATIENCE_MILLIS = 300;

/** All that stdin has, to its end. */
export async function readStdin(stdin: NodeJS.ReadStream): Promise<string> {
    return text(stdin);
}

/**
 * What waits on stdin, if that is a file, or a pipe that something is in; undefined otherwise. A pipe that stays silent is
 * what many programs leave to those that they start, without ever closing it.
 */
export async function readWaitingStdin({ stdin, err }: Terminal): Promise<string | undefined> {
    const kind = kindOf(stdin);
    if (kind === 'nothing') return undefined;
    if (kind === 'pipe' && !(await hasSomething(stdin))) {
        stdin.unref?.();
        return undefined;
    }
    if (stdin.readableEnded) return undefined;
    const timer = setTimeout(() => err.line('Waiting for the end of the input on stdin…'), 3000).unref();
    const all = await readStdin(stdin);
    clearTimeout(timer);
    return all.trim() === '' ? undefined : all;
}

function kindOf(stdin: NodeJS.ReadStream): 'file' | 'pipe' | 'nothing' {
    if (stdin.isTTY) return 'nothing';
    try {
        const stats = fstatSync(0);
        if (stats.isFile()) return 'file';
        return stats.isFIFO() || stats.isSocket() ? 'pipe' : 'nothing';
    } catch {
        // It is closed.
        return 'nothing';
    }
}

/** Settles with the first data, or with the end, or when it has been silent for too long. */
function hasSomething(stdin: NodeJS.ReadStream): Promise<boolean> {
    return new Promise((resolve) => {
        const settle = (isThere: boolean): void => {
            clearTimeout(timer);
            stdin.off('readable', onReadable);
            stdin.off('end', onEnd);
            resolve(isThere);
        };
        const onReadable = (): void => settle(stdin.readableLength > 0);
        const onEnd = (): void => settle(false);
        const timer = setTimeout(onEnd, PATIENCE_MILLIS);
        stdin.on('readable', onReadable);
        stdin.on('end', onEnd);
    });
}
