import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readSources, type SourceFile } from '../support/docs/source-files.js';

/** Words that are metaphors, or standard words in a private meaning. A file or an exported name must not contain them. */
const DENIED_WORDS = new Set(
    (
        'attend bed beds blow deed desk doomed duty foresight gate ground happening heat hinder jumps lease lend lessor lookout ' +
        'medium nobody outside places plant quicken rehearsal rehearse rests shelf spoil strike survey trouble wakes watchman wish'
    ).split(' '),
);
const DENIED_PAIRS = new Set(['stand in', 'stand ins', 'last words', 'let go', 'give up']);

/** Names that several files of one layer export, with the reason. */
const SHARED_NAMES: Readonly<Record<string, string>> = {
    Configuration: 'The class of the built-in SDK, and the type of the same class of the SDK that an Actor brings.',
    commands: 'Each file of `src/cli/commands` exports its part of the table of commands.',
};

const sources = readSources('src');

describe('the vocabulary of the source', () => {
    it('has file and folder names without metaphors', () => {
        const denied = sources.flatMap(({ path }) =>
            path.split(/[/.]/).flatMap((part) => deniedWords(part).map((word) => `${path}: ${word}`)),
        );

        expect(denied).toEqual([]);
    });

    it('has exported names without metaphors', () => {
        const denied = sources.flatMap((source) =>
            exportedNames(source).flatMap((name) =>
                deniedWords(name).map((word) => `${source.path}: ${name} (${word})`),
            ),
        );

        expect(denied).toEqual([]);
    });

    it('exports each name from one file of a layer', () => {
        const files = new Map<string, Set<string>>();
        for (const source of sources) {
            for (const name of exportedNames(source)) {
                const key = `${source.path.split('/')[1]!} ${name}`;
                files.set(key, (files.get(key) ?? new Set()).add(source.path));
            }
        }

        const shared = [...files].filter(
            ([key, paths]) => paths.size > 1 && !Object.hasOwn(SHARED_NAMES, key.split(' ')[1]!),
        );

        expect(shared.map(([key, paths]) => `${key}: ${[...paths].join(', ')}`)).toEqual([]);
    });

    it('is split into words', () => {
        expect(deniedWords('ConsoleDesk')).toEqual(['desk']);
        expect(deniedWords('watch-duty')).toEqual(['duty']);
        expect(deniedWords('linkStandIns')).toEqual(['stand ins']);
        expect(deniedWords('MOST_WISHES')).toEqual([]);
        expect(deniedWords('underground')).toEqual([]);
    });
});

/** Returns the denied words in a name in camel case, kebab case or upper case. */
function deniedWords(name: string): string[] {
    const words = name
        .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
        .toLowerCase()
        .split(/[^a-z0-9]+/);
    const pairs = words.slice(1).map((word, index) => `${words[index]!} ${word}`);
    return [...words.filter((word) => DENIED_WORDS.has(word)), ...pairs.filter((pair) => DENIED_PAIRS.has(pair))];
}

/** Returns the names that a file declares and exports; re-exports belong to the file that declares them. */
function exportedNames({ tree }: SourceFile): string[] {
    return tree.statements.flatMap((statement) => {
        const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
        if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
        if (ts.isVariableStatement(statement)) {
            return statement.declarationList.declarations.flatMap(({ name }) =>
                ts.isIdentifier(name) ? [name.text] : [],
            );
        }
        const { name } = statement as ts.DeclarationStatement;
        return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
    });
}
