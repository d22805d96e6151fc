import { decodeText } from './path.js';
import type { RouteHandler, RouteTable } from './route.js';

/** A route that a request leads to. */
export interface FoundRoute {
    /** As the table has it: `/datasets/:datasetId/items`. */
    readonly path: string;
    readonly handle: RouteHandler;
    /** The parts of the path that the route has names for, percent-decoded. */
    readonly params: Readonly<Record<string, string>>;
}

interface Leaf {
    readonly path: string;
    readonly handle: RouteHandler;
    readonly names: readonly string[];
}

interface Node {
    readonly fixed: Map<string, Node>;
    /** Where any one part leads. */
    any?: Node;
    /** What takes all that is left, slashes too. */
    readonly rest: Map<string, Leaf>;
    readonly leaves: Map<string, Leaf>;
}

const ANY_METHOD = 'ALL';
const REST = '{.+}';
const SLASH = 47;

/** Finds routes by walking along the path, part by part. A fixed part goes before one that has a name. */
export class RouteTree {
    readonly #root = newNode();
    readonly #methods: readonly string[];

    /**
     * @param methods - Those that the table may have.
     * @param prefix - What stands before the paths of the table: `/v2`.
     */
    constructor(table: RouteTable, methods: readonly string[], prefix = '') {
        this.#methods = methods;
        for (const [route, handle] of Object.entries(table)) {
            const [method = '', path = ''] = route.split(' ');
            this.#add(method, prefix + path, { path, handle });
        }
    }

    /** The route of a path as it stands in a URL; undefined if there is none. A slash at its end is as good as none. */
    find(method: string, path: string): FoundRoute | undefined {
        const end = path.charCodeAt(path.length - 1) === SLASH ? path.length - 1 : path.length;
        const values: string[] = [];
        const leaf = walk(this.#root, { method, path, end, values }, 1);
        if (leaf === undefined) return undefined;
        const params: Record<string, string> = {};
        leaf.names.forEach((name, index) => (params[name] = decodeText(values[index]!)));
        return { path: leaf.path, handle: leaf.handle, params };
    }

    /** The methods by which a path leads somewhere. */
    methodsOf(path: string): string[] {
        return this.#methods.filter((method) => this.find(method, path) !== undefined);
    }

    #add(method: string, path: string, route: Omit<Leaf, 'names'>): void {
        const names: string[] = [];
        let node = this.#root;
        for (const part of path.split('/').slice(1)) {
            if (!part.startsWith(':')) {
                node = childOf(node, part);
            } else if (part.endsWith(REST)) {
                names.push(part.slice(1, -REST.length));
                node.rest.set(method, { ...route, names });
                return;
            } else {
                names.push(part.slice(1));
                node = node.any ??= newNode();
            }
        }
        node.leaves.set(method, { ...route, names });
    }
}

interface Walk {
    readonly method: string;
    readonly path: string;
    readonly end: number;
    /** The parts so far that have names. */
    readonly values: string[];
}

function walk(node: Node, way: Walk, start: number): Leaf | undefined {
    const { method, path, end, values } = way;
    if (start > end) return leafOf(node.leaves, method);
    const slash = path.indexOf('/', start);
    const stop = slash === -1 || slash > end ? end : slash;
    const part = path.slice(start, stop);
    const fixed = node.fixed.get(decodeText(part));
    const found = fixed && walk(fixed, way, stop + 1);
    if (found) return found;
    if (node.any && part !== '') {
        const count = values.push(part);
        const leaf = walk(node.any, way, stop + 1);
        if (leaf) return leaf;
        values.length = count - 1;
    }
    const leaf = start < end ? leafOf(node.rest, method) : undefined;
    if (leaf) values.push(path.slice(start, end));
    return leaf;
}

function leafOf(leaves: Map<string, Leaf>, method: string): Leaf | undefined {
    return leaves.get(method) ?? leaves.get(ANY_METHOD);
}

function childOf({ fixed }: Node, part: string): Node {
    const child = fixed.get(part) ?? newNode();
    fixed.set(part, child);
    return child;
}

function newNode(): Node {
    return { fixed: new Map(), rest: new Map(), leaves: new Map() };
}
