import { notThere, type Candidate } from './not-there.js';
import { referencePath } from './path-of.js';
import type { Api } from '../api/api.js';
import type { RecordKind } from './record-kinds.js';

/**
 * The record of that id or name.
 *
 * @throws EngineError `record-not-found`, which tells some that there are.
 */
export async function findNamed<Found extends Candidate>(
    api: Api,
    kind: RecordKind,
    reference: string,
): Promise<Found> {
    const found = await api.find<Found>(referencePath(kind.path, reference));
    if (found !== undefined) return found;
    const { items } = await api.page<Candidate>(kind.path, { query: { desc: true } });
    // The API finds not all of them by their names, and its lists leave some of each out.
    const named = items.find(({ name }) => name === reference);
    if (named !== undefined) return api.get<Found>(referencePath(kind.path, named.id));
    throw notThere(kind.noun, reference, items.map(toCandidate), kind.listCommand);
}

function toCandidate({ id, name }: Candidate): Candidate {
    return { id, name };
}
