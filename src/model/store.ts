import type { Actor, ActorStats } from './actor.js';
import type { ActorRunPricingInfo } from './pricing.js';

/** A public Actor, as the Store shows it. */
export interface StoreActor extends Pick<Actor, 'id' | 'name' | 'username' | 'description'> {
    title: string;
    /** `lastRunStartedAt` is declared as always there, as in `apify-client`, but is absent until there is a run. */
    stats: ActorStats & { lastRunStartedAt: Date };
    currentPricingInfo: ActorRunPricingInfo | { pricingModel: 'FREE' };
    /** Where a person looks at it, under the engine's base URL. */
    url: string;
}

/** Which Actors of the Store to list, and in which order. */
export interface StoreListOptions {
    offset?: number;
    /** At most 1000. Default: 1000. */
    limit?: number;
    /** How many to load at a time while iterating. Default: as many as one page may have. */
    chunkSize?: number;
    /** Words that title, name, description and username must have, in any of them. */
    search?: string;
    /**
     * `popularity` is by the number of runs; `newest` and `lastUpdate` begin with the latest; `relevance` is by how well the
     * name fits what is searched. Default: `relevance`.
     */
    sortBy?: string;
    /** No Actor here has a category: any word finds none. */
    category?: string;
    username?: string;
    pricingModel?: string;
    /** No Actor here is for agents that pay by themselves: true finds none. */
    allowsAgenticUsers?: boolean;
    /** Accepted for the sake of `apify-client`: whatever is here can be run. */
    includeUnrunnableActors?: boolean;
}
