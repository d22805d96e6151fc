import { pricingAt } from '../../actors/definition/pricing.js';
import { checkFlag, checkOptions, checkText, checkWord } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, slicePage } from '../paging.js';
import type { Actor, StoreActor, StoreListOptions } from '../../model/api/actor.js';
import type { StoreCollectionClient } from '../../model/client/client.js';
import type { ActorRunPricingInfo } from '../../model/api/pricing.js';
import type { ClientContext, ClientServices } from '../services.js';

const TEXT_KEYS = ['search', 'sortBy', 'category', 'username', 'pricingModel'] as const;
const FLAG_KEYS = ['includeUnrunnableActors', 'allowsAgenticUsers'] as const;
const LIST_KEYS = [...PAGE_OPTION_KEYS, ...TEXT_KEYS, ...FLAG_KEYS];
const ORDERS = ['relevance', 'popularity', 'newest', 'lastUpdate'];
const PRICING_MODELS: Record<ActorRunPricingInfo['pricingModel'], true> = {
    FREE: true,
    FLAT_PRICE_PER_MONTH: true,
    PRICE_PER_DATASET_ITEM: true,
    PAY_PER_EVENT: true,
};

/** Creates the client of the Store: the public Actors of all users. */
export function createStoreCollectionClient(context: ClientContext): StoreCollectionClient {
    return {
        list: (options = {}) => {
            checkOptions('options', options, LIST_KEYS);
            for (const key of TEXT_KEYS) checkText(`options.${key}`, options[key]);
            for (const key of FLAG_KEYS) checkFlag(`options.${key}`, options[key]);
            checkWord('options.sortBy', options.sortBy, ORDERS);
            checkWord('options.pricingModel', options.pricingModel, Object.keys(PRICING_MODELS));
            return offsetList(options, (bounds) => slicePage(findStoreActors(context.services, options), bounds));
        },
    };
}

function findStoreActors(services: ClientServices, options: StoreListOptions): StoreActor[] {
    const { publicBaseUrl } = services.storages;
    return services.actors
        .list()
        .filter((actor) => actor.isPublic && matches(actor, options))
        .toSorted(createComparator(options))
        .map((actor) => toStoreActor(actor, publicBaseUrl, services.now()))
        .filter(({ currentPricingInfo: { pricingModel } }) => pricingModel === (options.pricingModel ?? pricingModel));
}

function matches(actor: Actor, options: StoreListOptions): boolean {
    const { search = '', category, allowsAgenticUsers, username = actor.username } = options;
    if (category !== undefined || allowsAgenticUsers === true || username !== actor.username) return false;
    const text = [actor.title, actor.name, actor.description, actor.username].join('\n').toLowerCase();
    return splitWords(search).every((word) => text.includes(word));
}

/** Creates a comparison function that sorts the best match first. */
function createComparator({ sortBy = 'relevance', search = '' }: StoreListOptions): (a: Actor, b: Actor) => number {
    const rank = (actor: Actor): number => {
        if (sortBy === 'popularity') return actor.stats.totalRuns;
        if (sortBy === 'newest') return actor.createdAt.getTime();
        if (sortBy === 'lastUpdate') return actor.modifiedAt.getTime();
        const name = `${actor.name} ${actor.title ?? ''}`.toLowerCase();
        return splitWords(search).filter((word) => name.includes(word)).length;
    };
    return (a, b) => rank(b) - rank(a);
}

function toStoreActor(actor: Actor, baseUrl: string, nowMillis: number): StoreActor {
    const { id, name, username, title, description, stats, pricingInfos } = actor;
    return {
        id,
        name,
        username,
        title: title ?? name,
        ...(description !== undefined && { description }),
        stats: stats as StoreActor['stats'],
        currentPricingInfo: pricingAt(pricingInfos, nowMillis) ?? { pricingModel: 'FREE' },
        url: `${baseUrl}/${encodeURIComponent(username)}/${encodeURIComponent(name)}`,
    };
}

function splitWords(search: string): string[] {
    return search
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
}
