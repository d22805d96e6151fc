import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/errors/catalogue.js';
import { readSources } from '../support/docs/source-files.js';

const sources = readSources('src').filter(({ path }) => path !== 'src/errors/catalogue.ts');

describe('the catalogue of error codes', () => {
    it('has no unused code', () => {
        const used = new Set(sources.flatMap(({ tree }) => findStrings(tree)));

        expect(Object.keys(ERROR_CATALOGUE).filter((code) => !used.has(code))).toEqual([]);
    });

    it('has every code in use', () => {
        const thrown = sources.flatMap(({ path, tree }) => findCodes(tree).map((code) => ({ path, code })));

        expect(thrown.length).toBeGreaterThan(0);
        expect(thrown.filter(({ code }) => !(code in ERROR_CATALOGUE))).toEqual([]);
    });

    it('has codes in kebab-case, each with a meaning as a sentence', () => {
        for (const [code, { status, meaning }] of Object.entries(ERROR_CATALOGUE)) {
            expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
            expect(meaning).toMatch(/^[A-Z].*\.$/);
            expect(status).toBeGreaterThanOrEqual(400);
        }
    });
});

/** Returns the string literals of a file. */
function findStrings(tree: ts.SourceFile): string[] {
    return collect(tree, (node) => (ts.isStringLiteralLike(node) && !isModuleSpecifier(node) ? node.text : undefined));
}

/** Returns the literal codes passed to `new EngineError(…)`. */
function findCodes(tree: ts.SourceFile): string[] {
    return collect(tree, (node) => {
        if (!ts.isNewExpression(node) || node.expression.getText() !== 'EngineError') return undefined;
        const code = node.arguments?.[0];
        return code !== undefined && ts.isStringLiteralLike(code) ? code.text : undefined;
    });
}

function isModuleSpecifier({ parent }: ts.Node): boolean {
    return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

function collect(tree: ts.SourceFile, pick: (node: ts.Node) => string | undefined): string[] {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
        const text = pick(node);
        if (text !== undefined) found.push(text);
        ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
}
