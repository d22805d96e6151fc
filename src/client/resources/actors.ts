import { checkFlag, checkOptions, checkWord } from '../../util/check.js';
import { checkActorFields } from '../check-actor.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { Actor } from '../../model/actor.js';
import type {
    ActorCollectionClient,
    ActorFields,
    ActorListItem,
    ActorListOptions,
    ClientActor,
} from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type { ActorDirectory } from '../client-host.js';

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'my', 'sortBy'];

/** All Actors of the engine. */
export class ActorCollectionResource implements ActorCollectionClient {
    readonly #actors: ActorDirectory;

    constructor(actors: ActorDirectory) {
        this.#actors = actors;
    }

    list(options: ActorListOptions = {}): PagedList<ActorListItem> {
        checkOptions('options', options, LIST_KEYS);
        checkFlag('options.my', options.my);
        checkWord('options.sortBy', options.sortBy, ['createdAt', 'stats.lastRunStartedAt']);
        const time = options.sortBy === 'stats.lastRunStartedAt' ? lastRunTime : createdTime;
        return offsetList(options, (bounds) => {
            const sorted = this.#actors.list().toSorted((a, b) => time(a) - time(b));
            const page = pageOf(sorted, bounds, options.desc);
            return { ...page, items: page.items.map(toListItem) };
        });
    }

    async create(fields: ActorFields = {}): Promise<ClientActor> {
        checkActorFields('actor', fields);
        return this.#actors.create(fields) as ClientActor;
    }
}

function createdTime({ createdAt }: Actor): number {
    return createdAt.getTime();
}

/** Actors without a run count as run before all others. */
function lastRunTime({ stats }: Actor): number {
    return stats.lastRunStartedAt?.getTime() ?? 0;
}

function toListItem({ id, name, username, title, createdAt, modifiedAt, stats }: Actor): ActorListItem {
    return { id, name, username, title, createdAt, modifiedAt, stats };
}
