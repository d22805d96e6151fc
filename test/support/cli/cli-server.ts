import { once } from 'node:events';
import { startCli } from './cli.js';
import { waitUntil } from '../wait-until.js';

/** Starts a server of the command line; `see` waits until it has said something. */
export function startServer(words: readonly string[], cwd: string) {
    const child = startCli(words, { cwd });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].on('data', (chunk: Buffer) => {
            said[stream] += String(chunk);
        });
    }
    const see = async (pattern: RegExp, stream: keyof typeof said = 'stdout'): Promise<RegExpExecArray> =>
        waitUntil(`${pattern} to be said`, () => pattern.exec(said[stream]), { timeoutMillis: 15_000 });
    const end = async (signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> => {
        child.kill(signal);
        const [code] = (await once(child, 'exit')) as [number | null];
        return code;
    };
    return { child, see, end, said };
}
