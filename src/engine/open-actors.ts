import { ActorRegistry } from '../registry/actors.js';
import { BuildRegistry } from '../registry/builds.js';
import { InputDesk } from '../registry/input-desk.js';
import { SecretKeys } from '../registry/secret-keys.js';
import type { DocumentStore } from '../registry/document-store.js';
import type { Storages } from '../storage/storages.js';
import type { Clock } from '../util/clock.js';
import type { InputParts } from './input-rules.js';

/** What an engine knows of Actors. */
export interface ActorParts {
    builds: BuildRegistry;
    actors: ActorRegistry;
    /** What the inputs of their runs are prepared with. */
    inputs: InputParts;
}

/** Opens the registered Actors, with what their inputs need. */
export function openActors(
    documents: DocumentStore,
    storages: Storages,
    owner: { id: string; username: string },
    clock: Clock,
): ActorParts {
    const builds = new BuildRegistry(documents);
    const keys = new SecretKeys(documents, owner.id);
    const desk = new InputDesk(keys);
    const actors = new ActorRegistry({ documents, builds, clock, owner, inputs: desk });
    return { builds, actors, inputs: { desk, keys, storages } };
}
