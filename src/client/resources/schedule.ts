import { readScheduleSettings } from '../check-schedule.js';
import type { Schedule, ScheduleClient, ScheduleFields, ScheduleLogEntry } from '../../model/schedule.js';
import type { ClientHost } from '../client-host.js';

/** One schedule. */
export class ScheduleResource implements ScheduleClient {
    readonly #host: ClientHost;
    readonly #idOrName: string;

    constructor(host: ClientHost, idOrName: string) {
        this.#host = host;
        this.#idOrName = idOrName;
    }

    async get(): Promise<Schedule | undefined> {
        return this.#host.schedules.find(this.#idOrName);
    }

    async update(fields: ScheduleFields): Promise<Schedule> {
        const { schedules } = this.#host;
        const settings = readScheduleSettings('fields', fields, this.#host);
        return schedules.update(schedules.require(this.#idOrName).id, settings);
    }

    async delete(): Promise<void> {
        const { schedules } = this.#host;
        const schedule = schedules.find(this.#idOrName);
        if (schedule) schedules.remove(schedule.id);
    }

    async getLog(): Promise<ScheduleLogEntry[] | undefined> {
        const { schedules } = this.#host;
        const schedule = schedules.find(this.#idOrName);
        return schedule && schedules.log(schedule.id);
    }
}
