import type { Terminal } from './terminal/terminal.js';

/** All that comes on stdin; undefined if that is a terminal, where nobody knows that something is waited for. */
export async function readStdin({ stdin }: Terminal): Promise<Buffer | undefined> {
    if (stdin.isTTY) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}
