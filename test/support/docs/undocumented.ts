import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './source-files.js';

const SOURCES = join(ROOT, 'src');

/** Options with the smallest library: only declarations of the project are checked, and parsing the others takes seconds. */
const OPTIONS: ts.CompilerOptions = {
    lib: ['lib.es5.d.ts'],
    types: [],
    noEmit: true,
    target: ts.ScriptTarget.Latest,
};

/**
 * Finds the public names and members without a docstring: exports of entry points, and members of the types that they or
 * their signatures refer to. Ignores declarations of libraries, private members, and those with `@internal`.
 */
export class UndocumentedFinder {
    readonly #program: ts.Program;
    readonly #checker: ts.TypeChecker;
    readonly #visited = new Set<ts.Node>();
    readonly #missing = new Set<string>();

    /** @param entries - Paths of the entry points, from the repository's root. */
    constructor(entries: readonly string[]) {
        const host = ts.createCompilerHost(OPTIONS);
        host.resolveModuleNameLiterals = (literals, file) =>
            literals.map(({ text }) => ({ resolvedModule: resolveSource(text, file) }));
        this.#program = ts.createProgram(
            entries.map((entry) => join(ROOT, entry)),
            OPTIONS,
            host,
        );
        this.#checker = this.#program.getTypeChecker();
    }

    /** Returns what an entry point exports without a docstring, as `file:line name`. */
    find(entry: string): string[] {
        this.#missing.clear();
        this.#visited.clear();
        const module = this.#checker.getSymbolAtLocation(this.#program.getSourceFile(join(ROOT, entry))!)!;
        for (const symbol of this.#checker.getExportsOfModule(module)) this.#visitExport(symbol);
        return [...this.#missing].toSorted();
    }

    #visitExport(exported: ts.Symbol): void {
        const symbol = this.#resolve(exported);
        this.#check(symbol, exported.name);
        for (const declaration of symbol.declarations ?? []) this.#visit(declaration);
    }

    /** Follows imports, and properties that an entry destructures, to the declared symbol. */
    #resolve(symbol: ts.Symbol): ts.Symbol {
        if (symbol.flags & ts.SymbolFlags.Alias) return this.#resolve(this.#checker.getAliasedSymbol(symbol));
        const binding = symbol.declarations?.find(ts.isBindingElement);
        if (binding === undefined) return symbol;
        const { initializer } = binding.parent.parent as ts.VariableDeclaration;
        const property = this.#checker.getTypeAtLocation(initializer!).getProperty(symbol.name);
        const shorthand = property?.declarations?.find(ts.isShorthandPropertyAssignment);
        const value = shorthand && this.#checker.getShorthandAssignmentValueSymbol(shorthand);
        return value ? this.#resolve(value) : (property ?? symbol);
    }

    #check(symbol: ts.Symbol, name: string): void {
        const [first] = symbol.declarations ?? [];
        if (first === undefined || !isOfProject(first) || this.#isInternal(symbol)) return;
        const isOverloaded = symbol.declarations!.length > 1 && ts.isFunctionLike(first);
        const hasDocstring = isOverloaded
            ? ts.getJSDocCommentsAndTags(first).length > 0
            : symbol.getDocumentationComment(this.#checker).length > 0;
        if (hasDocstring) return;
        const file = first.getSourceFile();
        const line = file.getLineAndCharacterOfPosition(first.getStart()).line + 1;
        this.#missing.add(`${file.fileName.slice(ROOT.length)}:${line} ${name}`);
    }

    /** Checks the members of a declaration, and visits the types that it refers to. */
    #visit(node: ts.Node): void {
        if (this.#visited.has(node) || !isOfProject(node)) return;
        this.#visited.add(node);
        if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
            node.heritageClauses?.forEach(({ types }) => types.forEach((type) => this.#visitType(type)));
            for (const member of node.members) this.#visitMember(member, node.name?.text ?? '');
        } else if (ts.isTypeAliasDeclaration(node)) {
            this.#visitType(node.type, node.name.text);
        } else if (ts.isFunctionDeclaration(node)) {
            this.#visitSignature(node);
        }
    }

    #visitMember(member: ts.ClassElement | ts.TypeElement, owner: string): void {
        const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
        if (ts.isConstructorDeclaration(member) || ts.getCombinedModifierFlags(member) & hidden) return;
        if (
            member.name === undefined ||
            ts.isPrivateIdentifier(member.name) ||
            ts.isComputedPropertyName(member.name)
        ) {
            return;
        }
        const symbol = this.#checker.getSymbolAtLocation(member.name);
        if (symbol === undefined || this.#isInternal(symbol)) return;
        this.#check(symbol, `${owner}.${symbol.name}`);
        this.#visitSignature(member);
    }

    #visitSignature(node: ts.Node): void {
        const { parameters, type } = node as Partial<ts.SignatureDeclarationBase>;
        for (const parameter of parameters ?? []) this.#visitType(parameter.type);
        this.#visitType(type);
    }

    /** @param owner - Name of the type alias, whose literal members are checked. */
    #visitType(type: ts.Node | undefined, owner?: string): void {
        if (type === undefined) return;
        if (ts.isTypeLiteralNode(type) && owner !== undefined) {
            for (const member of type.members) this.#visitMember(member, owner);
        } else if (ts.isIntersectionTypeNode(type)) {
            for (const part of type.types) this.#visitType(part, owner);
        } else if (ts.isTypeReferenceNode(type) || ts.isExpressionWithTypeArguments(type)) {
            const name = ts.isTypeReferenceNode(type) ? type.typeName : type.expression;
            const symbol = this.#checker.getSymbolAtLocation(name);
            if (symbol) for (const declaration of this.#resolve(symbol).declarations ?? []) this.#visit(declaration);
            for (const argument of type.typeArguments ?? []) this.#visitType(argument);
        } else {
            ts.forEachChild(type, (child) => this.#visitType(child));
        }
    }

    #isInternal(symbol: ts.Symbol): boolean {
        return symbol.getJsDocTags(this.#checker).some(({ name }) => name === 'internal');
    }
}

function isOfProject(node: ts.Node): boolean {
    return node.getSourceFile().fileName.startsWith(SOURCES);
}

function resolveSource(specifier: string, importer: string): ts.ResolvedModuleFull | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const resolvedFileName = join(importer, '..', specifier.replace(/\.js$/, '.ts'));
    return { resolvedFileName, extension: ts.Extension.Ts };
}
