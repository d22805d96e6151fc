import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';

/** Phrases that plain technical English says differently. */
const BANNED_PHRASES = [
    'anew',
    'whoever',
    'whatever',
    'somebody',
    'nobody',
    'there is not',
    'is told',
    'are told',
    'tells of',
    'meets with',
    'goes on',
    'lets go',
    'takes in',
    'by itself',
    'by themselves',
    'is to be',
    'are to be',
    'has to be given',
    'of theirs',
    'in the midst',
    'lives once more',
];

/** Words that do not open a sentence of a comment: it starts with its subject, or with "True if" or "Number of". */
const BANNED_OPENINGS = [
    'What',
    'Whatever',
    'Whoever',
    'Whether',
    'So many',
    'So long',
    'So soon',
    'Those who',
    'As it is',
    'How many',
    'How often',
];

const FOLDERS = ['src', 'test', 'benchmarks', 'examples', 'docs', '.ci'];
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const TEXT_FILE = /\.(?:tsx?|m?js|md|css|html)$/;

/** The lines of tests that people read: comments and titles. Their data may be any text. */
const PROSE_OF_TESTS = /^\s*(?:\/\/|\/?\*)|\b(?:describe|it)(?:\.\w+)*\(|^\s*\]\)\(/;

const phrase = new RegExp(String.raw`\b(?:${BANNED_PHRASES.join('|')})\b`, 'i');
const opening = new RegExp(String.raw`(?:/\*\*?|^\s*\*|//) (?:${BANNED_OPENINGS.join('|')})\b`);

describe('the wording of the project', () => {
    it('has no phrase that plain technical English says differently', () => {
        expect(linesWith(phrase)).toEqual([]);
    });

    it('has no comment that opens with a relative clause', () => {
        expect(linesWith(opening)).toEqual([]);
    });
});

/** Returns the lines that a pattern matches, as `path:line text`. */
function linesWith(pattern: RegExp): string[] {
    return textFiles().flatMap((path) =>
        readFileSync(join(ROOT, path), 'utf8')
            .split('\n')
            .flatMap((line, index) =>
                pattern.test(line) && (!path.startsWith('test/') || PROSE_OF_TESTS.test(line))
                    ? [`${path}:${index + 1} ${line.trim()}`]
                    : [],
            ),
    );
}

function textFiles(): string[] {
    const files = FOLDERS.flatMap((folder) =>
        readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && TEXT_FILE.test(entry.name))
            .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
    );
    return [...files, ...PAGES].filter(
        (path) => !path.includes('node_modules/') && path !== 'test/architecture/wording.test.ts',
    );
}
