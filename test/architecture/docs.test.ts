import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';

/*
 * The pages of the repository mention files, functions and classes. If one is renamed, correct the page that this test reports.
 */

const DOCS_ENTRIES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const DOCS = DOCS_ENTRIES.filter((name) => name.endsWith('.md')).map((name) => `docs/${name.replaceAll('\\', '/')}`);
const PAGES = ['README.md', 'CONTRIBUTING.md', 'benchmarks/README.md', ...DOCS];

/** A path in backticks, such as `src/index.ts`. A segment in capitals is a placeholder. */
const PATH = /`((?:\.ci|benchmarks|docs|examples|src|test)\/[^\s`]*)`/g;
const PLACEHOLDER = /\b(?!README\b)[A-Z]{2,}\b/;
/** A name in backticks with its file, such as `RunService.start` in `src/run/run-service.ts`. */
const NAME = /`([\w.]+)`\s+in\s+`([\w./-]+\.tsx?)`/g;
/** A link within the repository. */
const LINK = /\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)/g;

describe.each(PAGES)('%s', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');

    it('names files that exist', () => {
        expect(findWrong(text, PATH, (path) => !PLACEHOLDER.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
    });

    it('names functions, classes and constants that their files contain', () => {
        expect(findWrong(text, NAME, (name, path) => !contains(join(ROOT, path), name.split('.').at(-1)!))).toEqual([]);
    });

    it('has links whose targets exist', () => {
        const isBroken = (path: string, anchor: string): boolean => {
            const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
            return !existsSync(target) || (anchor !== '' && !anchorsOf(target).includes(anchor));
        };

        expect(findWrong(text, LINK, isBroken)).toEqual([]);
    });
});

/** Returns the matches whose groups are wrong, with their line. */
function findWrong(text: string, pattern: RegExp, isWrong: (first: string, second: string) => boolean): string[] {
    return [...text.matchAll(pattern)]
        .filter(([, first = '', second = '']) => isWrong(first, second))
        .map((match) => `line ${text.slice(0, match.index).split('\n').length}: ${match[0]}`);
}

function contains(file: string, word: string): boolean {
    return existsSync(file) && new RegExp(`\\b${word}\\b`).test(readFileSync(file, 'utf8'));
}

/** Returns the anchors of a page's headings, as GitHub generates them. */
function anchorsOf(page: string): string[] {
    const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
    return Array.from(headings, ([, heading = '']) => {
        const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
        return words.replaceAll(' ', '-');
    });
}
