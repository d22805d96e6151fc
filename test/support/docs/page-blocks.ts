import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.js';

/** The pages for users that have programs; the first is the README. */
const PAGES = ['README.md', 'docs/testing.md', 'docs/coverage-and-debugging.md', 'docs/console.md'];

/** A fenced block of a Markdown page. */
export interface CodeBlock {
    language: string;
    /** Words after the language. */
    marks: readonly string[];
    code: string;
    /** Number of its first line. */
    line: number;
}

const FENCE = /^```(\S*) ?(.*)$/;

/** Takes the fenced blocks out of a Markdown page. */
function codeBlocks(markdown: string): CodeBlock[] {
    const blocks: CodeBlock[] = [];
    let open: { block: CodeBlock; lines: string[] } | undefined;
    for (const [index, text] of markdown.split('\n').entries()) {
        const fence = FENCE.exec(text);
        if (fence === null) open?.lines.push(text);
        else if (open === undefined) {
            const marks = (fence[2] ?? '').split(' ').filter((word) => word !== '');
            open = { block: { language: fence[1] ?? '', marks, code: '', line: index + 2 }, lines: [] };
        } else {
            blocks.push({ ...open.block, code: `${open.lines.join('\n')}\n` });
            open = undefined;
        }
    }
    return blocks;
}

/** The blocks of all pages for users. */
export function pageBlocks(): (CodeBlock & { page: string })[] {
    return PAGES.flatMap((page) =>
        codeBlocks(readFileSync(join(ROOT, page), 'utf8')).map((block) => ({ ...block, page })),
    );
}

/** The name of the file that a block is, if it is one. */
export function fileOf({ marks }: CodeBlock): string | undefined {
    return marks.find((mark) => /^(file|test)=/.test(mark))?.split('=')[1];
}
