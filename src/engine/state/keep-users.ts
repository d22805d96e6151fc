import type { DocumentText } from '../../registry/document-store.js';
import type { Users } from '../users/users.js';
import type { EngineState } from './engine-state.js';

/** A state with all users of an engine: those that it does not know come as they are. */
export function withUsersOf(users: Users, state: EngineState): EngineState {
    const known = state.documents.users.map(([, json]) => (JSON.parse(json) as { username: string }).username);
    const others = users.all
        .filter(({ username }) => !known.includes(username))
        .map((user): DocumentText => [user.id, JSON.stringify(user)]);
    return { ...state, documents: { ...state.documents, users: [...state.documents.users, ...others] } };
}
