import { api } from '../api/api.js';
import { ApiError } from '../api/api-error.js';
import { useEffect, useState } from '../preact.js';

/** What is wrong with a field of an input. */
export interface InputProblem {
    /** Its path: `startUrls.0.url`. */
    readonly field: string;
    readonly message: string;
}

const PATIENCE_MILLIS = 250;

/**
 * What the engine would refuse in an input, as somebody writes it. It is asked, so that it says here what it will say then.
 *
 * @param input - Undefined for what cannot be read at all.
 */
export function useInputProblems(actorId: string, build: string, input: unknown): readonly InputProblem[] {
    const [problems, setProblems] = useState<readonly InputProblem[]>([]);
    const text = JSON.stringify(input);
    useEffect(() => {
        if (text === undefined) {
            setProblems([]);
            return undefined;
        }
        const leave = new AbortController();
        const timer = window.setTimeout(() => {
            findProblems(actorId, build, text, leave.signal).then(setProblems, () => {});
        }, PATIENCE_MILLIS);
        return () => {
            clearTimeout(timer);
            leave.abort();
        };
    }, [actorId, build, text]);
    return problems;
}

async function findProblems(
    actorId: string,
    build: string,
    text: string,
    signal: AbortSignal,
): Promise<readonly InputProblem[]> {
    const headers = { 'content-type': 'application/json' };
    const query = { build };
    try {
        await api(`/acts/${actorId}/validate-input`, { method: 'POST', query, headers, body: text, signal });
        return [];
    } catch (error) {
        const problems = problemsIn(error);
        if (problems) return problems;
        throw error;
    }
}

/** What is wrong with which fields, if that is why a call was refused. */
export function problemsIn(error: unknown): readonly InputProblem[] | undefined {
    if (!(error instanceof ApiError) || error.type !== 'invalid-input') return undefined;
    return (error.data as { fields?: readonly InputProblem[] } | undefined)?.fields ?? [];
}
