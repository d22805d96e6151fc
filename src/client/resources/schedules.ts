import { checkOptions } from '../../util/check.js';
import { readScheduleSettings } from '../check-schedule.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { ChunkOptions } from '../../model/client.js';
import type { PagedList, PageOptions } from '../../model/page.js';
import type { Schedule, ScheduleAction, ScheduleCollectionClient, ScheduleFields } from '../../model/schedule.js';
import type { ClientHost } from '../client-host.js';

/** All schedules of the engine. */
export class ScheduleCollectionResource implements ScheduleCollectionClient {
    readonly #host: ClientHost;

    constructor(host: ClientHost) {
        this.#host = host;
    }

    list(options: PageOptions & ChunkOptions = {}): PagedList<Schedule> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#host.schedules.list(), bounds, options.desc);
            return {
                ...page,
                items: page.items.map((schedule) => ({ ...schedule, actions: schedule.actions.map(shorten) })),
            };
        });
    }

    async create(schedule: ScheduleFields = {}): Promise<Schedule> {
        return this.#host.schedules.create(readScheduleSettings('schedule', schedule, this.#host));
    }
}

/** What lists show of an action. */
function shorten(action: ScheduleAction): ScheduleAction {
    const { id } = action;
    if (action.type === 'RUN_ACTOR') return { id, type: action.type, actorId: action.actorId };
    return { id, type: action.type, actorTaskId: action.actorTaskId };
}
