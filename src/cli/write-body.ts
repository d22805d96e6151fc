import { isJsonType } from '../util/json.js';
import { harmless, harmlessJson } from './terminal/harmless.js';
import type { Output } from './terminal/output.js';
import type { CommandCall } from './command.js';

/** How {@link writeBody} is to treat what it writes. */
export interface WriteBodyOptions {
    /** Whether it is nothing that a person could read. */
    readonly isBinary: boolean;
    /** What to do with it then: `--output FILE`. */
    readonly advice: string;
    /** Whether it is to end in a line end in a pipe, too, as on a terminal. Default: false, it is written byte by byte. */
    readonly isClosed?: boolean;
}

const NEWLINE = 10;

/**
 * Writes the body of an answer to stdout, as it comes: into a pipe byte by byte, on a terminal as harmless text.
 *
 * @throws EngineError `bad-usage` for what is binary, on a terminal.
 */
export async function writeBody(
    { terminal: { out }, words }: CommandCall,
    response: Response,
    { isBinary, advice, isClosed = false }: WriteBodyOptions,
): Promise<void> {
    const type = response.headers.get('content-type') ?? 'binary';
    // The DOM's types do not know that Node's streams can be iterated.
    const chunks = (response.body ?? []) as unknown as AsyncIterable<Uint8Array>;
    if (out.isInteractive && isBinary) {
        await response.body?.cancel();
        throw words.bad(
            `This is ${type}, and no text for a terminal. Write it to a file with ${advice}, or pipe it on.`,
        );
    }
    const isToBeClosed = out.isInteractive || isClosed;
    const lastByte = await pour(out, chunks, isJsonType(type) ? harmlessJson : harmless);
    if (isToBeClosed && lastByte !== NEWLINE && !out.isGone) out.line();
}

/** Until there is no more, or nobody reads on. The last byte, if there is any, is what comes back. */
async function pour(out: Output, chunks: AsyncIterable<Uint8Array>, clean: (text: string) => string): Promise<number> {
    const decoder = new TextDecoder();
    let lastByte = NEWLINE;
    for await (const chunk of chunks) {
        if (out.isGone) break;
        lastByte = chunk.at(-1) ?? lastByte;
        await out.write(out.isInteractive ? clean(decoder.decode(chunk, { stream: true })) : chunk);
    }
    return lastByte;
}
