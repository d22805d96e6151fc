import type { Output } from '../../../src/cli/ui/terminal.js';

/** An output whose text can be read; a terminal of so many columns, or a pipe. */
export function memoryOutput({ width, hasColours = false }: { width?: number; hasColours?: boolean } = {}): Output & {
    text(): string;
} {
    let text = '';
    return {
        line: (line) => {
            text += `${line ?? ''}\n`;
        },
        json: (value) => {
            text += `${JSON.stringify(value)}\n`;
        },
        write: async (chunk) => {
            text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
        },
        paint: (style, painted) => (hasColours ? `<${style}>${painted}</${style}>` : painted),
        hasColours,
        isInteractive: width !== undefined,
        width: width ?? 80,
        isClosed: false,
        text: () => text,
    };
}
