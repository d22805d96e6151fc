import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Absolute path of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** One import, re-export or `import()` of a source file. */
export interface SourceImport {
    /** As written, or, for a relative one, the imported file from the repository's top, with `.ts` or `.tsx`. */
    target: string;
    isRelative: boolean;
    /** True if nothing of it is left at run time. */
    isTypeOnly: boolean;
    /** True for an `import()`. */
    isDynamic: boolean;
    line: number;
}

/** A parsed TypeScript file. */
export interface SourceFile {
    /** From the repository's top, with forward slashes. */
    path: string;
    tree: ts.SourceFile;
}

const read = new Map<string, SourceFile[]>();

/** Parses all TypeScript files under a folder of the repository; once, for all tests of this process. */
export function readSources(folder: string): SourceFile[] {
    const sources = read.get(folder) ?? parseSources(folder);
    read.set(folder, sources);
    return sources;
}

function parseSources(folder: string): SourceFile[] {
    return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
        .map((file) => ({
            path: relative(ROOT, file).replaceAll('\\', '/'),
            tree: ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true),
        }));
}

const listed = new WeakMap<SourceFile, SourceImport[]>();

/** Lists what a file imports, dynamically and for types alone too; it looks through each file once. */
export function importsOf(source: SourceFile): readonly SourceImport[] {
    const imports = listed.get(source) ?? findImports(source);
    listed.set(source, imports);
    return imports;
}

function findImports({ path, tree }: SourceFile): SourceImport[] {
    const found: SourceImport[] = [];
    const add = (specifier: ts.Node | undefined, isTypeOnly: boolean, isDynamic = false): void => {
        if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
        const isRelative = specifier.text.startsWith('.');
        const target = isRelative ? sourceOf(join(path, '..', specifier.text).replaceAll('\\', '/')) : specifier.text;
        const line = tree.getLineAndCharacterOfPosition(specifier.getStart()).line + 1;
        found.push({ target, isRelative, isTypeOnly, isDynamic, line });
    };
    const visit = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node));
        else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
        else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
        else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
            add(node.arguments[0], false, true);
        }
        ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
}

/** The file that is meant by the name of what it becomes. */
function sourceOf(built: string): string {
    const source = built.replace(/\.js$/, '.ts');
    return existsSync(join(ROOT, source))
        ? source
        : source.replace(/\.ts$/, existsSync(join(ROOT, `${source}x`)) ? '.tsx' : '.ts');
}

/** True if a file exports types only. */
export function exportsOnlyTypes({ tree }: SourceFile): boolean {
    return tree.statements.every((statement) => {
        if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
        if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
        const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
        return !modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    });
}

function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
    if (importClause === undefined) return false;
    if (importClause.isTypeOnly) return true;
    const bindings = importClause.namedBindings;
    return (
        importClause.name === undefined &&
        bindings !== undefined &&
        ts.isNamedImports(bindings) &&
        bindings.elements.length > 0 &&
        bindings.elements.every((element) => element.isTypeOnly)
    );
}
