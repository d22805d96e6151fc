import { dirname } from 'node:path';
import ts from 'typescript';

/** The text that replaces a type parameter where the type that declares it is written out. */
type TypeArguments = ReadonlyMap<ts.Symbol, string>;

type WithMembers = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.TypeLiteralNode;

const NO_ARGUMENTS: TypeArguments = new Map();

const INTERNAL = '<internal>';

/**
 * Describes the types of a package's entries in a form that depends on nothing but what users see: each exported name with
 * its signatures and members, one a line and sorted, base types of the package included. Types that no entry exports are
 * written out where they are used, so that moving, renaming, or splitting one is no change. One that cannot be written out
 * (a class, or a type that contains itself) has a block of its own, whose name begins with `$`.
 */
export class TypeSurface {
    readonly #checker: ts.TypeChecker;
    readonly #program: ts.Program;
    readonly #folder: string;
    readonly #names = new Map<string, { name: string; symbol: ts.Symbol }[]>();
    /** One name of each exported symbol, by the entry's name. */
    readonly #exports = new Map<string, Map<ts.Symbol, string>>();
    #entry = '';
    #blocks = new Map<ts.Symbol, { name: string; lines: string[] }>();
    #open: ts.Symbol[] = [];

    /** @param entries - The declaration file of each entry, by the name under which users import it. */
    constructor(entries: Readonly<Record<string, string>>) {
        this.#program = ts.createProgram(Object.values(entries), {
            module: ts.ModuleKind.NodeNext,
            moduleResolution: ts.ModuleResolutionKind.NodeNext,
            strict: true,
            skipLibCheck: true,
            noEmit: true,
        });
        this.#checker = this.#program.getTypeChecker();
        this.#folder = dirname(Object.values(entries)[0]!);
        for (const [entry, file] of Object.entries(entries)) {
            const exported = this.#exportsOf(file);
            this.#names.set(entry, exported);
            this.#exports.set(entry, new Map(exported.map(({ name, symbol }) => [symbol, name])));
        }
    }

    /** Describes one entry. */
    describe(entry: string): string {
        this.#entry = entry;
        this.#blocks = new Map();
        const exported = this.#names.get(entry)!.map(({ name, symbol }) => {
            const own = this.#exports.get(entry)!.get(symbol)!;
            const known = this.#nameElsewhere(symbol) ?? (own === name ? undefined : own);
            return { name, lines: known === undefined ? this.#linesOf(symbol, name) : [`same as ${known}`] };
        });
        const blocks = [...exported, ...this.#blocks.values()].map(
            ({ name, lines }) => `${name}\n    ${lines.join('\n    ')}`,
        );
        return `${blocks.toSorted().join('\n\n')}\n`;
    }

    /** Describes the members that the entries add to modules and types of others. */
    describeAugmentations(): string {
        this.#entry = '';
        this.#blocks = new Map();
        const added = this.#program
            .getSourceFiles()
            .filter((file) => this.#isOurs(file))
            .flatMap((file) => file.statements.filter(ts.isModuleDeclaration))
            .map((declaration) => this.#render(declaration, NO_ARGUMENTS));
        return `${added.toSorted().join('\n')}\n`;
    }

    #exportsOf(file: string): { name: string; symbol: ts.Symbol }[] {
        const module = this.#checker.getSymbolAtLocation(this.#program.getSourceFile(file)!)!;
        const exported = this.#checker.getExportsOfModule(module);
        return exported.map((symbol) => ({ name: symbol.name, symbol: this.#resolve(symbol) }));
    }

    #resolve(symbol: ts.Symbol): ts.Symbol {
        return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    }

    #isOurs(node: ts.Node): boolean {
        return node.getSourceFile().fileName.startsWith(`${this.#folder}/`);
    }

    /** The name of a symbol that an earlier entry exports, and this one uses or exports too. */
    #nameElsewhere(symbol: ts.Symbol): string | undefined {
        for (const [entry, exported] of this.#exports) {
            if (entry === this.#entry) return undefined;
            const name = exported.get(symbol);
            if (name !== undefined) return `${entry}#${name}`;
        }
        return undefined;
    }

    #linesOf(symbol: ts.Symbol, name: string): string[] {
        return (symbol.declarations ?? []).flatMap((declaration) => {
            if (!this.#isOurs(declaration)) return [`from ${nameOfPackage(declaration)}`];
            if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
                const kind = ts.isClassDeclaration(declaration) ? 'class' : 'interface';
                return [`${kind}${this.#headOf(declaration)}`, ...this.#membersOf(declaration, NO_ARGUMENTS)];
            }
            if (ts.isTypeAliasDeclaration(declaration)) {
                return [`type${this.#parametersOf(declaration)} =`, ...this.#linesOfType(declaration.type)];
            }
            return [this.#render(declaration, NO_ARGUMENTS).replace(/^declare function \S+?(?=[<(])|^[\w$]+/, name)];
        });
    }

    #linesOfType(type: ts.TypeNode): string[] {
        if (ts.isTypeLiteralNode(type)) return this.#membersOf(type, NO_ARGUMENTS);
        const text = this.#render(type, NO_ARGUMENTS);
        // One literal a line.
        return /^\([^(){}<>]*\)$/.test(text) ? text.slice(1, -1).split(' | ') : [text];
    }

    #parametersOf(declaration: ts.DeclarationWithTypeParameterChildren): string {
        const parameters = declaration.typeParameters ?? [];
        if (parameters.length === 0) return '';
        return `<${parameters.map((parameter) => this.#render(parameter, NO_ARGUMENTS)).join(', ')}>`;
    }

    /** Type parameters and the base types that are not written out. */
    #headOf(declaration: ts.InterfaceDeclaration | ts.ClassDeclaration): string {
        const bases = this.#basesOf(declaration)
            .filter((base) => this.#baseDeclaration(base) === undefined)
            .map((base) => this.#render(base, NO_ARGUMENTS));
        return `${this.#parametersOf(declaration)}${bases.length > 0 ? ` extends ${bases.toSorted().join(', ')}` : ''}`;
    }

    #basesOf(declaration: WithMembers): ts.ExpressionWithTypeArguments[] {
        if (ts.isTypeLiteralNode(declaration)) return [];
        return (declaration.heritageClauses ?? []).flatMap((clause) => [...clause.types]);
    }

    /** The declaration of a base type whose members are written out with those of the type that extends it. */
    #baseDeclaration(base: ts.ExpressionWithTypeArguments): ts.InterfaceDeclaration | ts.ClassDeclaration | undefined {
        const symbol = this.#symbolOf(base.expression);
        return symbol?.declarations?.find(
            (declaration): declaration is ts.InterfaceDeclaration | ts.ClassDeclaration =>
                (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) &&
                this.#isOurs(declaration),
        );
    }

    #membersOf(declaration: WithMembers, given: TypeArguments): string[] {
        const own = new Map<string, string[]>();
        for (const member of declaration.members) {
            if (isHidden(member)) continue;
            const text = this.#render(member, given).replace(/;$/, '');
            if (ts.isConstructorDeclaration(member) && text.includes(INTERNAL)) continue;
            const key = keyOf(member, text);
            own.set(key, [...(own.get(key) ?? []), text]);
        }
        const inherited = this.#basesOf(declaration).flatMap((base) => {
            const of = this.#baseDeclaration(base);
            return of === undefined ? [] : this.#membersOf(of, this.#argumentsFor(of, base.typeArguments, given));
        });
        const kept = inherited.filter((text) => !own.has(nameIn(text)));
        return [...new Set([...[...own.values()].flat(), ...kept])].toSorted(byName);
    }

    #argumentsFor(
        declaration: ts.DeclarationWithTypeParameterChildren,
        nodes: ts.NodeArray<ts.TypeNode> | undefined,
        given: TypeArguments,
    ): TypeArguments {
        return new Map(
            (declaration.typeParameters ?? []).map((parameter, at) => {
                const node = nodes?.[at] ?? parameter.default;
                const text = node === undefined ? 'unknown' : this.#render(node, nodes?.[at] ? given : NO_ARGUMENTS);
                return [this.#checker.getSymbolAtLocation(parameter.name)!, text];
            }),
        );
    }

    #symbolOf(name: ts.Node): ts.Symbol | undefined {
        const symbol = this.#checker.getSymbolAtLocation(name);
        return symbol && this.#resolve(symbol);
    }

    /** The text of a node, with each name of ours as users know it, or written out. */
    #render(node: ts.Node, given: TypeArguments): string {
        const whole = this.#rendered(node, given);
        if (whole !== undefined) return whole;
        const source = node.getSourceFile().text;
        let text = '';
        let at = node.getStart();
        ts.forEachChild(node, (child) => {
            if (isHidden(child)) {
                text += source.slice(at, child.getFullStart());
            } else {
                text += source.slice(at, child.getStart()) + this.#render(child, given);
            }
            at = child.end;
        });
        return tidy(text + source.slice(at, node.end));
    }

    #rendered(node: ts.Node, given: TypeArguments): string | undefined {
        if (ts.isTypeReferenceNode(node)) return this.#renderUse(node, node.typeName, node.typeArguments, given);
        if (ts.isExpressionWithTypeArguments(node)) {
            return this.#renderUse(node, node.expression, node.typeArguments, given);
        }
        if (ts.isTypeOperatorNode(node) || ts.isIndexedAccessTypeNode(node)) return this.#renderLiterals(node);
        if (ts.isTypeQueryNode(node)) {
            const symbol = this.#symbolOf(node.exprName);
            return symbol && this.#isDeclaredByUs(symbol) ? `typeof ${this.#nameOf(symbol)}` : undefined;
        }
        return undefined;
    }

    /** The values of `keyof` and of `[number]`, unless they depend on a type parameter or are not literals. */
    #renderLiterals(node: ts.TypeNode): string | undefined {
        const type = this.#checker.getTypeFromTypeNode(node);
        const types = type.isUnion() ? type.types : [type];
        if (!types.every((part) => part.isLiteral())) return undefined;
        return `(${types
            .map((part) => this.#checker.typeToString(part))
            .toSorted()
            .join(' | ')})`;
    }

    #isDeclaredByUs(symbol: ts.Symbol): boolean {
        return symbol.declarations?.some((declaration) => this.#isOurs(declaration)) === true;
    }

    #renderUse(
        node: ts.Node,
        name: ts.Node,
        nodes: ts.NodeArray<ts.TypeNode> | undefined,
        given: TypeArguments,
    ): string | undefined {
        const symbol = this.#symbolOf(name);
        if (symbol === undefined) return undefined;
        const argument = given.get(symbol);
        if (argument !== undefined) return argument;
        if (symbol.flags & ts.SymbolFlags.TypeParameter || !this.#isDeclaredByUs(symbol)) return undefined;
        if (this.#publicName(symbol) === undefined && isForConstructor(node)) return INTERNAL;
        return this.#writtenOut(symbol, nodes, given) ?? this.#named(symbol, nodes, given);
    }

    #named(symbol: ts.Symbol, nodes: ts.NodeArray<ts.TypeNode> | undefined, given: TypeArguments): string {
        const texts = (nodes ?? []).map((node) => this.#render(node, given));
        return `${this.#nameOf(symbol)}${texts.length > 0 ? `<${texts.join(', ')}>` : ''}`;
    }

    #writtenOut(
        symbol: ts.Symbol,
        nodes: ts.NodeArray<ts.TypeNode> | undefined,
        given: TypeArguments,
    ): string | undefined {
        if (this.#publicName(symbol) !== undefined || this.#blocks.has(symbol)) return undefined;
        const [declaration, ...more] = symbol.declarations ?? [];
        if (declaration === undefined || more.length > 0 || this.#open.includes(symbol)) return undefined;
        this.#open.push(symbol);
        try {
            if (ts.isTypeAliasDeclaration(declaration)) {
                const text = this.#render(declaration.type, this.#argumentsFor(declaration, nodes, given));
                return ts.isUnionTypeNode(declaration.type) || ts.isFunctionTypeNode(declaration.type)
                    ? `(${text})`
                    : text;
            }
            if (!ts.isInterfaceDeclaration(declaration)) return undefined;
            const members = this.#membersOf(declaration, this.#argumentsFor(declaration, nodes, given));
            const outside = this.#basesOf(declaration)
                .filter((base) => this.#baseDeclaration(base) === undefined)
                .map((base) => `${this.#render(base, given)} & `);
            return `${outside.join('')}{ ${members.map((member) => `${member};`).join(' ')} }`;
        } finally {
            this.#open.pop();
        }
    }

    #publicName(symbol: ts.Symbol): string | undefined {
        return this.#exports.get(this.#entry)?.get(symbol) ?? this.#nameElsewhere(symbol);
    }

    #nameOf(symbol: ts.Symbol): string {
        const known = this.#publicName(symbol) ?? this.#blocks.get(symbol)?.name;
        if (known !== undefined) return known;
        // The bundler appends a number where two modules use one name.
        const name = `$${symbol.name.replace(/\$\d+$/, '')}`;
        const taken = [...this.#blocks.values()].filter((block) => block.name.replace(/'+$/, '') === name).length;
        const block = { name: name + "'".repeat(taken), lines: [] as string[] };
        this.#blocks.set(symbol, block);
        const open = this.#open;
        this.#open = [];
        block.lines = this.#linesOf(symbol, block.name);
        this.#open = open;
        return block.name;
    }
}

/** A constructor whose arguments are internal types cannot be called by users. */
function isForConstructor(node: ts.Node): boolean {
    const parameter = ts.findAncestor(node, ts.isParameter);
    return (
        parameter !== undefined &&
        ts.isConstructorDeclaration(parameter.parent) &&
        parameter.questionToken === undefined &&
        parameter.initializer === undefined
    );
}

function isHidden(node: ts.Node): boolean {
    if (!ts.canHaveModifiers(node) && !ts.isPropertyDeclaration(node)) return false;
    const name = (node as ts.NamedDeclaration).name;
    if (name !== undefined && (ts.isPrivateIdentifier(name) || isKeyOfPackage(name))) return true;
    return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true;
}

/** If a key is a symbol that only the package itself has; users have those of the language. */
function isKeyOfPackage(name: ts.Node): boolean {
    return ts.isComputedPropertyName(name) && !name.expression.getText().startsWith('Symbol.');
}

/** Returns the key by which members override each other: their name, and whether they are static. */
function keyOf(member: ts.ClassElement | ts.TypeElement, text: string): string {
    return member.name === undefined ? text : nameIn(text);
}

function nameIn(text: string): string {
    return /^((?:static |abstract |readonly |get |set )*(?:\[[^\]]*\]|[^\s(<?:]+))/.exec(text)?.[1] ?? text;
}

function byName(left: string, right: string): number {
    const [a, b] = [nameIn(left), nameIn(right)];
    return a < b ? -1 : Number(a > b);
}

function tidy(text: string): string {
    return text
        .replaceAll(/\/\*\*[\s\S]*?\*\//g, ' ')
        .replaceAll(/\s+/g, ' ')
        .replaceAll('_$', '')
        .trim();
}

function nameOfPackage(declaration: ts.Declaration): string {
    return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(declaration.getSourceFile().fileName)?.[1] ?? 'the library';
}
