import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.js';

/** Folders of the user-facing pages. */
const FOLDERS = ['docs/guide', 'docs/recipes', 'docs/reference'];

/** Paths of the user-facing pages, relative to the root; the README comes first. */
const PAGES = ['README.md', ...FOLDERS.flatMap((folder) => pagesIn(folder))];

/** A fenced block of a Markdown page. */
export interface CodeBlock {
    language: string;
    /** The words after the language. */
    marks: readonly string[];
    code: string;
    /** Line number of the first line of code. */
    line: number;
}

const FENCE = /^```(\S*) ?(.*)$/;

/** Returns the fenced blocks of a Markdown page. */
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

function pagesIn(folder: string): string[] {
    const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'));
    return names.toSorted().map((name) => `${folder}/${name}`);
}

/** Returns the fenced blocks of all user-facing pages. */
export function pageBlocks(): (CodeBlock & { page: string })[] {
    return PAGES.flatMap((page) =>
        codeBlocks(readFileSync(join(ROOT, page), 'utf8')).map((block) => ({ ...block, page })),
    );
}

/** Returns the file name of a block that is a whole file. */
export function fileOf({ marks }: CodeBlock): string | undefined {
    return marks.find((mark) => /^(file|test)=/.test(mark))?.split('=')[1];
}
