import type { InputProblem } from './problems.js';

/** What the fields of one form share. */
export interface FormScope {
    /** Before the ids of its fields. */
    readonly id: string;
    readonly problems: readonly InputProblem[];
    /** Whether problems are shown of fields that nobody has been at yet. */
    readonly showsAll: boolean;
    readonly touched: ReadonlySet<string>;
    /** Somebody has been at the field with that path. */
    readonly touch: (path: string) => void;
}

/** What is to be said at a field: what is wrong with itself, and, unless others say it, with what is within. */
export function messagesAt(scope: FormScope, path: string, includesWithin: boolean): string[] {
    if (!scope.showsAll && !scope.touched.has(path)) return [];
    return scope.problems
        .filter(({ field }) => field === path || (includesWithin && field.startsWith(`${path}.`)))
        .map(({ message }) => tidy(message));
}

/** The field is named beside it already. */
function tidy(message: string): string {
    const bare = message.replace(/^Field input\.[\w.-]+ /, 'It ');
    return bare.endsWith('.') ? bare : `${bare}.`;
}
